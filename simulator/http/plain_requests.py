"""Plain requests to Iterable's API, answered as soon as they have come in: with no task and no objects of aiohttp.

aiohttp parses them, as it does all others. What is not plain it answers as well: the control surface and the
inspector, surfaces, other versions of HTTP, packed, chunked and long bodies, clients that wait to be told to go on,
connections that are to be closed, and everything while a fault is active. A test holds the replies of the two ways
against each other.
"""

from __future__ import annotations

import time
from email.utils import formatdate
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from aiohttp.http import SERVER_SOFTWARE, HttpVersion11, RawRequestMessage

from simulator.common_headers import headers_of
from simulator.gateway.cross_origin import ALLOW_ORIGIN
from simulator.http.error_log import BROKEN, log_failure
from simulator.message import Reply, Request, WireResult, reason_phrase
from simulator.response import JSON_HEADERS

if TYPE_CHECKING:
    import asyncio
    import logging
    from collections.abc import Callable, Mapping, Sequence

    from simulator.engine.simulator import Simulator
    from simulator.http.surface import Surface

_API: Final = "/api/"
#: Files that may take long to make.
_EXPORTS: Final = "/api/export/"
_METHODS: Final = frozenset({"GET", "POST", "PUT", "PATCH", "DELETE"})
#: Bytes of a body that is waited for here; a longer one is read in pieces, so that its client can be slowed down.
_LONGEST_AWAITED: Final = 64 * 1024
#: Headers that no plain request has.
_UNUSUAL: Final = frozenset({"expect", "content-encoding", "upgrade", "transfer-encoding"})
_DIGITS: Final = 12
_JSON: Final = tuple(JSON_HEADERS.items())


class PlainRequests:
    """Knows plain requests, and answers them.

    Args:
        carry_out: Carries out a request: gives what goes over the wire, and what is to be waited for before that,
            None for nothing.
        simulator: The simulator: while a fault is active, nothing is plain.
        not_stored: The reply to a request for which what it waited for has failed with an error.
        surfaces: What else is served.
        cors: Whether pages of other origins may call the API.
        logger: Where it is logged when the simulator breaks.
    """

    def __init__(
        self,
        carry_out: Callable[[Request], tuple[WireResult, asyncio.Future[None] | None]],
        simulator: Simulator,
        not_stored: Callable[[BaseException], Reply],
        surfaces: Sequence[Surface],
        *,
        cors: bool,
        logger: logging.Logger,
    ) -> None:
        self._carry_out = carry_out
        self._simulator = simulator
        self._not_stored = not_stored
        self._surfaces = surfaces
        self._cors = cors
        self._logger = logger

    def headers_of(self, message: object) -> Mapping[str, str] | None:
        """The headers of a request, names in lower case; None for one that is not plain, as far as its head tells."""
        if (
            not isinstance(message, RawRequestMessage)
            or not message.path.startswith(_API)
            or message.method not in _METHODS
            or message.path.startswith(_EXPORTS)
            or message.version != HttpVersion11
            or message.should_close
            or message.upgrade
            or message.chunked
            or self._simulator.faults.are_active
            or (self._surfaces and self._is_of_surface(message.path))
        ):
            return None
        headers, is_plain = _headers(message.raw_headers)
        return headers if is_plain else None

    def _is_of_surface(self, target: str) -> bool:
        path = target.partition("?")[0]
        return any(surface.takes(path) for surface in self._surfaces)

    @staticmethod
    def is_awaited(headers: Mapping[str, str]) -> bool:
        """Whether the rest of the body of a plain request is to be waited for here."""
        length = headers.get("content-length", "")
        return len(length) < len(str(_LONGEST_AWAITED)) or int(length) <= _LONGEST_AWAITED

    def answer(
        self, message: RawRequestMessage, headers: Mapping[str, str], body: bytes
    ) -> tuple[bytes, asyncio.Future[None] | None]:
        """Carry out a plain request: what to send, and what is to be waited for before that, None for nothing."""
        path, _, query = message.path.partition("?")
        request = Request(message.method, path, query, headers, body)
        try:
            result, awaited = self._carry_out(request)
        except Exception as error:  # noqa: BLE001  # the top: whatever arrives here is a fault of ours
            log_failure(self._logger, request, error)
            result, awaited = WireResult(BROKEN), None
        return self.to_bytes(BROKEN if result.reply is None else result.reply, result.number), awaited

    def not_stored(self, error: BaseException) -> bytes:
        """What to send when that for which a reply waited has failed."""
        return self.to_bytes(self._not_stored(error))

    def to_bytes(self, reply: Reply, number: int | None = None) -> bytes:
        """A reply as it goes over the wire; the connection stays open.

        Args:
            reply: The reply.
            number: The number of the request that it answers, if that is in the journal.
        """
        headers = _JSON if reply.headers is JSON_HEADERS else tuple(reply.headers.items())
        begin, end, server = _head(reply.status, headers, numbered=number is not None, cors=self._cors)
        if number is not None:
            begin = b"%b%012d" % (begin, number)
        length, date = len(reply.body), _date(int(time.time()))
        return b"%b%b%d\r\nDate: %b\r\n%b\r\n%b" % (begin, end, length, date, server, reply.body)


# A client sends the same headers again and again, and all entries of the journal share them.
@lru_cache(maxsize=512)
def _headers(raw: tuple[tuple[bytes, bytes], ...]) -> tuple[Mapping[str, str], bool]:
    """Headers as the simulator sees them, and whether a request that has them can be plain."""
    headers = {
        name.decode("utf-8", "surrogateescape").lower(): value.decode("utf-8", "surrogateescape")
        for name, value in raw
    }
    return headers, _UNUSUAL.isdisjoint(headers)


@lru_cache(maxsize=256)
def _head(
    status: int, headers: tuple[tuple[str, str], ...], *, numbered: bool, cors: bool
) -> tuple[bytes, bytes, bytes]:
    """The head of a reply up to the number in the id of the request, from there to its length, and after its date."""
    every = dict(headers_of(Reply(status, b"", dict(headers)), 0 if numbered else None))
    if cors:
        every.setdefault(*ALLOW_ORIGIN)
    lines = "".join(f"{name}: {value}\r\n" for name, value in every.items())
    head = f"HTTP/1.1 {status} {reason_phrase(status)}\r\n{lines}Content-Length: ".encode()
    if not numbered:
        return head, b"", f"Server: {SERVER_SOFTWARE}\r\n".encode()
    begin, _, end = head.partition(b"0" * _DIGITS + b"\r\n")
    return begin, b"\r\n" + end, b""


@lru_cache(maxsize=2)
def _date(seconds: int) -> bytes:
    return formatdate(seconds, usegmt=True).encode()

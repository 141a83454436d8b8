"""The simulator as an httpx transport: in process, with no socket."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Final

import httpx

from simulator.clock import Clock
from simulator.common_headers import REQUEST_ID, headers_of, request_id
from simulator.gateway.cross_origin import ALLOW_ORIGIN, is_for_pages
from simulator.message import Reply, Request, reason_phrase
from simulator.service import Service

if TYPE_CHECKING:
    from collections.abc import Mapping

    from simulator.engine.simulator import Simulator

#: Clients whose headers are remembered, or rather the different headers that they send.
_MOST_HEADERS: Final = 512
_RAW_ALLOW_ORIGIN: Final = (ALLOW_ORIGIN[0].encode(), ALLOW_ORIGIN[1].encode())


class SimulatorTransport(httpx.BaseTransport, httpx.AsyncBaseTransport):
    """Answers the requests of an httpx client, whatever host they are for.

    A delay that a fault asks for advances the clock and does not wait; one that is longer than the client's
    time-out is a time-out. A dropped connection is a protocol error, as over a socket.

    Args:
        simulator: The simulator.
        clock: Its time; real time unless said otherwise.
    """

    def __init__(self, simulator: Simulator, clock: Clock | None = None) -> None:
        self._service = Service(simulator, Clock() if clock is None else clock)
        self._headers: dict[tuple[tuple[bytes, bytes], ...], Mapping[str, str]] = {}

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """The reply to a request.

        Raises:
            httpx.ReadTimeout: A fault delays the reply for longer than the client waits.
            httpx.RemoteProtocolError: A fault closes the connection.
        """
        return self._respond(request, request.read())

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """The same, for asynchronous clients."""
        return self._respond(request, await request.aread())

    def _respond(self, request: httpx.Request, body: bytes) -> httpx.Response:
        path, _, query = request.url.raw_path.decode("ascii").partition("?")
        transmission = self._service.respond(Request(request.method, path, query, self._headers_of(request), body))
        if transmission.delay:
            self._wait(request, transmission.delay)
        reply = transmission.reply
        if reply is None:
            raise httpx.RemoteProtocolError("Server disconnected without sending a response.", request=request)
        return httpx.Response(
            reply.status,
            headers=_headers_of_reply(reply, transmission.number, is_for_pages=is_for_pages(path)),
            stream=httpx.ByteStream(reply.body),
            extensions={"reason_phrase": reason_phrase(reply.status).encode()},
            request=request,
        )

    def _headers_of(self, request: httpx.Request) -> Mapping[str, str]:
        """The headers of a request, names in lower case; those of one client are alike, and read once."""
        raw = tuple(request.headers.raw)
        headers = self._headers.get(raw)
        if headers is None:
            if len(self._headers) >= _MOST_HEADERS:
                self._headers.clear()
            headers = self._headers[raw] = {name.lower(): value for name, value in request.headers.items()}
        return headers

    def _wait(self, request: httpx.Request, delay: float) -> None:
        limit = request.extensions.get("timeout", {}).get("read")
        if limit is not None and delay > limit:
            self._service.clock.advance(limit)
            raise httpx.ReadTimeout("The read operation timed out", request=request)
        self._service.clock.advance(delay)


def _headers_of_reply(
    reply: Reply, number: int | None, *, is_for_pages: bool
) -> Mapping[str, str] | list[tuple[bytes, bytes]]:
    """The headers of a reply; those of calls, which are alike, in the form that httpx takes without a closer look."""
    length = len(reply.body)
    if number is None or not is_for_pages or "fault" in reply.rules:
        headers = {**headers_of(reply, number), "Content-Length": str(length)}
        if is_for_pages:
            headers.setdefault(*ALLOW_ORIGIN)
        return headers
    raw, place = _raw_headers(tuple(reply.headers.items()))
    return [
        *raw[:place],
        (raw[place][0], request_id(number).encode()),
        *raw[place + 1 :],
        (b"Content-Length", b"%d" % length),
        _RAW_ALLOW_ORIGIN,
    ]


@lru_cache(maxsize=256)
def _raw_headers(given: tuple[tuple[str, str], ...]) -> tuple[list[tuple[bytes, bytes]], int]:
    """The headers of a reply to a call but for the last two, and at which place the id of the request is."""
    headers = headers_of(Reply(200, b"", dict(given)), 0)
    raw = [(name.encode("ascii"), value.encode("ascii")) for name, value in headers.items()]
    return raw, list(headers).index(REQUEST_ID)

"""The simulator as an HTTP server: aiohttp decodes and sends, `simulator.service` answers."""

from __future__ import annotations

import asyncio
import errno
import logging
import signal
from functools import partial
from typing import TYPE_CHECKING, Any, Final, Protocol

from aiohttp import http, web

from simulator.common_headers import headers_of
from simulator.control import changes_state, is_control_path
from simulator.deferred_reply import LongReply
from simulator.gateway.cross_origin import ALLOW_ORIGIN, is_for_pages
from simulator.http.body import BadBodyError, TooLargeError
from simulator.http.connection import Connections
from simulator.http.control_access import Access
from simulator.http.error_log import BROKEN, log_failure
from simulator.http.garbage import freezing
from simulator.http.incoming import read_body, target_of
from simulator.http.long_replies import ClientGoneError, send_in_pieces, unless_gone
from simulator.http.plain_requests import PlainRequests
from simulator.http.surface import Peer
from simulator.long_looks import LongLooks
from simulator.message import Reply, Request, WireResult, reason_phrase
from simulator.service import Service

if TYPE_CHECKING:
    import ssl
    from collections.abc import Awaitable, Callable, Sequence

    from simulator.clock import Clock
    from simulator.engine.pipeline import Answer
    from simulator.engine.simulator import Simulator
    from simulator.history.recording import Recorder
    from simulator.http.surface import Surface
    from simulator.persistence.durable_simulator import Durable

_LARGEST_HEADER: Final = 64 * 1024
#: Seconds that replies under way are given when the server ends; only late bodies and asked-for delays need any.
SHUTDOWN_TIMEOUT: Final = 0.2
_LOGGER: Final = logging.getLogger(__name__)
#: What the machine says when it has no descriptor or no memory for one more connection.
_EXHAUSTED: Final = frozenset({errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM})
#: Seconds without a refused connection after which a shortage has ended; asyncio tries once a second.
_SHORTAGE_ENDS: Final = 10.0
_CLIENTS_FAULTS: Final = (http.HttpProcessingError, web.RequestPayloadError)


class Server:
    """A simulator that listens.

    Malformed requests are answered by 400 and not logged; what the simulator itself does wrong is logged as
    `simulator.http.server`.

    Args:
        simulator: The simulator.
        clock: Its time.
        host: The address to listen on.
        port: The port to listen on; 0 for any that is free.
        control: Whether the control surface and the inspector are served; None for on the loopback address, and
            elsewhere with a token only.
        token: What requests to them must carry; None for nothing.
        tls: What to speak HTTPS with; None for HTTP.
        durable: Where the simulator is kept, if it is; closed when the server stops.
        recorder: Makes scenarios of parts of a journal; None for a server that cannot.
        surfaces: What else is served; the first that takes a path answers it.
        cors: Whether pages of other origins may call the API.
    """

    def __init__(  # noqa: PLR0913  # one for each way to serve
        self,
        simulator: Simulator,
        clock: Clock,
        *,
        host: str = "127.0.0.1",
        port: int = 8585,
        control: bool | None = None,
        token: str | None = None,
        tls: ssl.SSLContext | None = None,
        durable: Durable | None = None,
        recorder: Recorder | None = None,
        surfaces: Sequence[Surface] = (),
        cors: bool = True,
    ) -> None:
        self._durable = durable
        self._looks = LongLooks()
        self._surfaces = tuple(surfaces)
        self._access = Access(host, control=control, token=token)
        self._service = Service(simulator, clock, control=self._access.is_open, recorder=recorder, cors=cors)
        self._cors = cors
        #: Answers plain requests without aiohttp, for whoever makes connections for this server; None for by nobody.
        self.plain: PlainRequests | None = PlainRequests(
            self._carry_out, simulator, _not_stored, self._surfaces, cors=cors, logger=_LOGGER
        )
        self._tls = tls
        self._host = host
        self._port = port
        self._runner: web.ServerRunner | None = None

    async def start(self) -> str:
        """Listen; gives the address, such as `http://127.0.0.1:8585`.

        Raises:
            OSError: The port is taken, or the address is not this machine's.
        """
        connections = protocols(self.answer, self.plain)
        runner = web.ServerRunner(connections, handle_signals=False, shutdown_timeout=SHUTDOWN_TIMEOUT)
        await runner.setup()
        site = web.TCPSite(runner, self._host, self._port, ssl_context=self._tls)
        for surface in self._surfaces:
            await surface.start(self.respond)
        try:
            await site.start()
        except OSError:
            await self._end(runner)
            raise
        self._runner = runner
        host, port = runner.addresses[0][:2]
        host = f"[{host}]" if ":" in host else host
        return f"{'http' if self._tls is None else 'https'}://{host}:{port}"

    async def stop(self) -> None:
        """Stop listening and close every connection."""
        if self._runner is not None:
            runner, self._runner = self._runner, None
            await self._end(runner)
        if self._durable is not None:
            durable, self._durable = self._durable, None
            await durable.close()

    def held(self) -> int:
        """How many people and events there are, in all projects together."""
        projects = self._service.simulator.projects.values()
        return sum([len(project.people) + len(project.events) for project in projects])

    async def _end(self, runner: web.ServerRunner) -> None:
        await runner.cleanup()
        for surface in self._surfaces:
            await surface.stop()

    async def answer(self, incoming: web.BaseRequest) -> web.StreamResponse:
        """Answer one request, whichever way it came in."""
        path, query = target_of(incoming.raw_path)
        response = await self._answer(incoming, path, query)
        if self._cors and is_for_pages(path):
            # Here, so that no reply is without it: a page that cannot read a refusal cannot act on it.
            response.headers.setdefault(*ALLOW_ORIGIN)
        return response

    async def _answer(self, incoming: web.BaseRequest, path: str, query: str) -> web.StreamResponse:
        surface = self._surface_for(path)
        try:
            body, packed = await read_body(incoming, keep_packed=surface is not None and not is_control_path(path))
        except (web.RequestPayloadError, BadBodyError):
            return _refused(400, "the body cannot be decoded")
        except TooLargeError:
            return _refused(413, "Request Entity Too Large")
        except ConnectionError:
            return _close(incoming)
        headers = {name.lower(): value for name, value in incoming.headers.items()}
        request = Request(incoming.method, path, query, headers, body)
        refusal = self._access.refuse(request)
        if refusal is not None:
            return _response(refusal)
        request = self._access.without_token(request)
        try:
            if surface is None:
                answering = self.respond(request)
                result = await (unless_gone(incoming, answering) if _only_looks(request) else answering)
            else:
                result = await surface.answer(request, Peer(incoming.remote or "", incoming.secure, packed))
        except ClientGoneError:
            return _close(incoming)
        except Exception as error:  # noqa: BLE001  # the top: whatever arrives here is a fault of ours
            log_failure(_LOGGER, request, error)
            return _response(BROKEN)
        if result.delay:
            await asyncio.sleep(result.delay)
        if result.reply is None:
            return _close(incoming)
        if isinstance(result.reply, LongReply):
            headers = self._headers_of(result.reply, result.number, path)
            return await send_in_pieces(incoming, result.reply.status, headers, result.reply.pieces)
        return _response(result.reply, result.number)

    def _headers_of(self, reply: Reply, number: int | None, path: str) -> dict[str, str]:
        """All headers of a reply that goes out before anybody can add one."""
        headers = dict(headers_of(reply, number))
        if self._cors and is_for_pages(path):
            headers.setdefault(*ALLOW_ORIGIN)
        return headers

    def _surface_for(self, path: str) -> Surface | None:
        if is_control_path(path) and not self._access.is_open:
            return None
        return next((surface for surface in self._surfaces if surface.takes(path)), None)

    def _carry_out(self, request: Request) -> tuple[WireResult, asyncio.Future[None] | None]:
        """What goes over the wire for a request to the API, and what it waits for before, None for nothing."""
        if self._durable is None:
            return self._service.respond_to_call(request), None
        return self._durable.carry_out(self._service, request)

    def _carry_out_deferring(self, request: Request) -> tuple[WireResult, None]:
        return self._service.respond_deferring(request), None

    async def respond(self, request: Request, answer: Answer | None = None) -> WireResult:
        """What goes over the wire for a request, which may be made in this process.

        Args:
            request: The request.
            answer: Makes the reply in the place of the simulator.
        """
        if self._durable is not None:
            result = await self._durable.respond(self._service, request, answer)
        elif answer is None and self._service.may_defer(request):
            result = await self._looks.result(self._carry_out_deferring, request)
        elif answer is None and self._service.takes_long(request):
            result = WireResult(await self._looks.reply(partial(self._service.looking, request), request))
        else:
            result = self._service.respond(request, answer)
        if self._surfaces and answer is None and is_control_path(request.path):
            for surface in self._surfaces:
                surface.follow(request)
        return result


class Listener(Protocol):
    """What listens from its start until it is stopped."""

    async def start(self) -> str:
        """Listen; gives the address."""
        ...

    async def stop(self) -> None:
        """Stop listening and close every connection."""
        ...

    def held(self) -> int:
        """How many people and events there are, in all projects together."""
        ...


def protocols(
    answer: Callable[[web.BaseRequest], Awaitable[web.StreamResponse]], plain: PlainRequests | None = None
) -> web.Server:
    """What makes an HTTP protocol for each connection.

    Args:
        answer: Answers one request.
        plain: Answers plain requests without aiohttp; None to let aiohttp answer all.
    """
    _LOGGER.addFilter(_is_our_own)
    return Connections(
        answer,
        plain=plain,
        access_log=None,
        logger=_LOGGER,
        max_line_size=_LARGEST_HEADER,
        max_field_size=_LARGEST_HEADER,
        # It takes a body that is cut off for a whole one.
        auto_decompress=False,
    )


async def serve_until_signalled(server: Listener, ready: Callable[[str], None]) -> None:
    """Serve until SIGINT or SIGTERM.

    Args:
        server: The server, or a proxy with its server, not started yet.
        ready: Called with the address as soon as requests are answered.

    Raises:
        OSError: The port is taken, or the address is not this machine's.
    """
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    loop.set_exception_handler(_log_briefly)
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    try:
        with freezing(server.held, loop.call_soon):
            ready(await server.start())
            await stop.wait()
    finally:
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.remove_signal_handler(number)
        await server.stop()


def _log_briefly(loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    """Log a failure of the event loop; in one line where the machine lets nobody in for a while."""
    error = context.get("exception")
    if not isinstance(error, OSError) or error.errno not in _EXHAUSTED or "socket" not in context:
        loop.default_exception_handler(context)
    elif _SHORTAGE.is_new(loop.time()):
        _LOGGER.warning(
            "no more connections can be accepted (%s): new clients wait until others disconnect "
            "(`ulimit -n` shows the limit)",
            str(error.strerror).lower(),
        )


class _Shortage:
    """When descriptors were last short, so that a shortage is told of once."""

    def __init__(self) -> None:
        self._last = -_SHORTAGE_ENDS

    def is_new(self, now: float) -> bool:
        """Whether this is the first of a shortage."""
        last, self._last = self._last, now
        return now - last >= _SHORTAGE_ENDS


_SHORTAGE: Final = _Shortage()


def _only_looks(request: Request) -> bool:
    return is_control_path(request.path) and not changes_state(request)


def _refused(status: int, text: str) -> web.Response:
    """A reply after which the connection is closed, as the rest of the body is not read."""
    response = web.Response(status=status, reason=reason_phrase(status), text=text)
    response.force_close()
    return response


def _response(reply: Reply, number: int | None = None) -> web.Response:
    headers = headers_of(reply, number)
    return web.Response(status=reply.status, reason=reason_phrase(reply.status), body=reply.body, headers=headers)


def _not_stored(error: BaseException) -> Reply:
    # Imported here: only where a simulator is kept in a directory, anything can be not stored.
    from simulator.persistence.durable_simulator import not_stored

    return not_stored(error)


def _close(incoming: web.BaseRequest) -> web.StreamResponse:
    """Close the connection with no reply."""
    if incoming.transport is not None:
        incoming.transport.abort()
    return web.Response()


def _is_our_own(record: logging.LogRecord) -> bool:
    """Whether a log record tells of a fault of ours and not of a client that does not speak HTTP."""
    return not (record.exc_info and isinstance(record.exc_info[1], _CLIENTS_FAULTS))

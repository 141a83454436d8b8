"""The simulator over HTTP: a thin shell of aiohttp."""

from __future__ import annotations

import asyncio
import ipaddress
import signal
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from aiohttp import web

from simulator.message import Reply, Request, reason_phrase
from simulator.service import Service

if TYPE_CHECKING:
    from collections.abc import Callable

    from simulator.clock import Clock
    from simulator.simulator import Simulator

#: Bytes of a body that are read at the most; what is longer is too large for every project.
_LARGEST_BODY: Final = 64 * 1024 * 1024
_LARGEST_HEADER: Final = 64 * 1024


class Server:
    """A simulator that listens.

    The control surface and the inspector are served on the loopback address only.

    Args:
        simulator: The simulator.
        clock: The time that it goes by.
        host: The address to listen on.
        port: The port to listen on; 0 for any that is free.
    """

    def __init__(self, simulator: Simulator, clock: Clock, *, host: str = "127.0.0.1", port: int = 8585) -> None:
        self._service = Service(simulator, clock, control=_is_loopback(host))
        self._host = host
        self._port = port
        self._runner: web.ServerRunner | None = None

    async def start(self) -> str:
        """Listen; gives the address, such as `http://127.0.0.1:8585`.

        Raises:
            OSError: The port is taken, or the address is not this machine's.
        """
        server = web.Server(
            self._handle,
            access_log=None,
            max_line_size=_LARGEST_HEADER,
            max_field_size=_LARGEST_HEADER,
        )
        runner = web.ServerRunner(server, handle_signals=False, shutdown_timeout=1.0)
        await runner.setup()
        site = web.TCPSite(runner, self._host, self._port)
        try:
            await site.start()
        except OSError:
            await runner.cleanup()
            raise
        self._runner = runner
        host, port = runner.addresses[0][:2]
        shown = f"[{host}]" if ":" in host else host
        return f"http://{shown}:{port}"

    async def stop(self) -> None:
        """Stop listening and close every connection."""
        if self._runner is not None:
            runner, self._runner = self._runner, None
            await runner.cleanup()

    async def _handle(self, incoming: web.BaseRequest) -> web.StreamResponse:
        body = await _read(incoming)
        if body is None:
            too_large = web.Response(status=413, reason=reason_phrase(413), text="Request Entity Too Large")
            too_large.force_close()
            return too_large
        headers = {name.lower(): value for name, value in incoming.headers.items()}
        path, query = _target(incoming.raw_path)
        request = Request(incoming.method, path, query, headers, body)
        if _is_foreign(request):
            return _response(_FOREIGN)
        transmission = self._service.respond(request)
        if transmission.delay:
            await asyncio.sleep(transmission.delay)
        if transmission.reply is None:
            return _close(incoming)
        return _response(transmission.reply)


async def serve_until_signalled(server: Server, ready: Callable[[str], None]) -> None:
    """Serve until SIGINT or SIGTERM.

    Args:
        server: The server, not started yet.
        ready: Called with the address as soon as requests are answered.

    Raises:
        OSError: The port is taken, or the address is not this machine's.
    """
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    ready(await server.start())
    try:
        await stop.wait()
    finally:
        await server.stop()


async def _read(incoming: web.BaseRequest) -> bytes | None:
    """The body, or None when it is longer than anything that is accepted."""
    if not incoming.body_exists:
        return b""
    parts: list[bytes] = []
    size = 0
    async for part in incoming.content.iter_any():
        size += len(part)
        if size > _LARGEST_BODY:
            return None
        parts.append(part)
    return b"".join(parts)


def _target(raw: str) -> tuple[str, str]:
    """Path and query of a request target, which may be a whole address when the client takes us for a proxy."""
    if not raw.startswith("/"):
        parts = urlsplit(raw)
        return parts.path or "/", parts.query
    path, _, query = raw.partition("?")
    return path, query


def _response(reply: Reply) -> web.Response:
    return web.Response(
        status=reply.status, reason=reason_phrase(reply.status), body=reply.body, headers=reply.headers
    )


def _close(incoming: web.BaseRequest) -> web.StreamResponse:
    """Close the connection with no reply."""
    if incoming.transport is not None:
        incoming.transport.abort()
    return web.Response()


_FOREIGN: Final = Reply(
    403,
    b'{"error":"the control surface does not take requests that a page of another site makes"}',
    {"Content-Type": "application/json"},
)


def _is_foreign(request: Request) -> bool:
    """Whether a browser sends the request for a page of another site, which must not steer the simulator."""
    if not request.path.startswith("/_sim"):
        return False
    origin = request.headers.get("origin")
    if origin is None:
        return request.headers.get("sec-fetch-site") == "cross-site"
    return not _is_loopback(urlsplit(origin).hostname or "")


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False

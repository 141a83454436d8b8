"""The simulator as an httpx transport: in process, with no socket."""

from __future__ import annotations

from typing import TYPE_CHECKING

import httpx

from simulator.clock import Clock
from simulator.common_headers import headers_of
from simulator.gateway.cross_origin import ALLOW_ORIGIN, is_for_pages
from simulator.message import Request, reason_phrase
from simulator.service import Service

if TYPE_CHECKING:
    from simulator.engine.simulator import Simulator


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
        headers = {name.lower(): value for name, value in request.headers.items()}
        transmission = self._service.respond(Request(request.method, path, query, headers, body))
        if transmission.delay:
            self._wait(request, transmission.delay)
        reply = transmission.reply
        if reply is None:
            raise httpx.RemoteProtocolError("Server disconnected without sending a response.", request=request)
        headers = {**headers_of(reply, transmission.number), "Content-Length": str(len(reply.body))}
        if is_for_pages(path):
            headers.setdefault(*ALLOW_ORIGIN)
        return httpx.Response(
            reply.status,
            headers=headers,
            content=reply.body,
            extensions={"reason_phrase": reason_phrase(reply.status).encode()},
            request=request,
        )

    def _wait(self, request: httpx.Request, delay: float) -> None:
        limit = request.extensions.get("timeout", {}).get("read")
        if limit is not None and delay > limit:
            self._service.clock.advance(limit)
            raise httpx.ReadTimeout("The read operation timed out", request=request)
        self._service.clock.advance(delay)

"""Connections as aiohttp keeps them, except that a client that has nothing more to send still gets its replies."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from aiohttp import web

if TYPE_CHECKING:
    from aiohttp.streams import StreamReader


class Connections(web.Server):
    """Makes a connection for each client."""

    def __call__(self) -> web.RequestHandler:
        """A new connection."""
        return _Connection(self, loop=self._loop, **self._kwargs)


class _Connection(web.RequestHandler):
    """A connection that ends after the last reply, and not where the client stops sending."""

    __slots__ = ("_has_ended", "_last_body")

    def __init__(self, *arguments: Any, **settings: Any) -> None:
        super().__init__(*arguments, **settings)
        self._last_body: StreamReader | None = None
        self._has_ended = False

    def data_received(self, data: bytes) -> None:
        """Take what the client sends."""
        super().data_received(data)
        if self._messages:
            self._last_body = self._messages[-1][1]

    def eof_received(self) -> bool:  # type: ignore[override]  # asyncio is told whether the connection stays open
        """The client sends no more: the connection stays open for the replies to what it has asked for in full."""
        # TLS cannot be closed by half.
        is_plain = self.transport is not None and self.transport.get_extra_info("sslcontext") is None
        self._has_ended = is_plain and self._is_asked()
        return self._has_ended

    @property
    def has_ended(self) -> bool:
        """Whether the client sends no more, and may be gone: only a reply would show."""
        return self._has_ended

    async def finish_response(
        self, request: web.BaseRequest, resp: web.StreamResponse, start_time: float | None
    ) -> tuple[web.StreamResponse, bool]:
        """Send a reply, and close the connection after the last."""
        sent = await super().finish_response(request, resp, start_time)
        if self._has_ended and not self._messages:
            self.close()
        return sent

    def _is_asked(self) -> bool:
        """Whether something is to be answered, and the last of it has come in whole."""
        is_busy = bool(self._messages) or self._waiter is None
        return is_busy and self._last_body is not None and self._last_body.is_eof()

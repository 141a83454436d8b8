"""Connections as aiohttp keeps them, except for two things.

A client that has nothing more to send still gets its replies; and plain requests are answered as they come in,
without the task and the objects that aiohttp makes for each. aiohttp parses those as well, and answers whatever
follows as soon as one is not plain.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, Final

from aiohttp import web
from aiohttp.http import HttpRequestParser

from simulator.http.reply_queue import ReplyQueue

if TYPE_CHECKING:
    import asyncio

    from aiohttp.streams import StreamReader

    from simulator.http.plain_requests import PlainRequests


#: Whether aiohttp's connections are as they have been since 3.14: of older ones, aiohttp answers every request.
_ANSWERS_PLAIN: Final = hasattr(HttpRequestParser, "message_consumed")


class Connections(web.Server):
    """Makes a connection for each client.

    Args:
        arguments: Those of aiohttp's server.
        plain: What answers plain requests; None to let aiohttp answer all.
        settings: Those of aiohttp's server.
    """

    def __init__(self, *arguments: Any, plain: PlainRequests | None = None, **settings: Any) -> None:
        super().__init__(*arguments, **settings)
        self._plain = plain if _ANSWERS_PLAIN else None
        self._replies = ReplyQueue(self._loop, self._connections)

    def __call__(self) -> web.RequestHandler:
        """A new connection."""
        return _Connection(self, plain=self._plain, replies=self._replies, loop=self._loop, **self._kwargs)


class _Connection(web.RequestHandler):
    """A connection that ends after the last reply, and not where the client stops sending.

    aiohttp's task waits for `_waiter`, and answers when that is done. While it waits, plain requests are answered
    here. While a reply of such a request waits for its entry to be stored, `_waiter` is set aside, in `_set_aside`:
    for aiohttp the connection is busy then.
    """

    __slots__ = ("_has_ended", "_last_body", "_plain", "_replies", "_set_aside")

    def __init__(self, *arguments: Any, plain: PlainRequests | None, replies: ReplyQueue, **settings: Any) -> None:
        super().__init__(*arguments, **settings)
        self._plain = plain
        self._replies = replies
        self._last_body: StreamReader | None = None
        self._has_ended = False
        self._set_aside: asyncio.Future[None] | None = None

    def data_received(self, data: bytes) -> None:
        """Take what the client sends."""
        waiter = self._waiter
        if self._plain is None or waiter is None or waiter.done():
            super().data_received(data)
            self._note_last_body()
            return
        # Out of sight, so that aiohttp does not wake its task for what may be plain.
        self._waiter = None
        try:
            super().data_received(data)
        except BaseException:
            self._waiter = waiter
            raise
        self._note_last_body()
        self._go_on(self._plain, waiter)

    def _go_on(self, plain: PlainRequests, waiter: asyncio.Future[None]) -> None:
        """Answer what is plain, with aiohttp's waiter out of sight, and let aiohttp answer the rest."""
        is_for_aiohttp = False
        try:
            is_for_aiohttp = self._answer(plain, waiter)
        finally:
            if self._set_aside is None:
                self._waiter = waiter
        if is_for_aiohttp:
            waiter.set_result(None)

    def resume_reading(self, *arguments: Any, **settings: Any) -> None:
        """Read on, and parse what came in while reading was paused; aiohttp asks for it after each body as well."""
        if not _ANSWERS_PLAIN or self._reading_paused or self._buffer_paused:
            super().resume_reading(*arguments, **settings)

    def _note_last_body(self) -> None:
        if self._messages:
            self._last_body = self._messages[-1][1]

    def _answer(self, plain: PlainRequests, waiter: asyncio.Future[None]) -> bool:
        """Answer plain requests from the first on; tells whether the rest is for aiohttp, being no plain one."""
        messages: Any = self._messages
        while messages:
            message, body = messages[0]
            headers = plain.headers_of(message)
            # aiohttp waits until a client takes its replies, and until it has answered most of a long queue.
            if headers is None or self._paused or self._buffer_paused:
                return True
            if not body.is_eof():
                return not plain.is_awaited(headers)
            messages.popleft()
            if self._parser is not None:
                self._parser.message_consumed()
            reply, awaited = plain.answer(message, headers, body.read_nowait())
            if awaited is not None:
                self._set_aside = waiter
                self._request_in_progress = True
                awaited.add_done_callback(partial(self._send_late, plain, reply))
                return False
            self._send(reply)
        return False

    def _send(self, reply: bytes) -> None:
        if self.transport is None:
            return
        self._replies.add(self.transport, reply)
        if self._keepalive_timeout > 0:
            loop = self._loop
            self._keepalive = True
            self._next_keepalive_close_time = loop.time() + self._keepalive_timeout
            if self._keepalive_handle is None:
                self._keepalive_handle = loop.call_at(self._next_keepalive_close_time, self._process_keepalive)

    def _send_late(self, plain: PlainRequests, reply: bytes, stored: asyncio.Future[None]) -> None:
        """Send a reply whose entry is stored, or could not be, and go on."""
        self._request_in_progress = False
        if self._handler_waiter is not None and not self._handler_waiter.done():
            self._handler_waiter.set_result(None)
        waiter, self._set_aside = self._set_aside, None
        if waiter is None or self.transport is None:
            return
        error = stored.exception()
        self._send(reply if error is None else plain.not_stored(error))
        if self._close or (self._has_ended and not self._messages):
            transport, self._waiter = self.transport, waiter
            self._replies.flush()
            self.close()
            transport.close()
        else:
            self._go_on(plain, waiter)

    def connection_lost(self, exc: BaseException | None) -> None:
        """The connection is gone; aiohttp's task ends."""
        if self._set_aside is not None:
            self._waiter, self._set_aside = self._set_aside, None
        super().connection_lost(exc)

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

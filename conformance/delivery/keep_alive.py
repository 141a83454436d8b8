"""Connections over which one request after the other is sent to the same host.

aiohttp's client makes a request object, a response object, cookies and timers for each request, which costs more than
all the rest of a delivery. Here a request is a head that is the same for all of its kind, and a body; what comes back
is read by aiohttp's parser. Proxies and redirects are left to the client.
"""

from __future__ import annotations

import asyncio
import ssl
from collections import deque
from typing import TYPE_CHECKING, Final, NamedTuple
from urllib.parse import urlsplit

from aiohttp.base_protocol import BaseProtocol
from aiohttp.client_exceptions import ClientPayloadError
from aiohttp.http import HttpResponseParser

if TYPE_CHECKING:
    from aiohttp.http import RawResponseMessage
    from aiohttp.streams import StreamReader
    from multidict import CIMultiDictProxy

#: Seconds after which a connection is not used any more that had nothing to do; servers close theirs sooner or later.
_LONGEST_IDLE: Final = 15.0
#: Seconds between the addresses of a host that are tried.
_BETWEEN_ADDRESSES: Final = 0.25
#: More than is read of any body, so that the parser need not wait until somebody reads.
_MOST_BUFFERED: Final = 16 * 1024 * 1024
_INFORMATIONAL: Final = range(100, 200)


class Answer(NamedTuple):
    """What came back.

    Attributes:
        status: The status code.
        reason: The status text.
        headers: The headers.
        body: The body, unpacked.
    """

    status: int
    reason: str
    headers: CIMultiDictProxy[str]
    body: bytes


class NotConnectedError(OSError):
    """No connection came about, for the reason that is its cause; nothing was sent."""


class OversizedBodyError(OSError):
    """The body of an answer is longer than is read of any.

    Attributes:
        status: The status of the answer.
    """

    def __init__(self, status: int) -> None:
        super().__init__(f"{status} with a body that is too long")
        self.status = status


class UnreadableAnswerError(OSError):
    """What came back is no HTTP."""


class KeptConnections:
    """Connections to one host.

    Args:
        url: Its address, of which scheme, host and port count.
        most: How many connections are open at the most; who finds none free waits.
        connect_timeout: Seconds until a connection is given up that does not come about.
    """

    def __init__(self, url: str, *, most: int, connect_timeout: float) -> None:
        parts = urlsplit(url)
        self._host = parts.hostname or ""
        self._tls = parts.scheme == "https"
        self._port = parts.port or (443 if self._tls else 80)
        self._connect_timeout = connect_timeout
        self._context: ssl.SSLContext | None = None
        self._slots = asyncio.Semaphore(most)
        self._idle: deque[_Connection] = deque()

    async def exchange(self, request: bytes, seconds: float, most_bytes: int) -> Answer:
        """Send a request, head and body, and give the answer to it.

        Args:
            request: The request as it goes over the wire.
            seconds: How long until an answer is given up.
            most_bytes: The longest body that is read.

        Raises:
            NotConnectedError: Nothing was sent.
            TimeoutError: There was no answer in time.
            OversizedBodyError: The body of the answer is longer.
            OSError: There was no answer, or none that can be read.
        """
        async with self._slots:
            connection = self._free_connection() or await self._connect(seconds)
            try:
                return await connection.exchange(request, seconds, most_bytes)
            finally:
                if connection.is_free:
                    self._idle.append(connection)
                else:
                    connection.abort()

    def _free_connection(self) -> _Connection | None:
        now = asyncio.get_running_loop().time()
        while self._idle:
            connection = self._idle.pop()
            if connection.is_free and now - connection.free_since < _LONGEST_IDLE:
                return connection
            connection.abort()
        return None

    async def _connect(self, seconds: float) -> _Connection:
        loop = asyncio.get_running_loop()
        if self._tls and self._context is None:
            self._context = ssl.create_default_context()
        try:
            async with asyncio.timeout(min(seconds, self._connect_timeout)):
                _, connection = await loop.create_connection(
                    lambda: _Connection(loop),
                    self._host,
                    self._port,
                    ssl=self._context,
                    happy_eyeballs_delay=_BETWEEN_ADDRESSES,
                )
        except TimeoutError as error:
            if seconds < self._connect_timeout:
                raise
            raise NotConnectedError from error
        except OSError as error:
            raise NotConnectedError from error
        return connection

    async def close(self) -> None:
        """Close the connections that have nothing to do."""
        while self._idle:
            self._idle.pop().abort()
        # A transport is closed in the next turn of the loop.
        await asyncio.sleep(0)


class _Connection(BaseProtocol):
    """One connection, with one request under way at a time.

    Attributes:
        free_since: When the last answer was complete, by the loop's clock.
    """

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        super().__init__(loop)
        self._reader = HttpResponseParser(
            self, loop, _MOST_BUFFERED, payload_exception=ClientPayloadError, read_until_eof=True
        )
        self._most_bytes = 0
        self._waiter: asyncio.Future[Answer] | None = None
        self._message: RawResponseMessage | None = None
        self._payload: StreamReader | None = None
        self._keeps = True
        self.free_since = 0.0

    @property
    def is_free(self) -> bool:
        """Whether another request may be sent."""
        return self._keeps and self._waiter is None and self.transport is not None

    def abort(self) -> None:
        """Close it at once."""
        self._keeps = False
        if self.transport is not None:
            self.transport.abort()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Take over what is to be written to."""
        super().connection_made(transport)
        self._parser = self._reader

    async def exchange(self, request: bytes, seconds: float, most_bytes: int) -> Answer:
        """Send a request and give the answer to it."""
        if self.transport is None:
            raise ConnectionResetError
        self._most_bytes = most_bytes
        waiter: asyncio.Future[Answer] = self._loop.create_future()
        self._waiter = waiter
        self.transport.write(request)
        timer = self._loop.call_later(seconds, self._fail, TimeoutError())
        try:
            answer = await waiter
        finally:
            timer.cancel()
        # Whatever was raised, `_waiter` stays, and the connection is not used again.
        self._waiter = None
        return answer

    def data_received(self, data: bytes) -> None:
        """Take what came in, and end the request when the answer is complete."""
        try:
            messages, _, _ = self._reader.feed_data(data)
        except Exception as error:  # noqa: BLE001  # whatever a parser finds, there is no answer
            self._fail(UnreadableAnswerError(str(error)))
            return
        for message, payload in messages:
            if message.code in _INFORMATIONAL:
                continue
            if self._message is not None or self._waiter is None:
                self._fail(UnreadableAnswerError("an answer to nothing"))
                return
            self._message, self._payload = message, payload
        self._look_at_payload()

    def _look_at_payload(self) -> None:
        payload, message = self._payload, self._message
        if payload is None or message is None:
            return
        if payload.total_bytes > self._most_bytes:
            self._fail(OversizedBodyError(message.code))
        elif (error := payload.exception()) is not None:
            self._fail(UnreadableAnswerError(str(error)))
        elif payload.is_eof():
            self._answer(message, payload)

    def _answer(self, message: RawResponseMessage, payload: StreamReader) -> None:
        self._message = self._payload = None
        if self.transport is None or message.should_close or self.transport.get_write_buffer_size():
            self._keeps = False
        self.free_since = self._loop.time()
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(Answer(message.code, message.reason, message.headers, payload.read_nowait(-1)))

    def _fail(self, error: BaseException) -> None:
        self._keeps = False
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_exception(error)
        elif self.transport is not None:
            self.transport.abort()

    def connection_lost(self, exc: BaseException | None) -> None:
        """End the request: with the answer where it is its end, else with a failure."""
        super().connection_lost(exc)
        self._keeps = False
        try:
            self._reader.feed_eof()
        except Exception as error:  # noqa: BLE001  # whatever a parser finds, there is no answer
            self._fail(UnreadableAnswerError(str(error)))
        self._look_at_payload()
        self._fail(exc or ConnectionResetError("the connection was closed"))

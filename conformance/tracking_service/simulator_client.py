"""The destination's client for a simulator in the same process, whose replies know their number in the journal."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from destination import ConnectionFailure, Reply
from destination.javascript import json_text
from simulator.message import Request as SimulatorRequest
from simulator.message import reason_phrase

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from destination import Request
    from simulator.engine.simulator import Simulator
    from simulator.http.surface import Respond


@dataclass(frozen=True, slots=True)
class JournalledReply(Reply):
    """A reply, and the number of its request in the journal."""

    journal_number: int = 0


class LostReply(ConnectionFailure):
    """A request that a fault left without a reply, and its number in the journal."""

    def __init__(self, message: str, *, code: str, name: str, journal_number: int) -> None:
        super().__init__(message, code=code, name=name)
        self.journal_number = journal_number


class SimulatorClient:
    """An `AsyncClient` that asks a simulator in this process.

    Args:
        simulator: The simulator.
        respond: The way into it.
        sleep: Waits for some seconds, where a fault delays a reply.

    Attributes:
        steps: Requests that were sent or answered so far; stands still while nothing happens.
        under_way: Requests that are being carried out.
    """

    def __init__(self, simulator: Simulator, respond: Respond, sleep: Callable[[float], Awaitable[object]]) -> None:
        self._simulator = simulator
        self._respond = respond
        self._sleep = sleep
        self.steps = 0
        self.under_way = 0
        #: The last body, as a value and as bytes: the projects of a source get the same one, one after the other.
        self._last_body: tuple[object, bytes] = (None, b"")

    async def send(self, request: Request) -> Reply:
        """The reply, whatever its status.

        Raises:
            ConnectionFailure: A fault closed the connection, or delays the reply for too long.
        """
        incoming = self._incoming(request)
        number = self._simulator.journal.next_number
        self.steps += 1
        self.under_way += 1
        try:
            result = await self._respond(incoming)
        finally:
            self.under_way -= 1
            self.steps += 1
        if result.delay:
            await self._sleep(min(result.delay, request.timeout))
            if result.delay > request.timeout:
                message = f"Request timed out after {round(request.timeout * 1000)}ms"
                raise LostReply(message, code="ETIMEDOUT", name="TimeoutError", journal_number=number)
        reply = result.reply
        if reply is None:
            raise LostReply("fetch failed", code="ECONNRESET", name="TypeError", journal_number=number)
        headers = {name.lower(): value for name, value in reply.headers.items()}
        text = reply.body.decode("utf-8", "replace")
        return JournalledReply(reply.status, reason_phrase(reply.status), text, headers, number)

    def _incoming(self, request: Request) -> SimulatorRequest:
        """The request as it would come in over a connection."""
        host, path, query = _parts(request.url)
        body = self._encoded(request.json)
        headers = {**request.headers, "host": host, "content-length": str(len(body))}
        return SimulatorRequest(request.method, path, query, headers, body)

    def _encoded(self, value: object) -> bytes:
        if value is None:
            return b""
        if value is not self._last_body[0]:
            self._last_body = (value, json_text.encode(value))
        return self._last_body[1]


@lru_cache(maxsize=64)
def _parts(url: str) -> tuple[str, str, str]:
    """Host, path and query of an address, of which the destination has a handful."""
    parts = urlsplit(url)
    return parts.netloc, parts.path, parts.query

"""Replies of many connections are sent together, in order, and none is lost or held back for long."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from aiohttp import web

from simulator.clock import Clock
from simulator.engine.simulator import Simulator
from simulator.http.reply_queue import ReplyQueue
from simulator.http.server import Server, protocols

CALL = b"GET /api/lists HTTP/1.1\r\nHost: h\r\nApi-Key: email-key\r\n\r\n"


class Transport(asyncio.Transport):
    """What was written, in a list that transports can share."""

    def __init__(self, written: list[tuple[Any, bytes]]) -> None:
        super().__init__()
        self.written = written
        self.is_closed = False

    def write(self, data: Any) -> None:
        self.written.append((self, data))

    def is_closing(self) -> bool:
        return self.is_closed

    def close(self) -> None:
        self.is_closed = True


@pytest.fixture
def written() -> list[tuple[Any, bytes]]:
    return []


async def test_replies_on_many_connections_go_out_in_the_next_turn_in_the_order_in_which_they_were_made(
    written: list[tuple[Any, bytes]],
) -> None:
    first, second = Transport(written), Transport(written)
    queue = ReplyQueue(asyncio.get_running_loop(), [first, second])
    queue.add(first, b"1")
    queue.add(second, b"2")
    queue.add(first, b"3")
    assert written == []
    await asyncio.sleep(0)
    assert written == [(first, b"1"), (second, b"2"), (first, b"3")]
    queue.add(second, b"4")
    await asyncio.sleep(0)
    assert written[3:] == [(second, b"4")]


async def test_a_reply_goes_out_before_a_task_that_is_woken_after_it_runs(written: list[tuple[Any, bytes]]) -> None:
    first = Transport(written)
    queue = ReplyQueue(asyncio.get_running_loop(), [first, first])
    woken = asyncio.get_running_loop().create_future()

    async def write_next() -> None:
        await woken
        first.write(b"from the task")

    task = asyncio.create_task(write_next())
    await asyncio.sleep(0)
    queue.add(first, b"queued")
    woken.set_result(None)
    await task
    assert [data for _, data in written] == [b"queued", b"from the task"]


async def test_the_only_connection_gets_its_reply_at_once_unless_an_earlier_one_waits(
    written: list[tuple[Any, bytes]],
) -> None:
    first, second = Transport(written), Transport(written)
    connections = [first]
    queue = ReplyQueue(asyncio.get_running_loop(), connections)
    queue.add(first, b"at once")
    assert written == [(first, b"at once")]
    connections.append(second)
    queue.add(first, b"waits")
    connections.pop()
    queue.add(first, b"behind it")
    assert len(written) == 1
    await asyncio.sleep(0)
    assert [data for _, data in written] == [b"at once", b"waits", b"behind it"]


async def test_long_replies_do_not_pile_up(written: list[tuple[Any, bytes]]) -> None:
    first, second = Transport(written), Transport(written)
    queue = ReplyQueue(asyncio.get_running_loop(), [first, second])
    for _ in range(10):
        queue.add(first, b"x" * 30_000)
    assert sum(len(data) for _, data in written) >= 10 * 30_000 - 64 * 1024
    await asyncio.sleep(0)
    assert sum(len(data) for _, data in written) == 10 * 30_000


async def test_a_connection_that_has_closed_meanwhile_gets_nothing_and_the_others_get_theirs(
    written: list[tuple[Any, bytes]],
) -> None:
    first, second = Transport(written), Transport(written)
    queue = ReplyQueue(asyncio.get_running_loop(), [first, second])
    queue.add(first, b"1")
    queue.add(second, b"2")
    first.is_closed = True
    queue.flush()
    assert written == [(second, b"2")]


async def test_connections_that_are_shut_down_send_what_was_answered_first(written: list[tuple[Any, bytes]]) -> None:
    server = Server(Simulator(), Clock(fixed=0))
    connections = protocols(server.answer, server.plain)
    transports = [Transport(written) for _ in range(2)]
    for connection in await opened(connections, transports):
        connection.data_received(CALL)
    assert written == []
    connections.pre_shutdown()
    await connections.shutdown(60)
    assert [(transport, data[:15]) for transport, data in written] == [
        (one, b"HTTP/1.1 200 OK") for one in transports
    ]


async def test_a_client_that_sends_no_more_gets_its_last_reply_before_the_connection_closes(
    written: list[tuple[Any, bytes]], monkeypatch: pytest.MonkeyPatch
) -> None:
    server = Server(Simulator(), Clock(fixed=0))
    assert server.plain is not None
    stored, answer = asyncio.get_running_loop().create_future(), server.plain.answer
    monkeypatch.setattr(server.plain, "answer", lambda *request: (answer(*request)[0], stored))
    connections = protocols(server.answer, server.plain)
    transports = [Transport(written) for _ in range(2)]
    first, _ = await opened(connections, transports)
    first.data_received(CALL)
    assert first.eof_received()
    stored.set_result(None)
    await asyncio.sleep(0)
    assert [(transport, data[:15]) for transport, data in written] == [(transports[0], b"HTTP/1.1 200 OK")]
    assert transports[0].is_closed
    connections.pre_shutdown()
    await connections.shutdown(60)


async def opened(connections: web.Server, transports: list[Transport]) -> list[Any]:
    """Connections on these transports, for which aiohttp's tasks wait."""
    handlers = [connections() for _ in transports]
    for handler, transport in zip(handlers, transports, strict=True):
        handler.connection_made(transport)
    await asyncio.sleep(0)
    return handlers

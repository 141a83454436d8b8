"""Bodies that are packed, cut off or too long, and connections that are closed by half or cannot be accepted."""

from __future__ import annotations

import asyncio
import errno
import gzip
import logging
import threading
import zlib
from typing import TYPE_CHECKING

import pytest

from simulator import Clock, Server, Simulator
from simulator.http import body as bodies
from simulator.http import server as servers

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

NOW = 1_787_227_200_000
BODY = b'{"email":"a@x.test"}'
PACKED = gzip.compress(BODY, mtime=0)
DEFLATED = zlib.compress(BODY)
GET = b"GET /_sim/health HTTP/1.1\r\nHost: x\r\n\r\n"


@pytest.fixture
async def port() -> AsyncIterator[int]:
    server = Server(Simulator(), Clock(NOW), port=0)
    yield int((await server.start()).rpartition(":")[2])
    await server.stop()


def update(body: bytes = BODY, *headers: bytes, version: bytes = b"1.1") -> bytes:
    head = [b"POST /api/users/update HTTP/" + version, b"Host: x", b"Api-Key: hybrid-key", *headers]
    return b"\r\n".join([*head, b"Content-Length: %d" % len(body)]) + b"\r\n\r\n" + body


async def answer(port: int, sent: bytes, *, half: bool = False) -> bytes:
    """All that comes back until the server closes the connection."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(sent)
    if half:
        writer.write_eof()
    try:
        return await asyncio.wait_for(reader.read(), 20)
    finally:
        writer.close()


@pytest.mark.parametrize(
    ("encoding", "body", "status"),
    [
        (b"gzip", PACKED, 200),
        (b"GZIP", PACKED, 200),
        (b"x-gzip", PACKED, 200),
        (b"gzip", gzip.compress(BODY[:5], mtime=0) + gzip.compress(BODY[5:], mtime=0), 200),
        (b"deflate", DEFLATED, 200),
        (b"deflate", DEFLATED[2:-4], 200),
        (b"identity", BODY, 200),
        *((b"gzip", PACKED[:length], 400) for length in range(1, len(PACKED))),
        (b"gzip", PACKED + b"rest", 400),
        (b"gzip", PACKED[:-8] + bytes(4) + PACKED[-4:], 400),
        (b"gzip", BODY, 400),
        (b"deflate", DEFLATED[:-1], 400),
        (b"deflate", DEFLATED + b"rest", 400),
        (b"br", BODY, 400),
        (b"zstd", BODY, 400),
    ],
)
async def test_a_packed_body_is_taken_whole_or_refused(port: int, encoding: bytes, body: bytes, status: int) -> None:
    sent = update(body, b"Content-Encoding: " + encoding, b"Connection: close")
    assert (await answer(port, sent)).startswith(b"HTTP/1.1 %d " % status)


async def test_a_large_body_is_unpacked_beside_other_requests(port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    may_go_on = threading.Event()

    def unpack(packed: bytes) -> bytes:
        assert may_go_on.wait(20)
        return gzip.decompress(packed)

    monkeypatch.setitem(bodies._UNPACKERS, "gzip", unpack)
    large = gzip.compress(BODY + b" " * 8_000_000)
    sent = update(large, b"Content-Encoding: gzip", b"Connection: close")
    waiting = asyncio.create_task(answer(port, sent))
    assert (await answer(port, GET, half=True)).startswith(b"HTTP/1.1 200 ")
    may_go_on.set()
    assert b" 413 " in await waiting


@pytest.mark.parametrize(
    ("sent", "replies"),
    [
        (GET, 1),
        (GET * 3, 3),
        (update(), 1),
        (update() + GET, 2),
        (update(BODY, b"Connection: close"), 1),
        (b"no HTTP\r\n\r\n", 1),
        (b"", 0),
        (GET[:-2], 0),
        (update()[:-1], 0),
    ],
)
async def test_a_client_that_stops_sending_gets_the_replies_to_what_it_asked(
    port: int, sent: bytes, replies: int
) -> None:
    assert (await answer(port, sent, half=True)).count(b"HTTP/1.") == replies


async def test_a_client_that_stops_sending_later_gets_its_reply(port: int) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(GET)
    assert await asyncio.wait_for(reader.readuntil(b'{"status": "ok"}'), 20)
    writer.write_eof()
    assert await asyncio.wait_for(reader.read(), 20) == b""
    writer.close()


async def test_a_client_of_http_1_0_is_not_told_to_go_on(port: int) -> None:
    sent = update(BODY, b"Expect: 100-continue", version=b"1.0")
    assert (await answer(port, sent)).startswith(b"HTTP/1.0 200 ")


def test_a_shortage_of_descriptors_takes_one_line(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(servers, "_SHORTAGE", servers._Shortage())
    loop = asyncio.new_event_loop()
    error = OSError(errno.EMFILE, "Too many open files")
    context = {"message": "socket.accept() out of system resource", "exception": error, "socket": None}
    try:
        with caplog.at_level(logging.WARNING):
            for _ in range(100):
                servers._log_briefly(loop, context)
    finally:
        loop.close()
    [record] = caplog.records
    assert "no more connections can be accepted (too many open files)" in record.message
    assert record.exc_info is None


def test_a_later_shortage_is_told_again() -> None:
    shortage = servers._Shortage()
    assert [shortage.is_new(now) for now in (0.0, 1.0, 10.5, 30.0)] == [True, False, False, True]


def test_another_failure_of_the_event_loop_is_logged_as_ever(caplog: pytest.LogCaptureFixture) -> None:
    loop = asyncio.new_event_loop()
    servers._log_briefly(loop, {"message": "a callback failed", "exception": RuntimeError("here")})
    loop.close()
    assert [record.message for record in caplog.records] == ["a callback failed"]

"""The server over a real socket: rubbish, odd clients, trouble on request, and a prompt end."""

from __future__ import annotations

import asyncio
import gzip
import json
import logging
import signal
from typing import TYPE_CHECKING, Any

import pytest

from simulator import Clock, Server, Simulator, serve_until_signalled
from simulator.journal import MemoryJournal

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

NOW = 1_787_227_200_000
BODY = b'{"email":"a@x.test"}'


class Wire:
    """A server, and raw bytes to it."""

    def __init__(self, simulator: Simulator, url: str) -> None:
        self.simulator = simulator
        self.url = url

    async def connect(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        host, port = self.url.removeprefix("http://").split(":")
        return await asyncio.open_connection(host, int(port))

    async def answer(self, sent: bytes) -> bytes:
        """All that comes back until the server closes the connection."""
        reader, writer = await self.connect()
        writer.write(sent)
        try:
            return await asyncio.wait_for(reader.read(), 20)
        except ConnectionError:
            return b""
        finally:
            writer.close()

    async def status(self, sent: bytes) -> int:
        return int((await self.answer(sent)).split(b" ", 2)[1])

    def people(self) -> int:
        return self.simulator.projects["hybrid"].counts()["users"]


@pytest.fixture
async def wire() -> AsyncIterator[Wire]:
    simulator = Simulator()
    server = Server(simulator, Clock(NOW), port=0)
    yield Wire(simulator, await server.start())
    await server.stop()


def update(
    body: bytes = BODY, *headers: bytes, target: bytes = b"/api/users/update", length: int | None = None
) -> bytes:
    lines = [b"POST " + target + b" HTTP/1.1", b"Host: x", b"Api-Key: hybrid-key", b"Connection: close", *headers]
    if not any(header.lower().startswith(b"transfer-encoding") for header in headers):
        lines.append(b"Content-Length: %d" % (len(body) if length is None else length))
    return b"\r\n".join(lines) + b"\r\n\r\n" + body


def get(target: bytes, *headers: bytes) -> bytes:
    return b"\r\n".join([b"GET " + target + b" HTTP/1.1", b"Connection: close", *headers]) + b"\r\n\r\n"


REFUSED = [
    (b"\x00\x01\x02\r\n\r\n", 400),
    (b"GET / HTTP/9.9\r\n\r\n", 400),
    (get(b"/api/users/\xff\xfe", b"Host: x"), 400),
    (get(b"http://[bad/api", b"Host: x"), 400),
    (get(b"/", b"Host: x", b"X: " + b"y" * 200_000), 400),
    (get(b"/" + b"a" * 100_000, b"Host: x"), 400),
    (b"GET / HTTP/1.1\r\nHost: x\r\nNo colon\r\n\r\n", 400),
    (b"BREW /api/users/update HTTP/1.1\r\nHost: x\r\n\r\n", 400),
    (b"POST /api/users/update HTTP/1.1\r\nHost: x\r\nContent-Length: -5\r\n\r\n", 400),
    (update(b"", b"Content-Length: 3"), 400),
    (update(b"zz\r\n", b"Transfer-Encoding: chunked"), 400),
    (update(BODY, b"Content-Encoding: gzip"), 400),
    (update(BODY, b"Content-Encoding: zstd"), 400),
    (update(b""), 400),
    (update(b"\xff\xfe{"), 400),
    (update(b'{"email":"a@x.test","dataFields":{"n":NaN}}'), 400),
    (update(b'{"email":"a@x.test","dataFields":{"n":-1e999}}'), 400),
    (update(b'{"email":"a@x.test","email":"b@x.test"}'), 400),
    (update(b'{"email":"a@x.test","dataFields":' + b"[" * 100_000), 400),
    (update(b'{"email":"a@x.test","dataFields":{"n":' + b"9" * 5000 + b"}}"), 400),
    (update(b'{"email":"a@x.test"'), 400),
    (update(BODY + b" " * 5_000_000), 413),
    (update(BODY, target=b"/api/users/%zz%ff/update"), 404),
    (update(BODY, target=b"/api//users/update"), 404),
]


@pytest.mark.parametrize(("sent", "status"), REFUSED, ids=range(len(REFUSED)))
async def test_rubbish_is_refused_leaves_the_state_alone_and_the_server_up(
    wire: Wire, caplog: pytest.LogCaptureFixture, sent: bytes, status: int
) -> None:
    assert await wire.status(sent) == status
    assert wire.people() == 0
    assert caplog.records == []
    assert await wire.status(update()) == 200
    assert wire.people() == 1


async def test_chunked_and_compressed_bodies_are_understood(wire: Wire) -> None:
    chunks = b"5\r\n" + BODY[:5] + b"\r\n%x\r\n" % len(BODY[5:]) + BODY[5:] + b"\r\n0\r\n\r\n"
    assert await wire.status(update(chunks, b"Transfer-Encoding: chunked")) == 200
    assert await wire.status(update(gzip.compress(BODY), b"Content-Encoding: gzip")) == 200
    assert wire.people() == 1


async def test_more_than_anybody_may_send_is_cut_off(wire: Wire) -> None:
    assert await wire.status(update(gzip.compress(b" " * 70_000_000), b"Content-Encoding: gzip")) == 413
    assert wire.people() == 0


async def test_a_client_that_waits_to_be_told_to_go_on_is_told(wire: Wire) -> None:
    reader, writer = await wire.connect()
    writer.write(update(b"", b"Expect: 100-continue", length=len(BODY)))
    assert await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), 20) == b"HTTP/1.1 100 Continue\r\n\r\n"
    assert wire.people() == 0
    writer.write(BODY)
    head, _, body = (await asyncio.wait_for(reader.read(), 20)).partition(b"\r\n\r\n")
    writer.close()
    assert head.startswith(b"HTTP/1.1 200 OK")
    assert json.loads(body)["code"] == "Success"
    assert wire.people() == 1


@pytest.mark.parametrize(
    "sent",
    [
        update(BODY, length=100),
        update(b"5\r\n" + BODY[:5] + b"\r\n", b"Transfer-Encoding: chunked"),
        update()[:60],
        b"",
    ],
)
async def test_a_client_that_hangs_up_half_way_has_asked_for_nothing(
    wire: Wire, caplog: pytest.LogCaptureFixture, sent: bytes
) -> None:
    _, writer = await wire.connect()
    writer.write(sent)
    await writer.drain()
    writer.close()
    await writer.wait_closed()
    assert await wire.status(update(b'{"email":"b@x.test"}')) == 200
    assert wire.people() == 1
    assert caplog.records == []


async def test_a_target_may_be_a_whole_address(wire: Wire) -> None:
    assert await wire.status(get(b"http://api.iterable.com/api/webhooks", b"Host: x", b"Api-Key: hybrid-key")) == 200
    assert await wire.status(b"OPTIONS * HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n") in {401, 404}


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ([b"Host: 127.0.0.1:8585"], 200),
        ([b"Host: [::1]:8585"], 200),
        ([b"Host: localhost"], 200),
        ([b"Host: simulator:8585"], 200),
        ([b"Host: simulator.test"], 200),
        ([b"Host: api.eu.iterable.com"], 200),
        ([b"Host: rebound.attacker.com"], 403),
        ([b"Host: localhost", b"Origin: http://localhost:3000"], 200),
        ([b"Host: localhost", b"Origin: https://[::1]"], 200),
        ([b"Host: localhost", b"Origin: https://attacker.com"], 403),
        ([b"Host: localhost", b"Origin: https://localhost.attacker.com"], 403),
        ([b"Host: localhost", b"Origin: https://api.iterable.com"], 403),
        ([b"Host: localhost", b"Origin: http://[bad"], 403),
        ([b"Host: localhost", b"Origin: null"], 403),
        ([b"Host: localhost", b"Sec-Fetch-Site: cross-site"], 403),
        ([b"Host: localhost", b"Sec-Fetch-Site: same-origin"], 200),
    ],
)
async def test_only_pages_of_this_machine_reach_the_control_surface(
    wire: Wire, headers: list[bytes], status: int
) -> None:
    assert await wire.status(get(b"/_sim/projects", *headers)) == status


async def test_a_link_from_elsewhere_opens_the_page(wire: Wire) -> None:
    assert await wire.status(get(b"/", b"Host: localhost", b"Sec-Fetch-Site: cross-site")) == 200


@pytest.mark.parametrize("control", [True, False])
async def test_the_control_surface_may_be_allowed_or_refused_whatever_the_address(control: bool) -> None:
    server = Server(Simulator(), Clock(NOW), port=0, control=control)
    wire = Wire(Simulator(), await server.start())
    try:
        status = await wire.status(get(b"/_sim/projects", b"Host: simulator.example.com"))
        health = await wire.status(get(b"/_sim/health", b"Host: simulator.example.com"))
    finally:
        await server.stop()
    assert status == (200 if control else 403)
    assert health == 200


async def fault(wire: Wire, action: dict[str, Any]) -> None:
    body = json.dumps({"match": {"path": "/api/*"}, "action": action, "times": 1}).encode()
    assert await wire.status(update(body, target=b"/_sim/faults")) == 201


@pytest.mark.parametrize("status", [204, 205, 304, 429, 503, 599])
async def test_any_status_may_be_asked_for(wire: Wire, status: int) -> None:
    await fault(wire, {"status": status, "headers": {"X-Odd": "a b", "content-type": "text/html"}})
    head = (await wire.answer(update())).partition(b"\r\n\r\n")[0]
    assert head.startswith(b"HTTP/1.1 %d " % status)
    assert b"X-Odd: a b" in head
    assert head.lower().count(b"content-type:") == 1
    assert wire.people() == 0


@pytest.mark.parametrize(("moment", "people"), [("before", 0), ("after", 1)])
async def test_a_drop_closes_the_connection_without_a_byte(
    wire: Wire, caplog: pytest.LogCaptureFixture, moment: str, people: int
) -> None:
    await fault(wire, {"drop": moment})
    assert await wire.answer(update()) == b""
    assert wire.people() == people
    assert caplog.records == []


async def test_a_reply_that_is_late_keeps_nobody_else_waiting_and_does_not_hold_up_the_end() -> None:
    carried_out = asyncio.Event()

    class TellingJournal(MemoryJournal):
        def append(self, *entry: Any, **more: Any) -> None:
            super().append(*entry, **more)
            if not more.get("control"):
                carried_out.set()

    simulator = Simulator(journal=TellingJournal())
    server = Server(simulator, Clock(NOW), port=0)
    wire = Wire(simulator, await server.start())
    await fault(wire, {"delay": 3600})
    reader, writer = await wire.connect()
    writer.write(update())
    await asyncio.wait_for(carried_out.wait(), 20)
    assert wire.people() == 1
    assert await wire.status(get(b"/_sim/health", b"Host: x")) == 200
    await asyncio.wait_for(server.stop(), 20)
    assert b"200 OK" not in await reader.read()
    writer.close()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
async def test_a_signal_ends_the_server_though_connections_are_open(number: signal.Signals) -> None:
    simulator = Simulator()
    addresses: asyncio.Queue[str] = asyncio.Queue()
    serving = asyncio.create_task(serve_until_signalled(Server(simulator, Clock(NOW), port=0), addresses.put_nowait))
    wire = Wire(simulator, await addresses.get())
    idle, half = await wire.connect(), await wire.connect()
    idle[1].write(b"GET /_sim/health HTTP/1.1\r\nHost: x\r\n\r\n")
    half[1].write(update(BODY, length=100))
    assert (await idle[0].readline()).startswith(b"HTTP/1.1 200")
    signal.raise_signal(number)
    await asyncio.wait_for(serving, 20)
    for _, writer in (idle, half):
        writer.close()
    assert signal.getsignal(signal.SIGTERM) is signal.SIG_DFL
    with pytest.raises(OSError, match=r"."):
        await wire.connect()


async def test_a_port_that_is_taken_is_an_error_and_leaves_no_handler(wire: Wire) -> None:
    port = int(wire.url.rpartition(":")[2])
    with pytest.raises(OSError, match=r"in use"):
        await serve_until_signalled(Server(Simulator(), Clock(NOW), port=port), lambda _: None)
    assert signal.getsignal(signal.SIGTERM) is signal.SIG_DFL


async def test_what_the_simulator_does_wrong_is_logged(
    wire: Wire, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(wire.simulator, "transmit", broken)
    with caplog.at_level(logging.ERROR):
        assert await wire.status(update()) == 500
    assert [record.name for record in caplog.records] == ["simulator.http.server"]

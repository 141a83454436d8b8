"""Plain requests are answered without aiohttp's task: byte for byte as aiohttp's way answers them, however they come in."""

from __future__ import annotations

import asyncio
import gzip
import json
import random
import re
from itertools import pairwise, product
from typing import TYPE_CHECKING, Any

import pytest

from simulator import Clock, Request, Server, Simulator
from simulator.http.server import protocols
from simulator.journal import Selection
from simulator.message import WireResult
from simulator.persistence import NoRoomError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

NOW = 1_787_227_200_000
DATE = re.compile(rb"\r\nDate: [A-Z][a-z]{2}, \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d GMT\r\n")


class Line(asyncio.Transport):
    """The server's end of a connection whose other end is the test."""

    def __init__(self) -> None:
        super().__init__()
        self.sent = b""
        self.is_closed = False
        self.is_paused = False

    def write(self, data: Any) -> None:
        self.sent += bytes(data)

    def writelines(self, parts: Iterable[Any]) -> None:
        self.sent += b"".join(map(bytes, parts))

    def get_extra_info(self, name: str, default: Any = None) -> Any:
        return ("127.0.0.1", 1) if name == "peername" else default

    def is_closing(self) -> bool:
        return self.is_closed

    def close(self) -> None:
        self.is_closed = True

    def abort(self) -> None:
        self.is_closed = True

    def pause_reading(self) -> None:
        self.is_paused = True

    def resume_reading(self) -> None:
        self.is_paused = False

    def is_reading(self) -> bool:
        return not self.is_paused


class Way:
    """A server, with plain requests or by aiohttp's way alone."""

    def __init__(self, *, plain: bool) -> None:
        self.simulator = Simulator()
        self.server = Server(self.simulator, Clock(NOW), port=0)
        if not plain:
            self.server.plain = None
        self.manager = protocols(self.server.answer, self.server.plain)

    async def connect(self) -> tuple[Any, Line]:
        line, protocol = Line(), self.manager()
        protocol.connection_made(line)
        await settle()
        return protocol, line

    async def replies(self, pieces: Sequence[bytes]) -> tuple[bytes, bool]:
        """What comes back for what is sent piece by piece, and whether the connection is closed then."""
        protocol, line = await self.connect()
        for piece in pieces:
            if not line.is_closed:
                protocol.data_received(piece)
                await settle()
        seen = DATE.sub(b"\r\nDate: then\r\n", line.sent), line.is_closed
        protocol.connection_lost(None)
        await settle()
        return seen


async def settle() -> None:
    for _ in range(40):
        await asyncio.sleep(0)


def raw(line: str, *headers: str, body: bytes = b"", length: int | None = -1, host: str | None = "x") -> bytes:
    lines = [line, *([] if host is None else [f"Host: {host}"]), *headers]
    if length is not None and (body or length >= 0):
        lines.append(f"Content-Length: {len(body) if length < 0 else length}")
    return "\r\n".join(lines).encode("utf-8", "surrogateescape") + b"\r\n\r\n" + body


def document(**members: Any) -> bytes:
    return json.dumps(members).encode()


ADA = {"email": "ada@x.test", "userId": "u1"}
WHO: list[dict[str, Any]] = [ADA, {"email": "nobody@x.test"}, {}]
MORE: list[dict[str, Any]] = [{}, {"id": "e1"}, {"dataFields": {"n": 1}}, {"createdAt": "x"}]
KEYS = [f"Api-Key: {name}-key" for name in ("email", "userid", "hybrid")]
BODIES = [
    document(**ADA, dataFields={"plan": "gold", "since": "2024-01-02", "tags": ["a"], "at": {"lat": 1.5}}),
    document(email="ADA@x.test", dataFields={"plan": 3, "since": "never"}),
    document(email="é@x.test"),
    document(userId="u2", mergeNestedObjects=True, dataFields={"at": {"lon": 2}}),
    document(email=7),
    b'{"email":"b@x.test","email":"c@x.test"}',
    b'{"email":"b@x.test","dataFields":{"n":NaN}}',
    b'{"email":"b@x.test"',
    b"\xff\xfe",
    b"[]",
    b"",
]
CHUNKED = b"5\r\n" + BODIES[0][:5] + b"\r\n%x\r\n" % len(BODIES[0][5:]) + BODIES[0][5:] + b"\r\n0\r\n\r\n"
POST = "POST /api/users/update HTTP/1.1"
WRITES = [raw(POST, key, "Content-Type: application/json", body=body) for key, body in product(KEYS, BODIES)]
TRACKS = [
    raw("POST /api/events/track HTTP/1.1", key, body=document(**who, eventName="Bought", **more))
    for key, who, more in product(KEYS, WHO, MORE)
]
BULK = [
    raw(f"POST /api/{path} HTTP/1.1", key, body=document(**{name: [{**ADA, "eventName": "E"}, {"email": "x"}] * 3}))
    for key, (path, name) in product(KEYS, [("users/bulkUpdate", "users"), ("events/trackBulk", "events")])
]
READS = [
    raw(f"{method} {target} HTTP/1.1", key)
    for method, key, target in product(
        ["GET", "DELETE"],
        KEYS,
        [
            "/api/users/ada@x.test",
            "/api/users/ada%40x.test",
            "/api/users/byUserId/u1",
            "/api/users/getByEmail?email=ada@x.test",
            "/api/events/ada@x.test?limit=2",
            "/api/lists",
            "/api/nothing/here",
            "/api//users/x",
            "/api/",
            "/api/users/%zz%ff?",
            "/api/users/x?api_key=hybrid-key&a=%20b",
        ],
    )
]
ODD = [
    raw(POST, body=BODIES[0]),
    raw(POST, "Api-Key: nobody", body=BODIES[0]),
    raw(POST, "Api_Key: hybrid-key", body=BODIES[0]),
    raw(POST, body=document(**ADA, apiKey="hybrid-key")),
    *(raw(POST, KEYS[2], f"Connection: {said}", body=BODIES[0]) for said in ("close", "keep-alive", "Close, x")),
    *(raw(POST.replace("1.1", "1.0"), KEYS[2], *more, body=BODIES[0]) for more in ([], ["Connection: keep-alive"])),
    raw(POST, KEYS[2], "Expect: 100-continue", body=BODIES[0]),
    raw(POST, KEYS[2], "Expect: else", body=BODIES[0]),
    raw(POST, KEYS[2], "Transfer-Encoding: chunked", length=None) + CHUNKED,
    raw(POST, KEYS[2], "Transfer-Encoding: chunked", length=3) + CHUNKED,
    *(
        raw(POST, KEYS[2], f"Content-Encoding: {name}", body=body)
        for name, body in product(
            ["gzip", "x-gzip", "identity", "br", ""], [gzip.compress(BODIES[0], mtime=0), BODIES[0]]
        )
    ),
    *(
        raw(f"{method} /api/users/ada@x.test HTTP/1.1", KEYS[2])
        for method in ("HEAD", "OPTIONS", "PUT", "PATCH", "BREW")
    ),
    *(
        raw(f"{method} /api/users/update HTTP/1.1", KEYS[2], body=BODIES[0])
        for method in ("GET", "PUT", "PATCH", "DELETE")
    ),
    raw("OPTIONS /api/users/update HTTP/1.1", "Origin: http://a.test", "Access-Control-Request-Method: POST"),
    *(raw(f"GET {target} HTTP/1.1") for target in ("/", "/_sim/health", "/_sim/nothing", "/nothing", "/api", "*")),
    raw("GET http://api.iterable.com/api/lists HTTP/1.1", KEYS[2], host="api.iterable.com"),
    *(
        raw("GET /api/lists HTTP/1.1", KEYS[2], host=host)
        for host in ("api.eu.iterable.com", "API.ITERABLE.COM:80", "")
    ),
    raw("GET /api/lists HTTP/1.1", KEYS[2], host=None),
    raw("GET /api/lists HTTP/1.1", KEYS[2], "Host: y"),
    raw("GET /api/lists HTTP/1.1", KEYS[2], "X: a", "x: b", "X-É: ü", "Empty:", "Blank:   \t y  "),
    raw("GET /api/lists HTTP/1.1", KEYS[2], "Upgrade: websocket", "Connection: Upgrade"),
    raw("GET /api/lists HTTP/1.1", KEYS[2], "Upgrade: h2c", "Connection: Upgrade"),
    raw("GET /api/lists HTTP/1.1", KEYS[2], "Upgrade: h2c"),
    raw("GET /api/lists HTTP/1.1", KEYS[2], "No colon"),
    raw("GET /api/lists HTTP/1.1", KEYS[2], "Bad name : x"),
    raw("GET /api/lists HTTP/1.1", KEYS[2], " folded"),
    raw("GET /api/lists HTTP/1.1", KEYS[2], "X: " + "y" * 70_000),
    raw("GET /api/lists HTTP/9.9", KEYS[2]),
    raw("GET /api/lists#part HTTP/1.1", KEYS[2]),
    raw("GET /api/lists?a=b?c HTTP/1.1", KEYS[2]),
    raw("GET /api/users/\udcff\udcfe HTTP/1.1", KEYS[2]),
    raw("get /api/lists HTTP/1.1", KEYS[2]),
    raw("GET  /api/lists HTTP/1.1", KEYS[2]),
    raw(POST, KEYS[2], "Content-Length: 3", body=BODIES[0]),
    raw(POST, KEYS[2], "Content-Length: -5", length=None),
    raw(POST, KEYS[2], "Content-Length: 1e2", length=None),
    raw(POST, KEYS[2], body=b"", length=0),
    raw(POST, KEYS[2], "Content-Type: text/plain", body=BODIES[0]),
    raw(POST, KEYS[2], body=BODIES[0] + b" " * 70_000),
    b"\r\n" + WRITES[0],
    WRITES[0].replace(b"\r\n", b"\n"),
    b"\x00\x01\r\n\r\n",
    b"no HTTP\r\n\r\n",
]
HEALTH = raw("GET /_sim/health HTTP/1.1")
REQUESTS = [*WRITES, *TRACKS, *BULK, *READS, *ODD]


def split(sent: bytes, chance: random.Random) -> list[bytes]:
    """What is sent, in pieces: cut in up to six places, often at the end of the head, where clients do so."""
    places = {chance.randrange(1, len(sent)) for _ in range(chance.randrange(1, 6))}
    if chance.random() < 0.5:
        places.add(sent.find(b"\r\n\r\n") + 4)
    cuts = [0, *sorted(places), len(sent)]
    return [sent[begin:end] for begin, end in pairwise(cuts)]


async def assert_same(conversations: Iterable[Sequence[bytes]]) -> None:
    plain, other = Way(plain=True), Way(plain=False)
    for pieces in conversations:
        assert await plain.replies(pieces) == await other.replies(pieces), b"".join(pieces)[:300]
    entries = [way.simulator.journal.select(Selection()) for way in (plain, other)]
    assert entries[0] == entries[1]
    states = [
        {name: project.state_document() for name, project in way.simulator.projects.items()} for way in (plain, other)
    ]
    assert states[0] == states[1]


async def test_two_hundred_requests_are_answered_as_by_aiohttp() -> None:
    assert len(REQUESTS) >= 200
    await assert_same([request] for request in REQUESTS)


@pytest.mark.parametrize("seed", range(3))
async def test_the_same_in_pieces(seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311  # repeatable on purpose
    await assert_same(split(request, chance) for request in REQUESTS)


@pytest.mark.parametrize("seed", range(3))
async def test_the_same_one_behind_the_other(seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311  # repeatable on purpose
    lines = [b"".join(chance.choices(REQUESTS, k=chance.randrange(2, 9))) for _ in range(120)]
    await assert_same([sent] if chance.random() < 0.5 else split(sent, chance) for sent in lines)


async def test_the_same_for_a_long_line_of_requests() -> None:
    plain = [*WRITES, *TRACKS, *READS]
    await assert_same([[b"".join(plain * 2)], [b"".join([*plain[:40], ODD[9], *plain[40:90]])]])


async def test_plain_requests_are_not_left_to_aiohttp(monkeypatch: pytest.MonkeyPatch) -> None:
    async def answer(*_: object) -> None:
        raise AssertionError("aiohttp was asked")

    way = Way(plain=True)
    monkeypatch.setattr(way.server, "_answer", answer)
    for request in (WRITES[0], TRACKS[0], BULK[0], READS[0]):
        sent, _ = await way.replies([request])
        assert sent.startswith(b"HTTP/1.1 200 OK\r\n")
    # The head alone at first, as many clients send it.
    head, _, body = WRITES[0].partition(b"\r\n\r\n")
    assert (await way.replies([head + b"\r\n\r\n", body]))[0].startswith(b"HTTP/1.1 200 OK\r\n")


@pytest.mark.parametrize("plain", [True, False])
@pytest.mark.parametrize("before", [b"", WRITES[0]])
@pytest.mark.parametrize("sent", [b"", b"POST /api/us", WRITES[0][:60]])
async def test_a_request_that_is_sent_by_half_is_not_waited_for_without_end(
    plain: bool, before: bytes, sent: bytes
) -> None:
    protocol, line = await Way(plain=plain).connect()
    for piece in filter(None, (before, sent)):
        protocol.data_received(piece)
        await settle()
    replied = line.sent
    protocol._next_keepalive_close_time = 0.0
    protocol._process_keepalive()
    assert line.is_closed
    assert line.sent == replied
    await settle()


async def test_a_plain_body_that_never_comes_is_not_waited_for_without_end() -> None:
    way = Way(plain=True)
    protocol, line = await way.connect()
    protocol.data_received(WRITES[0][:-5])
    await settle()
    protocol._next_keepalive_close_time = 0.0
    protocol._process_keepalive()
    assert line.is_closed
    await settle()
    assert way.simulator.journal.next_number == 1


async def test_a_reply_puts_the_end_of_an_idle_connection_off() -> None:
    protocol, line = await Way(plain=True).connect()
    protocol._next_keepalive_close_time = 0.0
    protocol.data_received(WRITES[0])
    protocol._process_keepalive()
    assert not line.is_closed
    protocol.connection_lost(None)
    await settle()


async def test_a_client_that_takes_no_replies_is_left_to_aiohttp_which_waits_for_it() -> None:
    way = Way(plain=True)
    protocol, line = await way.connect()
    protocol.pause_writing()
    protocol.data_received(READS[0] * 3)
    await settle()
    assert line.sent.count(b"HTTP/1.1 ") == 1
    protocol.resume_writing()
    await settle()
    assert line.sent.count(b"HTTP/1.1 ") == 3
    protocol.connection_lost(None)
    await settle()


async def test_while_a_fault_is_active_nothing_is_plain() -> None:
    way = Way(plain=True)
    fault = document(match={"path": "/api/*"}, action={"drop": "before"}, times=1)
    await way.replies([raw("POST /_sim/faults HTTP/1.1", host="localhost", body=fault)])
    assert await way.replies([WRITES[0]]) == (b"", True)
    assert (await way.replies([WRITES[0]]))[0].startswith(b"HTTP/1.1 200 OK\r\n")


async def test_what_breaks_is_logged_and_answered_as_by_aiohttp(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def transmit(*_: object) -> None:
        raise RuntimeError("a mistake of ours")

    monkeypatch.setattr(Simulator, "transmit", transmit)
    replies = [await Way(plain=plain).replies([WRITES[0]]) for plain in (True, False)]
    assert replies[0] == replies[1]
    assert replies[0][0].startswith(b"HTTP/1.1 500 ")
    assert len(caplog.records) == 2


async def test_a_client_that_stops_sending_gets_its_last_reply_before_the_connection_ends() -> None:
    protocol, line = await Way(plain=True).connect()
    protocol.data_received(WRITES[0])
    assert line.sent.startswith(b"HTTP/1.1 200 OK\r\n")
    # Nothing is owed any more: asyncio may close the connection.
    assert protocol.eof_received() is False
    protocol.connection_lost(None)
    await settle()


class Disk:
    """Lets the replies of a way wait until a test says that their entries are stored."""

    def __init__(self, way: Way) -> None:
        assert way.server.plain is not None
        carry_out = way.server.plain._carry_out
        self.waiting: list[asyncio.Future[None]] = []

        def later(request: Request) -> tuple[WireResult, asyncio.Future[None] | None]:
            self.waiting.append(asyncio.get_running_loop().create_future())
            return carry_out(request)[0], self.waiting[-1]

        way.server.plain._carry_out = later

    async def store(self) -> None:
        self.waiting[-1].set_result(None)
        await settle()


async def waiting(sent: bytes) -> tuple[Way, Disk, Any, Line]:
    way = Way(plain=True)
    disk = Disk(way)
    protocol, line = await way.connect()
    protocol.data_received(sent)
    await settle()
    assert line.sent == b""
    return way, disk, protocol, line


async def test_a_reply_waits_until_its_entry_is_stored_and_those_behind_it_wait_too() -> None:
    _, disk, protocol, line = await waiting(WRITES[0] + ODD[0])
    protocol.data_received(HEALTH + WRITES[0])
    await settle()
    assert (line.sent, len(disk.waiting)) == (b"", 1)
    await disk.store()
    assert (line.sent.count(b"HTTP/1.1 "), len(disk.waiting)) == (1, 2)
    await disk.store()
    # aiohttp has answered what is not plain, and all that was there by then.
    assert re.findall(rb"HTTP/1.1 (\d+)", line.sent) == [b"200", b"401", b"200", b"200"]
    protocol.data_received(WRITES[0])
    await settle()
    await disk.store()
    assert line.sent.count(b"HTTP/1.1 ") == 5
    protocol.connection_lost(None)
    await settle()


async def test_what_cannot_be_stored_is_said_and_the_connection_stays() -> None:
    _, disk, protocol, line = await waiting(WRITES[0])
    disk.waiting[0].set_exception(NoRoomError("the disk is full"))
    await settle()
    assert line.sent.startswith(b"HTTP/1.1 507 ")
    assert b"the disk is full" in line.sent
    protocol.data_received(WRITES[0])
    await settle()
    await disk.store()
    assert line.sent.count(b"HTTP/1.1 200 ") == 1
    protocol.connection_lost(None)
    await settle()


async def test_a_client_that_goes_meanwhile_leaves_nothing_behind() -> None:
    tasks = len(asyncio.all_tasks())
    _, disk, protocol, line = await waiting(WRITES[0])
    protocol.connection_lost(None)
    await settle()
    assert len(asyncio.all_tasks()) == tasks
    await disk.store()
    assert line.sent == b""


async def test_a_client_that_stops_sending_meanwhile_gets_its_reply_and_then_the_end() -> None:
    _, disk, protocol, line = await waiting(WRITES[0])
    assert protocol.eof_received() is True
    assert not line.is_closing()
    await disk.store()
    assert line.sent.startswith(b"HTTP/1.1 200 OK\r\n")
    assert line.is_closing()
    protocol.connection_lost(None)
    await settle()


async def test_a_server_that_ends_meanwhile_sends_the_reply_first() -> None:
    way, disk, protocol, line = await waiting(WRITES[0])
    way.manager.pre_shutdown()
    ending = asyncio.create_task(way.manager.shutdown(20))
    await settle()
    assert not line.is_closing()
    await disk.store()
    assert line.sent.startswith(b"HTTP/1.1 200 OK\r\n")
    assert line.is_closing()
    protocol.connection_lost(None)
    await asyncio.wait_for(ending, 20)

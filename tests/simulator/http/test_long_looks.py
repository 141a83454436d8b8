"""What only looks and takes long is answered beside everything else, as of one instant, and never without an end."""

from __future__ import annotations

import asyncio
import json
import os
import signal
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

import aiohttp
import pytest

from simulator import DEFAULT_PROJECTS, Clock, Request, Simulator
from simulator.child_process import Child
from simulator.control import state_documents
from simulator.http.server import Server
from simulator.journal import InitialState
from simulator.long_looks import LongLooks
from simulator.message import Reply
from simulator.persistence.durable_simulator import Durable
from simulator.service import Service

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable
    from pathlib import Path

NOON = 1_787_227_200_000
REQUESTS = 160
LOOKS = (
    "/_sim/state",
    "/_sim/projects/hybrid/state",
    "/_sim/projects/hybrid/state?at=90",
    "/_sim/projects/hybrid/state?at=160",
    "/_sim/projects/hybrid/state?at=161",
    "/_sim/projects/nobody/state?at=3",
    "/_sim/projects/hybrid/diff?from=20&to=130",
    "/_sim/projects/hybrid/journal?user=person-7@example.com",
    "/_sim/journal?text=PERSON-11&newest=true&limit=3",
    "/_sim/journal?outcome=refused",
    "/_sim/projects/hybrid/profile?user=person-7@example.com",
    "/_sim/projects/hybrid/blame?user=person-7@example.com&field=n",
    "/_sim/projects/hybrid/users?search=son-1",
    "/_sim/projects/hybrid/outcomes",
)


def update(number: int) -> Request:
    body = {"email": f"person-{number % 20}@example.com", "dataFields": {"n": number}}
    return Request("POST", "/api/users/update", "", {"api-key": "hybrid-key"}, json.dumps(body).encode())


@asynccontextmanager
async def served(directory: Path | None = None) -> AsyncIterator[tuple[Service, str]]:
    """A simulator with some requests behind it, and the address of its server."""
    durable = None
    if directory is None:
        simulator, clock = Simulator(), Clock(NOON)
    else:
        durable = Durable(directory, InitialState(DEFAULT_PROJECTS, 0, (NOON, 0)))
        simulator, clock = durable.simulator, durable.clock
    server = Server(simulator, clock, port=0, durable=durable)
    address = await server.start()
    try:
        for number in range(1, REQUESTS + 1):
            await server.respond(update(number))
        yield server._service, address
    finally:
        await server.stop()


async def fetched(address: str, target: str) -> tuple[int, str, bytes]:
    async with aiohttp.ClientSession() as session, session.get(address + target) as response:
        return response.status, response.headers["Content-Type"], await response.read()


def expected(target: str) -> tuple[int, str, bytes]:
    """The same of a simulator in this process, which looks by itself."""
    service = Service(Simulator(), Clock(NOON))
    for number in range(1, REQUESTS + 1):
        service.respond(update(number))
    path, _, query = target.partition("?")
    reply = service.respond(Request("GET", path, query)).reply
    assert reply is not None
    return reply.status, reply.headers["Content-Type"], reply.body


@pytest.fixture(params=["in memory", "in a directory"])
def directory(request: pytest.FixtureRequest, tmp_path: Path) -> Path | None:
    return tmp_path / "data" if request.param == "in a directory" else None


def has_everything_take_long(patch: pytest.MonkeyPatch) -> None:
    patch.setattr("simulator.service._MANY", -1)
    patch.setattr("simulator.persistence.stored_entries._SHORT", 0)


async def test_a_copy_answers_what_the_process_itself_would(
    directory: Path | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    has_everything_take_long(monkeypatch)
    async with served(directory) as (_, address):
        for target in LOOKS:
            assert await fetched(address, target) == expected(target), target


async def test_a_reply_is_of_the_instant_at_which_its_copy_was_made(
    directory: Path | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    has_everything_take_long(monkeypatch)
    async with served(directory) as (service, address):
        stop = asyncio.Event()

        async def go_on() -> None:
            number = REQUESTS
            while not stop.is_set():
                number += 1
                async with aiohttp.ClientSession() as session:
                    request = update(number)
                    await session.post(address + request.path, data=request.body, headers=dict(request.headers))

        going = asyncio.gather(*(go_on() for _ in range(3)))
        for _ in range(5):
            last = service.simulator.journal.next_number - 1
            _, _, body = await fetched(address, "/_sim/projects/hybrid/state")
            newest = max(user["dataFields"]["n"] for user in json.loads(body)["users"])
            assert newest >= REQUESTS
            _, _, body = await fetched(address, f"/_sim/projects/hybrid/state?at={last}")
            assert json.loads(body)["users"]
        stop.set()
        await going


async def test_a_copy_that_is_ended_is_an_error_with_the_reason(monkeypatch: pytest.MonkeyPatch) -> None:
    has_everything_take_long(monkeypatch)
    parent = os.getpid()

    def end(*_: Any) -> Any:
        assert os.getpid() != parent
        os.kill(os.getpid(), signal.SIGKILL)

    async with served() as (_, address):
        monkeypatch.setattr(state_documents, "document_of", end)
        status, _, body = await fetched(address, "/_sim/state")
        assert status == 500
        assert "SIGKILL" in json.loads(body)["msg"]
        assert (await fetched(address, "/_sim/health"))[0] == 200


async def test_a_client_that_goes_takes_its_copy_along(
    directory: Path | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    has_everything_take_long(monkeypatch)
    made = asyncio.Event()
    ended: list[Child] = []

    class WatchedChild(Child):
        def __init__(self, work: Callable[[], bytes]) -> None:
            super().__init__(work)
            made.set()

        async def close(self) -> None:
            await super().close()
            ended.append(self)

    monkeypatch.setattr("simulator.long_looks.Child", WatchedChild)
    monkeypatch.setattr(state_documents, "document_of", lambda _: signal.pause())
    async with served(directory) as (_, address), asyncio.timeout(30):
        host, _, port = address.removeprefix("http://").partition(":")
        _, writer = await asyncio.open_connection(host, int(port))
        writer.write(b"GET /_sim/state HTTP/1.1\r\nHost: x\r\n\r\n")
        await made.wait()
        writer.close()
        while not ended:
            assert (await fetched(address, "/_sim/health"))[0] == 200
    with pytest.raises(ProcessLookupError):
        os.kill(ended[0]._number, 0)


async def test_a_long_body_is_sent_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("simulator.deferred_reply._WHOLE", 1_000)
    has_everything_take_long(monkeypatch)
    async with served() as (_, address):
        assert await fetched(address, "/_sim/state") == expected("/_sim/state")


async def test_where_the_system_has_no_room_for_a_copy_the_process_looks_itself(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def refuse(_: Callable[[], bytes]) -> Any:
        raise BlockingIOError

    monkeypatch.setattr("simulator.long_looks.Child", refuse)
    reply = await LongLooks().reply(lambda: lambda: Reply(200, b"looked"), Request("GET", "/_sim/state"))
    assert reply.body == b"looked"


async def test_a_search_that_ends_soon_needs_no_copy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_: Callable[[], bytes]) -> Any:
        raise AssertionError("a copy was made")

    monkeypatch.setattr("simulator.service._MANY", -1)
    monkeypatch.setattr("simulator.long_looks.Child", refuse)
    target = "/_sim/journal?text=person-11@&limit=3"
    async with served(tmp_path / "data") as (_, address):
        assert await fetched(address, target) == expected(target)

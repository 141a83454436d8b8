"""What is served is kept out of the garbage collector's way, and garbage is freed in the end all the same."""

from __future__ import annotations

import asyncio
import gc
import json
import weakref
from typing import TYPE_CHECKING, Any

import pytest

from simulator import Clock, Request, Server, Simulator
from simulator.http.connection import _Connection
from simulator.http.garbage import Freezing, freezing, memory_of_process
from simulator.journal import MemoryJournal
from simulator.service import Service

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

NOW = 1_787_227_200_000
MEGABYTE = 1024 * 1024
OLDER = {"generation": 1}


class Circle:
    """Garbage that refers to itself."""

    def __init__(self) -> None:
        self.itself = self


class Process:
    """A process with as much memory, and as many people and events, as a test says."""

    def __init__(self, megabytes: int = 100) -> None:
        self.memory = megabytes * MEGABYTE
        self.held = 0
        self.later: list[Callable[[], None]] = []
        self.freezing = Freezing(lambda: self.held, self.later.append, lambda: self.memory)

    def collect(self) -> None:
        self.freezing.after_collection("stop", OLDER)


@pytest.fixture(autouse=True)
def _thawed() -> Iterator[None]:
    yield
    gc.unfreeze()


def test_what_has_survived_is_frozen_and_no_collection_looks_at_it_again() -> None:
    process = Process()
    circle = Circle()
    gone = weakref.ref(circle)
    process.collect()
    del circle
    gc.collect()
    assert gone() is not None
    process.freezing.look_at_everything()
    assert gone() is None


def test_the_youngest_are_not_frozen() -> None:
    before = gc.get_freeze_count()
    Process().freezing.after_collection("stop", {"generation": 0})
    Process().freezing.after_collection("start", OLDER)
    assert gc.get_freeze_count() == before


@pytest.mark.parametrize(
    ("grown", "held", "is_due"),
    [(63, 0, False), (65, 0, True), (65, 300, False), (67, 300, True), (1000, 1_000_000, False)],
)
def test_everything_is_looked_at_once_the_process_has_grown_beyond_what_it_holds(
    grown: int, held: int, is_due: bool
) -> None:
    process = Process()
    process.memory += grown * MEGABYTE
    process.held = held
    process.collect()
    process.collect()
    assert process.later == [process.freezing.look_at_everything] * is_due


def test_a_large_process_may_grow_by_half() -> None:
    process = Process(megabytes=1000)
    process.memory += 499 * MEGABYTE
    process.collect()
    assert not process.later
    process.memory += 2 * MEGABYTE
    process.collect()
    assert process.later


def test_after_a_look_at_everything_the_growth_counts_from_there() -> None:
    process = Process()
    process.memory += 65 * MEGABYTE
    process.collect()
    process.later.pop()()
    process.collect()
    assert not process.later
    process.memory += 90 * MEGABYTE
    process.collect()
    assert process.later


def test_serving_leaves_the_collector_as_it_was() -> None:
    before = gc.get_threshold(), list(gc.callbacks), gc.get_freeze_count()
    with freezing(lambda: 0, lambda _: None):
        assert len(gc.callbacks) == len(before[1]) + 1
    assert (gc.get_threshold(), gc.callbacks, gc.get_freeze_count()) == before


def test_a_process_has_memory() -> None:
    assert memory_of_process() > MEGABYTE


def call(path: str, body: Any) -> Request:
    return Request("POST", f"/api/{path}", "", {"api-key": "hybrid-key"}, json.dumps(body).encode())


def tracked() -> int:
    """How many objects the collector knows, frozen ones as well, garbage apart."""
    gc.unfreeze()
    gc.collect()
    return len(gc.get_objects())


def test_a_days_requests_leave_nothing_behind_that_is_not_held() -> None:
    """As they come and go, frozen on their way: refused ones, people removed, all kinds of entries."""
    service = Service(Simulator(journal=MemoryJournal(most=200)), Clock(NOW))

    def hour(number: int) -> None:
        for minute in range(60):
            who = {"email": f"person-{minute}@example.com", "userId": f"user-{minute}"}
            service.respond(call("users/update", {**who, "dataFields": {"n": number, "tags": ["a"], "at": {"x": 1}}}))
            service.respond(call("users/update", {"email": "no email"}))
            service.respond(call("users/update", {**who, "dataFields": {"n": "no number"}}))
            service.respond(call("users/bulkUpdate", {"users": [who, {"email": 1}]}))
            service.respond(call("events/track", {**who, "id": "one", "eventName": "Bought"}))
            service.respond(call("lists/subscribe", {"listId": 1, "subscribers": [who]}))
            service.respond(Request("DELETE", f"/api/users/{who['email']}", "", {"api-key": "hybrid-key"}))
            process.collect()

    process = Process()
    for number in range(2):
        hour(number)
    before = tracked()
    for number in range(2, 24):
        hour(number)
    gc.freeze()
    # The last entries may be of a little more than those before them.
    assert tracked() - before < 50


async def test_connections_that_have_ended_are_freed_though_they_were_frozen() -> None:
    # Other tests of this process may have left connections that nothing has freed yet.
    gc.unfreeze()
    gc.collect()
    others = [found for found in gc.get_objects() if isinstance(found, _Connection)]
    server = Server(Simulator(), Clock(NOW), port=0)
    port = int((await server.start()).rpartition(":")[2])
    process = Process()
    for number in range(20):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        target = b"/api/lists" if number % 2 else b"/_sim/health"
        writer.write(b"GET " + target + b" HTTP/1.1\r\nHost: localhost\r\nApi-Key: hybrid-key\r\n\r\n")
        assert await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), 20)
        process.collect()
        writer.close()
        await writer.wait_closed()
    await server.stop()
    gc.unfreeze()
    left = sum(isinstance(found, _Connection) for found in gc.get_objects())
    assert left - len(others) <= 2

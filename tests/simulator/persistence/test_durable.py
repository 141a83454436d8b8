"""What is answered is stored, what is stored comes back, and a disk that is full says so."""

from __future__ import annotations

import asyncio
import json
import resource
from contextlib import asynccontextmanager, contextmanager
from typing import TYPE_CHECKING, Any

import pytest

from simulator import DEFAULT_PROJECTS, Clock, Request, Simulator
from simulator.engine.snapshot import capture
from simulator.history.replay import rebuilt
from simulator.journal import InitialState, Selection
from simulator.persistence import Directory, StoredJournal, UnusableDirectoryError
from simulator.persistence.durable_simulator import Durable
from simulator.service import Service

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator
    from pathlib import Path

INITIAL_STATE = InitialState(DEFAULT_PROJECTS, 0, (1_787_227_200_000, 0))


class Kept:
    """A simulator in a directory, without a socket."""

    def __init__(self, durable: Durable) -> None:
        self.durable = durable
        self.service = Service(durable.simulator, durable.clock)

    @property
    def journal(self) -> StoredJournal:
        journal = self.durable.simulator.journal
        assert isinstance(journal, StoredJournal)
        return journal

    async def send(self, method: str, path: str, body: Any = None) -> tuple[int, Any]:
        content = b"" if body is None else json.dumps(body).encode()
        request = Request(method, path, "", {"api-key": "hybrid-key"}, content)
        reply = (await self.durable.respond(self.service, request)).reply
        assert reply is not None
        return reply.status, json.loads(reply.body) if reply.body else None

    async def update(self, number: int, **fields: Any) -> int:
        body = {"email": f"person-{number}@example.com", "dataFields": fields}
        return (await self.send("POST", "/api/users/update", body))[0]

    def state(self) -> bytes:
        return capture(self.durable.simulator, self.durable.clock)

    def people(self) -> int:
        return len(self.durable.simulator.projects["hybrid"].people)


@asynccontextmanager
async def kept(path: Path, initial_state: InitialState = INITIAL_STATE, *, asked: bool = True) -> AsyncIterator[Kept]:
    durable = Durable(path, initial_state, asked=asked)
    try:
        yield Kept(durable)
    finally:
        await durable.close()


def stored_state(path: Path) -> bytes:
    """What the requests in a directory lead to, whatever snapshots are there."""
    directory = Directory(path)
    journal = StoredJournal(directory)
    for snapshot in directory.snapshots.iterdir():
        snapshot.unlink()
    state = capture(*rebuilt(journal, journal.next_number - 1))
    journal.close()
    directory.close()
    return state


async def test_everything_is_there_again_after_a_stop(tmp_path: Path) -> None:
    async with kept(tmp_path) as first:
        await first.send("POST", "/_sim/faults", {"action": {"delay": 0}, "probability": 0.5})
        await asyncio.gather(*(first.update(number, logins=number) for number in range(50)))
        await first.send("POST", "/_sim/clock", {"advance": 60})
        state = first.state()
    async with kept(tmp_path) as second:
        assert second.state() == state
        assert len(second.journal.select(Selection())) == 50
        assert await second.update(1) == 200
        state = second.state()
    assert stored_state(tmp_path) == state


async def test_a_reply_waits_until_its_request_is_stored(tmp_path: Path) -> None:
    async with kept(tmp_path) as one:
        waiting = [asyncio.create_task(one.update(number)) for number in range(3)]
        await asyncio.sleep(0)
        assert one.people() == 3
        assert not any(task.done() for task in waiting)
        await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
        assert len(one.journal.select(Selection())) == 3
        await asyncio.gather(*waiting)


async def test_a_reply_that_tells_of_another_request_waits_for_that_as_well(tmp_path: Path) -> None:
    async with kept(tmp_path) as one:
        update = asyncio.create_task(one.update(1))
        await asyncio.sleep(0)
        _, state = await one.send("GET", "/_sim/projects/hybrid/state")
        assert len(state["users"]) == 1
        assert len(one.journal.select(Selection())) == 1
        await update


async def test_a_reset_is_stored_too(tmp_path: Path) -> None:
    async with kept(tmp_path) as first:
        await first.update(1)
        await first.send("POST", "/_sim/clock", {"advance": 60})
        await first.send("POST", "/_sim/reset")
        await first.update(2)
        assert [entry.number for entry in first.journal.select(Selection())] == [1]
        state = first.state()
    assert stored_state(tmp_path) == state


@contextmanager
def few_pages(one: Kept) -> Iterator[None]:
    """A database that must not grow."""
    [pages] = one.journal._writer.execute("PRAGMA page_count").fetchone()
    one.journal._writer.execute(f"PRAGMA max_page_count = {pages}")
    yield
    one.journal._writer.execute("PRAGMA max_page_count = 1000000")


@contextmanager
def short_files(one: Kept) -> Iterator[None]:
    """A disk on which no file can be longer than the write-ahead log is now."""
    log = one.durable._directory.path / "journal.sqlite-wal"
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (log.stat().st_size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@pytest.mark.parametrize("full", [few_pages, short_files])
async def test_a_full_disk_is_said_changes_nothing_and_is_over_when_there_is_room(tmp_path: Path, full: Any) -> None:
    async with kept(tmp_path) as one:
        await asyncio.gather(*(one.update(number) for number in range(20)))
        before = one.state()
        with full(one):
            padding = "x" * 100_000
            updates = (one.update(number, padding=padding) for number in range(100, 120))
            assert set(await asyncio.gather(*updates)) == {507}
            assert one.state() == before
            status, body = await one.send("POST", "/api/users/update", {"email": "late@example.com"})
            assert status == 507
            assert body["code"] == "InsufficientStorage"
            assert body["msg"].startswith("Nothing was changed: the simulator cannot store requests")
            for path in ("/_sim/projects", "/"):
                looking = await one.durable.respond(one.service, Request("GET", path))
                assert looking.reply is not None
                assert looking.reply.status == 200
            wrong = await one.durable.respond(one.service, Request("POST", "/_sim/projects/hybrid/diff"))
            assert wrong.reply is not None
            assert wrong.reply.status == 405
        assert one.state() == before
        assert await one.update(200) == 200
        assert one.people() == 21
        after = one.state()
    assert stored_state(tmp_path) == after


async def test_requests_that_followed_a_lost_one_are_lost_with_it(tmp_path: Path) -> None:
    async with kept(tmp_path) as one:
        await one.update(1)
        with few_pages(one):
            lost = asyncio.create_task(one.update(2, padding="x" * 100_000))
            await asyncio.sleep(0)
            follower = asyncio.create_task(one.update(3))
            assert [await lost, await follower] == [507, 507]
        assert one.people() == 1
        assert one.journal.next_number == 2


async def test_snapshots_are_made_now_and_then_and_at_the_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("simulator.persistence.durable_simulator._EVERY", 10)
    async with kept(tmp_path) as one:
        for number in range(25):
            await one.update(number)
            if one.durable._saving is not None:
                await one.durable._saving
        state = one.state()
    assert sorted(path.name for path in (tmp_path / "snapshots").iterdir()) == [
        "0-10.snapshot",
        "0-20.snapshot",
        "0-25.snapshot",
    ]
    async with kept(tmp_path) as again:
        assert again.state() == state
        assert capture(*rebuilt(again.journal, 17)) != state


async def test_a_directory_keeps_to_how_it_began(tmp_path: Path) -> None:
    other = InitialState(DEFAULT_PROJECTS[:1], 0, (None, 0))
    async with kept(tmp_path, other) as one:
        assert list(one.durable.simulator.projects) == ["email"]
    async with kept(tmp_path, INITIAL_STATE, asked=False) as one:
        assert list(one.durable.simulator.projects) == ["email"]
    async with kept(tmp_path, other):
        pass
    with pytest.raises(
        UnusableDirectoryError, match="was created with other projects, keys, settings, seed or clock"
    ):
        Durable(tmp_path, INITIAL_STATE)
    async with kept(tmp_path, other):
        pass


async def test_a_simulator_in_memory_gives_the_same_replies(tmp_path: Path) -> None:
    service = Service(Simulator(), Clock(INITIAL_STATE.clock[0]))
    async with kept(tmp_path) as one:
        for number in range(10):
            request = Request(
                "POST", "/api/users/update", "", {"api-key": "userid-key"}, b'{"userId": "u%d"}' % (number % 3)
            )
            assert await one.durable.respond(one.service, request) == service.respond(request)
        assert one.state() == capture(service.simulator, service.clock)

"""What a request asks for and takes long is made beside everything else, as of the instant of the request's entry."""

from __future__ import annotations

import asyncio
import json
import os
import signal
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import aiohttp
import pytest

from simulator import DEFAULT_PROJECTS, Clock, Request, Simulator
from simulator.child_process import Child
from simulator.engine.snapshot import capture, whole
from simulator.history.replay import rebuilt
from simulator.http.server import Server
from simulator.journal import InitialState, entry_to_json
from simulator.persistence.durable_simulator import Durable
from simulator.service import Service

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable
    from pathlib import Path

NOON = 1_787_227_200_000
KEY = {"api-key": "hybrid-key"}
EXPORTS = (
    "/api/export/data.json?dataTypeName=user&range=All",
    "/api/export/data.csv?dataTypeName=user&range=All&delimiter=;",
    "/api/export/data.csv?dataTypeName=customEvent&range=All",
    "/api/export/userEvents?email=person-7@example.com&includeCustomEvents=true",
    "/api/export/data.csv?dataTypeName=user&range=All&delimiter=;;",
    "/api/export/data.json?dataTypeName=nothing&range=All",
)


def update(number: int) -> Request:
    body = {"email": f"person-{number % 20}@example.com", "dataFields": {"n": number}}
    return Request("POST", "/api/users/update", "", KEY, json.dumps(body).encode())


def track(number: int) -> Request:
    body = {"email": f"person-{number % 20}@example.com", "eventName": "opened", "dataFields": {"n": number}}
    return Request("POST", "/api/events/track", "", KEY, json.dumps(body).encode())


def export(target: str) -> Request:
    path, _, query = target.partition("?")
    return Request("GET", path, query, KEY)


def take(name: str) -> Request:
    return Request("POST", "/_sim/snapshots", "", {}, json.dumps({"name": name}).encode())


def start(data_type: str = "user", form: str = "text/csv") -> Request:
    body = {"dataTypeName": data_type, "outputFormat": form}
    return Request("POST", "/api/export/start", "", KEY, json.dumps(body).encode())


def bring_back(name: str) -> Request:
    return Request("POST", f"/_sim/snapshots/{name}/restore")


FIRST = [request for number in range(1, 41) for request in (update(number), track(number))]


class Served:
    """A server with some requests behind it."""

    def __init__(self, server: Server, address: str) -> None:
        self.server = server
        self.address = address

    @property
    def simulator(self) -> Simulator:
        return self.server._service.simulator

    @property
    def host(self) -> str:
        return self.address.removeprefix("http://")

    async def ask(self, request: Request) -> tuple[int, dict[str, str], bytes]:
        target = f"{self.address}{request.path}{'?' if request.query else ''}{request.query}"
        async with (
            aiohttp.ClientSession() as session,
            session.request(request.method, target, data=request.body, headers=dict(request.headers)) as response,
        ):
            return response.status, dict(response.headers), await response.read()


@asynccontextmanager
async def served(directory: Path | None = None, first: list[Request] = FIRST) -> AsyncIterator[Served]:
    durable = None
    if directory is None:
        simulator, clock = Simulator(), Clock(NOON)
    else:
        durable = Durable(directory, InitialState(DEFAULT_PROJECTS, 0, (NOON, 0)))
        simulator, clock = durable.simulator, durable.clock
    server = Server(simulator, clock, port=0, durable=durable)
    address = await server.start()
    try:
        for request in first:
            await server.respond(request)
        yield Served(server, address)
    finally:
        await server.stop()


@pytest.fixture(params=["in memory", "in a directory"])
def directory(request: pytest.FixtureRequest, tmp_path: Path) -> Path | None:
    return tmp_path / "data" if request.param == "in a directory" else None


@pytest.fixture(autouse=True)
def _everything_takes_long(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("simulator.api.operations.export.downloads._AT_ONCE", -1)
    monkeypatch.setattr("simulator.api.operations.export.jobs._AT_ONCE", -1)
    monkeypatch.setattr("simulator.control.state_documents._AT_ONCE", -1)


@pytest.fixture
def copies(monkeypatch: pytest.MonkeyPatch) -> list[Child]:
    """The copies that have been made."""
    made: list[Child] = []

    class WatchedChild(Child):
        def __init__(self, work: Callable[[], bytes]) -> None:
            super().__init__(work)
            made.append(self)

    monkeypatch.setattr("simulator.long_looks.Child", WatchedChild)
    return made


def has_copies_killed(patch: pytest.MonkeyPatch) -> None:
    parent = os.getpid()

    class KilledChild(Child):
        def __init__(self, work: Callable[[], bytes]) -> None:
            def end() -> bytes:
                assert os.getpid() != parent
                os.kill(os.getpid(), signal.SIGKILL)
                return work()

            super().__init__(end)

    patch.setattr("simulator.long_looks.Child", KilledChild)


async def test_an_export_is_what_the_process_itself_would_send(
    directory: Path | None, copies: list[Child], monkeypatch: pytest.MonkeyPatch
) -> None:
    alone = Service(Simulator(), Clock(NOON))
    for request in FIRST:
        alone.respond(request)
    async with served(directory) as server:
        for target, longest in [(target, longest) for longest in (1 << 20, 100) for target in EXPORTS]:
            monkeypatch.setattr("simulator.deferred_reply._WHOLE", longest)
            expected = alone.respond(export(target)).reply
            assert expected is not None
            status, headers, body = await server.ask(export(target))
            assert (status, headers["Content-Type"], body) == (
                expected.status,
                expected.headers["Content-Type"],
                expected.body,
            ), target
            assert headers["Access-Control-Allow-Origin"] == "*"
            assert (
                int(headers["Iterable-Request-Id"].rpartition("-")[2]) == alone.simulator.journal.next_number - 1
            ), target
            number = alone.simulator.journal.next_number - 1
            ours, theirs = (journal.entry(number) for journal in (server.simulator.journal, alone.simulator.journal))
            assert ours is not None
            assert theirs is not None
            assert entry_to_json(ours)["reply"] == entry_to_json(theirs)["reply"]
            assert entry_to_json(ours)["rules"] == entry_to_json(theirs)["rules"]
    # What is refused is refused at once.
    assert len(copies) == 2 * (len(EXPORTS) - 2)


async def test_the_journal_has_an_export_without_its_file(copies: list[Child]) -> None:
    async with served() as server:
        await server.ask(export(EXPORTS[0]))
        entry = server.simulator.journal.entry(server.simulator.journal.next_number - 1)
    assert copies
    assert entry is not None
    assert entry.reply is not None
    assert (entry.reply.status, entry.reply.body, entry.reply.rules) == (200, b"", ("export.data", "export.not-kept"))


def test_a_small_export_is_in_the_journal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("simulator.api.operations.export.downloads._AT_ONCE", 20)
    service = Service(Simulator(), Clock(NOON))
    for request in FIRST:
        service.respond(request)
    service.respond(export(EXPORTS[0]))
    entry = service.simulator.journal.entry(len(FIRST) + 1)
    assert entry is not None
    assert entry.reply is not None
    assert entry.reply.body.count(b"\n") == 20


async def test_what_is_made_is_of_the_instant_of_its_entry(directory: Path | None) -> None:
    async with served(directory) as server:
        stop = asyncio.Event()

        async def go_on() -> None:
            number = 40
            while not stop.is_set():
                number += 1
                await server.ask(update(number))

        going = asyncio.gather(*(go_on() for _ in range(3)))
        for name in ("one", "two"):
            status, headers, body = await server.ask(export(EXPORTS[0]))
            assert status == 200
            number = int(headers["Iterable-Request-Id"].rpartition("-")[2])
            simulator, _ = rebuilt(server.simulator.journal, number - 1)
            assert simulator.handle(export(EXPORTS[0]), NOON).body == body
            assert (await server.ask(take(name)))[0] == 201
        stop.set()
        await going
        journal = server.simulator.journal
        again, clock = rebuilt(journal, journal.next_number - 1)
        assert list(again.snapshots) == ["one", "two"]
        for name, snapshot in again.snapshots.items():
            assert whole(server.simulator.snapshots[name]) == whole(snapshot)
        assert capture(server.simulator, server.server._service.clock) == capture(again, clock)


async def test_a_snapshot_can_be_brought_back_while_it_is_being_taken(directory: Path | None) -> None:
    async with served(directory) as server:
        taking = asyncio.ensure_future(server.server.respond(take("now")))
        await asyncio.sleep(0)
        assert json.loads((await server.ask(Request("GET", "/_sim/snapshots")))[2]) == [{"name": "now"}]
        await server.ask(update(1_000))
        restored = await server.ask(bring_back("now"))
        assert (await taking).reply is not None
        assert restored[0] == 204
        newest = max(person.fields["n"] for person in server.simulator.projects["hybrid"].people)
        assert newest == 40


async def test_a_snapshot_that_a_copy_made_is_there_after_a_restart(tmp_path: Path) -> None:
    async with served(tmp_path / "data") as server:
        assert (await server.ask(take("now")))[0] == 201
        await server.ask(update(1_000))
    async with served(tmp_path / "data", []) as server:
        assert (await server.ask(bring_back("now")))[0] == 204
        newest = max(person.fields["n"] for person in server.simulator.projects["hybrid"].people)
        assert newest == 40


async def test_of_a_snapshot_whose_copy_was_ended_nothing_is_left(
    directory: Path | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with served(directory) as server:
        assert (await server.ask(take("before")))[0] == 201
        has_copies_killed(monkeypatch)
        status, _, body = await server.ask(take("now"))
        assert status == 500
        assert "SIGKILL" in json.loads(body)["msg"]
        assert list(server.simulator.snapshots) == ["before"]
        assert (await server.ask(bring_back("now")))[0] == 404
        assert (await server.ask(bring_back("before")))[0] == 204
        journal = server.simulator.journal
        again, clock = rebuilt(journal, journal.next_number - 1)
        assert capture(server.simulator, server.server._service.clock) == capture(again, clock)


async def test_an_export_whose_copy_was_ended_is_an_error_with_the_reason(
    directory: Path | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with served(directory) as server:
        has_copies_killed(monkeypatch)
        status, _, body = await server.ask(export(EXPORTS[0]))
        assert status == 500
        assert "SIGKILL" in json.loads(body)["msg"]
        assert (await server.ask(update(1)))[0] == 200


async def test_an_export_that_a_fault_answers_or_loses_makes_no_copy(copies: list[Child]) -> None:
    async with served() as server:
        for action, status in (({"status": 503}, 503), ({"drop": "after"}, None)):
            fault = {"action": action, "times": 1}
            await server.ask(Request("POST", "/_sim/faults", "", {}, json.dumps(fault).encode()))
            reply = (await server.server.respond(export(EXPORTS[0]))).reply
            assert (None if reply is None else reply.status) == status
    assert not copies


async def test_where_there_is_no_room_for_a_copy_the_process_makes_it(
    directory: Path | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_: Callable[[], bytes]) -> Any:
        raise BlockingIOError

    monkeypatch.setattr("simulator.long_looks.Child", refuse)
    async with served(directory) as server:
        assert (await server.ask(export(EXPORTS[0])))[2].count(b"\n") == 20
        assert (await server.ask(take("now")))[0] == 201
        assert (await server.ask(bring_back("now")))[0] == 204


@pytest.mark.parametrize("form", ["text/csv", "application/x-json-stream"])
async def test_an_export_job_is_what_the_process_itself_would_make(
    directory: Path | None, copies: list[Child], form: str
) -> None:
    alone = Service(Simulator(), Clock(NOON))
    for request in FIRST:
        alone.respond(request)
    requests = [
        start(form=form),
        export("/api/export/jobs"),
        export("/api/export/1/files"),
        Request("GET", f"/_sim/projects/hybrid/exports/1/file-000001.{'csv' if form == 'text/csv' else 'json'}"),
        Request("GET", "/_sim/projects/hybrid/state"),
    ]
    async with served(directory) as server:
        for request in requests:
            expected = alone.respond(replace(request, headers={**request.headers, "host": server.host})).reply
            assert expected is not None
            status, headers, body = await server.ask(request)
            assert (status, headers["Content-Type"], body) == (
                expected.status,
                expected.headers["Content-Type"],
                expected.body,
            )
    assert copies


@pytest.mark.parametrize(
    "reader",
    [
        Request("GET", "/api/export/jobs", "", KEY),
        Request("GET", "/_sim/projects/hybrid/exports/1/file-000001.csv"),
        Request("GET", "/_sim/projects/hybrid/state"),
        Request("GET", "/_sim/state"),
        take("with the job"),
    ],
    ids=lambda request: request.path.rpartition("/")[2],
)
async def test_who_asks_for_the_files_of_a_job_waits_until_they_are_made(
    directory: Path | None, reader: Request, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("simulator.service._MANY", -1)
    async with served(directory) as server:
        starting = asyncio.ensure_future(server.server.respond(start()))
        await asyncio.sleep(0)
        assert not [job for job in server.simulator.projects["hybrid"].jobs if job.content.is_made]
        assert (await server.ask(update(1_000)))[0] == 200
        assert (await server.ask(reader))[0] < 300
        assert (await starting).reply is not None
        journal = server.simulator.journal
        again, clock = rebuilt(journal, journal.next_number - 1)
        assert capture(server.simulator, server.server._service.clock) == capture(again, clock)


async def test_of_a_job_whose_copy_was_ended_nothing_is_left(
    directory: Path | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with served(directory) as server:
        has_copies_killed(monkeypatch)
        assert (await server.ask(start()))[0] == 500
        assert json.loads((await server.ask(export("/api/export/jobs")))[2]) == {"jobs": []}
        journal = server.simulator.journal
        again, clock = rebuilt(journal, journal.next_number - 1)
        assert capture(server.simulator, server.server._service.clock) == capture(again, clock)


async def test_a_reset_takes_along_what_is_being_made(directory: Path | None) -> None:
    async with served(directory) as server:
        making = [asyncio.ensure_future(server.server.respond(request)) for request in (start(), take("now"))]
        await asyncio.sleep(0)
        assert (await server.ask(Request("POST", "/_sim/reset")))[0] == 204
        for result in await asyncio.gather(*making):
            assert result.reply is not None
        assert not list(server.simulator.projects["hybrid"].jobs)
        journal = server.simulator.journal
        again, clock = rebuilt(journal, journal.next_number - 1)
        assert capture(server.simulator, server.server._service.clock) == capture(again, clock)


async def test_a_limit_refuses_an_export_before_a_copy_is_made(copies: list[Child]) -> None:
    async with served() as server:
        settings = Request("PATCH", "/_sim/projects/hybrid/settings", "", {}, b'{"enforceRateLimits": true}')
        assert (await server.ask(settings))[0] < 300
        statuses = [(await server.ask(export(EXPORTS[0])))[0] for _ in range(6)]
    assert statuses == [200] * 4 + [429] * 2
    assert len(copies) == 4

"""Whatever happens to the files of a `--data` directory, it is found and told, or the state is the same.

`DAMAGED_DIRECTORIES` says how many bytes are damaged; the profile `nightly` damages more, and kills more processes.
Each trial that is told of is salvaged, too: what goes on then holds what was sound, and keeps the damaged files.
"""

from __future__ import annotations

import asyncio
import json
import os
import random
import resource
import shutil
import signal
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from simulator import DEFAULT_PROJECTS, Request
from simulator.engine.snapshot import capture
from simulator.journal import InitialState
from simulator.persistence import UnusableDirectoryError
from simulator.persistence.durable_simulator import Durable
from simulator.service import Service

if TYPE_CHECKING:
    pass

NIGHTLY = os.environ.get("HYPOTHESIS_PROFILE") == "nightly"
FLIPS = int(os.environ.get("DAMAGED_DIRECTORIES", "800" if NIGHTLY else "120"))
KILLS = 40 if NIGHTLY else 6
REQUESTS = 60
SECRET = "somebody@example.com"
INITIAL_STATE = InitialState(DEFAULT_PROJECTS, 0, (1_787_227_200_000, 0))


def seeded(seed: int) -> random.Random:
    """Chance that is the same each time."""
    return random.Random(seed)  # noqa: S311  # nothing secret


def request_of(number: int) -> Request:
    body = {"email": SECRET if number % 9 == 0 else f"person-{number % 7}@example.com", "dataFields": {"n": number}}
    if number % 5 == 0:
        body = {"email": body["email"], "eventName": "Seen", "id": f"e{number}", "dataFields": {"x": "y" * 3_000}}
    path = "/api/events/track" if number % 5 == 0 else "/api/users/update"
    return Request("POST", path, "", {"api-key": "hybrid-key"}, json.dumps(body).encode())


def filled(path: Path, *, snapshot_at: int | None = 30) -> None:
    """A directory as a kill leaves it: a snapshot in the middle, and the write-ahead log full."""
    child = os.fork()
    if child == 0:
        asyncio.run(fill(path, snapshot_at))
        os.kill(os.getpid(), signal.SIGKILL)
    os.waitpid(child, 0)


async def fill(path: Path, snapshot_at: int | None) -> None:
    durable = Durable(path, INITIAL_STATE)
    service = Service(durable.simulator, durable.clock)
    for number in range(1, REQUESTS + 1):
        await durable.respond(service, request_of(number))
        if number == snapshot_at:
            durable._save(0, number, capture(durable.simulator, durable.clock))
            durable._journal._writer.execute("PRAGMA wal_checkpoint")


@dataclass(frozen=True)
class Sound:
    """A directory in which nothing is damaged, and what it leads to."""

    path: Path
    state: bytes
    entries: list[Any]


def what_it_holds(durable: Durable) -> tuple[bytes, list[Any]]:
    journal = durable._journal
    entries = [journal.entry(number) for number in range(1, journal.next_number)]
    return capture(durable.simulator, durable.clock), entries


def opened(path: Path, *, salvage: bool = False) -> tuple[bytes, list[Any], str]:
    durable = Durable(path, INITIAL_STATE, asked=False, salvage=salvage)
    try:
        return *what_it_holds(durable), durable.remark
    finally:
        asyncio.run(durable.close())


@pytest.fixture(scope="module", params=["killed", "stopped"])
def sound(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Sound:
    path = tmp_path_factory.mktemp("sound") / "data"
    filled(path)
    copy = path.with_name("copy")
    shutil.copytree(path, copy)
    state, entries, _ = opened(copy)
    if request.param == "stopped":
        assert "journal.sqlite-wal" not in content_of(copy)
        return Sound(copy, state, entries)
    return Sound(path, state, entries)


def files_of(path: Path) -> list[Path]:
    return sorted(file for file in path.rglob("*") if file.is_file() and file.stat().st_size)


def content_of(path: Path) -> dict[str, bytes]:
    """What is in the files that a start must leave as they are; the index in shared memory follows from the log."""
    left_out = {"lock", "journal.sqlite-shm"}
    return {str(file.relative_to(path)): file.read_bytes() for file in files_of(path) if file.name not in left_out}


def outcome_of(path: Path, sound: Sound) -> str:
    """`harmless` or `told`, after all that both promise was checked."""
    before = content_of(path)
    try:
        state, entries, _ = opened(path)
    except UnusableDirectoryError as error:
        told = str(error)
        assert SECRET not in told
        assert "hybrid-key" not in told
        assert "Traceback" not in told
        assert content_of(path) == before
        if "is damaged" in told:
            check_salvage(path, sound, before)
        return "told"
    assert state == sound.state
    assert entries == sound.entries
    return "harmless"


def check_salvage(path: Path, sound: Sound, before: dict[str, bytes]) -> None:
    state, entries, remark = opened(path, salvage=True)
    assert remark.startswith(f"salvaged {path}: ")
    for number, entry in enumerate(entries):
        assert entry is None or entry == sound.entries[number]
    kept = content_of(path / "damaged-1")
    assert all(before[name] == content for name, content in kept.items() if name in before)
    if "no request is lost" in remark and "is lost, and" not in remark and "clock began" not in remark:
        assert entries == sound.entries
        assert state == sound.state
    assert opened(path)[:2] == (state, entries)


def flip(path: Path, chance: random.Random) -> None:
    file = chance.choice([file for file in files_of(path) if file.name not in {"lock", "journal.sqlite-shm"}])
    content = bytearray(file.read_bytes())
    place = chance.randrange(len(content))
    content[place] ^= chance.choice([0xFF, *(1 << bit for bit in range(8))])
    file.write_bytes(content)


@pytest.mark.parametrize("seed", range(FLIPS))
def test_a_byte_that_is_damaged_is_told_of_or_harmless(sound: Sound, tmp_path: Path, seed: int) -> None:
    shutil.copytree(sound.path, tmp_path / "data")
    flip(tmp_path / "data", seeded(seed))
    outcome_of(tmp_path / "data", sound)


@pytest.mark.parametrize("how", ["removed", "emptied", "halved", "shortened by a byte", "overwritten"])
def test_a_file_that_is_cut_removed_or_overwritten_is_told_of_or_harmless(
    sound: Sound, tmp_path: Path, how: str
) -> None:
    for number, name in enumerate(content_of(sound.path)):
        path = tmp_path / str(number) / "data"
        shutil.copytree(sound.path, path)
        damage(path / name, how)
        expected = (
            "harmless" if name.endswith("-wal") and "shortened" not in how and sound.path.name == "copy" else ""
        )
        assert outcome_of(path, sound) in ({expected} if expected else {"told", "harmless"}), name


def damage(file: Path, how: str) -> None:
    size = file.stat().st_size
    if how == "removed":
        file.unlink()
    elif how == "overwritten":
        file.write_bytes(b"\0" * size)
    else:
        os.truncate(file, {"emptied": 0, "halved": size // 2, "shortened by a byte": size - 1}[how])


@pytest.mark.parametrize("seed", range(KILLS))
def test_a_kill_at_any_request_loses_nothing_that_was_answered_and_is_no_damage(tmp_path: Path, seed: int) -> None:
    last = seeded(seed).randrange(1, 200)
    answered = tmp_path / "answered"
    child = os.fork()
    if child == 0:
        asyncio.run(answer_until(tmp_path / "data", answered, last))
    os.waitpid(child, 0)
    _, entries, _ = opened(tmp_path / "data")
    numbers = {json.loads(entry.request.body)["dataFields"]["n"] for entry in entries}
    assert set(map(int, answered.read_text().split())) <= numbers


async def answer_until(path: Path, answered: Path, last: int) -> None:
    durable = Durable(path, INITIAL_STATE)
    service = Service(durable.simulator, durable.clock)
    with answered.open("w") as file:

        async def one(first: int) -> None:
            for number in range(first, 400, 4):
                body = json.dumps({"email": SECRET, "dataFields": {"n": number}}).encode()
                request = Request("POST", "/api/users/update", "", {"api-key": "hybrid-key"}, body)
                await durable.respond(service, request)
                file.write(f"{number}\n")
                file.flush()
                if number >= last:
                    os.kill(os.getpid(), signal.SIGKILL)

        await asyncio.gather(*(one(first) for first in range(1, 5)))


@pytest.mark.parametrize("room", range(0, 600_000, 10_000 if NIGHTLY else 60_000))
def test_a_disk_that_is_full_at_any_write_is_told_of_and_loses_nothing_that_was_answered(
    tmp_path: Path, room: int
) -> None:
    answered = tmp_path / "answered"
    child = os.fork()
    if child == 0:
        status = 3
        try:
            status = asyncio.run(answer_with_room(tmp_path / "data", answered, room))
        finally:
            os._exit(status)
    _, status = os.waitpid(child, 0)
    assert os.waitstatus_to_exitcode(status) in {0, 2}
    _, entries, _ = opened(tmp_path / "data")
    numbers = [json.loads(entry.request.body)["dataFields"]["n"] for entry in entries]
    assert list(map(int, answered.read_text().split())) == numbers


async def answer_with_room(path: Path, answered: Path, room: int) -> int:
    """Fill a directory whose files have so many bytes of room each; 2 when it was refused, as it must be in words."""
    answered.touch()
    resource.setrlimit(resource.RLIMIT_FSIZE, (room, room))
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    try:
        durable = Durable(path, INITIAL_STATE)
    except UnusableDirectoryError:
        return 2
    service = Service(durable.simulator, durable.clock)
    taken = []
    for number in range(60):
        body = {"email": SECRET, "dataFields": {"n": number, "padding": "x" * (number % 7) * 900}}
        request = Request("POST", "/api/users/update", "", {"api-key": "hybrid-key"}, json.dumps(body).encode())
        reply = (await durable.respond(service, request)).reply
        assert reply is not None
        assert reply.status in {200, 507}
        taken += [number] if reply.status == 200 else []
    await durable.close()
    answered.write_text(" ".join(map(str, taken)))
    return 0

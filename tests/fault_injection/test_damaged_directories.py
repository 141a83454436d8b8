"""Whatever happens to the files of a `--data` directory, it is found and told, or the state is the same.

`DAMAGED_DIRECTORIES` says how many directories are damaged, killed and filled up each; the profile `nightly` takes more.
Each damage that is told of is salvaged, too: what goes on then holds all that was sound, and keeps the damaged files.
"""

from __future__ import annotations

import asyncio
import json
import os
import random
import resource
import shutil
import signal
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from simulator import DEFAULT_PROJECTS, Request
from simulator.engine.snapshot import capture
from simulator.journal import InitialState
from simulator.persistence import DamagedDirectoryError, Directory, UnusableDirectoryError
from simulator.persistence.durable_simulator import Durable
from simulator.persistence.examination import examine
from simulator.persistence.findings import Findings
from simulator.service import Service

NIGHTLY = os.environ.get("HYPOTHESIS_PROFILE") == "nightly"
TRIALS = int(os.environ.get("DAMAGED_DIRECTORIES", "600" if NIGHTLY else "42"))
REQUESTS = 60
SECRET = "somebody@example.com"
INITIAL_STATE = InitialState(DEFAULT_PROJECTS, 0, (1_787_227_200_000, 0))
RESET = Request("POST", "/_sim/reset")


def seeded(seed: int) -> random.Random:
    """Chance that is the same each time."""
    return random.Random(seed)  # noqa: S311  # nothing secret


def request_of(number: int) -> Request:
    body = {"email": SECRET if number % 9 == 0 else f"person-{number % 7}@example.com", "dataFields": {"n": number}}
    if number % 5 == 0:
        body = {"email": body["email"], "eventName": "Seen", "id": f"e{number}", "dataFields": {"x": "y" * 3_000}}
    path = "/api/events/track" if number % 5 == 0 else "/api/users/update"
    return Request("POST", path, "", {"api-key": "hybrid-key"}, json.dumps(body).encode())


def in_a_process(run: Callable[[], object]) -> int:
    """How a process ended that ran something; a negative number is the signal that ended it."""
    child = os.fork()
    if child == 0:
        status = 70
        try:
            run()
            status = 0
        finally:
            os._exit(status)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def filled(path: Path, *, reset: bool) -> None:
    """A directory as a kill leaves it: a snapshot in the middle, and the write-ahead log full."""

    def fill_and_die() -> None:
        asyncio.run(fill(path, reset=reset))
        os.kill(os.getpid(), signal.SIGKILL)

    assert in_a_process(fill_and_die) == -signal.SIGKILL


async def fill(path: Path, *, reset: bool) -> None:
    durable = Durable(path, INITIAL_STATE)
    service = Service(durable.simulator, durable.clock)
    if reset:
        for number in range(1, 100):
            await durable.respond(service, request_of(number))
        await durable.respond(service, RESET)
    for number in range(1, REQUESTS + 1):
        await durable.respond(service, request_of(number))
        if number == REQUESTS // 2:
            durable._save_last(number)
            durable._journal._writer.execute("PRAGMA wal_checkpoint")


@dataclass(frozen=True)
class Sound:
    """A directory in which nothing is damaged, and what it leads to."""

    path: Path
    state: bytes
    entries: list[Any]


def opened(path: Path, *, salvage: bool = False) -> tuple[bytes, list[Any], str]:
    """The state, the entries, and what a salvage says."""
    durable = Durable(path, INITIAL_STATE, asked=False, salvage=salvage)
    try:
        journal = durable._journal
        entries = [journal.entry(number) for number in range(1, journal.next_number)]
        return capture(durable.simulator, durable.clock), entries, durable.remark
    finally:
        asyncio.run(durable.close())


@pytest.fixture(scope="module", params=["killed", "stopped", "killed after a reset"])
def sound(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Sound:
    path = tmp_path_factory.mktemp("sound") / "data"
    filled(path, reset="reset" in request.param)
    stopped = path.with_name("stopped")
    shutil.copytree(path, stopped)
    state, entries, _ = opened(stopped)
    return Sound(stopped if request.param == "stopped" else path, state, entries)


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
    except DamagedDirectoryError as error:
        told = str(error)
    else:
        assert state == sound.state
        assert entries == sound.entries
        return "harmless"
    assert not any(word in told for word in (SECRET, "person", "hybrid-key", "dataFields", "Traceback"))
    assert content_of(path) == before
    check_salvage(path, sound, before)
    return "told"


def findings_of(path: Path) -> Findings:
    directory = Directory(path)
    findings = examine(directory)
    directory.close()
    return findings


def check_salvage(path: Path, sound: Sound, before: dict[str, bytes]) -> None:
    findings = findings_of(path)
    state, entries, remark = opened(path, salvage=True)
    assert remark.startswith(f"salvaged {path}: ")
    assert (
        content_of(path / "damaged-1").items()
        <= {Path(name).name: content for name, content in before.items()}.items()
    )
    told = {number for first, last in findings.lost for number in range(first, last + 1)}
    missing = {number for number in range(1, REQUESTS + 1) if number > len(entries) or entries[number - 1] is None}
    assert told == missing or (findings.is_uncertain and told <= missing)
    assert all(entry is None or entry == sound.entries[place] for place, entry in enumerate(entries))
    if "began is lost" not in remark and "begin as" not in remark and findings.snapshot >= max(missing, default=0):
        assert state == sound.state
    assert opened(path)[:2] == (state, entries)


def flip(path: Path, seed: int) -> None:
    """Change one byte, in each of the files in turn."""
    chance = seeded(seed)
    files = files_of(path)
    file = files[seed % len(files)]
    content = bytearray(file.read_bytes())
    content[chance.randrange(len(content))] ^= chance.choice([0xFF, *(1 << bit for bit in range(8))])
    file.write_bytes(content)


@pytest.mark.parametrize("seed", range(TRIALS))
def test_a_byte_that_is_damaged_is_told_of_or_harmless(sound: Sound, tmp_path: Path, seed: int) -> None:
    shutil.copytree(sound.path, tmp_path / "data")
    flip(tmp_path / "data", seed)
    assert outcome_of(tmp_path / "data", sound) in {"told", "harmless"}


def damage(file: Path, how: str) -> None:
    size = file.stat().st_size
    if how == "removed":
        file.unlink()
    elif how == "overwritten":
        file.write_bytes(b"\0" * size)
    else:
        os.truncate(file, {"emptied": 0, "halved": size // 2, "shortened by a byte": size - 1}[how])


@pytest.mark.parametrize("how", ["removed", "emptied", "halved", "shortened by a byte", "overwritten"])
def test_every_file_that_is_cut_removed_or_overwritten_is_told_of(sound: Sound, tmp_path: Path, how: str) -> None:
    for number, name in enumerate(content_of(sound.path)):
        path = tmp_path / str(number) / "data"
        shutil.copytree(sound.path, path)
        damage(path / name, how)
        outcome = outcome_of(path, sound)
        assert outcome == "told" or not must_be_told(sound.path, name, how), name


def must_be_told(path: Path, name: str, how: str) -> bool:
    """Whether this cannot be harmless: older snapshots can be made again, and ends of files can be out of use."""
    newest = max((path / "snapshots").iterdir(), key=lambda file: int(file.stem.partition("-")[2]))
    if name.startswith("journal."):
        return how in {"removed", "emptied", "overwritten"}
    return name in {"committed", f"snapshots/{newest.name}"}


async def live(path: Path, log: int) -> None:
    """The life of a server from start to stop, with a reset in the middle; what is answered goes to the log at once."""
    durable = Durable(path, INITIAL_STATE)
    service = Service(durable.simulator, durable.clock)

    async def send(first: int, step: int) -> None:
        for number in range(first, 90, step):
            body = {"email": SECRET, "dataFields": {"n": number, "padding": "x" * (number % 7) * 900}}
            request = Request("POST", "/api/users/update", "", {"api-key": "hybrid-key"}, json.dumps(body).encode())
            reply = (await durable.respond(service, request)).reply
            assert reply is not None
            assert reply.status in {200, 507}
            if reply.status == 200:
                os.write(log, b"%d\n" % number)

    await asyncio.gather(*(send(first, 40) for first in range(5)))
    durable._save_last(durable._journal.next_number - 1)
    os.write(log, b"reset\n")
    await durable.respond(service, RESET)
    os.write(log, b"done\n")
    await asyncio.gather(*(send(first, 4) for first in range(40, 44)))
    durable._save_last(durable._journal.next_number - 1)
    await send(44, 5)
    await durable.close()


def lived(folder: Path, prepare: Callable[[], object]) -> tuple[int, str]:
    """How a life ended whose process was prepared by something, and what it had answered until then."""
    reading, log = os.pipe()

    def run() -> None:
        prepare()
        try:
            asyncio.run(live(folder / "data", log))
        except UnusableDirectoryError as error:
            os.write(log, f"refused: {error}\n".encode())

    status = in_a_process(run)
    os.close(log)
    with os.fdopen(reading) as file:
        return status, file.read()


def check_answered(folder: Path, log: str) -> None:
    """Whatever was answered is there, and nothing is taken for damaged."""
    assert "is damaged" not in log
    _, entries, _ = opened(folder / "data")
    assert None not in entries
    found = {json.loads(entry.request.body)["dataFields"]["n"] for entry in entries}
    before, _, after = log.partition("reset\n")
    if "done\n" in after or (after == "" and "reset\n" not in log):
        answered = {int(line) for line in (after or before).split() if line.isdigit()}
        assert answered <= found


def short_files(room: int, disposition: signal.Handlers) -> None:
    """Let no file be longer than that: a write that goes beyond ends in the middle, and with it the process, or fails."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (room, room))
    signal.signal(signal.SIGXFSZ, disposition)


def room_of(seed: int) -> int:
    """Some of the first bytes more often, as all files have them."""
    chance = seeded(seed)
    return chance.randrange(chance.choice([1_000, 10_000, 100_000, 400_000]))


@pytest.mark.parametrize("seed", range(TRIALS))
def test_a_kill_in_the_middle_of_a_write_is_no_damage(tmp_path: Path, seed: int) -> None:
    status, log = lived(tmp_path, lambda: short_files(room_of(seed), signal.SIG_DFL))
    assert status in {0, -signal.SIGXFSZ}
    check_answered(tmp_path, log)


@pytest.mark.parametrize("seed", range(TRIALS))
def test_a_disk_that_is_full_at_any_write_loses_nothing_that_was_answered(tmp_path: Path, seed: int) -> None:
    status, log = lived(tmp_path, lambda: short_files(room_of(seed), signal.SIG_IGN))
    assert status == 0
    check_answered(tmp_path, log)


class CallCounter:
    """Counts the calls of functions in all threads, those of C as well, and kills this process at one of them."""

    def __init__(self, wanted: int) -> None:
        self._left = wanted

    def begin(self) -> None:
        threading.setprofile(self)
        sys.setprofile(self)

    def __call__(self, _frame: object, _event: str, _argument: object) -> None:
        self._left -= 1
        if self._left == 0:
            os.kill(os.getpid(), signal.SIGKILL)


#: About as many calls as a life has.
CALLS = 80_000


@pytest.mark.parametrize("seed", range(TRIALS))
def test_a_kill_at_any_call_of_a_function_is_no_damage(tmp_path: Path, seed: int) -> None:
    call = seeded(seed).randrange(1, CALLS)
    status, log = lived(tmp_path, CallCounter(call).begin)
    assert status in {0, -signal.SIGKILL}
    check_answered(tmp_path, log)

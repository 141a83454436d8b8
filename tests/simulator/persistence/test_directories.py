"""What a directory may be, who may read it, and what is said of one that cannot be used or is damaged."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import sqlite3
import stat
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from simulator import DEFAULT_PROJECTS, Request
from simulator.engine.snapshot import capture
from simulator.journal import InitialState
from simulator.persistence import DamagedDirectoryError, UnusableDirectoryError
from simulator.persistence.commit_record import Committed, read_record
from simulator.persistence.durable_simulator import Durable
from simulator.persistence.schema import VERSION
from simulator.service import Service

if TYPE_CHECKING:
    from collections.abc import Iterator

INITIAL_STATE = InitialState(DEFAULT_PROJECTS, 0, (1_787_227_200_000, 0))
OLD = Path(__file__).parent / "directories" / "format-1" / "data"


def durable_at(path: Path, *, salvage: bool = False) -> Durable:
    return Durable(path, INITIAL_STATE, asked=False, salvage=salvage)


def filled(path: Path, count: int = 20, email: str = "ada@example.com") -> bytes:
    """Fill a directory and stop in order; the state."""

    async def fill() -> bytes:
        durable = Durable(path, INITIAL_STATE)
        service = Service(durable.simulator, durable.clock)
        for number in range(1, count + 1):
            body = json.dumps({"email": email, "dataFields": {f"f{number}": number}}).encode()
            await durable.respond(service, Request("POST", "/api/users/update", "", {"api-key": "hybrid-key"}, body))
        state = capture(durable.simulator, durable.clock)
        await durable.close()
        return state

    return asyncio.run(fill())


def state_of(path: Path) -> bytes:
    durable = durable_at(path)
    state = capture(durable.simulator, durable.clock)
    asyncio.run(durable.close())
    return state


def salvaged(path: Path) -> str:
    """What a salvage says."""
    durable = durable_at(path, salvage=True)
    asyncio.run(durable.close())
    return durable.remark


@contextmanager
def changed(path: Path) -> Iterator[sqlite3.Connection]:
    """The journal of a directory, to do something to it behind its back."""
    connection = sqlite3.connect(path / "journal.sqlite")
    yield connection
    connection.commit()
    connection.close()


def modes_of(path: Path) -> dict[str, int]:
    return {str(file.relative_to(path)): stat.S_IMODE(file.lstat().st_mode) for file in [path, *path.rglob("*")]}


def test_everything_in_a_directory_is_for_its_owner_alone_also_when_it_was_there_before(tmp_path: Path) -> None:
    path = tmp_path / "data"
    path.mkdir(mode=0o755)
    filled(path)
    (path / "journal.sqlite").chmod(0o644)
    (path / "snapshots").chmod(0o755)
    durable = durable_at(path)
    modes = modes_of(path)
    asyncio.run(durable.close())
    assert modes.pop(".") == modes.pop("snapshots") == 0o700
    assert {"journal.sqlite", "journal.sqlite-wal", "committed", "lock", "snapshots/0-20.snapshot"} <= modes.keys()
    assert set(modes.values()) == {0o600}


def in_the_way(path: Path, what: str) -> None:
    """Put something in the place of a directory, or of a file in it."""
    if what == "a file":
        path.write_text("mine")
    elif what == "a symbolic link":
        (path.parent / "elsewhere").mkdir()
        path.symlink_to(path.parent / "elsewhere")
    else:
        path.mkdir()
    if what == "other files":
        (path / "thesis.txt").write_text("mine")
    elif what == "another's snapshots":
        (path / "snapshots").mkdir()
        (path / "snapshots" / "page.test.js.snap").write_text("mine")
    elif what == "another's lock":
        (path / "lock").write_text("mine")
    elif what == "a text for a journal":
        (path / "journal.sqlite").write_text("mine")
    elif what == "a directory for a journal":
        (path / "journal.sqlite").mkdir()
    elif what == "a linked journal":
        (path.parent / "mine").write_text("mine")
        (path / "journal.sqlite").symlink_to(path.parent / "mine")
    elif what == "another's SQLite":
        with changed(path) as connection:
            connection.execute("CREATE TABLE mine (x)")


@pytest.mark.parametrize(
    ("what", "told"),
    [
        ("a file", "cannot be used for data: not a directory"),
        ("a symbolic link", "is a symbolic link; name the directory itself"),
        ("other files", "contains other files; use an empty directory"),
        ("another's snapshots", "contains other files; use an empty directory"),
        ("another's lock", "belongs to something else; use another directory"),
        ("a text for a journal", "is not a journal of iterable-harness; use another directory"),
        ("a directory for a journal", "is not a regular file; use another directory"),
        ("a linked journal", "is not a regular file; use another directory"),
        ("another's SQLite", "is not a journal of iterable-harness; use another directory"),
    ],
)
@pytest.mark.parametrize("salvage", [False, True])
def test_what_is_no_directory_of_ours_is_refused_and_stays_as_it_was(
    tmp_path: Path, what: str, told: str, *, salvage: bool
) -> None:
    path = tmp_path / "data"
    in_the_way(path, what)
    before = {file: file.read_bytes() for file in tmp_path.rglob("*") if file.is_file()}
    modes = modes_of(tmp_path)
    with pytest.raises(UnusableDirectoryError, match=told):
        durable_at(path, salvage=salvage)
    assert {file: content for file in before if (content := file.read_bytes())} == before
    assert modes.items() <= modes_of(tmp_path).items()


@contextmanager
def somebody_else() -> Iterator[Path]:
    """A directory that everybody can read, and who runs the tests without the rights of root."""
    path = Path(tempfile.mkdtemp())
    path.chmod(0o755)
    user = os.geteuid()
    os.seteuid(user or 65_534)
    try:
        yield path
    finally:
        os.seteuid(user)
        shutil.rmtree(path)


@pytest.mark.parametrize("place", ["data", "journal.sqlite", "committed", "lock", "snapshots"])
def test_what_cannot_be_read_or_written_is_said(place: str) -> None:
    with somebody_else() as folder:
        user = os.geteuid()
        os.seteuid(os.getuid())
        filled(folder / "data")
        for path in [folder / "data", *(folder / "data").rglob("*")]:
            os.chown(path, user, -1)
        closed = folder / "data" if place == "data" else folder / "data" / place
        closed.chmod(0)
        os.chown(closed, os.getuid(), -1)
        os.seteuid(user)
        with pytest.raises(UnusableDirectoryError, match=r"cannot be used for data: (permission|operation not)"):
            durable_at(folder / "data")


def test_a_directory_that_is_removed_while_it_is_used_takes_no_more_and_can_still_be_looked_at(
    tmp_path: Path,
) -> None:
    asyncio.run(serve_a_removed_directory(tmp_path / "data"))
    assert not (tmp_path / "data").exists()


def test_a_directory_that_takes_the_place_of_another_gets_nothing_of_its_server(tmp_path: Path) -> None:
    path = tmp_path / "data"
    state = filled(tmp_path / "other")
    before = contents_of(tmp_path / "other")
    asyncio.run(serve_a_replaced_directory(path, tmp_path / "other"))
    assert contents_of(path) == before
    assert state_of(path) == state


def contents_of(path: Path) -> dict[str, bytes]:
    return {str(file.relative_to(path)): file.read_bytes() for file in path.rglob("*") if file.is_file()}


async def serve_a_replaced_directory(path: Path, other: Path) -> None:
    durable = Durable(path, INITIAL_STATE)
    service = Service(durable.simulator, durable.clock)
    for number in range(30):
        body = json.dumps({"email": f"{number}@example.com"}).encode()
        await durable.respond(service, Request("POST", "/api/users/update", "", {"api-key": "hybrid-key"}, body))
    shutil.move(path, path.with_name("moved"))
    shutil.move(other, path)
    await durable.close()


async def serve_a_removed_directory(path: Path) -> None:
    durable = Durable(path, INITIAL_STATE)
    service = Service(durable.simulator, durable.clock)
    update = Request("POST", "/api/users/update", "", {"api-key": "hybrid-key"}, b'{"email": "ada@example.com"}')
    assert (await durable.respond(service, update)).reply.status == 200  # type: ignore[union-attr]  # no fault
    shutil.rmtree(path)
    for _ in range(2):
        reply = (await durable.respond(service, update)).reply
        assert reply is not None
        assert reply.status == 507
        message = json.loads(reply.body)["msg"]
        assert message.startswith("Nothing was changed: the simulator cannot store requests")
        assert message.endswith(f"({path / 'journal.sqlite'} has been removed or replaced)")
    looking = (await durable.respond(service, Request("GET", "/_sim/projects"))).reply
    assert looking is not None
    assert looking.status == 200
    await durable.close()


def test_a_changed_body_is_told_with_its_number_and_nothing_that_is_stored(tmp_path: Path) -> None:
    state = filled(tmp_path / "data")
    with changed(tmp_path / "data") as connection:
        connection.execute("UPDATE entries SET body = replace(body, 'ada', 'eve') WHERE number IN (7, 9)")
        connection.execute("UPDATE entries SET headers = CAST(x'ff' AS TEXT) WHERE number = 12")
    with pytest.raises(DamagedDirectoryError) as caught:
        durable_at(tmp_path / "data")
    assert str(caught.value) == (
        f"{tmp_path / 'data'} is damaged: journal.sqlite is damaged; lost: requests 7, 9, 12 of 20, whose effects a "
        "snapshot still has; nothing was changed; --salvage goes on with what is intact and keeps "
        "the damaged files next to it"
    )
    assert "; the damaged files are in" in salvaged(tmp_path / "data")
    assert state_of(tmp_path / "data") == state


def test_a_second_salvage_remembers_what_the_first_one_lost(tmp_path: Path) -> None:
    path = tmp_path / "data"
    state = filled(path)
    for number in (5, 11):
        with changed(path) as connection:
            connection.execute("UPDATE entries SET at = at + 1 WHERE number = ?", (number,))
        assert f"lost: request {number} of 20" in salvaged(path)
    assert state_of(path) == state
    assert {"damaged-1", "damaged-2"} <= {file.name for file in path.iterdir()}
    assert read_record(path / "committed") is not None


def test_what_was_damaged_can_be_opened_where_it_is_kept(tmp_path: Path) -> None:
    path = tmp_path / "data"
    filled(path)
    with changed(path) as connection:
        connection.execute("UPDATE entries SET at = at + 1 WHERE number = 5")
    salvaged(path)
    with pytest.raises(DamagedDirectoryError, match="lost: request 5 of 20"):
        durable_at(path / "damaged-1")


def test_a_snapshot_that_is_newer_than_the_journal_proves_a_loss(tmp_path: Path) -> None:
    path = tmp_path / "data"
    state = filled(path)
    (path / "committed").unlink()
    with changed(path) as connection:
        connection.execute("DELETE FROM entries WHERE number > 12")
    with pytest.raises(
        DamagedDirectoryError, match="ends before a snapshot; lost: requests 13 to 20 of 20, whose effects"
    ):
        durable_at(path)
    salvaged(path)
    assert state_of(path) == state


def test_an_end_that_is_missing_shows_by_what_was_committed(tmp_path: Path) -> None:
    path = tmp_path / "data"
    filled(path)
    for snapshot in (path / "snapshots").iterdir():
        snapshot.unlink()
    (path / "committed").write_bytes(Committed(VERSION, 0, 20).to_bytes())
    with changed(path) as connection:
        connection.execute("DELETE FROM entries WHERE number > 12")
    with pytest.raises(DamagedDirectoryError, match="the last commit; lost: requests 13 to 20 of 20; nothing"):
        durable_at(path)


def test_without_the_record_of_commits_nobody_knows_whether_more_is_lost(tmp_path: Path) -> None:
    path = tmp_path / "data"
    state = filled(path)
    (path / "committed").unlink()
    with pytest.raises(DamagedDirectoryError, match="it is unknown whether there were requests after 20"):
        durable_at(path)
    salvaged(path)
    assert state_of(path) == state


def test_a_journal_of_another_directory_is_told(tmp_path: Path) -> None:
    filled(tmp_path / "one")
    filled(tmp_path / "two", 21, "eve@example.com")
    shutil.copy(tmp_path / "two" / "journal.sqlite", tmp_path / "one")
    with pytest.raises(DamagedDirectoryError, match="the journal is not the one of the last commit"):
        durable_at(tmp_path / "one")


@pytest.mark.parametrize("names", [["snapshots"], ["journal.sqlite", "committed"]])
def test_a_snapshot_that_does_not_belong_to_the_journal_is_told(tmp_path: Path, names: list[str]) -> None:
    filled(tmp_path / "one")
    filled(tmp_path / "two", 20, "eve@example.com")
    for name in names:
        if name == "snapshots":
            shutil.copytree(tmp_path / "two" / name, tmp_path / "one" / name, dirs_exist_ok=True)
        else:
            shutil.copy(tmp_path / "two" / name, tmp_path / "one")
    with pytest.raises(
        DamagedDirectoryError, match="the snapshot of request 20 does not belong to the journal; none of"
    ):
        durable_at(tmp_path / "one")
    assert "it is unknown whether there were requests after 20" in salvaged(tmp_path / "one")
    durable = durable_at(tmp_path / "one")
    [person] = durable.simulator.projects["hybrid"].state_document()["users"]
    assert person["email"] == ("ada@example.com" if names == ["snapshots"] else "eve@example.com")
    asyncio.run(durable.close())


def test_a_damaged_lock_is_no_damage(tmp_path: Path) -> None:
    state = filled(tmp_path / "data")
    (tmp_path / "data" / "lock").write_text("x" * 100)
    assert state_of(tmp_path / "data") == state


def test_a_table_that_somebody_added_is_no_damage(tmp_path: Path) -> None:
    state = filled(tmp_path / "data")
    with changed(tmp_path / "data") as connection:
        connection.execute("CREATE INDEX mine ON entries (path)")
    assert state_of(tmp_path / "data") == state


def test_the_entries_of_an_old_directory_get_checksums(tmp_path: Path) -> None:
    path = tmp_path / "data"
    shutil.copytree(OLD, path)
    state_of(path)
    with changed(path) as connection:
        [missing] = connection.execute("SELECT count(*) FROM entries WHERE checksum IS NULL").fetchone()
        connection.execute("UPDATE entries SET body = x'00' WHERE number = 40")
    assert missing == 0
    with pytest.raises(DamagedDirectoryError, match="lost: request 40 of 66"):
        durable_at(path)


def test_an_old_entry_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    path = tmp_path / "data"
    shutil.copytree(OLD, path)
    with changed(path) as connection:
        connection.execute("UPDATE entries SET headers = '[' WHERE number = 40")
    with pytest.raises(
        DamagedDirectoryError, match="lost: request 40 of 66; it is unknown whether there were requests after 66"
    ):
        durable_at(path)
    assert salvaged(path).startswith(f"salvaged {path}: lost: request 40 of 66")
    state_of(path)


def test_a_file_that_is_damaged_while_it_is_served_is_said_and_shows_nothing(tmp_path: Path) -> None:
    path = tmp_path / "data"
    filled(path)

    async def look() -> bytes:
        durable = durable_at(path)
        with changed(path) as connection:
            connection.execute("UPDATE entries SET headers = CAST(x'5b61646166ff' AS TEXT) WHERE number = 4")
        service = Service(durable.simulator, durable.clock)
        reply = (await durable.respond(service, Request("GET", "/_sim/journal"))).reply
        assert reply is not None
        assert reply.status == 507
        await durable.close()
        return reply.body

    told = asyncio.run(look())
    assert b"restart it to see what is lost" in told
    assert b"adaf" not in told

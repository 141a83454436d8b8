"""The journal in a directory answers as the one in memory does, and keeps what that one forgets."""

from __future__ import annotations

import os
import sqlite3
import stat
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.journal import Entry, EntryOutcome, InitialState, MemoryJournal, Selection
from simulator.message import Reply, Request
from simulator.persistence import Directory, StoredJournal, UnusableDirectoryError, search_index
from simulator.persistence.checksums import SEGMENT_DATA, checksum
from simulator.persistence.snapshot_files import superfluous
from simulator.project import DEFAULT_PROJECTS
from simulator.project.profile_changes import ABSENT, ProfileChange

if TYPE_CHECKING:
    from collections.abc import Iterator

INITIAL_STATE = InitialState(DEFAULT_PROJECTS, 0, (None, 0))
PATHS = ["/api/users/update", "/api/users/Ada%40example.com", "/api/events/track", "/api/caf\udce9", "/api/[x]"]
USERS = ["ada@example.com", "bob@example.com", "Ünser", "\ud800", "u-1"]
PROJECTS = ["hybrid", "email", ""]
STATUSES = [200, 400, None]


@pytest.fixture
def directory(tmp_path: Path) -> Iterator[Directory]:
    directory = Directory(tmp_path / "data")
    yield directory
    directory.close()


@pytest.fixture
def journal(directory: Directory) -> Iterator[StoredJournal]:
    journal = StoredJournal(directory)
    journal.begin(INITIAL_STATE)
    yield journal
    journal.close()


def store(journal: StoredJournal) -> None:
    journal.write()
    journal.commit()


def parts(number: int) -> tuple[Any, ...]:
    """Something different for every number."""
    request = Request("POST", PATHS[number % 5], f"n={number}\udcff", {"api-key": "key", "x": "é"}, b"\x00\xff")
    status = STATUSES[number % 3]
    users = (USERS[number % 5], USERS[number % 2])
    reply = None if status is None else Reply(status, b"{}", {"A": "b"}, ("a.rule",), users)
    return 1_787_227_200_000 + number, PROJECTS[number % 3], request, reply


def change(number: int) -> ProfileChange:
    before = {"plan": ABSENT, "age": 1, "tags": [1]}
    after = {"plan": "\ud800", "age": ABSENT, "tags": {"a": None}}
    return ProfileChange(number % 7, "updated", "ada@example.com", None, before, after, {"e1": "bought"})


def fill(journal: Any, count: int) -> None:
    for number in range(1, count + 1):
        changes = (change(number),) if number % 4 == 0 else ()
        named = (USERS[number % 5],) if STATUSES[number % 3] is None else ()
        others = {"fault": number % 6 == 0, "control": number % 9 == 0, "delay": 0.123456 * (number % 12 == 0)}
        journal.append(*parts(number), changes=changes, named=named, **others)


def test_an_entry_comes_back_as_it_was(journal: StoredJournal) -> None:
    memory = MemoryJournal()
    for one in (journal, memory):
        fill(one, 30)
    store(journal)
    assert [journal.entry(number) for number in range(1, 31)] == list(memory.inputs(0, 30))
    assert [(entry.request, entry.at, entry.control) for entry in journal.inputs(0, 30)] == [
        (entry.request, entry.at, entry.control) for entry in memory.inputs(0, 30)
    ]
    assert [entry.number for entry in journal.inputs(10, 12)] == [11, 12]
    assert journal.entry(9) == replace(Entry(9, *parts(9)), control=True)
    assert journal.entry(31) is None


def test_nothing_is_shown_before_it_is_stored(journal: StoredJournal) -> None:
    fill(journal, 1)
    assert journal.select(Selection()) == []
    store(journal)
    assert [entry.number for entry in journal.select(Selection())] == [1]


SELECTIONS = st.builds(
    Selection,
    project=st.sampled_from([None, None, *PROJECTS]),
    path=st.sampled_from([None, None, "/api/users/*", "users", "Ada@", "caf\udce9", "[[]x]", "/API", "*%40*"]),
    status=st.sampled_from([None, None, 200, 400, 500]),
    users=st.sampled_from([(), (), *((user,) for user in USERS), ("ADA@example.com",), (USERS[3], USERS[4])]),
    outcome=st.sampled_from([None, None, *EntryOutcome]),
    text=st.sampled_from([None, None, "ADA", "ünser", "@example", "400", "track", "nothing"]),
    after=st.integers(0, 45),
    before=st.sampled_from([None, 7, 33]),
    newest=st.booleans(),
    limit=st.sampled_from([None, 1, 5]),
)


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[StoredJournal, MemoryJournal]]:
    """The same entries in a directory, in segments of ten, and in memory."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(search_index, "LENGTH", 10)
        directory = Directory(tmp_path_factory.mktemp("data"))
        stored, memory = StoredJournal(directory), MemoryJournal()
        for one in (stored, memory):
            one.begin(INITIAL_STATE)
            fill(one, 23)
            one.clear("email")
            fill(one, 20)
        store(stored)
    yield stored, memory
    stored.close()
    directory.close()


@settings(max_examples=300)
@given(SELECTIONS)
def test_a_selection_has_the_same_entries_in_a_directory_as_in_memory(
    both: tuple[StoredJournal, MemoryJournal], selection: Selection
) -> None:
    stored, memory = both
    assert stored.select(selection) == memory.select(selection)


@pytest.mark.parametrize("outcome", list(EntryOutcome))
def test_outcomes_are_found_in_segments_that_were_written_before_there_were_any(
    directory: Directory, monkeypatch: pytest.MonkeyPatch, outcome: EntryOutcome
) -> None:
    monkeypatch.setattr(search_index, "LENGTH", 10)
    journal, memory = StoredJournal(directory), MemoryJournal()
    for one in (journal, memory):
        one.begin(INITIAL_STATE)
        fill(one, 35)
    store(journal)
    journal.close()
    with sqlite3.connect(directory.journal) as connection:
        connection.create_function("checksum_of", 1, checksum, deterministic=True)
        for word in EntryOutcome:
            connection.execute(
                "UPDATE segments SET words = replace(words, ?, '') WHERE first < 20", (f"outcome:{word}",)
            )
        connection.execute(f"UPDATE segments SET checksum = checksum_of({SEGMENT_DATA})")  # noqa: S608  # fixed pieces
    connection.close()
    again = StoredJournal(directory)
    assert again.select(Selection(outcome=outcome)) == memory.select(Selection(outcome=outcome))
    again.close()


def test_a_segment_without_an_outcome_is_not_read_for_it(
    directory: Directory, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(search_index, "LENGTH", 2)
    journal = StoredJournal(directory)
    journal.begin(INITIAL_STATE)
    for status in (200, 200, 200, 400, 200):
        journal.append(0, "p", Request("GET", "/api/lists"), Reply(status, b""))
    store(journal)
    selection = Selection(outcome=EntryOutcome.REFUSED)
    assert [entry.number for entry in journal._stored.candidates(selection)] == [3, 4, 5]
    journal.close()


@pytest.mark.parametrize("person", range(8))
def test_the_entries_that_changed_a_person_are_found(both: tuple[StoredJournal, MemoryJournal], person: int) -> None:
    stored, _ = both
    wanted = [
        entry
        for entry in (stored.entry(number) for number in range(1, 44))
        if entry is not None
        and entry.project == "hybrid"
        and any(change.person == person for change in entry.changes)
    ]
    assert list(stored.of_person("hybrid", person)) == wanted[::-1]


def test_numbers_and_entries_begin_again_after_all_are_forgotten(
    directory: Directory, journal: StoredJournal
) -> None:
    fill(journal, 5)
    store(journal)
    journal.snapshots.save(journal.generation, 5, b"a snapshot")
    journal.clear()
    journal.begin(INITIAL_STATE)
    fill(journal, 2)
    store(journal)
    assert [entry.number for entry in journal.inputs(0, 9)] == [1, 2]
    assert list(journal.states(9)) == []
    journal.close()
    again = StoredJournal(directory)
    assert again.next_number == 3
    again.close()


def test_what_is_taken_back_leaves_no_trace(journal: StoredJournal) -> None:
    fill(journal, 3)
    store(journal)
    fill(journal, 3)
    journal.clear("hybrid")
    journal.rollback()
    assert journal.next_number == 4
    assert len(journal.select(Selection(project="hybrid"))) == 1


def test_a_snapshot_that_is_damaged_or_newer_than_the_entries_is_not_used(
    directory: Directory, journal: StoredJournal
) -> None:
    fill(journal, 5)
    store(journal)
    for number in (2, 4, 6):
        journal.snapshots.save(journal.generation, number, b"state after %d" % number)
    (directory.snapshots / "0-4.snapshot").write_bytes(b"torn")
    journal.close()
    again = StoredJournal(directory)
    assert list(again.states(5)) == [(2, b"state after 2")]
    again.close()


def test_a_snapshot_of_another_journal_is_not_used(journal: StoredJournal) -> None:
    fill(journal, 5)
    store(journal)
    journal.snapshots.save(journal.generation, 4, b"its own", {4: journal.last_checksums[4], 99: 1})
    journal.snapshots.save(journal.generation, 5, b"another's", journal.last_checksums | {3: 1})
    assert list(journal.states(9)) == [(4, b"its own")]


def test_the_last_entries_are_known_again_after_a_start_and_after_going_back(
    directory: Directory, journal: StoredJournal
) -> None:
    fill(journal, 20)
    store(journal)
    last = journal.last_checksums
    assert list(last) == list(range(5, 21))
    fill(journal, 1)
    journal.write()
    assert 21 in journal.last_checksums
    journal._roll_back()
    journal.rollback()
    assert journal.last_checksums == last
    journal.close()
    again = StoredJournal(directory)
    assert again.last_checksums == last
    again.close()


def test_of_many_snapshots_some_stay_at_even_distances_and_the_newest() -> None:
    numbers: list[int] = []
    for number in range(10, 2010, 10):
        numbers.append(number)
        gone = superfluous(numbers)
        numbers = [other for other in numbers if other not in gone]
    assert len(numbers) == 32
    assert numbers[-2:] == [1990, 2000]
    gaps = [after - before for before, after in zip([0, *numbers], numbers, strict=False)]
    assert max(gaps) <= 2 * 2000 / 32


def test_only_its_owner_can_read_a_directory(directory: Directory, journal: StoredJournal) -> None:
    fill(journal, 1)
    store(journal)
    journal.snapshots.save(0, 1, b"a snapshot")
    paths = [directory.path, *directory.path.rglob("*")]
    assert len(paths) >= 5
    for path in paths:
        assert stat.S_IMODE(path.stat().st_mode) & 0o077 == 0, path


def test_a_directory_that_cannot_be_made_says_so(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(UnusableDirectoryError, match="cannot be used for data: not a directory"):
        Directory(tmp_path / "file" / "data")


def test_a_second_server_is_told_who_uses_the_directory(directory: Directory) -> None:
    with pytest.raises(UnusableDirectoryError, match=rf"in use by another server \(process {os.getpid()}\)"):
        Directory(directory.path)


def test_a_directory_of_a_newer_version_says_which_can_open_it(directory: Directory, journal: StoredJournal) -> None:
    journal.close()
    with sqlite3.connect(directory.journal) as connection:
        connection.execute("PRAGMA user_version = 7")
    connection.close()
    with pytest.raises(
        UnusableDirectoryError, match="format is 7, and this version reads up to 3; use the version that"
    ):
        StoredJournal(directory)

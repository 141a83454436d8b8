"""The journal in SQLite: entries are queued and written together; long, as it answers for all a journal can do."""

from __future__ import annotations

import json
import sqlite3
from collections import deque
from contextlib import contextmanager, suppress
from itertools import islice
from typing import TYPE_CHECKING, Any, Final

from simulator.journal import Entry, chosen
from simulator.journal.initial_state import InitialState
from simulator.persistence.checksums import checksum, data_of, facts_digest, segment_checksum
from simulator.persistence.commit_record import CommitRecord
from simulator.persistence.packs import EntryWriter, first_unpacked
from simulator.persistence.row_process import RowProcess
from simulator.persistence.rows import to_row
from simulator.persistence.schema import VERSION, bring_up_to_date, connect, create
from simulator.persistence.search_index import Segment
from simulator.persistence.snapshot_files import Snapshots
from simulator.persistence.stored_entries import StoredEntries, last_lost
from simulator.persistence.whole_files import put_in_place

if TYPE_CHECKING:
    from collections.abc import Iterator

    from simulator.journal import Selection
    from simulator.message import Instant, Reply, Request
    from simulator.persistence.directory import Directory
    from simulator.project.profile_changes import ProfileChange

#: Entries that fit after a failure: more room than the next few need, so that writing does not fail again at once.
_PROBE: Final = 256 * 1024
#: Entries by which a snapshot is known as one of this journal: one alone can be the same in another.
_KNOWN_BY: Final = 16


class NoRoomError(Exception):
    """Nothing could be written, with the reason; what was queued is not stored."""


class StoredJournal:
    """A `Journal` in a directory. What is appended is stored, and found, once it has been written and committed.

    One thread uses it, except that `commit` may be run in another while nothing but `append` is called here.

    Args:
        directory: Where it is.

    Attributes:
        snapshots: The snapshots beside it.
        generation: How often all entries have been forgotten.

    Raises:
        UnusableDirectoryError: The directory is of a version that this harness does not know.
        DamagedEntryError: An entry is not as it was stored.
        OSError: A file cannot be made.
        sqlite3.Error: The journal cannot be read or written.
    """

    def __init__(self, directory: Directory) -> None:
        self._directory = directory
        directory.prepare()
        self._record = CommitRecord(directory.record, VERSION)
        self._writer = _opened(directory)
        self._stored = StoredEntries(connect(directory.journal))
        self._queue: list[Entry] = []
        self._hide: dict[str, int] = {}
        self._hidden: dict[str, int] = {}
        self._segment = Segment()
        self._forgets = self._has_forgotten = False
        self._count = self.generation = 0
        #: Number and checksum of the last entries that have been written.
        self._last: deque[tuple[int, int]] = deque(maxlen=_KNOWN_BY)
        self._entries = EntryWriter(self._writer)
        self._begins: InitialState | None = None
        self._initial_state: InitialState | None = None
        self.snapshots = Snapshots(directory.snapshots)
        self._reload()
        self.save_snapshot_number(max(self.snapshots.numbers(), default=0))
        self._record.write(self.generation, *self._written)
        directory.remember_files()

    def close(self) -> None:
        """Close the file; what is queued is lost."""
        self._stored.close()
        self._writer.close()
        self._record.close()

    def save_snapshot_number(self, number: int) -> None:
        """Note that there is a snapshot, so that its loss is noticed."""
        self._record.note_snapshot(self.generation, number)

    @property
    def generation_written(self) -> int:
        """How often all entries will have been forgotten after the next commit."""
        return self.generation + self._has_forgotten

    @property
    def last_checksums(self) -> dict[int, int]:
        """The checksums of the last entries that have been written, by number."""
        return dict(self._last)

    @property
    def _last_checksum(self) -> int | None:
        """That of the last entry; None when it is lost, or there is none."""
        return self.last_checksums.get(self._count)

    @property
    def next_number(self) -> int:
        """The number that the next entry gets."""
        return self._count + 1

    @property
    def initial_state(self) -> InitialState | None:
        """Where the entries lead on from."""
        return self._initial_state

    @property
    def beginning(self) -> Any:
        """The initial state with which the journal was made, as JSON; None before it has one."""
        beginning = self._stored.facts().get("beginning")
        return None if beginning is None else json.loads(beginning)

    @property
    def is_waiting(self) -> bool:
        """Whether something is queued."""
        return bool(self._queue or self._hide or self._forgets or self._begins)

    def begin(self, initial_state: InitialState) -> None:
        """Say where the entries from now on lead on from."""
        self._initial_state = self._begins = initial_state

    def append(  # noqa: PLR0913  # the parts of an entry
        self,
        at: Instant,
        project: str,
        request: Request,
        reply: Reply | None,
        *,
        fault: bool = False,
        changes: tuple[ProfileChange, ...] = (),
        control: bool = False,
        named: tuple[str, ...] = (),
        delay: float = 0.0,
    ) -> None:
        """Queue one more."""
        self._count += 1
        self._queue.append(Entry(self._count, at, project, request, reply, fault, changes, control, named, delay))

    def clear(self, project: str | None = None) -> None:
        """Forget all entries; or show those of one project no more, from which states can still be made again."""
        if project is not None:
            self._hidden[project] = self._hide[project] = self._count
            return
        self._queue.clear()
        self._hide.clear()
        self._hidden.clear()
        self._forgets, self._count = True, 0
        self._initial_state = self._begins = None

    def write(self) -> None:
        """Write what is queued, which is stored with the next `commit`.

        Raises:
            NoRoomError: It could not be written; nothing of it is.
        """
        self._require_files()
        try:
            self._writer.execute("BEGIN IMMEDIATE")
            self._write_all()
        except sqlite3.Error as error:
            self._fail(error)
        self._has_forgotten = self._forgets
        self._written = (self._count, self._last_checksum)
        self._queue, self._hide, self._forgets, self._begins = [], {}, False, None

    def commit(self) -> None:
        """Store what has been written: it is on the disk afterwards.

        Raises:
            NoRoomError: It could not be stored; nothing of it is.
        """
        try:
            self._writer.execute("COMMIT")
        except sqlite3.Error as error:
            self._fail(error)
        self.generation += self._has_forgotten
        self._record.write(self.generation, *self._written)
        if self._has_forgotten:
            self._has_forgotten = False
            self.snapshots.keep_only(self.generation)

    def _fail(self, error: sqlite3.Error) -> None:
        self._has_forgotten = False
        self._roll_back()
        raise NoRoomError(str(error)) from error

    def _roll_back(self) -> None:
        if self._writer.in_transaction:
            with suppress(sqlite3.Error):
                self._writer.execute("ROLLBACK")

    def _require_files(self) -> None:
        """SQLite would go on to write to files that nobody can open again."""
        problem = self._directory.problem_with_files()
        if problem:
            raise NoRoomError(problem)

    def rollback(self) -> None:
        """Forget what is queued, and go on after what is stored."""
        self._queue, self._hide, self._forgets, self._begins = [], {}, False, None
        self._reload()

    def has_room(self) -> bool:
        """Whether something can be stored."""
        try:
            self._require_files()
            self._writer.execute("BEGIN IMMEDIATE")
            self._keep("room", "x" * _PROBE)
            self._writer.execute("COMMIT")
            self._keep("room", "")
        except (sqlite3.Error, NoRoomError):
            self._roll_back()
            return False
        return True

    @contextmanager
    def only_short_reads(self) -> Iterator[None]:
        """Let reading end with `LongReadError` where it takes longer than others can wait."""
        with self._stored.only_short_reads():
            yield

    @contextmanager
    def in_copy(self) -> Iterator[None]:
        """Read by a process of its own, in a copy of the process that opened the journal.

        Nothing that was appended after the copy was made is read.
        """
        connection, stored = RowProcess(self._directory.journal), self._stored
        self._stored = StoredEntries(connection, self._count)
        try:
            yield
        finally:
            self._stored = stored
            connection.close()

    def states(self, until: int) -> Iterator[tuple[int, bytes]]:
        """Snapshots up to a number, the newest first."""
        self._stored.note_long(self.snapshots.size_of_newest(until))
        return self.snapshots.newest_first(until, self._stored.checksum_of)

    def inputs(self, after: int, until: int) -> Iterator[Entry]:
        """Every stored entry of these numbers, in order; of replies only the status, and no changes."""
        return self._stored.inputs(after, until)

    def select(self, selection: Selection) -> list[Entry]:
        """The wanted entries among those that are stored, in order."""
        entries = filter(self._is_visible, self._stored.candidates(selection))
        return list(islice(chosen(entries, selection), selection.limit))

    def entry(self, number: int) -> Entry | None:
        """The stored entry of a number, one of the control surface as well."""
        entry = next(self._stored.between(number, number), None)
        return entry if entry is not None and self._is_visible(entry) else None

    def of_person(self, project: str, person: int) -> Iterator[Entry]:
        """The stored entries that changed a person, the newest first."""
        return self._stored.of_person(project, person, self._hidden.get(project, 0))

    def _is_visible(self, entry: Entry) -> bool:
        return entry.number > self._hidden.get(entry.project, 0)

    def _reload(self) -> None:
        facts = self._stored.facts()
        self._count = max(self._stored.last_number(), last_lost(facts))
        unpacked = first_unpacked(self._count)
        tail = self._stored.checked(min(unpacked, self._count - _KNOWN_BY + 1), self._count)
        self._entries = EntryWriter(self._writer, (entry for entry in tail if entry[0][0] >= unpacked))
        self._last.clear()
        self._last.extend((row[0], own) for row, own in tail)
        self._written = (self._count, self._last_checksum)
        self._initial_state = InitialState.from_json(json.loads(facts["origin"])) if "origin" in facts else None
        self.generation = int(facts.get("generation", "0"))
        self._hidden = dict(self._stored.hidden())
        self._segment = Segment()
        for entry in self._stored.between(self._stored.last_indexed() + 1, self._count):
            self._segment.add(entry)
        self.snapshots.keep_only(self.generation)

    def _write_all(self) -> None:
        if self._forgets:
            for table in ("entries", "packs", "segments", "hidden"):
                self._writer.execute(f"DELETE FROM {table}")  # noqa: S608  # one of four names
            self._writer.execute("DELETE FROM facts WHERE name = 'lost'")
            self._segment = Segment()
            self._entries = EntryWriter(self._writer)
            self._last.clear()
            self._keep("generation", str(self.generation + 1))
        if self._begins is not None:
            initial_state = json.dumps(self._begins.to_json())
            self._keep("origin", initial_state)
            self._writer.execute("INSERT OR IGNORE INTO facts VALUES ('beginning', ?)", (initial_state,))
        self._writer.executemany("INSERT OR REPLACE INTO hidden VALUES (?, ?)", self._hide.items())
        if self._forgets or self._begins is not None or self._hide:
            self._keep("digest", facts_digest(self._writer))
        self._write_entries()

    def _write_entries(self) -> None:
        rows = [(row, checksum(data_of(row))) for row in map(to_row, self._queue)]
        self._last.extend((row[0], own) for row, own in rows)
        self._entries.write(rows)
        for entry in self._queue:
            self._segment.add(entry)
            if self._segment.is_whole:
                row = self._segment.to_row()
                self._writer.execute("INSERT INTO segments VALUES (?, ?, ?, ?)", (*row, segment_checksum(*row)))
                self._segment = Segment()

    def _keep(self, name: str, value: str) -> None:
        self._writer.execute("INSERT OR REPLACE INTO facts VALUES (?, ?)", (name, value))


def _opened(directory: Directory) -> sqlite3.Connection:
    """A connection to the journal of a directory, which is made when there is none."""
    if not directory.journal.exists() or not directory.journal.stat().st_size:
        create(directory.unfinished)
        put_in_place(directory.unfinished, directory.journal)
    connection = connect(directory.journal)
    bring_up_to_date(connection, directory.path)
    return connection

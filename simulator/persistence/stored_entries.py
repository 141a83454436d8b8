"""What is stored of a journal, read back as it is wanted and never all at once."""

from __future__ import annotations

import json
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from simulator.persistence.checksums import DATA, checksum
from simulator.persistence.packs import entries_of, is_sound, pieces
from simulator.persistence.rows import COLUMNS, INPUT_COLUMNS, from_input_row, from_row
from simulator.persistence.search_index import of_person, ranges, whole_word, words_of

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator, Mapping

    from simulator.journal import Entry, Selection
    from simulator.persistence.packs import Checked, Pack
    from simulator.persistence.row_process import RowProcess


class DamagedEntryError(Exception):
    """An entry that is not as it was stored."""


class LongReadError(Exception):
    """What is wanted takes longer to read than others can wait."""


#: Rows that are read at a time.
_CHUNK: Final = 200
#: Rows of a short read: a few milliseconds.
_SHORT: Final = 400
#: Entries of a pack that are unpacked in the time that a row takes.
_UNPACKING: Final = 5
#: Rows that take as long as to carry out a request again.
_CARRYING_OUT: Final = 4
#: Bytes of a snapshot that take as long as a row.
_BYTES_OF_ROW: Final = 500
#: A number beyond those of all entries.
END: Final = 1 << 62


class StoredEntries:
    """The entries in the file of a journal, and the facts beside them.

    Args:
        connection: To the file; for reading only.
        until: The number of the last entry that is looked at, whatever comes after it.
    """

    def __init__(self, connection: sqlite3.Connection | RowProcess, until: int = END) -> None:
        self._connection = connection
        self._until = until
        self._left: int | None = None

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()

    @contextmanager
    def only_short_reads(self) -> Iterator[None]:
        """Let reading end with `LongReadError` where it takes longer than others can wait."""
        self._left = _SHORT
        try:
            yield
        finally:
            self._left = None

    def note_long(self, size: int) -> None:
        """Let a read of so many bytes beside the entries count as one.

        Raises:
            LongReadError: This one is too many.
        """
        self._spend(size // _BYTES_OF_ROW)

    def inputs(self, after: int, until: int) -> Iterator[Entry]:
        """Every entry of these numbers, in order; of replies only the status, and no changes.

        Raises:
            DamagedEntryError: One of them is not as it was stored.
        """
        for row, _ in self._rows(INPUT_COLUMNS, after + 1, until):
            self._spend(_CARRYING_OUT)
            yield from_input_row(row)

    def between(self, first: int, last: int, *, newest: bool = False) -> Iterator[Entry]:
        """The entries of these numbers, in order, or the newest first.

        Raises:
            DamagedEntryError: One of them is not as it was stored.
        """
        return (from_row(row) for row, _ in self._rows(COLUMNS, first, last, newest=newest))

    def candidates(self, selection: Selection) -> Iterator[Entry]:
        """The entries among which those of a selection are, in its order."""
        bounds = selection.after, selection.before
        found = ranges(
            self._connection, words_of(selection), *bounds, newest=selection.newest, outcome=selection.outcome
        )
        return (entry for first, last in found for entry in self.between(first, last, newest=selection.newest))

    def of_person(self, project: str, person: int, after: int) -> Iterator[Entry]:
        """The entries that changed a person, the newest first.

        Args:
            project: The name of the project.
            person: The number of the person there.
            after: Only entries with greater numbers.
        """
        word = whole_word(of_person(project, person))
        for first, last in ranges(self._connection, [(word,)], after, None, newest=True):
            for entry in self.between(first, last, newest=True):
                if entry.project == project and any(change.person == person for change in entry.changes):
                    yield entry

    def facts(self) -> dict[str, str]:
        """What is kept beside the entries, by name."""
        return dict(self._connection.execute("SELECT name, value FROM facts"))

    def hidden(self) -> Mapping[str, int]:
        """Up to which number the entries of each project that was emptied are hidden."""
        return dict(self._connection.execute("SELECT project, number FROM hidden"))

    def last_number(self) -> int:
        """The number of the last entry; 0 when there is none."""
        tables = ("SELECT max(number) FROM entries", "SELECT max(last) FROM packs")
        return max(self._connection.execute(statement).fetchone()[0] or 0 for statement in tables)

    def checksum_of(self, number: int) -> int | None:
        """The checksum of an entry; None when there is no such entry."""
        return next((own for _, own in self._rows(COLUMNS, number, number)), None)

    def checked(self, first: int, last: int) -> list[Checked]:
        """Each entry of these numbers as a row with its checksum, in order."""
        return list(self._rows(COLUMNS, first, last))

    def last_indexed(self) -> int:
        """The number of the last entry that the search index has; 0 when there is none."""
        [number] = self._connection.execute("SELECT coalesce(max(last), 0) FROM segments").fetchone()
        return int(number)

    def _rows(self, columns: str, first: int, last: int, *, newest: bool = False) -> Iterator[Checked]:
        """The rows of these numbers, in order, each held against its checksum, or that of its pack."""
        for begin, end, pack in pieces(self._connection, first, min(last, self._until), newest=newest):
            if pack is None:
                yield from self._single_rows(columns, begin, end, newest=newest)
            else:
                yield from self._packed_rows(columns, pack, begin, end, newest=newest)

    def _packed_rows(self, columns: str, pack: Pack, first: int, last: int, *, newest: bool) -> Iterator[Checked]:
        if not is_sound(pack):
            raise DamagedEntryError(f"{_shown(pack[0], pack[1])} not as stored")
        self._spend(pack[2] // _UNPACKING)
        entries = list(entries_of(pack))
        for row, own in reversed(entries) if newest else entries:
            if first <= row[0] <= last:
                self._spend(1)
                yield row[: columns.count(",") + 1], own

    def _single_rows(self, columns: str, first: int, last: int, *, newest: bool) -> Iterator[Checked]:
        order = "DESC" if newest else "ASC"
        statement = (
            f"SELECT {columns}, checksum, {DATA} FROM entries "  # noqa: S608  # fixed pieces
            f"WHERE number BETWEEN ? AND ? ORDER BY number {order} LIMIT ?"
        )
        while first <= last:
            rows = self._connection.execute(statement, (first, last, _CHUNK)).fetchall()
            if not rows:
                return
            for *values, stored, data in rows:
                self._spend(1)
                if stored != checksum(data):
                    raise DamagedEntryError(f"request {values[0]} is not as it was stored")
                yield tuple(values), stored
            first, last = (first, rows[-1][0] - 1) if newest else (rows[-1][0] + 1, last)

    def _spend(self, rows: int) -> None:
        if self._left is not None:
            self._left -= rows
            if self._left < 0:
                raise LongReadError


def _shown(first: int, last: int) -> str:
    return f"request {first} is" if first == last else f"requests {first} to {last} are"


def lost_ranges(facts: Mapping[str, str]) -> list[tuple[int, int]]:
    """The first and the last number of each row of entries that a salvage could not keep."""
    return [(first, last) for first, last in json.loads(facts.get("lost", "[]"))]


def last_lost(facts: Mapping[str, str]) -> int:
    """The number of the last entry that a salvage could not keep; 0 when none was lost."""
    return max((last for _, last in lost_ranges(facts)), default=0)

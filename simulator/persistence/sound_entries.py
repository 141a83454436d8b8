"""The entries of a damaged journal that are as they were stored, whatever cannot be read between them."""

from __future__ import annotations

import sqlite3
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final

from simulator.persistence.checksums import TYPES, checksum, data_of
from simulator.persistence.rows import COLUMNS, from_row

if TYPE_CHECKING:
    from collections.abc import Iterator

    from simulator.persistence.rows import Row

_CHUNK: Final = 256
#: Damage that reading can meet: of the structure, of the encoding, of what a text holds.
UNREADABLE: Final = (sqlite3.Error, ValueError, TypeError, LookupError, AttributeError, OverflowError, MemoryError)


def sound_rows(connection: sqlite3.Connection, known: int) -> Iterator[Row]:
    """The rows of the sound entries, in order.

    Args:
        connection: To the journal, for reading.
        known: The number of the last entry that something else knows of.
    """
    has_checksums, unchecked = _checked(connection)
    columns = f"{COLUMNS}, {'checksum' if has_checksums else 'NULL'}, {TYPES}"
    for row in _rows(connection, columns, 1, max(known, _last(connection))):
        *values, stored, has_types = row
        if has_types and _is_sound(tuple(values), stored, unchecked):
            yield tuple(values)


def _is_sound(row: Row, stored: Any, unchecked: int) -> bool:
    try:
        if stored is None:
            from_row(row)
            return int(row[0]) <= unchecked
        return bool(stored == checksum(data_of(row)))
    except UNREADABLE:
        return False


def _checked(connection: sqlite3.Connection) -> tuple[bool, int]:
    """Whether entries have checksums, and up to which number they need none."""
    try:
        connection.execute("SELECT checksum FROM entries LIMIT 0")
    except sqlite3.Error:
        return False, 1 << 62
    with suppress(*UNREADABLE):
        row = connection.execute("SELECT value FROM facts WHERE name = 'unchecked'").fetchone()
        return True, 0 if row is None else int(row[0])
    return True, 0


def _last(connection: sqlite3.Connection) -> int:
    for statement in ("SELECT max(number) FROM entries", "SELECT max(last) FROM segments"):
        with suppress(*UNREADABLE):
            [number] = connection.execute(statement).fetchone()
            if isinstance(number, int):
                return number
    return 0


def _rows(connection: sqlite3.Connection, columns: str, first: int, last: int) -> Iterator[Row]:
    """The rows of these numbers that can be read; where many cannot be read together, fewer are tried."""
    for start in range(first, last + 1, _CHUNK):
        yield from _part(connection, columns, start, min(start + _CHUNK - 1, last))


def _part(connection: sqlite3.Connection, columns: str, first: int, last: int) -> Iterator[Row]:
    statement = f"SELECT {columns} FROM entries WHERE number BETWEEN ? AND ? ORDER BY number"  # noqa: S608  # fixed pieces
    try:
        rows = connection.execute(statement, (first, last)).fetchall()
    except UNREADABLE:
        if first < last:
            middle = (first + last) // 2
            yield from _part(connection, columns, first, middle)
            yield from _part(connection, columns, middle + 1, last)
        return
    yield from rows

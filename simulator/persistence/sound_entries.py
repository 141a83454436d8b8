"""The entries of a damaged journal that are as they were stored, whatever cannot be read between them."""

from __future__ import annotations

import sqlite3
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final

from simulator.persistence.checksums import DATA, TYPES, checksum, data_of
from simulator.persistence.rows import COLUMNS, from_row

if TYPE_CHECKING:
    from collections.abc import Iterator

    from simulator.persistence.rows import Row

_CHUNK: Final = 256
#: Bytes that an entry takes at the least.
_LEAST: Final = 16
#: Damage that reading can meet: of the structure, of the encoding, of what a text holds.
UNREADABLE: Final = (sqlite3.Error, ValueError, TypeError, LookupError, AttributeError, OverflowError, MemoryError)


def checked_numbers(connection: sqlite3.Connection, version: int) -> Iterator[tuple[int, bool]]:
    """The number of each entry in order, with whether it is as it was stored.

    Args:
        connection: To the journal, for reading.
        version: Of its tables. Those of version 1 have no checksums: there an entry is sound that can be read.
    """
    if version == 1:
        for row in connection.execute(f"SELECT {COLUMNS}, {TYPES} FROM entries ORDER BY number"):  # noqa: S608
            yield row[0], bool(row[-1]) and _is_readable(row[:-1])
        return
    statement = f"SELECT number, checksum, {TYPES}, {DATA} FROM entries ORDER BY number"  # noqa: S608  # fixed pieces
    for number, stored, has_types, data in connection.execute(statement):
        yield number, bool(has_types) and stored == checksum(data)


def sound_rows(connection: sqlite3.Connection, known: int) -> Iterator[Row]:
    """The rows of the sound entries, in order.

    Args:
        connection: To the journal, for reading.
        known: The number of the last entry that something else knows of.
    """
    has_checksums = _has_checksums(connection)
    columns = f"{COLUMNS}, {'checksum' if has_checksums else 'NULL'}, {TYPES}"
    for row in _rows(connection, columns, 1, max(known, _last(connection, known))):
        *values, stored, has_types = row
        if has_types and _is_sound(tuple(values), stored, has_checksums=has_checksums):
            yield tuple(values)


def _is_sound(row: Row, stored: Any, *, has_checksums: bool) -> bool:
    if not has_checksums:
        return _is_readable(row)
    try:
        return bool(stored == checksum(data_of(row)))
    except UNREADABLE:
        return False


def _is_readable(row: Row) -> bool:
    try:
        from_row(row)
    except UNREADABLE:
        return False
    return True


def _has_checksums(connection: sqlite3.Connection) -> bool:
    with suppress(*UNREADABLE):
        [version] = connection.execute("PRAGMA user_version").fetchone()
        return bool(version != 1)
    return True


def _last(connection: sqlite3.Connection, known: int) -> int:
    """The number of the last entry, as far as that can be believed: as many as the file can hold."""
    with suppress(*UNREADABLE):
        [pages] = connection.execute("PRAGMA page_count").fetchone()
        [size] = connection.execute("PRAGMA page_size").fetchone()
        most = known + pages * size // _LEAST
        for statement in ("SELECT max(number) FROM entries", "SELECT max(last) FROM segments"):
            with suppress(*UNREADABLE):
                [number] = connection.execute(statement).fetchone()
                return min(int(number), int(most))
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

"""The entries of a damaged journal that are as they were stored, whatever cannot be read between them."""

from __future__ import annotations

import heapq
import sqlite3
from contextlib import suppress
from operator import itemgetter
from typing import TYPE_CHECKING, Any, Final

from simulator.persistence.checksums import DATA, TYPES, checksum, data_of
from simulator.persistence.packs import LENGTH, PACK_COLUMNS, entries_of, is_sound, sound_entries_of
from simulator.persistence.rows import COLUMNS, from_row
from simulator.persistence.schema import has_packs

if TYPE_CHECKING:
    from collections.abc import Iterator

    from simulator.persistence.packs import LENGTH, PACK_COLUMNS, entries_of, is_sound, sound_entries_of
from simulator.persistence.rows import Row

_CHUNK: Final = 256
#: Bytes that an entry takes at the least.
_LEAST: Final = 4
#: Damage that reading can meet: of the structure, of the encoding, of what a text holds.
UNREADABLE: Final = (sqlite3.Error, ValueError, TypeError, LookupError, AttributeError, OverflowError, MemoryError)


def checked_numbers(connection: sqlite3.Connection, version: int) -> Iterator[tuple[int, int, bool]]:
    """The first and the last number of entries that follow each other, in order, and whether they are as stored.

    Args:
        connection: To the journal, for reading.
        version: Of its tables. Those of version 1 have no checksums: there an entry is sound that can be read.
    """
    if version == 1:
        for row in connection.execute(f"SELECT {COLUMNS}, {TYPES} FROM entries ORDER BY number"):  # noqa: S608
            yield row[0], row[0], bool(row[-1]) and _is_readable(row[:-1])
        return
    rows = _checked_rows(connection)
    packs = _checked_packs(connection) if has_packs(connection) else ()
    yield from heapq.merge(rows, packs, key=itemgetter(0))


def _checked_rows(connection: sqlite3.Connection) -> Iterator[tuple[int, int, bool]]:
    statement = f"SELECT number, checksum, {TYPES}, {DATA} FROM entries ORDER BY number"  # noqa: S608  # fixed pieces
    for number, stored, has_types, data in connection.execute(statement):
        yield number, number, bool(has_types) and stored == checksum(data)


def _checked_packs(connection: sqlite3.Connection) -> Iterator[tuple[int, int, bool]]:
    statement = f"SELECT {PACK_COLUMNS} FROM packs ORDER BY last"  # noqa: S608  # fixed pieces
    before = 0
    for pack in connection.execute(statement):
        first, last, count, *_ = pack
        if not is_sound(pack):
            sound = [row[0] for row, _ in sound_entries_of(pack)]
            yield from ((number, number, True) for number in sound)
            before = max([before, *sound])
            yield before, before + _most_lost(count, len(sound)) - 1, False
        elif count == last - first + 1:
            yield first, last, True
        else:
            yield from ((row[0], row[0], True) for row, _ in entries_of(pack))
        before = last if is_sound(pack) else before


def _most_lost(count: Any, sound: int) -> int:
    """How many entries a damaged pack has lost, as far as its count can be believed."""
    return max(1, min(count, LENGTH) - sound) if isinstance(count, int) else 1


def sound_rows(connection: sqlite3.Connection, known: int) -> Iterator[Row]:
    """The rows of the sound entries, in order.

    Args:
        connection: To the journal, for reading.
        known: The number of the last entry that something else knows of.
    """
    last = max(known, _last(connection, known))
    rows = _sound_rows(connection, last)
    packed = _sound_packed_rows(connection, last) if _can_have_packs(connection) else ()
    yield from heapq.merge(rows, packed, key=itemgetter(0))


def _sound_rows(connection: sqlite3.Connection, last: int) -> Iterator[Row]:
    has_checksums = _has_checksums(connection)
    columns = f"{COLUMNS}, {'checksum' if has_checksums else 'NULL'}, {TYPES}"
    statement = f"SELECT {columns} FROM entries WHERE number BETWEEN ? AND ? ORDER BY number"  # noqa: S608  # fixed pieces
    for row in _rows(connection, statement, 1, last):
        *values, stored, has_types = row
        if has_types and _is_sound(tuple(values), stored, has_checksums=has_checksums):
            yield tuple(values)


def _sound_packed_rows(connection: sqlite3.Connection, last: int) -> Iterator[Row]:
    statement = f"SELECT {PACK_COLUMNS} FROM packs WHERE last BETWEEN ? AND ? ORDER BY last"  # noqa: S608  # fixed pieces
    for pack in _rows(connection, statement, 1, last):
        for row, _ in entries_of(pack) if is_sound(pack) else sound_entries_of(pack):
            yield row


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


def _can_have_packs(connection: sqlite3.Connection) -> bool:
    with suppress(*UNREADABLE):
        return has_packs(connection)
    return True


def _last(connection: sqlite3.Connection, known: int) -> int:
    """The number of the last entry, as far as that can be believed: as many as the file can hold."""
    with suppress(*UNREADABLE):
        [pages] = connection.execute("PRAGMA page_count").fetchone()
        [size] = connection.execute("PRAGMA page_size").fetchone()
        most = known + pages * size // _LEAST
        return max((min(number, int(most)) for number in _greatest(connection)), default=0)
    return 0


def _greatest(connection: sqlite3.Connection) -> Iterator[int]:
    """The greatest number of each table that can be read."""
    for column, table in (("number", "entries"), ("last", "packs"), ("last", "segments")):
        with suppress(*UNREADABLE):
            [number] = connection.execute(f"SELECT max({column}) FROM {table}").fetchone()  # noqa: S608  # fixed names
            yield int(number or 0)


def _rows(connection: sqlite3.Connection, statement: str, first: int, last: int) -> Iterator[Any]:
    """The rows of these numbers that can be read; where many cannot be read together, fewer are tried."""
    for start in range(first, last + 1, _CHUNK):
        yield from _part(connection, statement, start, min(start + _CHUNK - 1, last))


def _part(connection: sqlite3.Connection, statement: str, first: int, last: int) -> Iterator[Any]:
    try:
        rows = connection.execute(statement, (first, last)).fetchall()
    except UNREADABLE:
        if first < last:
            middle = (first + last) // 2
            yield from _part(connection, statement, first, middle)
            yield from _part(connection, statement, middle + 1, last)
        return
    yield from rows

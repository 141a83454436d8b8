"""Entries packed together: fifty of them compressed as one, a twentieth of what they take as rows.

What an entry repeats (its headers, its body in the changes that it made, what the ones before it had) costs next to
nothing then. Entries are rows until fifty are there; they become a pack in the transaction in which the last comes.
"""

from __future__ import annotations

import zlib
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final

from simulator.persistence.checksums import checksum, data_of
from simulator.persistence.rows import COLUMNS

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Iterator, Sequence

    from simulator.persistence.row_process import RowProcess
    from simulator.persistence.rows import Row

#: Numbers that share a pack. What is damaged in a pack can take all of them along; more would hardly save any room.
LENGTH: Final = 50
PACK_COLUMNS: Final = "first, last, count, data, checksum"
#: The best of what costs no more than a few microseconds an entry.
_LEVEL: Final = 3
#: Packs that are read at a time.
_CHUNK: Final = 8
_INSERT: Final = f"INSERT INTO entries ({COLUMNS}, checksum) VALUES ({', '.join('?' * 14)})"  # noqa: S608  # fixed pieces
_INSERT_PACK: Final = f"INSERT INTO packs ({PACK_COLUMNS}) VALUES (?, ?, ?, ?, ?)"  # noqa: S608  # the same

#: A row with its checksum.
Checked = tuple["Row", int]
#: First and last number, how many entries, the packed entries, and the checksum of all that.
Pack = tuple[int, int, int, bytes, int]


class EntryWriter:
    """Writes entries, as rows and as soon as they are enough as packs.

    Args:
        connection: To the journal; transactions are for the caller.
        rest: Those that are there as rows and belong into the next pack.
    """

    def __init__(self, connection: sqlite3.Connection, rest: Iterable[Checked] = ()) -> None:
        self._connection = connection
        self._rest = list(rest)
        self._written = len(self._rest)

    def write(self, entries: Iterable[Checked]) -> None:
        """Write the next entries.

        Raises:
            sqlite3.Error: That is impossible.
        """
        for entry in entries:
            number = entry[0][0]
            if self._rest and _place(number) != _place(self._rest[0][0][0]):
                self._pack()
            self._rest.append(entry)
            if number % LENGTH == 0:
                self._pack()
        self._connection.executemany(_INSERT, ((*row, own) for row, own in self._rest[self._written :]))
        self._written = len(self._rest)

    def _pack(self) -> None:
        pack = packed(self._rest)
        if self._written:
            self._connection.execute("DELETE FROM entries WHERE number BETWEEN ? AND ?", pack[:2])
        self._connection.execute(_INSERT_PACK, pack)
        self._rest, self._written = [], 0


def first_unpacked(last: int) -> int:
    """The first number that belongs into the same pack as the one after the last."""
    return last - last % LENGTH + 1


def _place(number: int) -> int:
    return (number - 1) // LENGTH


def packed(entries: Sequence[Checked]) -> Pack:
    """Some entries as a pack."""
    first, last, count = entries[0][0][0], entries[-1][0][0], len(entries)
    data = zlib.compress(b"".join(_to_bytes(row, own) for row, own in entries), _LEVEL)
    return first, last, count, data, _checksum(first, last, count, data)


def is_sound(pack: Sequence[Any]) -> bool:
    """Whether a pack is as it was stored."""
    first, last, count, data, stored = pack
    return isinstance(data, bytes) and bool(stored == _checksum(first, last, count, data))


def entries_of(pack: Pack) -> Iterator[Checked]:
    """The entries of a sound pack, in order."""
    return _parsed(zlib.decompress(pack[3]))


def sound_entries_of(pack: Sequence[Any]) -> list[Checked]:
    """Those entries of a damaged pack that are as they were stored."""
    found: list[Checked] = []
    with suppress(ValueError, TypeError, IndexError, OverflowError):
        for row, own in _parsed(_readable(pack[3])):
            if own == checksum(data_of(row)):
                found.append((row, own))
    return found


def pieces(
    connection: sqlite3.Connection | RowProcess, first: int, last: int, *, newest: bool = False
) -> Iterator[tuple[int, int, Pack | None]]:
    """Where the entries of some numbers are, in order or the newest first: in packs, and between those in rows.

    Args:
        connection: To the journal.
        first: The first number.
        last: The last number.
        newest: Whether the newest come first.

    Returns:
        First and last number and, if they are in one, the pack, which may have others as well.
    """
    return _pieces_back(connection, first, last) if newest else _pieces_on(connection, first, last)


def _pieces_on(
    connection: sqlite3.Connection | RowProcess, first: int, last: int
) -> Iterator[tuple[int, int, Pack | None]]:
    statement = f"SELECT {PACK_COLUMNS} FROM packs WHERE last >= ? ORDER BY last LIMIT {_CHUNK}"  # noqa: S608  # fixed pieces
    found: list[Any] = [None] * _CHUNK
    while first <= last and len(found) == _CHUNK:
        found = connection.execute(statement, (first,)).fetchall()
        for pack in found:
            if pack[0] > last:
                found = []
                break
            if pack[0] > first:
                yield first, pack[0] - 1, None
            yield first, min(last, pack[1]), pack
            first = pack[1] + 1
    if first <= last:
        yield first, last, None


def _pieces_back(
    connection: sqlite3.Connection | RowProcess, first: int, last: int
) -> Iterator[tuple[int, int, Pack | None]]:
    [top] = connection.execute("SELECT min(last) FROM packs WHERE last >= ?", (last,)).fetchone()
    top = last if top is None else top
    statement = (
        f"SELECT {PACK_COLUMNS} FROM packs WHERE last BETWEEN ? AND ? "  # noqa: S608  # fixed pieces
        f"ORDER BY last DESC LIMIT {_CHUNK}"
    )
    found: list[Any] = [None] * _CHUNK
    while first <= last and len(found) == _CHUNK:
        found = connection.execute(statement, (first, top)).fetchall()
        for pack in found:
            top = pack[1] - 1
            if pack[0] > last:
                continue
            if pack[1] < last:
                yield pack[1] + 1, last, None
            yield max(first, pack[0]), last, pack
            last = pack[0] - 1
    if first <= last:
        yield first, last, None


def _checksum(first: int, last: int, count: int, data: bytes) -> int:
    return checksum(b"%d %d %d %b" % (first, last, count, data))


def _to_bytes(row: Row, own: int) -> bytes:
    number, at, *texts, headers, body, status, control, fault, reply, details = row
    parts = [text.encode() for text in (*texts, headers, details)]
    sizes = " ".join(str(len(part)) for part in (*parts, body))
    answered = "- -" if status is None else f"{status} -"
    answered = answered if reply is None else f"{answered[:-1]}{len(reply)}"
    head = f"{number} {at} {answered} {control:d} {fault:d} {own} {sizes}\n"
    return b"".join([head.encode("ascii"), *parts, body, reply or b""])


def _parsed(content: bytes) -> Iterator[Checked]:
    """The entries in unpacked bytes, up to where they end or are damaged.

    Raises:
        ValueError: They are damaged from here on.
    """
    place = 0
    while place < len(content):
        end = content.index(b"\n", place)
        number, at, status, reply_size, control, fault, own, *sizes = content[place:end].split()
        place = end + 1
        parts = []
        for size in (*map(int, sizes), 0 if reply_size == b"-" else int(reply_size)):
            parts.append(content[place : place + size])
            place += size
        project, method, path, query, headers, details = (part.decode() for part in parts[:6])
        reply = None if reply_size == b"-" else parts[7]
        answered = (None if status == b"-" else int(status), int(control), int(fault), reply, details)
        yield (int(number), int(at), project, method, path, query, headers, parts[6], *answered), int(own)


def _readable(data: bytes) -> bytes:
    """What can be unpacked before the place of a damage."""
    unpacking, content = zlib.decompressobj(), b""
    with suppress(zlib.error):
        for place in range(0, len(data), 16):
            content += unpacking.decompress(data[place : place + 16])
    return content

"""A checksum for each stored entry, and for what is kept beside the entries, so that damage is found.

SQLite puts together what a checksum is made of when entries are checked, as that is several times faster than here;
`data_of` puts together the same when they are written.
"""

from __future__ import annotations

import json
import zlib
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable

    from simulator.persistence.rows import Row

#: The facts that the digest of the facts leaves out: itself, and what only tries whether there is room.
_LEFT_OUT: Final = ("digest", "room")
_TEXTS: Final = ("project", "method", "path", "query", "headers", "details")
_COUNTS: Final = (
    "number",
    "at",
    "ifnull(status, '-')",
    "control",
    "fault",
    "length(body)",
    "ifnull(length(reply), -1)",
)
#: What the checksum of an entry is made of, in SQL.
DATA: Final = (
    f"CAST({' || char(32) || '.join(_COUNTS)} || char(0) || {' || char(0) || '.join(_TEXTS)}"
    " || char(0) || body || char(0) || ifnull(reply, '') AS BLOB)"
)
#: What the checksum of a row of the search index is made of, in SQL.
SEGMENT_DATA: Final = "CAST(first || char(32) || last || char(32) || words AS BLOB)"
#: Whether the values have the types they were written with, in SQL: a text can have the bytes of a blob.
TYPES: Final = " AND ".join(
    [
        *(f"typeof({name}) = 'integer'" for name in ("number", "at", "control", "fault")),
        *(f"typeof({name}) = 'text'" for name in _TEXTS),
        "typeof(status) IN ('integer', 'null')",
        "typeof(body) = 'blob'",
        "typeof(reply) IN ('blob', 'null')",
    ]
)


def data_of(row: Row) -> bytes:
    """What the checksum of an entry is made of."""
    number, at, project, method, path, query, headers, body, status, control, fault, reply, details = row
    counts = (
        f"{number} {at} {'-' if status is None else status} {control:d} {fault:d} "
        f"{len(body)} {-1 if reply is None else len(reply)}"
    )
    texts = f"{counts}\0{project}\0{method}\0{path}\0{query}\0{headers}\0{details}\0"
    return b"%s%s\0%s" % (texts.encode(), body, reply or b"")


def checksum(data: bytes) -> int:
    """The checksum of something."""
    return zlib.crc32(data)


def segment_checksum(first: int, last: int, words: str) -> int:
    """The checksum of a row of the search index."""
    return checksum(f"{first} {last} {words}".encode())


def facts_digest(connection: sqlite3.Connection) -> str:
    """A digest of all that is kept beside the entries."""
    facts = connection.execute("SELECT name, value FROM facts ORDER BY name")
    hidden = connection.execute("SELECT project, number FROM hidden ORDER BY project")
    return f"{checksum(json.dumps([_without(facts), hidden.fetchall()]).encode('ascii')):08x}"


def _without(facts: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    return [(name, value) for name, value in facts if name not in _LEFT_OUT]

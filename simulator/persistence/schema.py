"""The tables of a journal, and which versions of them can be opened."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING, Final

from simulator.persistence.checksums import facts_digest
from simulator.persistence.directory import UnusableDirectoryError

if TYPE_CHECKING:
    from pathlib import Path

#: The version of the tables, kept in the file as `user_version`. Since 2, entries have checksums.
VERSION: Final = 2
_TABLES: Final = """
CREATE TABLE entries (
    number INTEGER PRIMARY KEY, at INTEGER NOT NULL, project TEXT NOT NULL,
    method TEXT NOT NULL, path TEXT NOT NULL, query TEXT NOT NULL, headers TEXT NOT NULL, body BLOB NOT NULL,
    status INTEGER, control INTEGER NOT NULL, fault INTEGER NOT NULL, reply BLOB, details TEXT NOT NULL
);
CREATE TABLE segments (first INTEGER PRIMARY KEY, last INTEGER NOT NULL, words TEXT NOT NULL);
CREATE TABLE hidden (project TEXT PRIMARY KEY, number INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE facts (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
"""
#: Added to tables that are there, so that those of a new journal and of an old one are the same.
_CHECKSUMS: Final = """
ALTER TABLE entries ADD COLUMN checksum BLOB;
ALTER TABLE segments ADD COLUMN checksum BLOB;
"""
#: The last entry that was stored without a checksum.
_UNCHECKED: Final = """
INSERT INTO facts SELECT 'unchecked', coalesce(max(number), 0) FROM entries;
"""


def connect(path: Path) -> sqlite3.Connection:
    """A connection whose transactions are begun and ended by hand, for any thread, one at a time.

    What has been committed is on the disk: the write-ahead log is synchronised with every commit.
    """
    connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False, timeout=30)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA cache_size = -16000")
    return connection


def connect_for_reading(path: Path) -> sqlite3.Connection:
    """A connection that leaves the file and its write-ahead log as they are, also when it is closed."""
    return sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, isolation_level=None, timeout=30)


def prepare(connection: sqlite3.Connection, path: Path) -> None:
    """Make the tables of a new journal, or bring those of an older version up to date.

    Raises:
        UnusableDirectoryError: The journal is of a version that this harness does not know.
    """
    [version] = connection.execute("PRAGMA user_version").fetchone()
    if version > VERSION:
        raise newer_version(path, version)
    if version < VERSION:
        tables = _TABLES if version == 0 else ""
        # A script would commit what is open; so the transaction begins and ends in it, but for the last statements.
        connection.executescript(f"BEGIN IMMEDIATE; {tables} {_CHECKSUMS} {_UNCHECKED}")
        connection.execute("INSERT INTO facts VALUES ('digest', ?)", (facts_digest(connection),))
        connection.execute(f"PRAGMA user_version = {VERSION}")
        connection.execute("COMMIT")


def newer_version(path: Path, version: int) -> UnusableDirectoryError:
    """What is said of a directory of a version that this harness does not know."""
    return UnusableDirectoryError(
        f"{path} was written by a newer iterable-harness: its format is {version}, and this one reads up to "
        f"{VERSION}; use the version that wrote it, or one later than that"
    )


def tables_of(connection: sqlite3.Connection) -> dict[str, str]:
    """How the tables in a file were made, by name."""
    rows = connection.execute("SELECT name, sql FROM sqlite_schema WHERE sql IS NOT NULL").fetchall()
    return {str(name): str(sql) for name, sql in rows}


def expected_tables(version: int) -> dict[str, str]:
    """How the tables of a version look in a file."""
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.executescript(_TABLES + (_CHECKSUMS if version > 1 else ""))
        return tables_of(connection)

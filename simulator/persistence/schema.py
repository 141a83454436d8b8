"""The tables of a journal, and which versions of them can be opened."""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING, Final

from simulator.persistence.directory import UnusableDirectoryError

if TYPE_CHECKING:
    from pathlib import Path

#: The version of the tables, kept in the file as `user_version`.
VERSION: Final = 1
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


def connect(path: Path) -> sqlite3.Connection:
    """A connection whose transactions are begun and ended by hand, for any thread, one at a time.

    What has been committed is on the disk: the write-ahead log is synchronised with every commit.
    """
    connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False, timeout=30)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA cache_size = -16000")
    return connection


def prepare(connection: sqlite3.Connection, path: Path) -> None:
    """Make the tables of a new journal.

    Raises:
        UnusableDirectoryError: The journal is of a version that this harness does not know.
    """
    [version] = connection.execute("PRAGMA user_version").fetchone()
    if version > VERSION:
        raise UnusableDirectoryError(
            f"{path} was written by a newer iterable-harness: its format is {version}, and this one reads up to "
            f"{VERSION}; use the version that wrote it, or one later than that"
        )
    if version == 0:
        connection.executescript(f"BEGIN; {_TABLES} PRAGMA user_version = {VERSION}; COMMIT;")

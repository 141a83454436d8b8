"""The tables of a journal, and which versions of them can be opened."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING, Final

from simulator.persistence.checksums import DATA, SEGMENT_DATA, checksum, facts_digest
from simulator.persistence.directory import UnusableDirectoryError
from simulator.persistence.whole_files import OWNER_ONLY_FILE

if TYPE_CHECKING:
    from pathlib import Path

#: The version of the tables, kept in the file as `user_version`. Since 2, entries have checksums; since 3, most of
#: them are in packs.
VERSION: Final = 3
_PACKS_SINCE: Final = 3
#: Pages of the write-ahead log after which a commit copies it into the database: each such commit keeps its replies
#: waiting for the disk twice more, which is to be rarer than one in a hundred.
_PAGES_OF_LOG: Final = 4_000
#: Bytes of the log that stay when all that is in it is in the database as well.
_LONGEST_LOG: Final = 4096 * _PAGES_OF_LOG
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
ALTER TABLE entries ADD COLUMN checksum INTEGER;
ALTER TABLE segments ADD COLUMN checksum INTEGER;
"""
#: `last` is the key, as what comes at a number or after it is looked for.
_PACKS: Final = """
CREATE TABLE packs (
    last INTEGER PRIMARY KEY, first INTEGER NOT NULL, count INTEGER NOT NULL, data BLOB NOT NULL,
    checksum INTEGER NOT NULL
);
"""


def connect(path: Path) -> sqlite3.Connection:
    """A connection whose transactions are begun and ended by hand, for any thread, one at a time.

    What has been committed is on the disk: the write-ahead log is synchronised with every commit.
    """
    connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False, timeout=30)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA cache_size = -16000")
    connection.execute(f"PRAGMA wal_autocheckpoint = {_PAGES_OF_LOG}")
    # The log grows while somebody reads for long, and is cut afterwards.
    connection.execute(f"PRAGMA journal_size_limit = {_LONGEST_LOG}")
    return connection


def connect_for_reading(path: Path) -> sqlite3.Connection:
    """A connection that leaves the file and its write-ahead log as they are, also when it is closed."""
    return sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, isolation_level=None, timeout=30)


def create(path: Path) -> None:
    """Make a journal that is empty; whoever reads it finds the tables, or no file.

    Args:
        path: A file that is not there yet; it is for its owner alone.

    Raises:
        OSError: It cannot be made.
        sqlite3.Error: It cannot be written.
    """
    os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, OWNER_ONLY_FILE))
    with closing(connect(path)) as connection:
        connection.executescript(f"BEGIN; {_TABLES} {_CHECKSUMS} {_PACKS} PRAGMA user_version = {VERSION};")
        connection.execute("INSERT INTO facts VALUES ('digest', ?)", (facts_digest(connection),))
        connection.execute("COMMIT")


def bring_up_to_date(connection: sqlite3.Connection, path: Path) -> None:
    """Bring the tables of an older version to the present one: its entries get the checksums that they lack.

    They stay rows; those that come are packed.

    Raises:
        UnusableDirectoryError: The journal is of a version that this harness does not know.
    """
    [version] = connection.execute("PRAGMA user_version").fetchone()
    if version > VERSION:
        raise newer_version(path, version)
    if version == VERSION:
        return
    connection.execute("BEGIN IMMEDIATE")
    if version == 1:
        _add_checksums(connection)
    connection.execute(_PACKS)
    connection.execute(f"PRAGMA user_version = {VERSION}")
    connection.execute("COMMIT")


def _add_checksums(connection: sqlite3.Connection) -> None:
    connection.create_function("checksum_of", 1, checksum, deterministic=True)
    for statement in filter(str.strip, _CHECKSUMS.split(";")):
        connection.execute(statement)
    connection.execute(f"UPDATE entries SET checksum = checksum_of({DATA})")  # noqa: S608  # fixed pieces
    connection.execute(f"UPDATE segments SET checksum = checksum_of({SEGMENT_DATA})")  # noqa: S608  # the same
    connection.execute("INSERT INTO facts VALUES ('digest', ?)", (facts_digest(connection),))


def newer_version(path: Path, version: int) -> UnusableDirectoryError:
    """What is said of a directory of a version that this harness does not know."""
    return UnusableDirectoryError(
        f"{path} was written by a newer iterable-harness: its format is {version}, and this version reads up to "
        f"{VERSION}; use the version that wrote it, or a later one"
    )


def tables_of(connection: sqlite3.Connection) -> dict[str, str]:
    """How the tables in a file were made, by name."""
    rows = connection.execute("SELECT name, sql FROM sqlite_schema WHERE sql IS NOT NULL").fetchall()
    return {str(name): str(sql) for name, sql in rows}


def has_packs(connection: sqlite3.Connection) -> bool:
    """Whether a journal is of a version that has packs."""
    [version] = connection.execute("PRAGMA user_version").fetchone()
    return bool(version >= _PACKS_SINCE)


def has_tables(tables: dict[str, str], version: int) -> bool:
    """Whether all tables of a version are among some; there can be others, as of SQLite's `ANALYZE`."""
    return version in range(1, VERSION + 1) and tables_of_version(version).items() <= tables.items()


def tables_of_version(version: int) -> dict[str, str]:
    """How the tables of a version are made, by name."""
    with closing(sqlite3.connect(":memory:")) as connection:
        additions = {1: "", 2: _CHECKSUMS, 3: _CHECKSUMS + _PACKS}
        connection.executescript(_TABLES + additions[version])
        return tables_of(connection)

"""A directory in which a simulator is kept: the requests as they came in SQLite, and snapshots beside them."""

from simulator.persistence.directory import Directory, UnusableDirectoryError
from simulator.persistence.sqlite_journal import NoRoomError, StoredJournal

__all__ = ["Directory", "NoRoomError", "StoredJournal", "UnusableDirectoryError"]

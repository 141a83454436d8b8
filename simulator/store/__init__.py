"""A directory in which a simulator is kept: the requests as they came in SQLite, and snapshots beside them."""

from simulator.store.directory import Directory, UnusableDirectoryError
from simulator.store.journal import NoRoomError, StoredJournal

__all__ = ["Directory", "NoRoomError", "StoredJournal", "UnusableDirectoryError"]

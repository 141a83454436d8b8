"""A directory in which a simulator is kept: its journal in SQLite, and snapshots beside it.

`durable_simulator` answers only when what the reply follows from is stored.
"""

from simulator.persistence.directory import DamagedDirectoryError, Directory, UnusableDirectoryError
from simulator.persistence.sqlite_journal import NoRoomError, StoredJournal
from simulator.persistence.stored_entries import DamagedEntryError

__all__ = [
    "DamagedDirectoryError",
    "DamagedEntryError",
    "Directory",
    "NoRoomError",
    "StoredJournal",
    "UnusableDirectoryError",
]

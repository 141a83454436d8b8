"""Why a directory cannot be used, in words that hold nothing of what is stored in it."""

from __future__ import annotations

import os
import sqlite3

from simulator.persistence.stored_entries import DamagedEntryError


def reason_of(error: Exception) -> str:
    """The reason that an error gives.

    What SQLite itself says names no values; what Python says of a text that it cannot decode quotes it.
    """
    if isinstance(error, OSError):
        return os.strerror(error.errno or 0).lower()
    if isinstance(error, DamagedEntryError) or (
        isinstance(error, sqlite3.Error) and hasattr(error, "sqlite_errorname")
    ):
        return str(error)
    return "the stored data is damaged"

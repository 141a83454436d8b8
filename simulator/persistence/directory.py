"""The directory itself: who may read it, and that one server at a time uses it."""

from __future__ import annotations

import fcntl
import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

#: The directory holds API keys and whatever was said of people: it is for its owner alone.
_OWNER_ONLY = 0o700
_OWNER_ONLY_FILE = 0o600


class UnusableDirectoryError(Exception):
    """A directory that cannot be used, with the reason in a sentence."""


class Directory:
    """A directory for one simulator, held until `close`; it is made where there is none.

    Args:
        path: Where it is.

    Raises:
        UnusableDirectoryError: Another server uses it, or it cannot be written.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.snapshots = path / "snapshots"
        try:
            for folder in (path, self.snapshots):
                folder.mkdir(mode=_OWNER_ONLY, parents=True, exist_ok=True)
            self._lock = os.open(path / "lock", os.O_RDWR | os.O_CREAT, _OWNER_ONLY_FILE)
        except OSError as error:
            reason = os.strerror(error.errno or 0).lower()
            raise UnusableDirectoryError(f"{path} cannot be used for data: {reason}") from error
        self._take()

    @property
    def database(self) -> Path:
        """The file of the journal, made for its owner alone."""
        path = self.path / "journal.sqlite"
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, _OWNER_ONLY_FILE))
        return path

    def close(self) -> None:
        """Let others use it."""
        os.close(self._lock)

    def _take(self) -> None:
        try:
            # The lock goes with the process, whatever ends it.
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            holder = os.pread(self._lock, 20, 0).decode("ascii", "replace").strip() or "unknown"
            os.close(self._lock)
            message = f"{self.path} is in use by another server (process {holder}); stop it, or use another directory"
            raise UnusableDirectoryError(message) from error
        os.truncate(self._lock, 0)
        os.pwrite(self._lock, f"{os.getpid()}\n".encode("ascii"), 0)

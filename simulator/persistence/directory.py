"""The directory itself: who may read it, what may be in it, and that one server at a time uses it."""

from __future__ import annotations

import fcntl
import os
import re
import stat
from typing import TYPE_CHECKING, Final

from simulator.persistence.whole_files import OWNER_ONLY_FILE

if TYPE_CHECKING:
    from pathlib import Path

#: The directory holds API keys and whatever was said of people: it is for its owner alone.
_OWNER_ONLY: Final = 0o700
_JOURNAL: Final = "journal.sqlite"
_UNFINISHED: Final = f"{_JOURNAL}.unfinished"
_FILES: Final = (_JOURNAL, f"{_JOURNAL}-wal", f"{_JOURNAL}-shm", "committed", "committed.unfinished", "lock")
_SNAPSHOTS: Final = "snapshots"
#: What the folder of snapshots holds; a folder of this name can also be somebody else's.
_SNAPSHOT: Final = re.compile(r"[0-9]+-[0-9]+\.(snapshot|unfinished)")
#: Where a salvage keeps what was damaged.
_DAMAGED: Final = re.compile(r"damaged-[0-9]+")
#: What a lock holds: the process that took it.
_LOCK: Final = re.compile(rb"[0-9]{0,19}\n?")


class UnusableDirectoryError(Exception):
    """A directory that cannot be used, with the reason in a sentence."""


class DamagedDirectoryError(UnusableDirectoryError):
    """A directory of which something is damaged or missing, with what is lost and what can be saved."""


class Directory:
    """A directory for one simulator, held until `close`; it is made where there is none.

    Args:
        path: Where it is.

    Raises:
        UnusableDirectoryError: Another server uses it, it cannot be written, or something else is in its place.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.snapshots = path / _SNAPSHOTS
        self.record = path / "committed"
        self._files: dict[Path, tuple[int, int]] = {}
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._require_own_place()
            path.mkdir(mode=_OWNER_ONLY, exist_ok=True)
            self._lock = os.open(path / "lock", os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, OWNER_ONLY_FILE)
            self._take()
        except OSError as error:
            is_in_the_way = isinstance(error, FileExistsError)
            reason = "not a directory" if is_in_the_way else os.strerror(error.errno or 0).lower()
            raise UnusableDirectoryError(f"{path} cannot be used for data: {reason}") from error

    @property
    def journal(self) -> Path:
        """The file of the journal, which may not be there yet."""
        return self.path / _JOURNAL

    @property
    def unfinished(self) -> Path:
        """Where a journal is until it is whole."""
        return self.path / _UNFINISHED

    @property
    def log(self) -> Path:
        """The write-ahead log of the journal."""
        return self.path / f"{_JOURNAL}-wal"

    def remember_files(self) -> None:
        """Note which files are open now, for `missing_file`."""
        self._files = {path: _identity(path) for path in (self.journal, self.log, self.record) if path.exists()}

    def missing_file(self) -> Path | None:
        """A file that was open and that nobody could open again: removed, or replaced by another."""
        for path, identity in self._files.items():
            try:
                if _identity(path) != identity:
                    return path
            except OSError:
                return path
        return None

    def problem_with_files(self) -> str:
        """That a file which was open is missing, in words; empty when none is."""
        missing = self.missing_file()
        return "" if missing is None else f"{missing} has been removed or replaced"

    def prepare(self) -> None:
        """Let nobody but the owner read what is in it, and be there what a journal needs.

        Raises:
            OSError: That is impossible.
        """
        self.path.chmod(_OWNER_ONLY)
        self.snapshots.mkdir(mode=_OWNER_ONLY, exist_ok=True)
        self.snapshots.chmod(_OWNER_ONLY)
        for path in (*(self.path / name for name in _FILES), *self.snapshots.iterdir()):
            if path.is_file() and not path.is_symlink():
                path.chmod(OWNER_ONLY_FILE)
        self.remove_unfinished()

    def remove_unfinished(self) -> None:
        """Remove what was left of a journal that never became whole.

        Raises:
            OSError: That is impossible.
        """
        for path in self.path.glob(f"{_UNFINISHED}*"):
            path.unlink()

    def close(self) -> None:
        """Let others use it."""
        os.close(self._lock)

    def _require_own_place(self) -> None:
        """Refuse what is no directory of ours before anything is changed."""
        if self.path.is_symlink():
            raise UnusableDirectoryError(f"{self.path} is a symbolic link; name the directory itself")
        if not self.path.exists():
            return
        present = {entry.name: entry for entry in self.path.iterdir()}
        for name in (*_FILES, _SNAPSHOTS):
            if name in present:
                _require_kind(present[name], is_folder=name == _SNAPSHOTS)
        if _JOURNAL in present or "committed" in present:
            return
        others = [name for name in present if not name.startswith(".") and not is_own_name(name)]
        if others or any(not _SNAPSHOT.fullmatch(entry.name) for entry in _entries_of(present.get(_SNAPSHOTS))):
            raise UnusableDirectoryError(f"{self.path} contains other files; use an empty directory")
        if "lock" in present and not _LOCK.fullmatch(present["lock"].read_bytes()[:21]):
            raise UnusableDirectoryError(f"{self.path / 'lock'} belongs to something else; use another directory")

    def _take(self) -> None:
        try:
            # The lock goes with the process, whatever ends it.
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            found = os.pread(self._lock, 21, 0)
            holder = found.decode("ascii").strip() if _LOCK.fullmatch(found) else "unknown"
            os.close(self._lock)
            message = f"{self.path} is in use by another server (process {holder}); stop it, or use another directory"
            raise UnusableDirectoryError(message) from error
        try:
            os.truncate(self._lock, 0)
            os.pwrite(self._lock, f"{os.getpid()}\n".encode("ascii"), 0)
        except OSError:
            self.close()
            raise


def is_own_name(name: str) -> bool:
    """Whether a file or folder directly in a directory of this name is one of the directory's own."""
    return name in (*_FILES, _SNAPSHOTS) or name.startswith(_UNFINISHED) or _DAMAGED.fullmatch(name) is not None


def _entries_of(folder: Path | None) -> list[Path]:
    return [] if folder is None else list(folder.iterdir())


def _require_kind(path: Path, *, is_folder: bool) -> None:
    mode = path.lstat().st_mode
    if not (stat.S_ISDIR(mode) if is_folder else stat.S_ISREG(mode)):
        raise UnusableDirectoryError(
            f"{path} is not a {'directory' if is_folder else 'regular file'}; use another directory"
        )


def _identity(path: Path) -> tuple[int, int]:
    status = path.lstat()
    return status.st_dev, status.st_ino

"""The directory itself: who may read it, what may be in it, and that one server at a time uses it."""

from __future__ import annotations

import fcntl
import os
import re
import stat
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from pathlib import Path

#: The directory holds API keys and whatever was said of people: it is for its owner alone.
_OWNER_ONLY: Final = 0o700
_OWNER_ONLY_FILE: Final = 0o600
_JOURNAL: Final = "journal.sqlite"
_FILES: Final = (_JOURNAL, f"{_JOURNAL}-wal", f"{_JOURNAL}-shm", "committed", "lock")
_SNAPSHOTS: Final = "snapshots"
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
            path.chmod(_OWNER_ONLY)
            self._lock = os.open(path / "lock", os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, _OWNER_ONLY_FILE)
            self._take()
            self._prepare()
        except OSError as error:
            is_in_the_way = isinstance(error, FileExistsError)
            reason = "not a directory" if is_in_the_way else os.strerror(error.errno or 0).lower()
            raise UnusableDirectoryError(f"{path} cannot be used for data: {reason}") from error

    @property
    def journal(self) -> Path:
        """The file of the journal, which may not be there yet."""
        return self.path / _JOURNAL

    @property
    def database(self) -> Path:
        """The file of the journal, made for its owner alone."""
        os.close(os.open(self.journal, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, _OWNER_ONLY_FILE))
        return self.journal

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
        others = [name for name in present if not name.startswith(".") and not is_own_name(name)]
        if others and _JOURNAL not in present and "committed" not in present:
            raise UnusableDirectoryError(f"{self.path} holds other files; use a directory of its own")
        if "lock" in present and not _LOCK.fullmatch(present["lock"].read_bytes()[:21]):
            raise UnusableDirectoryError(f"{self.path / 'lock'} is a file of something else; use another directory")

    def _prepare(self) -> None:
        try:
            self.snapshots.mkdir(mode=_OWNER_ONLY, exist_ok=True)
            self.snapshots.chmod(_OWNER_ONLY)
            paths = [self.path / name for name in _FILES]
            for path in (*paths, *self.snapshots.iterdir()):
                if path.is_file() and not path.is_symlink():
                    path.chmod(_OWNER_ONLY_FILE)
        except BaseException:
            self.close()
            raise

    def _take(self) -> None:
        try:
            # The lock goes with the process, whatever ends it.
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            holder = os.pread(self._lock, 20, 0).decode("ascii", "replace").strip() or "unknown"
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
    return name in (*_FILES, _SNAPSHOTS) or _DAMAGED.fullmatch(name) is not None


def _require_kind(path: Path, *, is_folder: bool) -> None:
    mode = path.lstat().st_mode
    if not (stat.S_ISDIR(mode) if is_folder else stat.S_ISREG(mode)):
        raise UnusableDirectoryError(
            f"{path} is no {'directory' if is_folder else 'regular file'}; use another directory"
        )


def _identity(path: Path) -> tuple[int, int]:
    status = path.lstat()
    return status.st_dev, status.st_ino

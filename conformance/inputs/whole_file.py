"""Files that are written whole or not at all: what was there stays until all that is new is on the disk."""

from __future__ import annotations

import os
import secrets
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path


def write_whole(path: Path, content: Iterable[bytes]) -> None:
    """Put a file in the place of another once all of it is on the disk; folders on the way are made.

    The content comes in parts, of which one is held at a time.

    What cannot be replaced, such as a pipe or a device, is written to as it stands.

    Raises:
        OSError: It cannot be written; what was in the file is still there.
    """
    target = _target(path)
    target.parent.mkdir(parents=True, exist_ok=True)
    if target.exists() and not target.is_file():
        with target.open("wb") as device:
            device.writelines(content)
        return
    descriptor, temporary = _open_beside(target)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.writelines(content)
            file.flush()
            os.fsync(file.fileno())
        if target.exists():
            temporary.chmod(target.stat().st_mode & 0o7777)
        temporary.replace(target)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


def require_replaceable(path: Path) -> None:
    """Find out whether `write_whole` could write a file; folders on the way are made, the file is not touched.

    Raises:
        OSError: It could not.
    """
    target = _target(path)
    target.parent.mkdir(parents=True, exist_ok=True)
    if target.exists():
        os.close(os.open(target, os.O_WRONLY | os.O_APPEND | os.O_NONBLOCK))
    if target.is_file() or not target.exists():
        descriptor, temporary = _open_beside(target)
        os.close(descriptor)
        temporary.unlink()


def _target(path: Path) -> Path:
    """The file itself where a symbolic link leads to one."""
    return path.resolve() if path.is_symlink() and (path.is_file() or not path.exists()) else path


def _open_beside(path: Path) -> tuple[int, Path]:
    """A new, empty file in the folder of another: only there can it take the other's place at once."""
    temporary = path.with_name(f".{path.name[:60]}.{secrets.token_hex(4)}.new")
    return os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666), temporary

"""Files that are there wholly or not at all, whatever ends the process or the machine."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from pathlib import Path

OWNER_ONLY_FILE: Final = 0o600


def write_whole(path: Path, unfinished: Path, content: bytes) -> None:
    """Write a file that only its owner can read; in place of the one that is there, if so.

    Args:
        path: Where it is then.
        unfinished: Where it is until it is whole, in the same folder; a file that is there is overwritten.
        content: What is in it.

    Raises:
        OSError: It cannot be written; what was there is there still.
    """
    try:
        handle = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW, OWNER_ONLY_FILE)
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        put_in_place(unfinished, path)
    except OSError:
        unfinished.unlink(missing_ok=True)
        raise


def put_in_place(unfinished: Path, path: Path) -> None:
    """Let a file that is whole, and on the disk, have its name.

    Raises:
        OSError: That is impossible.
    """
    unfinished.replace(path)
    handle = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)

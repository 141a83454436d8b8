"""Files that an option names, written without a traceback."""

from __future__ import annotations

from pathlib import Path

from conformance.inputs.errors import InputError, Mistake


def write_file(option: str, name: str, text: str) -> None:
    """Write a text to a file that an option names; folders on the way are made.

    Raises:
        InputError: It cannot be written.
    """
    _write(option, name, text, "w")


def require_writable(option: str, name: str) -> None:
    """Find out before the work whether its result can be written; what is in the file stays until then.

    Raises:
        InputError: It cannot be written.
    """
    path = Path(name)
    existed = path.exists()
    _write(option, name, "", "a")
    if not existed:
        path.unlink()


def _write(option: str, name: str, text: str, mode: str) -> None:
    path = Path(name)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        # Half of a character has no form in UTF-8, but events may hold it.
        with path.open(mode, encoding="utf-8", errors="backslashreplace") as file:
            file.write(text)
    except (OSError, ValueError) as error:
        reason = str(getattr(error, "strerror", None) or error)
        raise InputError([Mistake(name, 0, 0, option, f"cannot be written: {reason.lower()}")]) from error

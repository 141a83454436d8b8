"""Files that an option names, written without a traceback."""

from __future__ import annotations

from pathlib import Path

from conformance.inputs.errors import InputError, Mistake


def write_file(option: str, name: str, text: str) -> None:
    """Write a text to a file that an option names; folders on the way are made.

    Raises:
        InputError: It cannot be written.
    """
    write_output(Path(name), text, option=option)


def require_writable(option: str, name: str) -> None:
    """Find out before the work whether its result can be written; what is in the file stays until then.

    Raises:
        InputError: It cannot be written.
    """
    path = Path(name)
    existed = path.exists()
    write_output(path, "", option=option, mode="a")
    if not existed:
        path.unlink()


def write_output(path: Path, text: str, *, option: str = "", mode: str = "w") -> None:
    """Write a text to a file; folders on the way are made.

    Args:
        path: The file.
        text: The text; half of a character, which events may hold and UTF-8 has no form for, is written escaped.
        option: The option that named the file, for the message.
        mode: `w`, or `a` to append.

    Raises:
        InputError: It cannot be written.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open(mode, encoding="utf-8", errors="backslashreplace") as file:
            file.write(text)
    except (OSError, ValueError) as error:
        reason = str(getattr(error, "strerror", None) or error)
        raise InputError([Mistake(str(path), 0, 0, option, f"cannot be written: {reason.lower()}")]) from error

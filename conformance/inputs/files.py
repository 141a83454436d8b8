"""Files that an option names, written whole or not at all, and without a traceback."""

from __future__ import annotations

from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from conformance.inputs.errors import InputError, InputProblem
from conformance.inputs.whole_file import require_replaceable, write_whole

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator


def write_file(option: str, name: str, text: str | Iterable[str]) -> None:
    """Write a text, or the parts of one, to a file that an option names; folders on the way are made.

    Raises:
        InputError: It cannot be written; what was in the file is still there.
    """
    _require_name(option, name)
    write_output(Path(name), text, option=option)


def write_output(path: Path, text: str | Iterable[str], *, option: str = "") -> None:
    """Write a text to a file; folders on the way are made.

    Args:
        path: The file.
        text: The text, or its parts; half of a character, which events may hold and UTF-8 has no form for, is
            written escaped.
        option: The option that named the file, for the message.

    Raises:
        InputError: It cannot be written; what was in the file is still there.
    """
    with _named(path, option):
        parts = [text] if isinstance(text, str) else text
        write_whole(path, (part.encode("utf-8", "backslashreplace") for part in parts))


def require_writable(option: str, name: str) -> None:
    """Find out before the work whether its result can be written; what is in the file stays until then.

    Raises:
        InputError: It cannot be written.
    """
    _require_name(option, name)
    path = Path(name)
    with _named(path, option):
        require_replaceable(path)


def _require_name(option: str, name: str) -> None:
    """Refuse what elsewhere means standard output, where other things are printed; a file of that name is unlikely.

    Raises:
        InputError: It is that.
    """
    if name == "-":
        message = "does not mean standard output here"
        raise InputError([InputProblem(name, 0, 0, option, message, "name a file; ./- is one, too")])


@contextmanager
def _named(path: Path, option: str) -> Iterator[None]:
    """While open, what keeps a file from being written becomes a problem with the option that names it."""
    try:
        yield
    except (OSError, ValueError) as error:
        reason = str(getattr(error, "strerror", None) or error)
        raise InputError([InputProblem(str(path), 0, 0, option, f"cannot be written: {reason.lower()}")]) from error

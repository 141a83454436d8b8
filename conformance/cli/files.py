"""Report files written, and standard input read, without a traceback."""

from __future__ import annotations

import os
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from conformance.inputs.errors import InputError, Mistake
from conformance.inputs.whole_file import require_replaceable, write_whole

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator


def write_file(option: str, name: str, text: str) -> None:
    """Write a text to a file that an option names, whole or not at all; folders on the way are made.

    Raises:
        InputError: It cannot be written; what was in the file is still there.
    """
    with _named(option, name):
        # Half of a character has no form in UTF-8, but events may hold it.
        write_whole(Path(name), text.encode("utf-8", "backslashreplace"))


def require_writable(option: str, name: str) -> None:
    """Find out before the work whether its result can be written; what is in the file stays until then.

    Raises:
        InputError: It cannot be written.
    """
    with _named(option, name):
        require_replaceable(Path(name))


def refuse_inputs(option: str, name: str, inputs: Iterable[str]) -> None:
    """Refuse a file to write that is one of those read, under whatever name; standard input included.

    Raises:
        InputError: It is one of them.
    """
    for source in inputs:
        if _same_file(name, source):
            hint = "name another file"
            raise InputError([Mistake(name, 0, 0, option, "is read by this very command", hint)])


def _same_file(name: str, source: str) -> bool:
    try:
        return os.path.samestat(Path(name).stat(), os.fstat(0) if source == "-" else Path(source).stat())
    except (OSError, ValueError):
        return False


@contextmanager
def _named(option: str, name: str) -> Iterator[None]:
    """While open, what keeps a file from being written becomes a mistake in the option that names it."""
    try:
        yield
    except (OSError, ValueError) as error:
        reason = str(getattr(error, "strerror", None) or error)
        raise InputError([Mistake(name, 0, 0, option, f"cannot be written: {reason.lower()}")]) from error


def sources_or_standard_input(sources: tuple[str, ...], what: str) -> tuple[str, ...]:
    """The sources that were named, or standard input when none was and something is piped in.

    Raises:
        click.UsageError: Nothing was named, and standard input is a terminal.
    """
    if sources:
        return sources
    if sys.stdin is None or sys.stdin.isatty():
        raise click.UsageError(f"name {what}, or - for standard input", click.get_current_context())
    return ("-",)


def standard_input() -> bytes:
    """All of standard input."""
    buffer = getattr(sys.stdin, "buffer", None)
    return sys.stdin.read().encode("utf-8", "surrogatepass") if buffer is None else bytes(buffer.read())

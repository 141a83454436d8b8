"""Printing where nobody may be listening: stdout and stderr that are closed, full, or a pipe that ended."""

from __future__ import annotations

import contextlib
import os
import sys
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from collections.abc import Iterator


def print_report(text: str) -> str:
    """Print a report on stdout; why that failed, in a few words, or an empty text when it did not."""
    if sys.stdout is None:
        return "it is closed"
    try:
        click.echo(text)
        sys.stdout.flush()
    except (OSError, ValueError) as error:
        discard_stdout()
        return str(getattr(error, "strerror", None) or error).lower()
    return ""


#: What a terminal shows on stderr until something else is printed; one text or none.
_announced: list[str] = []


@contextlib.contextmanager
def announced(text: str, *, quiet: bool = False) -> Iterator[None]:
    """While open, and until something else is printed on stderr, a terminal says what is under way.

    It is for what comes before the work: imports and the reading of files. Nothing else may be printed on stdout.

    Args:
        text: What is done.
        quiet: Say nothing.
    """
    if not quiet and sys.stderr is not None and sys.stderr.isatty():
        _announced.append(f"{text} …")
        _write_over(_announced[0])
    try:
        yield
    finally:
        _withdraw()


def _withdraw() -> None:
    if _announced:
        # Blanks are what every terminal knows.
        _write_over(" " * len(_announced.pop()))


def _write_over(text: str) -> None:
    with contextlib.suppress(OSError, ValueError):
        click.echo(f"{text}\r", err=True, nl=False)


def print_note(text: str) -> None:
    """Print a line on stderr, if that can be."""
    _withdraw()
    with contextlib.suppress(OSError, ValueError):
        click.echo(text, err=True)


def discard_stdout() -> None:
    """Let what is still buffered go nowhere; Python would complain of it once more when it exits."""
    with contextlib.suppress(OSError, ValueError):
        descriptor = sys.stdout.fileno()
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, descriptor)
        os.close(nowhere)

"""Printing where nobody may be listening: stdout and stderr that are closed, full, or a pipe that ended."""

from __future__ import annotations

import contextlib
import os
import sys

import click


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


def print_note(text: str) -> None:
    """Print a line on stderr, if that can be."""
    with contextlib.suppress(OSError, ValueError):
        click.echo(text, err=True)


def discard_stdout() -> None:
    """Let what is still buffered go nowhere; Python would complain of it once more when it exits."""
    with contextlib.suppress(OSError, ValueError):
        descriptor = sys.stdout.fileno()
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, descriptor)
        os.close(nowhere)

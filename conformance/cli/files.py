"""Report files written, and standard input read, without a traceback."""

from __future__ import annotations

import sys
from pathlib import Path

import click


def write_file(option: str, name: str, text: str) -> None:
    """Write a text to a file that an option names; folders on the way are made.

    Raises:
        InputError: It cannot be written.
    """
    # Reports are imported when one is written, so that commands start fast.
    from conformance.report.output_file import write_output

    write_output(Path(name), text, option=option)


def require_writable(option: str, name: str) -> None:
    """Find out before the work whether its result can be written; what is in the file stays until then.

    Raises:
        InputError: It cannot be written.
    """
    from conformance.report.output_file import write_output

    path = Path(name)
    existed = path.exists()
    write_output(path, "", option=option, mode="a")
    if not existed:
        path.unlink()


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

"""What the commands read and write: files that options name, and standard input."""

from __future__ import annotations

import sys

import click

from conformance.inputs.files import require_writable, write_file

__all__ = ["require_writable", "sources_or_standard_input", "standard_input", "write_file"]


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

"""What the commands read and write: files that options name, and standard input."""

from __future__ import annotations

import io
import os
import shutil
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

import click

from conformance.cli.streams import print_note
from conformance.inputs.errors import InputError, InputProblem
from conformance.inputs.files import require_writable, write_file
from conformance.inputs.shipped import shipped_path

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

__all__ = [
    "kept_in_file",
    "or_shipped",
    "refuse_inputs",
    "require_outputs",
    "require_writable",
    "sources_or_standard_input",
    "standard_input",
    "standard_input_stream",
    "write_file",
]


def or_shipped(name: str) -> str:
    """The name, or that of the shipped file or folder which it means where there is no checkout; stderr says so."""
    shipped = shipped_path(name)
    if shipped is None:
        return name
    print_note(f"note: {name} is not in this directory; using the one that comes with the harness, {shipped}")
    return str(shipped)


def refuse_inputs(option: str, name: str, inputs: Iterable[str]) -> None:
    """Refuse a file to write that is one of those read, under whatever name; standard input included.

    Raises:
        InputError: It is one of them.
    """
    for source in inputs:
        if _same_file(name, source):
            hint = "name another file"
            raise InputError([InputProblem(name, 0, 0, option, "is read by this very command", hint)])


def require_outputs(outputs: Iterable[tuple[str, str | None]], inputs: Iterable[str] = ()) -> None:
    """Find out before the work whether each of its results can be written, over nothing that is read or written too.

    Args:
        outputs: Options, each with the file that it names; None where it was not given.
        inputs: What the command reads.

    Raises:
        InputError: One cannot.
    """
    read = tuple(inputs)
    taken: dict[Path, str] = {}
    for option, name in outputs:
        if name is None:
            continue
        refuse_inputs(option, name, read)
        require_writable(option, name)
        other = taken.setdefault(Path(name).resolve(), option)
        if other != option and not _is_device(name):
            message = f"is what {other} writes, too"
            raise InputError([InputProblem(name, 0, 0, option, message, "name another file")])


def _is_device(name: str) -> bool:
    path = Path(name)
    return path.exists() and not path.is_file()


def _same_file(name: str, source: str) -> bool:
    try:
        return os.path.samestat(Path(name).stat(), os.fstat(0) if source == "-" else Path(source).stat())
    except (OSError, ValueError):
        return False


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


def kept_in_file(stream: BinaryIO) -> Callable[[], BinaryIO]:
    """All of a stream, in a file for as long as the command runs, and a function that opens it from its beginning."""
    kept = tempfile.NamedTemporaryFile(prefix="iterable-harness-")  # noqa: SIM115  # closed with the command
    click.get_current_context().call_on_close(kept.close)
    shutil.copyfileobj(stream, kept)
    kept.flush()
    return lambda: Path(kept.name).open("rb")


def standard_input_stream() -> BinaryIO:
    """Standard input, to be read as it comes in."""
    buffer: BinaryIO | None = getattr(sys.stdin, "buffer", None)
    return io.BytesIO(standard_input()) if buffer is None else buffer

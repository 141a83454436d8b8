"""Sources of events cut into parts that are read on their own, each by whatever process is free.

JSON lines are cut between lines; what is packed, is one JSON value, or stands elsewhere, stays whole.
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING, BinaryIO, Final

from conformance.inputs.errors import InputError
from conformance.inputs.event_sources import EventSource, event_sources

if TYPE_CHECKING:
    from collections.abc import Iterator

#: Bytes of a part: some ten thousand events, so that no process waits long for the last one.
PART_SIZE: Final = 8 * 2**20
_BLOCK: Final = 2**20


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a source.

    Attributes:
        file: The address of the source.
        start: The byte it begins at.
        end: The byte it ends before; None for the end of the source.
        line: The line that begins there, counted from 1.
    """

    file: str
    start: int = 0
    end: int | None = None
    line: int = 1


def source_named(name: str) -> EventSource:
    """The source that a file, or an address in the cloud, is.

    Raises:
        InputError: There is none.
    """
    [source] = event_sources([name], _no_stream)
    return source


def _no_stream() -> BinaryIO:
    return io.BytesIO()


def cut(file: str, size: int = PART_SIZE) -> Iterator[Part]:
    """The parts of a source, in order; one where it cannot be cut, or cannot be read.

    Args:
        file: Its address.
        size: Bytes of a part, about.
    """
    try:
        source = source_named(file)
        if not source.splits:
            yield Part(file)
            return
        with source.open() as stream:
            yield from _line_parts(file, stream, size)
    except (OSError, InputError):
        # Whoever reads the part says why.
        yield Part(file)


def _line_parts(file: str, stream: IO[bytes], size: int) -> Iterator[Part]:
    start, line = 0, 1
    position = lines = 0
    while block := stream.read(min(_BLOCK, size)):
        rest = b""
        if position + len(block) - start >= size:
            rest = stream.readline()
        position += len(block) + len(rest)
        lines += block.count(b"\n") + rest.count(b"\n")
        if position - start >= size:
            yield Part(file, start, position, line)
            start, line = position, lines + 1
    if position > start or not position:
        yield Part(file, start, position, line)

"""Sources of events cut into parts that are read on their own, each by whatever process is free.

JSON lines are cut between lines; what is packed, is one JSON value, or stands elsewhere, stays whole.
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from functools import partial
from typing import IO, TYPE_CHECKING, BinaryIO, Final

from conformance.inputs.cloud_sources import open_cloud_file
from conformance.inputs.errors import InputError
from conformance.inputs.event_sources import EventSource, event_sources

if TYPE_CHECKING:
    from collections.abc import Iterator

#: Bytes of a part: some eight thousand events, so that no process waits long for the last one.
PART_SIZE: Final = 4 * 2**20
_BLOCK: Final = 2**20


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a source.

    Attributes:
        file: The address of the source.
        start: The byte it begins at.
        end: The byte it ends before; None for the end of the source.
        line: The line that begins there, counted from 1.
        path: The file that holds what the source gives only once; None where the source is read itself.
    """

    file: str
    start: int = 0
    end: int | None = None
    line: int = 1
    path: str | None = None


def source_named(name: str) -> EventSource:
    """The source that a file, or an address in the cloud, is.

    Raises:
        InputError: There is none.
    """
    if "://" in name:
        # It was found in a listing: to ask for it once more would take a request, and its name may look like a glob.
        return EventSource(name, partial(open_cloud_file, name))
    [source] = event_sources([name], _no_stream)
    return source


def _no_stream() -> BinaryIO:
    return io.BytesIO()


def cut(file: str, size: int = PART_SIZE, *, path: str | None = None) -> Iterator[Part]:
    """The parts of a source, in order; one where it cannot be cut, or cannot be read.

    Args:
        file: Its address.
        size: Bytes of a part, about.
        path: The file that holds what the source gives only once.
    """
    try:
        source = source_named(path or file)
        if not source.splits:
            yield Part(file, path=path)
            return
        with source.open() as stream:
            for start, end, line in _line_parts(stream, size):
                yield Part(file, start, end, line, path)
    except (OSError, InputError):
        # Whoever reads the part says why.
        yield Part(file, path=path)


def _line_parts(stream: IO[bytes], size: int) -> Iterator[tuple[int, int, int]]:
    """Where parts begin and end, and the line that begins there."""
    start, line = 0, 1
    position = lines = 0
    while block := stream.read(min(_BLOCK, size)):
        rest = b""
        if position + len(block) - start >= size:
            rest = stream.readline()
        position += len(block) + len(rest)
        lines += block.count(b"\n") + rest.count(b"\n")
        if position - start >= size:
            yield start, position, line
            start, line = position, lines + 1
    if position > start or not position:
        yield start, position, line

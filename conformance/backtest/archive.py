"""Where the events of an archive are: files, folders and globs, cut into parts that are read apart from each other.

A part is as much of a file as is worth a process's while. JSON lines are cut between lines; what is compressed, or
is one JSON value, stays whole. Where the cuts are follows from the files alone; what is found does not depend on it.
"""

from __future__ import annotations

import glob
import gzip
import io
import json
import os
import zlib
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING, Final, cast

from conformance.backtest.counting import Broken, Located, Missing
from conformance.backtest.figures import Position
from conformance.inputs.errors import InputError, InputProblem
from conformance.inputs.events import BadJson, parse_json
from conformance.inputs.places import dotted
from conformance.inputs.recognition import Event, events_in, recognize

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from conformance.backtest.counting import Found

#: Bytes of a part: some ten thousand events, so that no process waits long for the last one.
PART_SIZE: Final = 8 * 2**20
_GZIP: Final = b"\x1f\x8b"
_BYTE_ORDER_MARK: Final = b"\xef\xbb\xbf"
#: How the names of files begin that programs leave beside others.
_HIDDEN: Final = (".", "_")
_BLOCK: Final = 2**20


@dataclass(frozen=True, slots=True)
class Part:
    """A part of an archive.

    Attributes:
        file: The file.
        start: The byte it begins at.
        end: The byte it ends before; None for the end of the file.
        line: The line that begins there, counted from 1.
    """

    file: str
    start: int = 0
    end: int | None = None
    line: int = 1


def find_files(sources: Sequence[str]) -> tuple[str, ...]:
    """The files of the sources, each once, in the order of their names, which is that of the days in an archive.

    Args:
        sources: Files, folders, which are searched, and globs.

    Raises:
        InputError: A source is nothing of that; every such source is named.
    """
    found: dict[str, None] = {}
    problems: list[InputProblem] = []
    for source in sources:
        files = list(_files(source))
        if not files:
            message = "there is no file in it" if Path(source).is_dir() else "no such file or folder"
            problems.append(InputProblem(source, 0, 0, "", message, "name files, folders or globs"))
        found.update(dict.fromkeys(files))
    if problems:
        raise InputError(problems)
    return tuple(sorted(found))


def _files(source: str) -> Iterator[str]:
    path = Path(source)
    if path.is_dir():
        for folder, folders, names in os.walk(path):
            folders[:] = [name for name in folders if not name.startswith(_HIDDEN)]
            yield from (str(Path(folder, name)) for name in names if not name.startswith(_HIDDEN))
    elif path.exists():
        yield str(path)
    else:
        yield from (str(Path(name)) for name in glob.glob(source, recursive=True) if Path(name).is_file())  # noqa: PTH207  # also of absolute paths


def cut(file: str, size: int = PART_SIZE) -> Iterator[Part]:
    """The parts of a file, in order; one where it cannot be cut, or cannot be read.

    Args:
        file: The file.
        size: Bytes of a part, about.
    """
    try:
        with Path(file).open("rb") as stream:
            if not _is_json_lines(stream):
                yield Part(file)
                return
            yield from _line_parts(file, stream, size)
    except OSError:
        # Whoever reads the part says why.
        yield Part(file)


def _is_json_lines(stream: IO[bytes]) -> bool:
    """Whether a file begins with a JSON object that is a line."""
    first = stream.readline(_BLOCK).removeprefix(_BYTE_ORDER_MARK)
    stream.seek(0)
    if not first.startswith(b"{"):
        return False
    try:
        return isinstance(json.loads(first), dict)
    except (ValueError, RecursionError):
        return False


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


def read(part: Part) -> Iterator[Found]:
    """The events of a part, what is none, and what could not be read, in order."""
    reached = Position(part.file, part.start, part.line)
    try:
        with ExitStack() as stack:
            stream: IO[bytes] = stack.enter_context(Path(part.file).open("rb"))
            packed = stream.read(len(_GZIP)) == _GZIP
            stream.seek(part.start)
            if packed:
                stream = cast("IO[bytes]", stack.enter_context(gzip.GzipFile(fileobj=stream)))
            first = stream.readline()
            if part.start == 0 and not _is_json_lines(io.BytesIO(first)):
                yield from _whole(reached, first + stream.read())
                return
            for reached, line in _lines(part, first, stream):
                yield from _found(reached, line)
    except (OSError, EOFError, zlib.error) as error:
        reason = (error.strerror if isinstance(error, OSError) and error.strerror else str(error)).lower()
        yield Missing(reached, f"cannot be read from here on: {reason.rstrip('.')}")


def _whole(position: Position, text: bytes) -> Iterator[Found]:
    """What a file holds whose first line is no JSON object: one JSON value, or lines of which some are events."""
    if not text.strip():
        return
    found = list(_found(position, text))
    if not _is_nothing(found) or text.lstrip().startswith(b"["):
        yield from found
        return
    lines = list(_found_in_lines(position, text))
    yield from found if all(isinstance(item, Broken) for item in lines) else lines


def _is_nothing(found: Sequence[Found]) -> bool:
    return len(found) <= 1 and all(isinstance(item, Broken) for item in found)


def _found_in_lines(position: Position, text: bytes) -> Iterator[Found]:
    stream = io.BytesIO(text)
    for place, line in _lines(Part(position.file), stream.readline(), stream):
        yield from _found(place, line)


def _lines(part: Part, first: bytes, stream: IO[bytes]) -> Iterator[tuple[Position, bytes]]:
    """The lines of a part that are not empty, with their places."""
    offset, line, text = part.start, part.line, first
    while text:
        if not text.isspace():
            yield Position(part.file, offset, line), text.removeprefix(_BYTE_ORDER_MARK) if offset == 0 else text
        offset += len(text)
        line += 1
        if part.end is not None and offset >= part.end:
            return
        text = stream.readline()


def _found(position: Position, text: bytes) -> Iterator[Found]:
    try:
        value = parse_json(text)
    except BadJson as error:
        yield Broken(position._replace(line=position.line + error.line - 1), error.message)
        return
    if type(value) is dict and isinstance(recognized := recognize(value), Event):
        yield Located(position, recognized.event)
        return
    for number, item in enumerate(events_in(value)):
        place = position._replace(item=number)
        if isinstance(item, Event):
            yield Located(place, item.event)
        else:
            path = dotted(item.path)
            yield Broken(place, f"{path}: {item.message}" if path else item.message)

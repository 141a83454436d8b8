"""Where the events of an archive are: whatever `event_sources` finds, cut into parts that are read on their own.

Where the cuts are follows from the sources alone; what is found does not depend on it.
"""

from __future__ import annotations

import shutil
import zlib
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Final, NamedTuple

from conformance.backtest.counting import Broken, Located, Missing
from conformance.backtest.figures import Position
from conformance.inputs import streamed_value
from conformance.inputs.errors import InputError, InputProblem
from conformance.inputs.event_sources import find_sources
from conformance.inputs.events import events_of_value
from conformance.inputs.json_values import TOO_DEEP, is_deeper
from conformance.inputs.places import dotted
from conformance.inputs.recognition import Event, is_event
from conformance.inputs.source_parts import PART_SIZE, Part, cut, source_named
from conformance.inputs.value_stream import stream_values

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from conformance.backtest.counting import Found
    from conformance.inputs.event_sources import EventSource

__all__ = ["PART_SIZE", "ArchiveFile", "Part", "cut", "find_files", "read"]

_BLOCK: Final = 1024 * 1024


class ArchiveFile(NamedTuple):
    """A source of an archive.

    Attributes:
        name: What reports call it: its address, or `standard input`.
        path: The file that holds what it gives only once; None where it is read itself.
    """

    name: str
    path: str | None = None


def find_files(
    addresses: Sequence[str], standard_input: Callable[[], BinaryIO], folder: Path
) -> tuple[tuple[ArchiveFile, ...], tuple[InputProblem, ...]]:
    """The sources of the addresses, each once, in the order of their names, which is that of the days in an archive.

    Args:
        addresses: As `event_sources` takes them.
        standard_input: Gives standard input.
        folder: Where to keep what only this process can read, or only once.

    Returns:
        The sources, and a problem for each address of which there are none.
    """
    sources, problems = find_sources(addresses, standard_input)
    files: dict[str, ArchiveFile] = {}
    for source in sources:
        if source.is_addressable:
            files[source.name] = ArchiveFile(source.name)
            continue
        path = folder / f"source-{len(files)}" if source.name not in files else Path(str(files[source.name].path))
        files[source.name] = ArchiveFile(source.name, str(path))
        try:
            _keep(source, path)
        except OSError as error:
            reason = (error.strerror or str(error)).lower()
            problems.append(InputProblem(source.name, 0, 0, "", f"cannot be read: {reason}"))
    return tuple(files[name] for name in sorted(files)), tuple(problems)


def _keep(source: EventSource, path: Path) -> None:
    """Put what a source gives behind what there is already, so that texts of the command line are one source."""
    stream = source.opened()
    with path.open("ab") as file:
        shutil.copyfileobj(stream, file, _BLOCK)
        if source.name == "command line":
            file.write(b"\n")
    if source.path is not None:
        stream.close()


def read(part: Part) -> Iterator[Found]:
    """The events of a part, what is none, and what could not be read, in order."""
    reached = Position(part.file, part.start, part.line)
    empty = True
    try:
        source = source_named(part.path or part.file)
        with source.open() as stream:
            if part.start:
                stream.seek(part.start)
            for value in stream_values(stream, first_line=part.line, offset=part.start, stop=part.end):
                reached = Position(part.file, value.offset, value.line)
                if isinstance(value, streamed_value.Broken):
                    yield Broken(reached, value.message)
                else:
                    yield from _found(reached, value)
                empty = False
            if empty and not part.start and not stream.read(1):
                yield Broken(reached, "contains no events")
    except InputError as error:
        yield Missing(reached, error.problems[0].message)
    except (OSError, EOFError, zlib.error) as error:
        reason = str(getattr(error, "strerror", None) or error).lower()
        yield Missing(reached, f"cannot be read from here on: {reason.rstrip('.')}")


def _found(position: Position, item: streamed_value.Value) -> Iterator[Found]:
    """The events of a value, and what in it is none; nearly every value is one event."""
    if isinstance(item.value, dict) and not item.may_be_deep and is_event(item.value):
        yield Located(position, item.value)
        return
    for number, found in enumerate(events_of_value(item)):
        place = position._replace(item=number)
        path = dotted(found.path)
        if item.may_be_deep and is_deeper(found.event if isinstance(found, Event) else item.value):
            yield Broken(place, f"{path}: {TOO_DEEP}" if path else TOO_DEEP)
        elif isinstance(found, Event):
            yield Located(place, found.event, found.envelope)
        else:
            yield Broken(place, f"{path}: {found.message}" if path else found.message)

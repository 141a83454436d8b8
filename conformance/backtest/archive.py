"""Where the events of an archive are: whatever `event_sources` finds, cut into parts that are read on their own.

Where the cuts are follows from the sources alone; what is found does not depend on it.
"""

from __future__ import annotations

import io
import zlib
from typing import TYPE_CHECKING, BinaryIO

from conformance.backtest.counting import Broken, Located, Missing
from conformance.backtest.figures import Position
from conformance.inputs import streamed_value
from conformance.inputs.errors import InputError, InputProblem
from conformance.inputs.events import event_sources, events_of_value
from conformance.inputs.json_values import TOO_DEEP, is_deeper
from conformance.inputs.places import dotted
from conformance.inputs.recognition import Event, is_event
from conformance.inputs.source_parts import PART_SIZE, Part, cut, source_named
from conformance.inputs.value_stream import stream_values

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from conformance.backtest.counting import Found

__all__ = ["PART_SIZE", "Part", "cut", "find_files", "read"]


def find_files(addresses: Sequence[str]) -> tuple[str, ...]:
    """The sources of the addresses, each once, in the order of their names, which is that of the days in an archive.

    Args:
        addresses: As `event_sources` takes them, but for those that only this process can read, or only once.

    Raises:
        InputError: An address is of nothing that can be read so; every such address is named.
    """
    sources = event_sources(addresses, _no_stream)
    problems = [_unfit(source.name) for source in sources if source.is_read_once or source.name == "command line"]
    if problems:
        raise InputError(problems)
    return tuple(sorted({source.name for source in sources}))


def _no_stream() -> BinaryIO:
    return io.BytesIO()


def _unfit(name: str) -> InputProblem:
    return InputProblem(name, 0, 0, "", "is read by one process alone, and once", "put it into a file")


def read(part: Part) -> Iterator[Found]:
    """The events of a part, what is none, and what could not be read, in order."""
    reached = Position(part.file, part.start, part.line)
    try:
        source = source_named(part.file)
        with source.open() as stream:
            if part.start:
                stream.seek(part.start)
            for value in stream_values(stream, first_line=part.line, offset=part.start, stop=part.end):
                reached = Position(part.file, value.offset, value.line)
                if isinstance(value, streamed_value.Broken):
                    yield Broken(reached, value.message)
                else:
                    yield from _found(reached, value)
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
            yield Located(place, found.event)
        else:
            yield Broken(place, f"{path}: {found.message}" if path else found.message)

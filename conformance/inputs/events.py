"""Segment events read from files, folders, standard input, the cloud or the command line itself, one after the other.

A source holds JSON Lines (one event a line), JSON values one below the other, a list, bodies of /v1/batch, which
stand for their messages, or a HAR file. What is no event is named with what it looks like and left out; the rest goes
on. Nothing is kept of what was read, so that memory does not grow with it.
"""

from __future__ import annotations

import io
import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, BinaryIO, Final, NamedTuple

from conformance.inputs.errors import InputProblem
from conformance.inputs.event_members import event_problems
from conformance.inputs.event_sources import STANDARD_INPUT, EventSource, event_sources
from conformance.inputs.har import messages_of_har
from conformance.inputs.json_values import TOO_DEEP, BadJson, is_deeper, parse_json
from conformance.inputs.places import dotted
from conformance.inputs.recognition import Event, Unknown, events_in, events_of_item, is_event, recognize_text
from conformance.inputs.streamed_value import Broken, Value
from conformance.inputs.value_stream import stream_values
from destination.javascript import json_text

if TYPE_CHECKING:
    from pydantic import JsonValue

__all__ = [
    "STANDARD_INPUT",
    "BadJson",
    "EventSource",
    "ReadEvent",
    "ReadEvents",
    "doubts",
    "event_sources",
    "events_of_value",
    "parse_json",
    "read_events",
    "stream_events",
    "stream_source",
    "undelivered_line",
]

#: So many things that are no events, before the first that is, and a source is given up.
_MOST_BEFORE_THE_FIRST: Final = 1000
#: So many lines are looked at to say what a source looks like.
_SHOWN_LINES: Final = 10


@dataclass(frozen=True, slots=True)
class ReadEvent:
    """One event with where it came from.

    Attributes:
        place: Such as `events.jsonl:12`, or `events.json[3]` for an item of a list.
        event: The event.
        subscriptions: The names of the only subscriptions that it is meant for, as a file of undelivered
            events says; None for all.
        envelope: What the body of /v1/batch around it says of all its messages; None where there is none.
        file: The source, as `EventSource.name` calls it.
        line: The line on which it, or the envelope around it, begins, counted from 1; 0 where nobody has counted.
        offset: The byte at which that begins, counted from 0, in the source as it is unpacked.
    """

    place: str
    event: dict[str, JsonValue]
    subscriptions: frozenset[str] | None = None
    envelope: dict[str, JsonValue] | None = None
    file: str = ""
    line: int = 0
    offset: int = 0


@dataclass(frozen=True, slots=True)
class ReadEvents:
    """Everything that the sources held.

    Attributes:
        events: The events, in order.
        broken: A problem for each thing that is none.
        doubtful: What the authors of events should know, such as a member that no event has; they are read.
    """

    events: tuple[ReadEvent, ...]
    broken: tuple[InputProblem, ...]
    doubtful: tuple[InputProblem, ...] = ()


def read_events(sources: Sequence[str], standard_input: Callable[[], bytes]) -> ReadEvents:
    """The events of all sources, in order, at once.

    Args:
        sources: Addresses, as `event_sources` takes them.
        standard_input: Reads all of standard input.

    Raises:
        InputError: A source cannot be opened; every such source is named.
    """
    opened = event_sources(sources, lambda: io.BytesIO(standard_input()))
    found = list(stream_events(opened))
    events = tuple(item for item in found if isinstance(item, ReadEvent))
    return ReadEvents(
        events,
        tuple(item for item in found if isinstance(item, InputProblem)),
        tuple(doubt for item in events for doubt in doubts(item)),
    )


def stream_events(sources: Sequence[EventSource]) -> Iterator[ReadEvent | InputProblem]:
    """The events of all sources, in order, and a problem for each thing that is none, as they are read."""
    for source in sources:
        yield from stream_source(source)


def stream_source(
    source: EventSource, *, start: int = 0, stop: int | None = None
) -> Iterator[ReadEvent | InputProblem]:
    """The events of a source, and a problem for each thing that is none.

    What comes before the first event is held back: of a source that holds no events at all, one problem says what it
    looks like.

    Args:
        source: The source.
        start: The byte from which on lines are read, for a part of a source that `EventSource.splits`; lines are
            counted from there.
        stop: The byte from which on no line begins that is read; None for all of it.
    """
    items = _items(source, start, stop)
    held: list[_Unread] = []
    for item in items:
        if isinstance(item, ReadEvent):
            yield from (unread.problem for unread in held)
            yield item
            break
        held.append(item)
        if len(held) == _MOST_BEFORE_THE_FIRST:
            break
    else:
        if held or (start == 0 and stop is None):
            yield from _nothing_read(source.name, held, ended=True)
        return
    if len(held) == _MOST_BEFORE_THE_FIRST:
        yield from _nothing_read(source.name, held, ended=False)
        return
    for item in items:
        yield item if isinstance(item, ReadEvent) else item.problem


def doubts(item: ReadEvent) -> Iterator[InputProblem]:
    """What the author of an event should know; nothing for nearly every event."""
    for doubt in event_problems(item.event):
        yield InputProblem(item.place, 0, 0, dotted(doubt.path), doubt.message, doubt.hint)


def undelivered_line(event: JsonValue, subscriptions: Sequence[str] | None) -> str:
    """A line that `read_events` reads back: the event, with the only subscriptions that are to deliver it."""
    value = event if subscriptions is None else {"event": event, "subscriptions": list(subscriptions)}
    return json_text.encode(value).decode()


class _Unread(NamedTuple):
    """Something that is no event.

    Attributes:
        problem: What to say of it.
        text: What stands there, where that is not JSON; None for JSON that is no event.
    """

    problem: InputProblem
    text: bytes | None = None


def _nothing_read(name: str, held: Sequence[_Unread], *, ended: bool) -> Iterator[InputProblem]:
    """What to say of a source, or of the beginning of one, in which there is no event."""
    if not held:
        hint = "one JSON object a line, or a list of them"
        yield InputProblem(name, 0, 0, "", "there are no events in it", hint)
        return
    texts = [unread.text for unread in held if unread.text is not None]
    if texts:
        first = next(unread.problem for unread in held if unread.text is not None)
        look = recognize_text(b"".join(texts[:_SHOWN_LINES]))
        yield replace(first, hint=f"it looks like {look.looks_like}: {look.advice}")
    elif ended:
        yield from (unread.problem for unread in held)
    else:
        yield from (unread.problem for unread in held[:_SHOWN_LINES])
        message = f"none of the first {len(held)} values is a Segment event; the rest is not read"
        yield InputProblem(name, 0, 0, "", message, held[0].problem.hint)


def _items(source: EventSource, start: int, stop: int | None) -> Iterator[ReadEvent | _Unread]:
    name = source.name
    last = 0
    try:
        with source.open() as stream:
            offset = _go_to(stream, start)
            for item in stream_values(stream, offset=offset, stop=stop):
                last = item.line
                if isinstance(item, Broken):
                    yield _broken(name, item)
                elif isinstance(item.value, dict) and not item.may_be_deep and is_event(item.value):
                    # Nearly every value; a generator for each would take longer than all the rest.
                    place = f"{name}:{last}" if item.position is None else f"{name}[{item.position}]"
                    yield ReadEvent(place, item.value, None, None, name, last, item.offset)
                else:
                    yield from _of_value(name, item)
    except (OSError, EOFError, zlib.error) as error:
        reason = str(getattr(error, "strerror", None) or error).lower()
        message = f"cannot be read{f' beyond line {last}' if last else ''}: {reason}"
        yield _Unread(InputProblem(name, 0, 0, "", message, "what was read before is used"))


def _go_to(stream: BinaryIO, start: int) -> int:
    """Go to the first line that begins at a byte or behind it; the byte at which it begins."""
    if start == 0:
        return 0
    stream.seek(start - 1)
    return start - 1 + len(stream.readline())


def _broken(name: str, item: Broken) -> _Unread:
    hint = "what follows it is not read" if item.rest_unread else ""
    return _Unread(InputProblem(name, item.line, item.column, "", item.message, hint), item.text)


def _of_value(name: str, item: Value) -> Iterator[ReadEvent | _Unread]:
    """The events of a value, and what in it is none."""
    if item.position is None and not isinstance(item.value, list):
        yield from _found(f"{name}:{item.line}", item, InputProblem(name, item.line, 1, "", ""))
    else:
        yield from _found(name, item, InputProblem(name, 0, 0, "", ""))


def _found(place: str, item: Value, problem: InputProblem) -> Iterator[ReadEvent | _Unread]:
    """The events of a value, and a problem for each thing in it that is none.

    Args:
        place: Where the value stands, for whoever reads it.
        item: The value.
        problem: What is to be said of it, but for the field and the message.
    """
    for found in events_of_value(item):
        path = dotted(found.path)
        if item.may_be_deep and is_deeper(found.event if isinstance(found, Event) else item.value):
            yield _Unread(replace(problem, field=path, message=TOO_DEEP))
        elif isinstance(found, Event):
            between = " " if path and not path.startswith("[") else ""
            yield ReadEvent(
                f"{place}{between}{path}",
                found.event,
                found.subscriptions,
                found.envelope,
                problem.file,
                item.line,
                item.offset,
            )
        else:
            yield _Unread(replace(problem, field=path, message=found.message, hint=found.advice))


def events_of_value(item: Value) -> Iterator[Event | Unknown]:
    """The events that a value holds, and what in it is none."""
    if item.position is not None:
        yield from events_of_item(item.value, (item.position,))
        return
    messages = list(messages_of_har(item.value))
    if not messages:
        yield from events_in(item.value)
    for path, message in messages:
        yield from events_in(message, path)

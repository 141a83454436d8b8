"""The events of a source, one after the other, each with where it stands; what is none is named with its place."""

from __future__ import annotations

import sys
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final, NamedTuple

from conformance.inputs.errors import InputProblem
from conformance.inputs.har import messages_of_har
from conformance.inputs.json_values import TOO_DEEP, is_deeper
from conformance.inputs.places import dotted
from conformance.inputs.recognition import Event, Unknown, events_in, events_of_item, is_event, recognize_text
from conformance.inputs.stream_lines import StreamLines
from conformance.inputs.streamed_value import Broken, Value
from conformance.inputs.value_stream import values_of_lines

if TYPE_CHECKING:
    from pydantic import JsonValue

    from conformance.inputs.event_sources import EventSource

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


def stream_source(source: EventSource) -> Iterator[ReadEvent | InputProblem]:
    """The events of a source, and a problem for each thing that is none.

    What comes before the first event is held back: of a source that holds no events at all, one problem says what it
    looks like.
    """
    return _after_the_first(source, Span())


@dataclass(slots=True)
class Span:
    """From where to where a source is read; it moves on as it is read.

    Attributes:
        offset: The byte at which the line begins that comes next, counted from 0.
        line: The number of that line, counted from 1.
        stop: The byte from which on no line begins that is read; None for the end of the source.
    """

    offset: int = 0
    line: int = 1
    stop: int | None = None


def stream_span(source: EventSource, span: Span) -> Iterator[ReadEvent | InputProblem]:
    """The events of a part of a source that `EventSource.splits`, and a problem for each thing that is none.

    They are those of `stream_source`, if the first part has an event, and each part begins where the one before it
    has moved on to: a value may end behind the line on which a part does.

    Args:
        source: The source.
        span: The part. When all of it is read, it begins where reading goes on, which is nowhere when the source
            cannot be read on.
    """
    if span.offset == 0:
        return _after_the_first(source, span)
    return (item if isinstance(item, ReadEvent) else item.problem for item in _items(source, span))


def _after_the_first(source: EventSource, span: Span) -> Iterator[ReadEvent | InputProblem]:
    items = _items(source, span)
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
        yield from _nothing_read(source.name, held, ended=True)
        return
    if len(held) == _MOST_BEFORE_THE_FIRST:
        yield from _nothing_read(source.name, held, ended=False)
        return
    for item in items:
        yield item if isinstance(item, ReadEvent) else item.problem


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
        hint = "one JSON object per line, or a list of them"
        yield InputProblem(name, 0, 0, "", "contains no events", hint)
        return
    texts = [unread.text for unread in held if unread.text is not None]
    if texts:
        first = next(unread.problem for unread in held if unread.text is not None)
        look = recognize_text(b"".join(texts[:_SHOWN_LINES]))
        yield replace(first, hint=f"it looks like {look.looks_like}; {look.advice}")
    elif ended:
        yield from (unread.problem for unread in held)
    else:
        yield from (unread.problem for unread in held[:_SHOWN_LINES])
        message = f"none of the first {len(held)} values is a Segment event; the rest is not read"
        yield InputProblem(name, 0, 0, "", message, held[0].problem.hint)


def _items(source: EventSource, span: Span) -> Iterator[ReadEvent | _Unread]:
    name = source.name
    last = 0
    try:
        with source.open() as stream:
            if span.offset:
                stream.seek(span.offset)
            lines = StreamLines(stream, span.line, span.offset)
            for item in values_of_lines(lines, first=span.offset == 0, stop=span.stop):
                last = item.line
                if isinstance(item, Broken):
                    yield _broken(name, item)
                elif isinstance(item.value, dict) and not item.may_be_deep and is_event(item.value):
                    # Nearly every value; a generator for each would take longer than all the rest.
                    place = f"{name}:{last}" if item.position is None else f"{name}[{item.position}]"
                    yield ReadEvent(place, item.value, None, None, name, last, item.offset)
                else:
                    yield from _of_value(name, item)
            span.offset, span.line = lines.next_place
    except (OSError, EOFError, zlib.error) as error:
        reason = str(getattr(error, "strerror", None) or error).lower()
        message = f"cannot be read{f' beyond line {last}' if last else ''}: {reason}"
        span.offset = sys.maxsize
        yield _Unread(InputProblem(name, 0, 0, "", message, "what was read before is used"))


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

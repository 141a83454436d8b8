"""Segment events read from files, folders, standard input, the cloud or the command line itself, one after the other.

A source holds JSON Lines (one event a line), JSON values one below the other, a list, bodies of /v1/batch, which
stand for their messages, or a HAR file. What is no event is named with what it looks like and left out; the rest goes
on. Nothing is kept of what was read, so that memory does not grow with it.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from conformance.inputs.errors import InputProblem
from conformance.inputs.event_members import event_problems
from conformance.inputs.event_sources import STANDARD_INPUT, EventSource, event_sources
from conformance.inputs.event_stream import ReadEvent, Span, events_of_value, stream_source, stream_span
from conformance.inputs.json_values import BadJson, parse_json
from conformance.inputs.places import dotted
from destination.javascript import json_text

if TYPE_CHECKING:
    from pydantic import JsonValue

__all__ = [
    "STANDARD_INPUT",
    "BadJson",
    "EventSource",
    "ReadEvent",
    "ReadEvents",
    "Span",
    "doubts",
    "event_sources",
    "events_of_value",
    "parse_json",
    "read_events",
    "stream_events",
    "stream_source",
    "stream_span",
    "undelivered_line",
]


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


def doubts(item: ReadEvent) -> Iterator[InputProblem]:
    """What the author of an event should know; nothing for nearly every event."""
    for doubt in event_problems(item.event):
        yield InputProblem(item.place, 0, 0, dotted(doubt.path), doubt.message, doubt.hint)


def undelivered_line(event: JsonValue, subscriptions: Sequence[str] | None) -> str:
    """A line that `read_events` reads back: the event, with the only subscriptions that are to deliver it."""
    value = event if subscriptions is None else {"event": event, "subscriptions": list(subscriptions)}
    return json_text.encode(value).decode()

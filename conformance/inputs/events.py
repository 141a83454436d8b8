"""Segment events read from files, from standard input or from the command line itself.

A source holds JSON Lines (one event a line) or one JSON value: an event, a list of events, or a body of /v1/batch,
which stands for its messages. What is no event is named with what it looks like and left out; the rest goes on.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

from conformance.inputs.errors import InputError, InputProblem
from conformance.inputs.event_members import event_problems
from conformance.inputs.places import dotted
from conformance.inputs.recognition import Event, events_in, recognize_text
from destination.javascript import json_text

if TYPE_CHECKING:
    from pydantic import JsonValue

STANDARD_INPUT: Final = "-"
_BYTE_ORDER_MARK: Final = b"\xef\xbb\xbf"
#: As deep as the simulator reads bodies; what goes through the destination twice as deep exhausts Python's stack.
_DEEPEST: Final = 200
#: How the message of something that is JSON and no event begins.
_NOT_AN_EVENT: Final = "this is not a Segment event"
_BRACKETS_AND_TEXTS: Final = re.compile(rb'"(?:[^"\\]|\\.)*"|[\[\]{}]', re.DOTALL)


@dataclass(frozen=True, slots=True)
class ReadEvent:
    """One event with where it came from.

    Attributes:
        place: Such as `events.jsonl:12`, or `events.json[3]` for an item of a list.
        event: The event.
        subscriptions: The names of the only subscriptions that it is meant for, as a file of undelivered
            events says; None for all.
        envelope: What the body of /v1/batch around it says of all its messages; None where there is none.
    """

    place: str
    event: dict[str, JsonValue]
    subscriptions: frozenset[str] | None = None
    envelope: dict[str, JsonValue] | None = None


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
    """The events of all sources, in order.

    Args:
        sources: Paths, `-` for standard input, or JSON text that begins with `{` or `[`.
        standard_input: Reads all of standard input.

    Raises:
        InputError: A source cannot be opened; every such source is named.
    """
    texts: list[tuple[str, bytes]] = []
    problems: list[InputProblem] = []
    for source in sources:
        try:
            texts.append(_open(source, standard_input))
        except OSError as error:
            reason = (error.strerror or str(error)).lower()
            hint = "name a file, - for standard input, or JSON text that begins with {"
            problems.append(InputProblem(source, 0, 0, "", f"cannot be read: {reason}", hint))
    if problems:
        raise InputError(problems)
    found = [item for name, text in texts for item in _items(name, text)]
    events = tuple(item for item in found if isinstance(item, ReadEvent))
    return ReadEvents(
        events,
        tuple(item for item in found if isinstance(item, InputProblem)),
        tuple(doubt for item in events for doubt in _doubts(item)),
    )


def _doubts(item: ReadEvent) -> Iterator[InputProblem]:
    for doubt in event_problems(item.event):
        yield InputProblem(item.place, 0, 0, dotted(doubt.path), doubt.message, doubt.hint)


def undelivered_line(event: JsonValue, subscriptions: Sequence[str] | None) -> str:
    """A line that `read_events` reads back: the event, with the only subscriptions that are to deliver it."""
    value = event if subscriptions is None else {"event": event, "subscriptions": list(subscriptions)}
    return json_text.encode(value).decode()


def _open(source: str, standard_input: Callable[[], bytes]) -> tuple[str, bytes]:
    if source == STANDARD_INPUT:
        return "standard input", standard_input()
    if source.lstrip()[:1] in {"{", "["}:
        return "command line", source.encode("utf-8", "surrogateescape")
    return source, Path(source).read_bytes()


def _items(name: str, text: bytes) -> Iterator[ReadEvent | InputProblem]:
    text = text.removeprefix(_BYTE_ORDER_MARK)
    if not text.strip():
        hint = "one JSON object a line, or a list of them"
        return iter([InputProblem(name, 0, 0, "", "there are no events in it", hint)])
    try:
        value = parse_json(text)
    except BadJson as error:
        broken = InputProblem(name, error.line, error.column, "", error.message)
    else:
        return _value_items(name, value)
    items = [] if text.lstrip().startswith(b"[") else list(_line_items(name, text))
    # A document with a slip in it has no line that is an event by itself.
    if any(isinstance(item, ReadEvent) for item in items):
        return iter(items)
    if items and all(isinstance(item, InputProblem) and item.message.startswith(_NOT_AN_EVENT) for item in items):
        return iter(items)
    look = recognize_text(text)
    return iter([replace(broken, hint=f"it looks like {look.looks_like}: {look.advice}")])


def _value_items(name: str, value: object) -> Iterator[ReadEvent | InputProblem]:
    place = name if isinstance(value, list) else f"{name}:1"
    line = 0 if isinstance(value, list) else 1
    return _found(place, value, InputProblem(name, line, line, "", ""))


def _line_items(name: str, text: bytes) -> Iterator[ReadEvent | InputProblem]:
    for number, line in enumerate(text.split(b"\n"), start=1):
        if not line.strip():
            continue
        try:
            value = parse_json(line)
        except BadJson as error:
            yield InputProblem(name, number, error.column, "", error.message)
        else:
            yield from _found(f"{name}:{number}", value, InputProblem(name, number, 1, "", ""))


def _found(place: str, value: object, problem: InputProblem) -> Iterator[ReadEvent | InputProblem]:
    """The events of a value, and a problem for each thing in it that is none.

    Args:
        place: Where the value stands, for whoever reads it.
        value: The value.
        problem: What is to be said of it, but for the field and the message.
    """
    for item in events_in(value):
        path = dotted(item.path)
        if _is_deeper(item.event if isinstance(item, Event) else value, _DEEPEST):
            yield replace(problem, field=path, message=f"nested more than {_DEEPEST} levels deep")
        elif isinstance(item, Event):
            between = " " if path and not path.startswith("[") else ""
            yield ReadEvent(f"{place}{between}{path}", item.event, item.subscriptions, item.envelope)
        else:
            yield replace(problem, field=path, message=item.message, hint=item.advice)


def _is_deeper(value: object, levels: int) -> bool:
    """Whether lists and objects stand in each other more often than that; without recursion."""
    layer = [value]
    for _ in range(levels):
        layer = [
            item
            for holder in layer
            if isinstance(holder, (dict, list))
            for item in (holder.values() if isinstance(holder, dict) else holder)
            if isinstance(item, (dict, list))
        ]
        if not layer:
            return False
    return True


class BadJson(ValueError):
    """Bytes that are not JSON in UTF-8, with the line and the column (counted from 1) where that shows."""

    def __init__(self, message: str, line: int = 1, column: int = 1) -> None:
        super().__init__(message)
        self.message = message
        self.line = line
        self.column = column


def parse_json(text: bytes) -> object:
    """The value of a JSON text, as JavaScript reads it.

    Raises:
        BadJson: It is none.
    """
    try:
        return json_text.parse(text.decode("utf-8"))
    except UnicodeDecodeError as error:
        line, column = _position(text[: error.start])
        raise BadJson(f"not UTF-8: {error.reason}", line, column) from error
    except json.JSONDecodeError as error:
        raise BadJson(f"not JSON: {error.msg.lower()}", error.lineno, error.colno) from error
    except RecursionError as error:
        line, column = _position(text[: _first_too_deep(text)])
        raise BadJson(f"nested more than {_DEEPEST} levels deep", line, column) from error
    except ValueError as error:
        raise BadJson(f"not JSON: {error}") from error


def _first_too_deep(text: bytes) -> int:
    """Where in a JSON text the first bracket too deep stands."""
    depth = 0
    for found in _BRACKETS_AND_TEXTS.finditer(text):
        depth += {b"[": 1, b"{": 1, b"]": -1, b"}": -1}.get(found[0], 0)
        if depth > _DEEPEST:
            return found.start()
    return 0


def _position(before: bytes) -> tuple[int, int]:
    return before.count(b"\n") + 1, len(before) - before.rfind(b"\n")

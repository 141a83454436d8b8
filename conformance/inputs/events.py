"""Segment events read from files, from standard input or from the command line itself.

A source holds JSON Lines (one event a line) or one JSON value: an event, or a list of events. What cannot be
read is named and left out, so that the rest can go on.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from conformance.inputs.errors import InputError, InputProblem
from destination.javascript import json_text

if TYPE_CHECKING:
    from pydantic import JsonValue

STANDARD_INPUT: Final = "-"
_BYTE_ORDER_MARK: Final = b"\xef\xbb\xbf"
#: As deep as the simulator reads bodies; what goes through the destination twice as deep exhausts Python's stack.
_DEEPEST: Final = 200
_BRACKETS_AND_TEXTS: Final = re.compile(rb'"(?:[^"\\]|\\.)*"|[\[\]{}]', re.DOTALL)


@dataclass(frozen=True, slots=True)
class ReadEvent:
    """One event with where it came from.

    Attributes:
        place: Such as `events.jsonl:12`, or `events.json[3]` for an item of a list.
        event: The event.
        subscriptions: The names of the only subscriptions that it is meant for, as a file of undelivered
            events says; None for all.
    """

    place: str
    event: dict[str, JsonValue]
    subscriptions: frozenset[str] | None = None


@dataclass(frozen=True, slots=True)
class ReadEvents:
    """Everything that the sources held: the events in order, and a problem for each thing that is none."""

    events: tuple[ReadEvent, ...]
    broken: tuple[InputProblem, ...]


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
    return ReadEvents(
        tuple(item for item in found if isinstance(item, ReadEvent)),
        tuple(item for item in found if isinstance(item, InputProblem)),
    )


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
        return _value_items(name, parse_json(text))
    except BadJson as error:
        broken = InputProblem(name, error.line, error.column, "", error.message)
    items = [] if text.lstrip().startswith(b"[") else list(_line_items(name, text))
    # A document with a slip in it has no line that is an event by itself.
    return iter(items if any(isinstance(item, ReadEvent) for item in items) else [broken])


def _value_items(name: str, value: object) -> Iterator[ReadEvent | InputProblem]:
    if not isinstance(value, list):
        return iter([_item(f"{name}:1", value, InputProblem(name, 1, 1, "", ""))])
    return iter(
        [
            _item(f"{name}[{index}]", item, InputProblem(name, 0, 0, f"[{index}]", ""))
            for index, item in enumerate(value)
        ]
    )


def _line_items(name: str, text: bytes) -> Iterator[ReadEvent | InputProblem]:
    for number, line in enumerate(text.split(b"\n"), start=1):
        if not line.strip():
            continue
        try:
            value = parse_json(line)
        except BadJson as error:
            yield InputProblem(name, number, error.column, "", error.message)
        else:
            yield _item(f"{name}:{number}", value, InputProblem(name, number, 1, "", ""))


def _item(place: str, value: object, problem: InputProblem) -> ReadEvent | InputProblem:
    event, names = _with_subscriptions(value)
    if _is_deeper(event, _DEEPEST):
        message = f"nested more than {_DEEPEST} levels deep"
        return InputProblem(problem.file, problem.line, problem.column, problem.field, message)
    if not isinstance(event, dict):
        message = f"a Segment event is a JSON object, and this is {json.dumps(event)[:40]}"
        return InputProblem(problem.file, problem.line, problem.column, problem.field, message)
    return ReadEvent(place, event, names)


def _with_subscriptions(value: object) -> tuple[object, frozenset[str] | None]:
    """An event, and the only subscriptions it is meant for where it stands as `undelivered_line` writes it."""
    if isinstance(value, dict) and value.keys() == {"event", "subscriptions"}:
        inner, names = value["event"], value["subscriptions"]
        if isinstance(inner, dict) and isinstance(names, list) and all(isinstance(name, str) for name in names):
            return inner, frozenset(names)
    return value, None


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

"""Segment events read from files, from standard input or from the command line itself.

A source holds JSON Lines (one event a line) or one JSON value: an event, or a list of events. What cannot be
read is named and left out, so that the rest can go on.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from conformance.inputs.errors import InputError, Mistake
from destination.javascript import json_text

if TYPE_CHECKING:
    from pydantic import JsonValue

STANDARD_INPUT: Final = "-"
_BYTE_ORDER_MARK: Final = b"\xef\xbb\xbf"


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
    """Everything that the sources held: the events in order, and a mistake for each thing that is none."""

    events: tuple[ReadEvent, ...]
    broken: tuple[Mistake, ...]


def read_events(sources: Sequence[str], standard_input: Callable[[], bytes]) -> ReadEvents:
    """The events of all sources, in order.

    Args:
        sources: Paths, `-` for standard input, or JSON text that begins with `{` or `[`.
        standard_input: Reads all of standard input.

    Raises:
        InputError: A source cannot be opened; every such source is named.
    """
    texts: list[tuple[str, bytes]] = []
    mistakes: list[Mistake] = []
    for source in sources:
        try:
            texts.append(_open(source, standard_input))
        except OSError as error:
            reason = (error.strerror or str(error)).lower()
            hint = "name a file, - for standard input, or JSON text that begins with {"
            mistakes.append(Mistake(source, 0, 0, "", f"cannot be read: {reason}", hint))
    if mistakes:
        raise InputError(mistakes)
    found = [item for name, text in texts for item in _items(name, text)]
    return ReadEvents(
        tuple(item for item in found if isinstance(item, ReadEvent)),
        tuple(item for item in found if isinstance(item, Mistake)),
    )


def undelivered_line(event: JsonValue, subscriptions: Sequence[str] | None) -> str:
    """A line that `read_events` reads back: the event, with the only subscriptions that are to deliver it."""
    if subscriptions is None:
        return json_text.stringify(event)
    return json_text.stringify({"event": event, "subscriptions": list(subscriptions)})


def _open(source: str, standard_input: Callable[[], bytes]) -> tuple[str, bytes]:
    if source == STANDARD_INPUT:
        return "standard input", standard_input()
    if source.lstrip()[:1] in {"{", "["}:
        return "command line", source.encode("utf-8", "surrogateescape")
    return source, Path(source).read_bytes()


def _items(name: str, text: bytes) -> Iterator[ReadEvent | Mistake]:
    text = text.removeprefix(_BYTE_ORDER_MARK)
    if not text.strip():
        hint = "one JSON object a line, or a list of them"
        return iter([Mistake(name, 0, 0, "", "there are no events in it", hint)])
    try:
        return _value_items(name, parse_json(text))
    except BadJson as error:
        broken = Mistake(name, error.line, error.column, "", error.message)
    items = [] if text.lstrip().startswith(b"[") else list(_line_items(name, text))
    # A document with a slip in it has no line that is an event by itself.
    return iter(items if any(isinstance(item, ReadEvent) for item in items) else [broken])


def _value_items(name: str, value: object) -> Iterator[ReadEvent | Mistake]:
    if not isinstance(value, list):
        return iter([_item(f"{name}:1", value, Mistake(name, 1, 1, "", ""))])
    return iter(
        [_item(f"{name}[{index}]", item, Mistake(name, 0, 0, f"[{index}]", "")) for index, item in enumerate(value)]
    )


def _line_items(name: str, text: bytes) -> Iterator[ReadEvent | Mistake]:
    for number, line in enumerate(text.split(b"\n"), start=1):
        if not line.strip():
            continue
        try:
            value = parse_json(line)
        except BadJson as error:
            yield Mistake(name, number, error.column, "", error.message)
        else:
            yield _item(f"{name}:{number}", value, Mistake(name, number, 1, "", ""))


def _item(place: str, value: object, mistake: Mistake) -> ReadEvent | Mistake:
    if not isinstance(value, dict):
        message = f"a Segment event is a JSON object, and this is {json.dumps(value)[:40]}"
        return Mistake(mistake.file, mistake.line, mistake.column, mistake.field, message)
    inner, names = value.get("event"), value.get("subscriptions")
    if value.keys() == {"event", "subscriptions"} and isinstance(inner, dict) and isinstance(names, list):
        return ReadEvent(place, inner, frozenset(map(str, names)))
    return ReadEvent(place, value)


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
        raise BadJson("not read: nested too deeply") from error
    except ValueError as error:
        raise BadJson(f"not JSON: {error}") from error


def _position(before: bytes) -> tuple[int, int]:
    return before.count(b"\n") + 1, len(before) - before.rfind(b"\n")

"""JSON read as JavaScript reads it, with the place of what is wrong in it, and how deep a value may be."""

from __future__ import annotations

import json
import re
from typing import Final

from destination.javascript import json_text

#: As deep as the simulator reads bodies; what goes through the destination twice as deep exhausts Python's stack.
DEEPEST: Final = 200
TOO_DEEP: Final = f"nested more than {DEEPEST} levels deep"
_BRACKETS_AND_TEXTS: Final = re.compile(rb'"(?:[^"\\]|\\.)*"|[\[\]{}]', re.DOTALL)


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
    except (ValueError, RecursionError) as error:
        raise bad_json(text, error) from error


def bad_json(text: bytes, error: ValueError | RecursionError) -> BadJson:
    """What is wrong with a text, from the error that reading it has raised."""
    if isinstance(error, UnicodeDecodeError):
        return BadJson(f"not UTF-8: {error.reason}", *_position(text[: error.start]))
    if isinstance(error, json.JSONDecodeError):
        return BadJson(f"not JSON: {error.msg.lower()}", error.lineno, error.colno)
    if isinstance(error, RecursionError):
        return BadJson(TOO_DEEP, *_position(text[: _first_too_deep(text)]))
    return BadJson(f"not JSON: {error}")


def is_deeper(value: object, levels: int = DEEPEST) -> bool:
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


def _first_too_deep(text: bytes) -> int:
    """Where in a JSON text the first bracket too deep stands."""
    depth = 0
    for found in _BRACKETS_AND_TEXTS.finditer(text):
        depth += {b"[": 1, b"{": 1, b"]": -1, b"}": -1}.get(found[0], 0)
        if depth > DEEPEST:
            return found.start()
    return 0


def _position(before: bytes) -> tuple[int, int]:
    return before.count(b"\n") + 1, len(before) - before.rfind(b"\n")

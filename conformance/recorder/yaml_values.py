"""What can be written in a YAML file and read again as it was."""

from __future__ import annotations

import json
from typing import Any, Final

from conformance.inputs.places import dotted
from conformance.inputs.yaml_limits import DEEPEST

#: Pieces of a location that a message shows: from the part of the scenario to the field.
_PIECES_SHOWN: Final = 6
#: Levels of nesting that are still read as YAML; what is deeper is written as text.
_DEEPEST: Final = 25


def fits_yaml(value: Any, depth: int = 0) -> bool:
    """Whether a value can be written as YAML and read again: not too deep, and no half of a character in it."""
    if isinstance(value, dict):
        return depth < _DEEPEST and all(fits_yaml(key) and fits_yaml(item, depth + 1) for key, item in value.items())
    if isinstance(value, list):
        return depth < _DEEPEST and all(fits_yaml(item, depth + 1) for item in value)
    return not isinstance(value, str) or is_whole(value)


def part_that_is_too_deep(document: Any) -> str | None:
    """Where a document is nested deeper than YAML is read, such as `expect.users[0].dataFields.n`."""
    waiting: list[tuple[Any, tuple[str | int, ...]]] = [(document, ())]
    while waiting:
        value, location = waiting.pop()
        if not isinstance(value, (dict, list)):
            continue
        if len(location) >= DEEPEST:
            return dotted(location[:_PIECES_SHOWN])
        parts = value.items() if isinstance(value, dict) else enumerate(value)
        waiting += [(part, (*location, name)) for name, part in parts]
    return None


def is_whole(text: str) -> bool:
    """Whether a text has no half of a character in it, which no file can hold."""
    return not any("\ud800" <= character <= "\udfff" for character in text)


def json_text(value: Any) -> str:
    """JSON that any file can hold."""
    return json.dumps(value, ensure_ascii=True, separators=(",", ":"))

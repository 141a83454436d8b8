"""What can be written in a YAML file and read again as it was."""

from __future__ import annotations

import json
from typing import Any, Final

#: Levels of nesting that are still read as YAML; what is deeper is written as text.
_DEEPEST: Final = 25


def fits_yaml(value: Any, depth: int = 0) -> bool:
    """Whether a value can be written as YAML and read again: not too deep, and no half of a character in it."""
    if isinstance(value, dict):
        return depth < _DEEPEST and all(fits_yaml(key) and fits_yaml(item, depth + 1) for key, item in value.items())
    if isinstance(value, list):
        return depth < _DEEPEST and all(fits_yaml(item, depth + 1) for item in value)
    return not isinstance(value, str) or is_whole(value)


def is_whole(text: str) -> bool:
    """Whether a text has no half of a character in it, which no file can hold."""
    return not any("\ud800" <= character <= "\udfff" for character in text)


def json_text(value: Any) -> str:
    """JSON that any file can hold."""
    return json.dumps(value, ensure_ascii=True, separators=(",", ":"))

"""JSON values as YAML, for people: plain words stand bare, everything else is quoted as JSON quotes it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final

from destination.javascript import json_text

_INDENT: Final = "  "
_BARE: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]*(?: [A-Za-z0-9_]+)*")
_LARGEST_EXACT: Final = 2**53
#: What YAML 1.1 or 1.2 takes for something other than a text.
_WORDS_OF_YAML: Final = frozenset({"true", "false", "null", "yes", "no", "on", "off", "y", "n"})
#: JSON lets these stand as they are, and YAML does not.
_UNPRINTABLE: Final = re.compile("[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]")


def to_yaml(value: Any) -> str:
    """The YAML of a JSON value."""
    return "\n".join(_lines(value)) + "\n"


def _lines(value: Any) -> Iterator[str]:
    if isinstance(value, dict) and value:
        for key, item in value.items():
            yield from _member(f"{_scalar(key)}:", item)
    elif isinstance(value, list) and value:
        for item in value:
            first, *others = _lines(item)
            yield f"- {first}"
            yield from (_INDENT + line for line in others)
    else:
        yield _scalar(value)


def _member(key: str, value: Any) -> Iterator[str]:
    if isinstance(value, (dict, list)) and value:
        yield key
        yield from (_INDENT + line for line in _lines(value))
    else:
        yield f"{key} {_scalar(value)}"


def _scalar(value: Any) -> str:
    if isinstance(value, str) and _BARE.fullmatch(value) and value.lower() not in _WORDS_OF_YAML:
        return value
    if isinstance(value, float) and abs(value) > _LARGEST_EXACT:
        return repr(value)  # its digits alone would be read as an integer, with more of them than it has
    return _UNPRINTABLE.sub(lambda match: f"\\u{ord(match[0]):04x}", json_text.stringify(value))

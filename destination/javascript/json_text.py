"""`JSON.stringify` and `JSON.parse`."""

from __future__ import annotations

import json
from typing import NoReturn

from destination.javascript.values import in_json_form, in_key_order, number_to_text, to_json_value


def stringify(value: object, indent: str = "") -> str:
    """The JSON text of a value that is not undefined; non-ASCII characters stand as they are.

    Args:
        value: The value.
        indent: What each level is indented by, on lines of its own; compact when empty.
    """
    return _text(to_json_value(value), indent, "\n" if indent else "")


def encode(value: object) -> bytes:
    """The JSON of a value that is JSON already, for the wire.

    The same value as `stringify` gives; the order of members and the form of exponents may be others.
    """
    try:
        return _ENCODER.encode(value).encode()
    except (UnicodeEncodeError, ValueError):
        # Half a character somewhere, or a number that JSON does not have.
        return stringify(value).encode()


def _text(value: object, indent: str, line: str) -> str:
    if isinstance(value, dict):
        colon = ": " if indent else ":"
        members = in_key_order(value).items()
        parts = [f"{_quoted(key)}{colon}{_text(item, indent, line + indent)}" for key, item in members]
        return _enclosed("{", parts, "}", indent, line)
    if isinstance(value, list):
        return _enclosed("[", [_text(item, indent, line + indent) for item in value], "]", indent, line)
    if isinstance(value, str):
        return _quoted(value)
    if value is None or isinstance(value, bool):
        return json.dumps(value)
    if isinstance(value, (int, float)):
        return number_to_text(value)
    raise TypeError(f"{value!r} has no JSON form")


def _enclosed(opening: str, parts: list[str], closing: str, indent: str, line: str) -> str:
    """The parts in brackets; `line` begins a line at the level of the brackets."""
    if not parts or not indent:
        return opening + ",".join(parts) + closing
    return f"{opening}{line}{indent}{f',{line}{indent}'.join(parts)}{line}{closing}"


def _quoted(text: str) -> str:
    quoted = json.dumps(text, ensure_ascii=False)
    if not quoted.isascii():
        # A half of a character cannot stand in UTF-8; JavaScript escapes it.
        return "".join(f"\\u{ord(c):04x}" if "\ud800" <= c <= "\udfff" else c for c in quoted)
    return quoted


def parse(text: str) -> object:
    """The value of a JSON text.

    Raises:
        ValueError: The text is not JSON.
    """
    if text.startswith("\ufeff"):
        raise json.JSONDecodeError("Unexpected UTF-8 BOM (decode using utf-8-sig)", text, 0)
    return _DECODER.decode(text)


def parse_first(text: str, start: int = 0) -> tuple[object, int]:
    """The value that begins at a place of a text, and where it ends; anything may follow it.

    Raises:
        ValueError: No JSON value begins there.
    """
    try:
        return _DECODER.scan_once(text, start)  # type: ignore[attr-defined, no-any-return]  # raw_decode allows no blanks either
    except StopIteration as nothing:
        raise json.JSONDecodeError("Expecting value", text, nothing.value) from None


# A value that is JSON contains itself nowhere, so nobody need look for that.
_ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), allow_nan=False, check_circular=False)
#: Python refuses to convert texts of thousands of digits; JavaScript makes them infinite.
_LONGEST_EXACT = 400
#: Integers of fewer characters are exact in a double.
_SHORTEST_INEXACT = 16


def _integer(digits: str) -> float:
    if len(digits) < _SHORTEST_INEXACT:
        return int(digits)
    return in_json_form(int(digits)) if len(digits) < _LONGEST_EXACT else float(digits)


def _refuse(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is not JSON")


#: Made once: `json.loads` with options makes one for each text, which costs more than most texts.
_DECODER = json.JSONDecoder(parse_constant=_refuse, parse_int=_integer)

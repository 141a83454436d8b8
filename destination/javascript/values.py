"""JavaScript's idea of absence, truth, numbers and text; in one module because each conversion calls the others.

Values are what `json.loads` gives (None, bool, int, float, str, list, dict), `UNDEFINED`, and a
`datetime` where a host passed a date object. Source of all rules: ECMAScript 2023, checked against
recordings of `@segment/action-destinations` 3.497.0 on Node 20.
"""

from __future__ import annotations

import math
import re
from datetime import UTC, datetime
from enum import Enum
from typing import TYPE_CHECKING, Final, TypeGuard

from destination.javascript import utf16

if TYPE_CHECKING:
    from collections.abc import Mapping


class Undefined(Enum):
    """The type of JavaScript's `undefined`; its only member is `UNDEFINED`.

    An enum, so that type checkers narrow on `value is UNDEFINED`.
    """

    UNDEFINED = "undefined"

    def __bool__(self) -> bool:
        return False


UNDEFINED: Final = Undefined.UNDEFINED

#: What JavaScript trims from both ends of a text before it reads a number.
BLANKS: Final = (
    "\t\n\v\f\r \u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a"
    "\u2028\u2029\u202f\u205f\u3000\ufeff"
)
_DECIMAL: Final = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
_PREFIXED: Final = re.compile(r"0(?:[xX][0-9a-fA-F]+|[oO][0-7]+|[bB][01]+)")
_ARRAY_INDEX: Final = re.compile(r"0|[1-9][0-9]{0,9}")
_LARGEST_ARRAY_INDEX: Final = 4294967294
#: The whole numbers that a double holds along with all that are nearer to zero are from one of these to the other.
LARGEST_SAFE_INTEGER: Final = 9007199254740991
LEAST_SAFE_INTEGER: Final = -LARGEST_SAFE_INTEGER
_FIRST_EXPONENT_FORM: Final = 21
_FIRST_PLAIN_FRACTION: Final = -6


def is_number(value: object) -> TypeGuard[int | float]:
    """Whether `typeof value` is `number`."""
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def is_safe(number: float) -> bool:
    """Whether a double holds the number and all whole ones that are nearer to zero; not-a-number is none."""
    return LEAST_SAFE_INTEGER <= number <= LARGEST_SAFE_INTEGER


def type_name(value: object) -> str:
    """The name that Segment's messages use: `typeof`, with `array` and `null` told from `object`."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, str):
        return "string"
    if isinstance(value, (int, float)):
        return "number"
    if isinstance(value, list):
        return "array"
    return "undefined" if value is UNDEFINED else "object"


def truthy(value: object) -> bool:
    """Whether JavaScript takes the value for true; unlike in Python, empty lists and objects are."""
    if isinstance(value, (list, dict)):
        return True
    if isinstance(value, float):
        return value != 0 and not math.isnan(value)
    return bool(value)


def as_double(value: float) -> float:
    """The number as a double; an integer too large for one becomes infinite, as in JSON.parse."""
    try:
        return float(value)
    except OverflowError:
        return math.inf if value > 0 else -math.inf


def number_to_text(number: float) -> str:
    """`String(number)`: the shortest text that reads back as the same double."""
    if isinstance(number, int) and LEAST_SAFE_INTEGER <= number <= LARGEST_SAFE_INTEGER:
        return str(number)
    double = as_double(number)
    if math.isnan(double):
        return "NaN"
    if math.isinf(double):
        return "Infinity" if double > 0 else "-Infinity"
    if double == 0:
        return "0"
    return ("-" if double < 0 else "") + _positive_to_text(abs(double))


def _positive_to_text(double: float) -> str:
    mantissa, _, exponent_text = f"{double!r}".partition("e")
    whole, _, fraction = mantissa.partition(".")
    fraction = "" if fraction == "0" else fraction
    digits = (whole + fraction).lstrip("0")
    # The decimal point stands after `point` digits: ECMAScript calls that number n.
    leading = len(whole + fraction) - len(digits)
    point = len(whole) - leading + int(exponent_text or 0)
    digits = digits.rstrip("0")
    count = len(digits)
    if count <= point <= _FIRST_EXPONENT_FORM:
        return digits + "0" * (point - count)
    if 0 < point <= _FIRST_EXPONENT_FORM:
        return f"{digits[:point]}.{digits[point:]}"
    if _FIRST_PLAIN_FRACTION < point <= 0:
        return "0." + "0" * -point + digits
    exponent = point - 1
    rest = f".{digits[1:]}" if count > 1 else ""
    return f"{digits[0]}{rest}e{'+' if exponent >= 0 else '-'}{abs(exponent)}"


def text_to_number(text: str) -> float:
    """`Number(text)`: trims blanks, empty is 0, knows `0x`, `0o`, `0b`, exponents, `Infinity`; else NaN."""
    trimmed = text.strip(BLANKS)
    if not trimmed:
        return 0
    if _DECIMAL.fullmatch(trimmed):
        return _simplified(float(trimmed))
    if _PREFIXED.fullmatch(trimmed):
        return _simplified(as_double(int(trimmed, 0)))
    if trimmed.lstrip("+-") == "Infinity" and len(trimmed) - len("Infinity") <= 1:
        return -math.inf if trimmed[0] == "-" else math.inf
    return math.nan


def to_number(value: object) -> float:
    """`Number(value)`: true is 1, false and null are 0, undefined is not a number, the rest is read as a text."""
    if is_number(value):
        return value
    if value is UNDEFINED:
        return math.nan
    if value is None or isinstance(value, bool):
        return int(value or 0)
    return text_to_number(to_text(value))


def _simplified(double: float) -> float:
    """The same number as an int where it is whole, so that it prints and encodes without `.0`."""
    if double.is_integer() and abs(double) <= LARGEST_SAFE_INTEGER and not (double == 0 and _negative_zero(double)):
        return int(double)
    return double


def _negative_zero(double: float) -> bool:
    return math.copysign(1.0, double) < 0


def to_text(value: object) -> str:
    """`String(value)`: objects are `[object Object]`, lists their items joined by commas."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if value is None:
        return "null"
    if isinstance(value, (int, float)):
        return number_to_text(value)
    if isinstance(value, list):
        return ",".join("" if item is None or item is UNDEFINED else to_text(item) for item in value)
    if isinstance(value, datetime):
        return value.astimezone(UTC).strftime("%a %b %d %Y %H:%M:%S GMT+0000 (Coordinated Universal Time)")
    return "undefined" if value is UNDEFINED else "[object Object]"


def loosely_equals_empty_text(value: object) -> bool:
    """`value == ""`: true for an empty text, zero, false, and a list whose text is empty."""
    if isinstance(value, bool):
        return not value
    if isinstance(value, (int, float)):
        return value == 0
    if isinstance(value, list):
        return to_text(value) == ""
    return value == ""


def array_index(key: str) -> int | None:
    """The list index that a property key stands for, or None when it is not one."""
    if not _ARRAY_INDEX.fullmatch(key):
        return None
    index = int(key)
    return index if index <= _LARGEST_ARRAY_INDEX else None


def member(value: object, key: str) -> object:
    """`value[key]` for own members: of an object, a list or a text; `UNDEFINED` when there is none."""
    if isinstance(value, dict):
        return value.get(key, UNDEFINED)
    if isinstance(value, (list, str)):
        if key == "length":
            return len(value) if isinstance(value, list) else utf16.length(value)
        index = array_index(key)
        if index is None:
            return UNDEFINED
        if isinstance(value, str):
            return utf16.unit(value, index) or UNDEFINED
        return value[index] if index < len(value) else UNDEFINED
    return UNDEFINED


def in_key_order(members: dict[str, object]) -> dict[str, object]:
    """The object with its keys in JavaScript's order: array indices first, ascending, then as inserted."""
    indices = [key for key in members if key[:1].isdigit() and array_index(key) is not None]
    if not indices:
        return members
    indices.sort(key=int)
    return {key: members[key] for key in (*indices, *(key for key in members if key not in set(indices)))}


def own_members(value: object) -> Mapping[str, object]:
    """What `{...value}` copies: members, list items and characters by their index; of other values nothing."""
    if isinstance(value, dict):
        return value
    if isinstance(value, list):
        return {str(index): item for index, item in enumerate(value)}
    if isinstance(value, str):
        return {str(index): unit for index, unit in enumerate(utf16.units(value))}
    return {}


def without_undefined(value: object) -> object:
    """The value with every undefined object member removed, at any depth; list items stay.

    Returns the very same object when there is nothing to remove.
    """
    if isinstance(value, dict):
        kept = {key: without_undefined(item) for key, item in value.items() if item is not UNDEFINED}
        unchanged = len(kept) == len(value) and all(kept[key] is value[key] for key in kept)
        return value if unchanged else kept
    if isinstance(value, list):
        items = [without_undefined(item) for item in value]
        return value if all(new is old for new, old in zip(items, value, strict=True)) else items
    return value


def to_json_value(value: object) -> object:
    """What `JSON.parse(JSON.stringify(value))` gives.

    Undefined members are dropped, undefined list items become null, and so do NaN and the infinities;
    numbers are doubles, whole ones without a fraction. The very same object is returned where nothing changes.
    """
    kind = type(value)
    if value is None or kind is str or kind is bool:
        return value
    if kind is dict:
        return _members_to_json(value)  # type: ignore[arg-type]  # kind is dict
    if kind is list:
        return _items_to_json(value)  # type: ignore[arg-type]  # kind is list
    if (kind is int or (kind is float and not value.is_integer())) and is_safe(value):  # type: ignore[attr-defined,arg-type]
        return value
    if isinstance(value, (int, float)):
        return _number_to_json(value)
    if isinstance(value, list):
        return _items_to_json(value)
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    return None


def _members_to_json(members: dict[str, object]) -> dict[str, object]:
    changed: dict[str, object] | None = None
    for key, value in members.items():
        # Most values are texts and plain numbers; they are not worth a call.
        kind = type(value)
        if kind is str or kind is bool or value is None:
            continue
        if kind is int or (kind is float and not value.is_integer()):  # type: ignore[attr-defined]  # kind is float
            if LEAST_SAFE_INTEGER <= value <= LARGEST_SAFE_INTEGER:  # type: ignore[operator]  # kind is a number
                continue
        elif value is UNDEFINED:
            changed = members.copy() if changed is None else changed
            del changed[key]
            continue
        new = to_json_value(value)
        if new is not value:
            changed = members.copy() if changed is None else changed
            changed[key] = new
    return members if changed is None else changed


def _items_to_json(items: list[object]) -> list[object]:
    changed: list[object] | None = None
    for index, value in enumerate(items):
        kind = type(value)
        if kind is str:
            continue
        new = _members_to_json(value) if kind is dict else to_json_value(value)  # type: ignore[arg-type]  # kind is dict
        if new is not value:
            changed = list(items) if changed is None else changed
            changed[index] = new
    return items if changed is None else changed


def _number_to_json(number: float) -> float | None:
    if isinstance(number, int) and is_safe(number):
        return number
    double = as_double(number)
    if not math.isfinite(double):
        return None
    # The shortest text of a double reads back as the same double; whole ones go out without `.0`.
    return int(number_to_text(double)) if double.is_integer() and abs(double) < 1e21 else double  # noqa: PLR2004


def in_json_form(number: float) -> float:
    """A number read from JSON as JavaScript holds it: integers that a double cannot hold lose digits."""
    if isinstance(number, int) and not LEAST_SAFE_INTEGER <= number <= LARGEST_SAFE_INTEGER:
        return as_double(number)
    return number

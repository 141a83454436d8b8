"""Values turned into the type that a field wants, as ajv's coercion does it with lists of one included.

A coercion gives the new value, or `REFUSED` when the value cannot be turned into the type.
Source: observed in ajv 8.20 with `coerceTypes: "array"`.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from enum import Enum
from typing import Final

from destination.javascript.values import is_number, number_to_text, text_to_number


class Refused(Enum):
    """The type of `REFUSED`, its only member."""

    REFUSED = "refused"


REFUSED: Final = Refused.REFUSED
Coercion = Callable[[object], object]


def to_string(value: object) -> object:
    """Numbers and booleans become their text, null the empty text."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if is_number(value):
        return number_to_text(value)
    return "" if value is None else REFUSED


def to_number(value: object) -> object:
    """Texts that are numbers become numbers, booleans 1 and 0, null 0."""
    if isinstance(value, bool) or value is None:
        return int(value or 0)
    if is_number(value):
        # Only a number written larger than a double can hold is infinite here, and it is no number to ajv.
        return value if not math.isinf(value) else REFUSED
    if isinstance(value, str) and value:
        number = text_to_number(value)
        return REFUSED if math.isnan(number) else number
    return REFUSED


def to_integer(value: object) -> object:
    """As `to_number`, for whole numbers only."""
    number = to_number(value)
    if isinstance(number, float) and math.isfinite(number) and not number.is_integer():
        return REFUSED
    return number


def to_boolean(value: object) -> object:
    """The texts `true` and `false`, the numbers 1 and 0, and null for false."""
    if isinstance(value, bool):
        return value
    if value is None or value == "false" or (is_number(value) and value == 0):
        return False
    if value == "true" or (is_number(value) and value == 1):
        return True
    return REFUSED


def _to_object(value: object) -> object:
    return value if isinstance(value, dict) else REFUSED


def _single(coerce: Coercion) -> Coercion:
    """A list of exactly one element stands for that element."""

    def coerced(value: object) -> object:
        if isinstance(value, list) and len(value) == 1:
            value = value[0]
        return coerce(value)

    return coerced


def _to_date(value: object) -> object:
    return value if is_number(value) else to_string(value)


def _date_in_list(value: object) -> object:
    """The only element of a list where a date is wanted: numbers become texts, and texts numbers."""
    return to_number(value) if isinstance(value, str) else to_string(value)


def _two_typed(coerce: Coercion, coerce_element: Coercion) -> Coercion:
    """A field of two types: lists of one are coerced in another way than what stands for itself.

    That reads like a mistake and is one: ajv takes the element out of the list, and does not notice when it has
    a permitted type already.
    """

    def coerced(value: object) -> object:
        if isinstance(value, list) and len(value) == 1:
            return coerce_element(value[0])
        return coerce(value)

    return coerced


#: By JSON type name.
COERCIONS: Final[Mapping[str, Coercion]] = {
    "string": _single(to_string),
    "number": _single(to_number),
    "integer": _single(to_integer),
    "boolean": _single(to_boolean),
    "object": _to_object,
    "datetime": _two_typed(_to_date, _date_in_list),
}


def nullable(json_type: str) -> Coercion:
    """The coercion of a field that is of a type or null."""
    if json_type == "object":
        return lambda value: value if value is None else _to_object(value)
    plain = COERCIONS["datetime"] if json_type == "datetime" else _but_for_its_own(json_type)

    def coerced(value: object) -> object:
        if value is None:
            return None
        result = plain(value)
        # What no other rule accepts becomes null when it is empty, 0 or false; so does a list of just that.
        return None if result is REFUSED and _is_nothing(value) else result

    return coerced


def _but_for_its_own(json_type: str) -> Coercion:
    """The coercion of a type that is one of two: in a list of one, what is of the type already is refused."""
    coerce, is_of_type = _PLAIN[json_type]
    return _two_typed(coerce, lambda element: REFUSED if is_of_type(element) else coerce(element))


def _is_nothing(value: object) -> bool:
    if isinstance(value, list) and len(value) == 1:
        value = value[0]
    return value == "" or value is False or (is_number(value) and value == 0)


_PLAIN: Final[Mapping[str, tuple[Coercion, Callable[[object], bool]]]] = {
    "string": (to_string, lambda value: isinstance(value, str)),
    "number": (to_number, is_number),
    "integer": (to_integer, lambda value: is_number(value) and float(value).is_integer()),
    "boolean": (to_boolean, lambda value: isinstance(value, bool)),
}

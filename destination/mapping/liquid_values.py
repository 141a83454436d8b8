"""Values inside a liquid template, made to read as they do in LiquidJS 10.30."""

from __future__ import annotations

import math
from typing import Final

from liquid import Undefined

from destination.javascript.values import UNDEFINED, is_number, number_to_text, text_to_number, to_text

_NO_EXPONENT_BELOW: Final = 1e21


class ShownObject(dict[str, object]):
    """An object that shows itself as JavaScript's do."""

    def __str__(self) -> str:
        return "[object Object]"


class ShownDouble(float):
    """A fraction that shows itself as JavaScript's do."""

    __slots__ = ()

    def __str__(self) -> str:
        return number_to_text(float(self))


def into_liquid(value: object) -> object:
    """A JSON value as templates get it."""
    if isinstance(value, dict):
        return ShownObject({key: into_liquid(item) for key, item in value.items()})
    if isinstance(value, list):
        return [into_liquid(item) for item in value]
    return liquid_number(value) if is_number(value) else value


def out_of_liquid(value: object) -> object:
    """The JSON value that a template's value stands for."""
    if isinstance(value, dict):
        return {key: out_of_liquid(item) for key, item in value.items()}
    if isinstance(value, list):
        return [None if is_nothing(item) else out_of_liquid(item) for item in value]
    return float(value) if isinstance(value, ShownDouble) else value


def liquid_number(number: float) -> float:
    """A number as templates get it: whole ones without a fraction."""
    if math.isfinite(number) and float(number).is_integer() and abs(number) < _NO_EXPONENT_BELOW:
        return int(number_to_text(number))
    return ShownDouble(number)


def is_nothing(value: object) -> bool:
    """Whether the value is null or undefined."""
    return value is None or value is UNDEFINED or isinstance(value, Undefined)


def liquid_text(value: object) -> str:
    """The text of a value: nothing for what is absent, lists without commas, the rest as in JavaScript."""
    if is_nothing(value):
        return ""
    if isinstance(value, list):
        return "".join(map(liquid_text, value))
    return to_text(value)


def liquid_items(value: object) -> list[object]:
    """The value as a list: itself, nothing for what is absent, else a list of just that."""
    if isinstance(value, list):
        return value
    return [] if is_nothing(value) else [value]


def as_number(value: object) -> float:
    """`Number(value)` in JavaScript; not-a-number for what is absent and for what is none."""
    if value is UNDEFINED or isinstance(value, Undefined):
        return math.nan
    if value is None or isinstance(value, bool):
        return float(value or 0)
    return float(text_to_number(to_text(value)))


def operand(value: object) -> float:
    """The number that LiquidJS calculates with: 0 for what is none."""
    number = as_number(value)
    return 0.0 if math.isnan(number) else number

"""Values inside a liquid template, made to read as they do in LiquidJS 10.30."""

from __future__ import annotations

import inspect
import math
import re
from collections.abc import Callable
from itertools import zip_longest
from typing import Final

from liquid import Undefined
from liquid.builtin.expressions.primitive import Blank, Empty
from liquid.exceptions import FilterArgumentError

from destination.javascript.values import (
    BLANKS,
    UNDEFINED,
    is_number,
    member,
    number_to_text,
    text_to_number,
    to_text,
)

#: How many characters, or items, a rendering may use.
LARGEST_MEMORY: Final = 100_000_000
_MORE_THAN_ANY_TEXT_HAS: Final = 2**53
_NO_EXPONENT_BELOW: Final = 1e21
#: `\s` as JavaScript means it.
WHITESPACE: Final = re.compile(f"[{BLANKS}]+")

Filter = Callable[..., object]


class FilterFailure(FilterArgumentError):
    """A filter cannot do its work.

    Attributes:
        text: LiquidJS's text, without the place.
    """

    def __init__(self, text: str) -> None:
        super().__init__(text, token=None)  # the library says where when it comes by
        self.text = text


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
    return value


def liquid_number(number: float) -> float:
    """A number as templates get it: whole ones without a fraction."""
    if math.isfinite(number) and float(number).is_integer() and abs(number) < _NO_EXPONENT_BELOW:
        return int(number_to_text(number))
    return ShownDouble(number)


def is_nothing(value: object) -> bool:
    """Whether the value is null or undefined."""
    return value is None or value is UNDEFINED or isinstance(value, Undefined)


def is_false(value: object) -> bool:
    """Whether a condition takes the value for false: just false, null and undefined."""
    return value is False or is_nothing(value)


def liquid_text(value: object) -> str:
    """The text of a value: nothing for what is absent, lists without commas, the rest as in JavaScript."""
    value = given_value(value)
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


def count_of(value: object) -> int:
    """How many characters a count stands for: a fraction counts as one more, what is no number as none."""
    number = as_number(value)
    return 0 if math.isnan(number) else math.ceil(min(max(number, 0), _MORE_THAN_ANY_TEXT_HAS))


def property_of(value: object, key: object) -> object:
    """What a step of a path leads to, `UNDEFINED` for nothing; `size`, `first` and `last` are properties too."""
    if is_nothing(value):
        return None
    if isinstance(value, list) and is_number(key) and key < 0:
        key = len(value) + key
    name = to_text(key)
    found = member(value, name)
    if found is not UNDEFINED:
        return found
    if name == "size":
        return _size(value)
    if name in {"first", "last"} and isinstance(value, list) and value:
        return value[0 if name == "first" else -1]
    return UNDEFINED


def _size(value: object) -> object:
    if isinstance(value, str):
        return member(value, "length")
    return len(value) if isinstance(value, (dict, list)) else UNDEFINED


def value_at(value: object, path: str) -> object:
    """What a path of names joined by dots leads to from a value."""
    for name in path.split("."):
        value = property_of(value, name)
    return value


def as_filter(function: Filter) -> Filter:
    """The function as it is called in JavaScript.

    What is missing or undefined takes the default of its parameter, or is `UNDEFINED`; what is too much is ignored,
    and so is what is named. A function of any number of values gets those that there are.
    """
    parameters = inspect.signature(function).parameters.values()
    if any(parameter.kind is parameter.VAR_POSITIONAL for parameter in parameters):
        return lambda *values, **_: function(*map(given_value, values))
    defaults = [UNDEFINED if parameter.default is parameter.empty else parameter.default for parameter in parameters]

    def called(*values: object, **_: object) -> object:
        given = zip_longest(map(given_value, values[: len(defaults)]), defaults, fillvalue=UNDEFINED)
        return function(*(default if value is UNDEFINED else value for value, default in given))

    return called


def on_text(change: Callable[..., object]) -> Filter:
    """A filter on texts: whatever it is given becomes a text first, what it is not given the empty one."""
    return lambda *values: change(*map(liquid_text, values))


def given_value(value: object) -> object:
    """The value without what only python-liquid knows: undefined variables, the words empty and blank."""
    if isinstance(value, Undefined):
        return UNDEFINED
    return "" if isinstance(value, (Empty, Blank)) else value

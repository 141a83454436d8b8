"""Values inside a liquid template, and what LiquidJS makes of them."""

from __future__ import annotations

import inspect
import math
import re
from collections.abc import Callable
from itertools import zip_longest
from typing import Final

from destination.javascript.values import (
    BLANKS,
    UNDEFINED,
    as_double,
    is_number,
    member,
    to_number,
    to_text,
)
from destination.mapping.liquid.errors import Failure

_MORE_THAN_ANY_TEXT_HAS: Final = 2**53
#: `\s` as JavaScript means it.
WHITESPACE: Final = re.compile(f"[{BLANKS}]+")

Filter = Callable[..., object]


class Drop:
    """What the words `nil`, `empty` and `blank` stand for, and the variable `block`: an object with a value.

    Attributes:
        value: What it counts as where a value is wanted.
    """

    __slots__ = ("name", "value")

    def __init__(self, name: str, value: object) -> None:
        self.name = name
        self.value = value


NIL: Final = Drop("nil", None)
EMPTY: Final = Drop("empty", "")
BLANK: Final = Drop("blank", "")
#: What each word for a value stands for.
LITERALS: Final = {"true": True, "false": False, "nil": NIL, "null": NIL, "empty": EMPTY, "blank": BLANK}
_NEVER: Final = frozenset({"gt", "geq", "lt", "leq", "hasOwnProperty", "isPrototypeOf", "propertyIsEnumerable"})
_ENGINE: Final = "Class constructor {} cannot be invoked without 'new'"
_CLASSES: Final = {"nil": "NullDrop", "empty": "EmptyDrop", "blank": "BlankDrop", "block": "BlockDrop"}


def to_value(value: object) -> object:
    """The value without what only LiquidJS knows."""
    return value.value if isinstance(value, Drop) else value


def is_nothing(value: object) -> bool:
    """Whether the value is null or undefined."""
    return value is None or value is UNDEFINED


def is_false(value: object) -> bool:
    """Whether a condition takes the value for false: just false, null and undefined."""
    value = to_value(value)
    return value is False or value is None or value is UNDEFINED


def liquid_text(value: object) -> str:
    """The text of a value: nothing for what is absent, lists without commas, the rest as in JavaScript."""
    if isinstance(value, str):
        return value
    value = to_value(value)
    if value is None or value is UNDEFINED:
        return ""
    if isinstance(value, list):
        return "".join(map(liquid_text, value))
    return to_text(value)


def liquid_items(value: object) -> list[object]:
    """The value as a list: itself, nothing for what is absent, else a list of just that."""
    value = to_value(value)
    if isinstance(value, list):
        return value
    return [] if is_nothing(value) else [value]


def as_number(value: object) -> float:
    """`Number(value)` in JavaScript, where what only LiquidJS knows has a value; always a double."""
    return as_double(to_number(to_value(value)))


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
    if value is None or value is UNDEFINED:
        return value
    key = to_value(key)
    if isinstance(value, list) and is_number(key):
        return _item(value, key)
    name = to_text(key)
    if isinstance(value, Drop):
        return _property_of_drop(value, name)
    if name == "size":
        return _size(value)
    found = member(value, name)
    if found is UNDEFINED and isinstance(value, list) and value and name in {"first", "last"}:
        return value[0 if name == "first" else -1]
    return found


def _item(items: list[object], index: float) -> object:
    if index < 0:
        index = len(items) + index
    return items[int(index)] if 0 <= index < len(items) and index == int(index) else UNDEFINED


def _property_of_drop(drop: Drop, name: str) -> object:
    """What its methods give, which a path calls."""
    if name == "constructor":
        raise Failure(_ENGINE.format(_CLASSES[drop.name]))
    if name in {"toString", "toLocaleString"}:
        return "[object Object]"
    if drop.name == "block":
        return _property_of_block(drop, name)
    if name == "equals":
        return drop is not EMPTY
    if name == "valueOf":
        return drop.value
    return False if name in _NEVER else UNDEFINED


def _property_of_block(drop: Drop, name: str) -> object:
    if name == "super":
        return ""
    if name == "valueOf":
        return drop
    return False if name in {"hasOwnProperty", "isPrototypeOf", "propertyIsEnumerable"} else UNDEFINED


def _size(value: object) -> object:
    if isinstance(value, dict):
        return value["size"] if "size" in value else len(value)
    if isinstance(value, str):
        return member(value, "length")
    return len(value) if isinstance(value, list) else UNDEFINED


def value_at(value: object, path: str) -> object:
    """What a path of names joined by dots leads to from a value."""
    for name in path.split("."):
        value = property_of(value, name)
    return value


def added(left: object, right: object) -> object:
    """`left + right`: the sum of numbers, or both texts joined where either has no number of its own."""
    left, right = _primitive(left), _primitive(right)
    if isinstance(left, str) or isinstance(right, str):
        return to_text(left) + to_text(right)
    return as_number(left) + as_number(right)


def _primitive(value: object) -> object:
    value = to_value(value)
    return to_text(value) if isinstance(value, (list, dict, Drop)) else value


def as_filter(function: Filter) -> Filter:
    """The function as it is called in JavaScript.

    What is missing or undefined takes the default of its parameter, or is `UNDEFINED`; what is too much is ignored.
    A function of any number of values gets those that there are.
    """
    parameters = inspect.signature(function).parameters.values()
    if any(parameter.kind is parameter.VAR_POSITIONAL for parameter in parameters):
        return function
    defaults = [UNDEFINED if parameter.default is parameter.empty else parameter.default for parameter in parameters]

    def called(*values: object) -> object:
        given = zip_longest(values[: len(defaults)], defaults, fillvalue=UNDEFINED)
        return function(*(default if value is UNDEFINED else value for value, default in given))

    return called


def on_text(change: Callable[..., object]) -> Filter:
    """A filter on texts: whatever it is given becomes a text first, what it is not given the empty one."""
    return lambda *values: change(*map(liquid_text, values))

"""The filters on lists, and those that take lists and texts alike."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from typing import Final, TypeVar

from destination.javascript.values import (
    UNDEFINED,
    is_number,
    member,
    number_to_text,
    to_text,
    truthy,
)
from destination.mapping.liquid.errors import Failure
from destination.mapping.liquid.values import (
    Drop,
    Filter,
    added,
    as_number,
    count_of,
    is_false,
    is_nothing,
    liquid_items,
    liquid_text,
    operand,
    to_value,
    value_at,
)

_Items = TypeVar("_Items", str, list[object])


def _size(value: object) -> object:
    length = member(value, "length")
    return length if truthy(length) else 0


def _end(last: bool) -> Filter:  # noqa: FBT001  # one of the two ends
    """The first or the last item of what has a length; nothing of anything else."""

    def taken(value: object) -> object:
        value = to_value(value)
        length = member(value, "length")
        if not truthy(value) or not is_number(length):
            return ""
        return member(value, number_to_text(length - 1) if last else "0")

    return taken


def _joined(value: object, separator: object = UNDEFINED) -> str:
    put = " " if is_nothing(to_value(separator)) else liquid_text(separator)
    return put.join("" if is_nothing(item) else to_text(item) for item in liquid_items(value))


def _sum(value: object, path: object = UNDEFINED) -> float:
    items = liquid_items(value)
    if truthy(path):
        items = [value_at(item, liquid_text(path)) for item in items]
    return sum(map(operand, items))


def _slice(value: object, begin: object = UNDEFINED, length: object = 1) -> object:
    whole, begin = sliced_from(value, begin, liquid_text)
    if as_number(begin) < 0 or as_number(length) < 0:
        return whole[:0]
    if isinstance(whole, list):
        return between(whole, begin, added(begin, length))
    start = count_of(begin)
    return whole[start : start + count_of(length)]


def sliced_from(value: object, begin: object, text_of: Callable[[object], str]) -> tuple[str | list[object], object]:
    """What `slice` takes a part of, and where it begins; a number below zero counts from the end.

    Args:
        value: What the filter is given; nothing gives an empty list.
        begin: Where the part is to begin.
        text_of: Makes a text of what is no list.
    """
    value = to_value(value)
    if is_nothing(value):
        return [], begin
    whole: str | list[object] = value if isinstance(value, list) else text_of(value)
    return whole, added(float(len(whole)), begin) if as_number(begin) < 0 else begin


def between(items: _Items, begin: object, end: object) -> _Items:
    """What `items.slice(begin, end)` gives of a list or of units in JavaScript, for ends that are not negative."""
    start, stop = operand(begin), operand(end)
    return items[int(min(start, len(items))) : int(min(stop, len(items)))] if stop > 0 else items[:0]


def _sample(value: object, count: object = 1) -> object:
    value = to_value(value)
    if is_nothing(value):
        return []
    items = value if isinstance(value, list) else list(liquid_text(value))
    shuffled = random.sample(items, len(items))
    if is_number(count) and count == 1:
        return shuffled[0] if shuffled else UNDEFINED
    return between(shuffled, 0, count)


def default(value: object, *values: object) -> object:
    """The value, or the first of the others where it is empty, absent or false.

    Only this filter heeds names: with `allow_false`, false stays.
    """
    value = to_value(value)
    instead = values[0] if values else UNDEFINED
    if isinstance(value, (list, str)):
        return value or instead
    if value is False and truthy(_named(values[1:]).get("allow_false")):
        return value
    return instead if is_false(value) else value


def _named(values: tuple[object, ...]) -> dict[object, object]:
    """The values by their names, as `new Map(values)` has them; a list or an object counts as name and value."""
    named: dict[object, object] = {}
    for value in values:
        if not isinstance(value, (list, dict, Drop)):
            raise Failure(f"Iterator value {to_text(value)} is not an entry object")
        name = member(value, "0")
        if isinstance(name, str):
            named[name] = member(value, "1")
    return named


LISTS: Final[Mapping[str, Filter]] = {
    "size": _size,
    "first": _end(last=False),
    "last": _end(last=True),
    "join": _joined,
    "sum": _sum,
    "slice": _slice,
    "compact": lambda value: [item for item in liquid_items(value) if not is_nothing(to_value(item))],
    "push": lambda value, item: [*liquid_items(value), item],
    "unshift": lambda value, item: [item, *liquid_items(value)],
    "pop": lambda value: liquid_items(value)[:-1],
    "shift": lambda value: liquid_items(value)[1:],
    "sample": _sample,
}

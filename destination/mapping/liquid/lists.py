"""The filters of LiquidJS 10.30 on lists, and those that take lists and texts alike."""

from __future__ import annotations

import random
from collections.abc import Mapping
from typing import Final

from destination.javascript.values import (
    UNDEFINED,
    is_number,
    member,
    number_to_text,
    text_to_number,
    to_text,
    truthy,
)
from destination.mapping.liquid.expressions import equal
from destination.mapping.liquid.values import (
    Filter,
    FilterFailure,
    as_number,
    count_of,
    given_value,
    is_false,
    is_nothing,
    liquid_items,
    liquid_number,
    liquid_text,
    operand,
    value_at,
)


def _size(value: object) -> object:
    length = member(value, "length")
    return length if truthy(length) else 0


def _end(last: bool) -> Filter:  # noqa: FBT001  # one of the two ends
    """The first or the last item of what has a length; nothing of anything else."""

    def taken(value: object) -> object:
        length = member(value, "length")
        if not truthy(value) or not is_number(length):
            return ""
        return member(value, number_to_text(length - 1) if last else "0")

    return taken


def _joined(value: object, separator: object = UNDEFINED) -> str:
    between = " " if is_nothing(separator) else liquid_text(separator)
    return between.join("" if is_nothing(item) else to_text(item) for item in liquid_items(value))


def _sum(value: object, path: object = UNDEFINED) -> float:
    items = liquid_items(value)
    if truthy(path):
        items = [value_at(item, liquid_text(path)) for item in items]
    return liquid_number(sum(map(operand, items)))


def _slice(value: object, begin: object = UNDEFINED, length: object = 1) -> object:
    if is_nothing(value):
        return []
    whole = value if isinstance(value, list) else liquid_text(value)
    if as_number(begin) < 0:
        begin = len(whole) + as_number(begin)
    if as_number(begin) < 0 or as_number(length) < 0:
        return whole[:0]
    if isinstance(whole, list):
        return _between(whole, begin, _added(begin, length))
    start = count_of(begin)
    return whole[start : start + count_of(length)]


def _between(items: list[object], begin: object, end: object) -> list[object]:
    """What `items.slice(begin, end)` gives of a list in JavaScript; fractions are cut off."""
    start, stop = operand(begin), operand(end)
    return items[int(min(start, len(items))) : int(min(stop, len(items)))] if stop > 0 else []


def _added(left: object, right: object) -> object:
    """`left + right`, which joins them where either is a text."""
    if isinstance(left, str) or isinstance(right, str):
        return text_to_number(to_text(left) + to_text(right))
    return as_number(left) + as_number(right)


def _sample(value: object, count: object = 1) -> object:
    if is_nothing(value):
        return []
    items = value if isinstance(value, list) else list(liquid_text(value))
    shuffled = random.sample(items, len(items))
    if is_number(count) and count == 1:
        return shuffled[0] if shuffled else UNDEFINED
    return _between(shuffled, 0, count)


def _where(value: object, path: object = UNDEFINED, expected: object = UNDEFINED) -> list[object]:
    """The items whose property is what is expected, or is not false where nothing is."""
    name = liquid_text(path)
    return [item for item in liquid_items(value) if _matches(value_at(item, name), expected)]


def _matches(found: object, expected: object) -> bool:
    return not is_false(found) if expected is UNDEFINED else equal(found, expected)


def default(value: object, *values: object, **named: object) -> object:
    """The value, or the first of the others where it is empty, absent or false.

    Only this filter heeds what is named: with `allow_false`, false stays.
    """
    instead = values[0] if values else UNDEFINED
    if isinstance(value, (list, str)):
        return value or instead
    if value is False:
        if len(values) > 1:
            raise FilterFailure(f"Iterator value {to_text(given_value(values[1]))} is not an entry object")
        if truthy(given_value(named.get("allow_false"))):
            return value
    return instead if is_false(value) else value


LISTS: Final[Mapping[str, Filter]] = {
    "size": _size,
    "first": _end(last=False),
    "last": _end(last=True),
    "join": _joined,
    "sum": _sum,
    "slice": _slice,
    "compact": lambda value: [item for item in liquid_items(value) if not is_nothing(item)],
    "push": lambda value, item: [*liquid_items(value), item],
    "unshift": lambda value, item: [item, *liquid_items(value)],
    "pop": lambda value: liquid_items(value)[:-1],
    "shift": lambda value: liquid_items(value)[1:],
    "where": _where,
    "sample": _sample,
}

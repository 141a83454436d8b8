"""What a rendering may use, counted before a filter takes it.

LiquidJS adds up what each filter reads or makes, and refuses what would exceed the limit (`Limiter`). So does
this module, with two differences, both far above what an event holds: what LiquidJS forgets is counted too (`escape`
makes five characters of one), and an item of a list counts as what Python takes for it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from destination.javascript import utf16
from destination.javascript.values import UNDEFINED, is_number, to_text, truthy
from destination.mapping.liquid.dates import is_date, padding
from destination.mapping.liquid.values import (
    as_filter,
    as_number,
    is_nothing,
    liquid_items,
    liquid_text,
)

#: Characters that a list's item counts for.
ITEM: Final = 32
_WIDEST_INDENT: Final = 10

_Cost = Callable[..., float]


def cost_of(name: str) -> _Cost | None:
    """How much a filter takes, as a function of its arguments; None for one that takes nothing."""
    return _COSTS.get(name)


def _size_and_depth(value: object, known: dict[int, tuple[int, int]]) -> tuple[int, int]:
    """How many characters a value is at the least, written out, and how deep; what stands in it twice counts twice.

    Args:
        value: The value.
        known: The lists and objects that have been measured, so that each is gone through once: a list that is pushed
            to itself forty times has 2**40 items.
    """
    if isinstance(value, str):
        return ITEM + len(value), 0
    if not isinstance(value, (list, dict)):
        return ITEM, 0
    if id(value) not in known:
        parts = [_size_and_depth(item, known) for item in (value.values() if isinstance(value, dict) else value)]
        names = sum(map(len, value)) if isinstance(value, dict) else 0
        size = ITEM + names + sum(size for size, _ in parts)
        known[id(value)] = size, 1 + max((depth for _, depth in parts), default=0)
    return known[id(value)]


def _size(value: object) -> int:
    return _size_and_depth(value, {})[0]


def _length(value: object) -> int:
    return utf16.length(liquid_text(value))


def _lengths(count: int, factor: int = 1) -> _Cost:
    """The lengths of the first texts, which become so many times as long at the most."""
    return lambda *values: factor * sum(map(_length, values[:count]))


def _strip(value: object, characters: object = "") -> float:
    return _length(value) + (_length(characters) if truthy(characters) else 0)


def _replace(text: object, old: object = "", new: object = "") -> float:
    whole, sought = liquid_text(text), liquid_text(old)
    times = whole.count(sought) if sought else max(utf16.length(whole) - 1, 0)
    return utf16.length(whole) + times * (_length(new) - utf16.length(sought))


def _split(text: object, separator: object = "") -> float:
    whole, sought = liquid_text(text), liquid_text(separator)
    return utf16.length(whole) + ITEM * (whole.count(sought) if sought else utf16.length(whole))


def _join(value: object, separator: object = UNDEFINED) -> float:
    items = liquid_items(value)
    between = 1 if is_nothing(separator) else _length(separator)
    return between * (len(items) - 1) + sum(0 if is_nothing(item) else utf16.length(to_text(item)) for item in items)


def _shortened(value: object, _wanted: object = UNDEFINED, ending: object = "...") -> float:
    return _length(value) + _length(ending)


def _items(value: object) -> float:
    return ITEM * len(liquid_items(value))


def _added_item(value: object, item: object) -> float:
    return _size(value) + _size(item)


def _slice(value: object, begin: object = 0, length: object = 1) -> float:
    whole = value if isinstance(value, list) else liquid_text(value)
    is_before = as_number(begin) + len(whole) < 0
    return 0 if is_nothing(value) or is_before else as_number(length)


def _sample(value: object) -> float:
    return ITEM * len(value if isinstance(value, list) else liquid_text(value))


def _json(value: object, space: object = 0) -> float:
    size, depth = _size_and_depth(value, {})
    width = min(max(as_number(space), 0), _WIDEST_INDENT) if is_number(space) else len(str(space)[:_WIDEST_INDENT])
    return size + size / ITEM * depth * width


def _date(value: object, wanted: object = UNDEFINED, zone: object = UNDEFINED) -> float:
    text = liquid_text(wanted)
    widths = padding(text)
    texts = sum(utf16.length(part) for part in (value, zone, text) if isinstance(part, str))
    return texts + (widths if widths and is_date(value) else 0)


#: What each filter takes, by its arguments; those that are not here make a number, or give what is there already.
_COSTS_BY_NAME: Final[Mapping[str, _Cost]] = {
    **dict.fromkeys(("append", "prepend", "remove_first", "remove_last", "hmac_sha256"), _lengths(2)),
    **dict.fromkeys(("replace_first", "replace_last"), _lengths(3)),
    **dict.fromkeys(("capitalize", "downcase", "upcase", "strip_newlines", "strip_html", "squish"), _lengths(1)),
    **dict.fromkeys(("normalize_whitespace", "number_of_words", "sha256", "base64_decode", "slugify"), _lengths(1)),
    **dict.fromkeys(("strip", "lstrip", "rstrip"), _strip),
    **dict.fromkeys(("escape", "xml_escape", "escape_once"), _lengths(1, 5)),
    **dict.fromkeys(("url_encode", "cgi_escape", "uri_escape"), _lengths(1, 9)),
    "url_decode": _lengths(1),
    "base64_encode": _lengths(1, 4),
    "remove": _replace,
    "replace": _replace,
    "split": _split,
    "truncate": _shortened,
    "truncatewords": _shortened,
    "join": _join,
    **dict.fromkeys(("compact", "pop", "shift", "where"), _items),
    **dict.fromkeys(("push", "unshift"), _added_item),
    "slice": _slice,
    "sample": _sample,
    **dict.fromkeys(("json", "jsonify", "inspect"), _json),
    "date": _date,
    **dict.fromkeys(("date_to_xmlschema", "date_to_rfc822", "date_to_string", "date_to_long_string"), _lengths(1)),
}
_COSTS: Final[Mapping[str, Callable[..., Any]]] = {name: as_filter(cost) for name, cost in _COSTS_BY_NAME.items()}

"""The filters of liquid templates, by name: those that Segment's build leaves enabled.

Source: LiquidJS's documentation for the names and arguments, Segment's build for what they do.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final, NoReturn

from destination.mapping.liquid.dates import dates_of
from destination.mapping.liquid.encodings import ENCODINGS
from destination.mapping.liquid.errors import Failure
from destination.mapping.liquid.lists import LISTS, default
from destination.mapping.liquid.numbers import NUMBERS
from destination.mapping.liquid.older import OLDER, UNKNOWN_TO_OLDER
from destination.mapping.liquid.texts import TEXTS
from destination.mapping.liquid.values import Filter, as_filter

_DISABLED: Final = (
    "array_to_sentence_string",
    "concat",
    "find",
    "find_exp",
    "find_index",
    "find_index_exp",
    "group_by",
    "group_by_exp",
    "has",
    "has_exp",
    "map",
    "newline_to_br",
    "reject",
    "reject_exp",
    "reverse",
    "sort",
    "sort_natural",
    "type",
    "uniq",
    "where_exp",
)


def _refusal(name: str) -> Callable[..., object]:
    def refuse(*_: object) -> NoReturn:
        raise Failure(f'filter "{name}" is disabled')

    return refuse


def _called(filters: Mapping[str, Filter]) -> dict[str, Filter]:
    refusals = {name: _refusal(name) for name in _DISABLED}
    return {**{name: as_filter(function) for name, function in filters.items()}, "default": default, **refusals}


_ALL: Final = {**NUMBERS, **TEXTS, **LISTS, **ENCODINGS}
_NEWER: Final = _called({**_ALL, **dates_of(newer=True)})
_KNOWN_TO_OLDER: Final = {name: function for name, function in _ALL.items() if name not in UNKNOWN_TO_OLDER}
_OLDER: Final = _called({**_KNOWN_TO_OLDER, **OLDER, **dates_of(newer=False)})


def filters_of(*, newer: bool) -> Mapping[str, Filter]:
    """The filters of LiquidJS 10.30, or those of 10.27; the disabled ones refuse to work."""
    return _NEWER if newer else _OLDER

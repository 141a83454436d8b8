"""The filters of liquid templates, by name: those of LiquidJS 10.30 that Segment's build leaves enabled.

Source: LiquidJS's documentation for the names and arguments, Segment's build for what they do.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from destination.mapping.liquid.dates import DATES
from destination.mapping.liquid.encodings import ENCODINGS
from destination.mapping.liquid.lists import LISTS, default
from destination.mapping.liquid.numbers import NUMBERS
from destination.mapping.liquid.texts import TEXTS
from destination.mapping.liquid.values import Filter, as_filter

FILTERS: Final[Mapping[str, Filter]] = {
    **{name: as_filter(function) for name, function in {**NUMBERS, **TEXTS, **LISTS, **ENCODINGS, **DATES}.items()},
    "default": default,
}

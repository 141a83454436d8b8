"""The filters of LiquidJS 10.27 that 10.30 does otherwise, except those on dates.

10.27 counts UTF-16 units where 10.30 counts characters, keeps a leading blank as a word, reads any text as base64,
decodes plus signs after the escapes, and rounds by multiplying.
Source: `src/filters/` of LiquidJS 10.27.2, held against its build.
"""

from __future__ import annotations

import base64
import math
import re
import sys
from collections.abc import Callable, Mapping
from typing import Final

from destination.javascript import utf16
from destination.javascript.values import BLANKS, UNDEFINED, truthy
from destination.mapping.liquid.encodings import unescaped
from destination.mapping.liquid.lists import between, sliced_from
from destination.mapping.liquid.values import (
    WHITESPACE,
    Filter,
    added,
    as_number,
    liquid_text,
    on_text,
    operand,
)

#: Filters that it does not know, and that change nothing.
UNKNOWN_TO_OLDER: Final = frozenset({"squish"})
_NO_BASE64: Final = re.compile("[^A-Za-z0-9+/]")


def _units(value: object) -> str:
    text = liquid_text(value)
    return text if text.isascii() else "".join(utf16.units(text))


def _sliced(value: object, begin: object = UNDEFINED, length: object = 1) -> object:
    whole, begin = sliced_from(value, begin, _units)
    if as_number(begin) < 0 or as_number(length) < 0:
        return whole[:0]
    end = added(begin, length)
    return between(whole, begin, end) if isinstance(whole, list) else utf16.joined(between(whole, begin, end))


def _truncated(value: object, length: object = 50, ending: object = "...") -> object:
    text, shown, most = _units(value), _units(ending), as_number(length)
    if len(text) <= most:
        return value
    kept = most - len(shown)
    return utf16.joined(text[: int(min(kept, len(text)))] + shown) if kept > 0 else liquid_text(ending)


def _truncated_words(value: object, count: object = 15, ending: object = "...") -> str:
    words, most = WHITESPACE.split(liquid_text(value)), as_number(count)
    if most <= 0:
        most = 1
    if math.isnan(most):
        return ""
    shown = words[: int(min(most, len(words)))]
    return " ".join(shown) + (liquid_text(ending) if len(words) >= most else "")


def _stripping(strip: Callable[[str, str], str]) -> Filter:
    def stripped(value: object, characters: object = "") -> str:
        if not truthy(characters):
            return strip(liquid_text(value), BLANKS)
        # Whole characters are looked for among units, so that one of two units is never found.
        sought = "".join({character for character in liquid_text(characters) if character <= "\uffff"})
        return utf16.joined(strip(_units(value), sought)) if sought else liquid_text(value)

    return stripped


def _rounded(value: object, digits: object = 0) -> float:
    number, places = operand(value), operand(digits)
    try:
        factor = math.pow(10, places)
    except OverflowError:
        factor = math.inf
    scaled = number * factor * (1 + sys.float_info.epsilon)
    if not math.isfinite(scaled):
        return scaled / factor if factor else math.nan
    whole = math.floor(scaled)
    rounded = whole + (scaled - whole >= 0.5)  # noqa: PLR2004  # a half
    return rounded / factor if factor else math.nan


def _from_base64(text: str, *_: str) -> str:
    """As Node reads base64: what is none is passed over, and what is left over of a group is dropped."""
    digits = _NO_BASE64.sub("", text.partition("=")[0].replace("-", "+").replace("_", "/"))
    digits = digits[: len(digits) - 1] if len(digits) % 4 == 1 else digits
    return base64.b64decode(digits + "=" * (-len(digits) % 4)).decode(errors="replace")


OLDER: Final[Mapping[str, Filter]] = {
    "slice": _sliced,
    "truncate": _truncated,
    "truncatewords": _truncated_words,
    "strip": _stripping(str.strip),
    "lstrip": _stripping(str.lstrip),
    "rstrip": _stripping(str.rstrip),
    "round": _rounded,
    "url_decode": on_text(lambda text, *_: unescaped(text).replace("+", " ")),
    "base64_decode": on_text(_from_base64),
}

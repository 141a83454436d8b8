"""The filters of liquid templates as LiquidJS 10.30 has them; what is not here is python-liquid's own.

Source: observed in Segment's build; the names and arguments are those of LiquidJS's documentation.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from typing import Final
from urllib.parse import quote, unquote

from liquid import Undefined

from destination.javascript.json_text import stringify
from destination.javascript.values import BLANKS, UNDEFINED, utf16_length
from destination.mapping.liquid_dates import format_date
from destination.mapping.liquid_values import (
    as_number,
    is_nothing,
    liquid_items,
    liquid_number,
    liquid_text,
    operand,
    out_of_liquid,
)

_ENTITIES: Final = {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&#34;", "'": "&#39;"}
_ENTITY: Final = re.compile("|".join(_ENTITIES.values()))
_MARKUP: Final = re.compile(r"<script.*?</script>|<style.*?</style>|<!--.*?-->|<.*?>", re.DOTALL)
_LARGEST_EXACT: Final = 2**53 - 1
#: What `encodeURIComponent` leaves as it is, besides letters and digits.
_UNRESERVED: Final = "-_.!~*'()"


def _arithmetic(operation: Callable[[float, float], float]) -> Callable[[object, object], float]:
    return lambda left, right: liquid_number(operation(operand(left), operand(right)))


def _divide(left: float, right: float) -> float:
    if right == 0:
        return math.nan if left == 0 or math.isnan(left) else math.copysign(math.inf, left)
    return left / right


def _remainder(left: float, right: float) -> float:
    return math.fmod(math.fmod(left, right) + right, right) if right else math.nan


def _whole(operation: Callable[[float], int]) -> Callable[[object], float]:
    def applied(value: object) -> float:
        number = operand(value)
        return liquid_number(float(operation(number)) if math.isfinite(number) else number)

    return applied


def _round(value: object, digits: object = 0) -> float:
    """Halves are rounded away from zero, Python's go to the even neighbour."""
    number = operand(value)
    scaled = abs(number) * 10.0 ** operand(digits)
    if not scaled <= _LARGEST_EXACT:
        return liquid_number(number)
    return liquid_number(math.copysign(math.floor(scaled + 0.5) / 10.0 ** operand(digits), number))


def _on_text(change: Callable[..., object]) -> Callable[..., object]:
    """A filter on texts: whatever it is given becomes a text first."""
    return lambda *values: change(*map(liquid_text, values))


def _stripped(strip: Callable[[str, str], str]) -> Callable[..., str]:
    return lambda value, characters=None: strip(liquid_text(value), liquid_text(characters) or BLANKS)


def _capitalize(text: str) -> str:
    return text[:1].upper() + text[1:].lower()


def _replace(text: str, old: str, new: str = "") -> str:
    # Where nothing is looked for, JavaScript puts the new text between the characters, Python also around them.
    return text.replace(old, new) if old else new.join(text)


def _replace_last(text: str, old: str, new: str = "") -> str:
    found = text.rfind(old)
    return text if found < 0 else text[:found] + new + text[found + len(old) :]


def _split(text: str, separator: str = "") -> list[str]:
    pieces = text.split(separator) if separator else list(text)
    while pieces and not pieces[-1]:
        pieces.pop()
    return pieces


def _slice(value: object, begin: object = 0, length: object = 1) -> object:
    if is_nothing(value):
        return []
    whole = value if isinstance(value, list) else liquid_text(value)
    start, count = int(operand(begin)), int(operand(length))
    start = len(whole) + start if start < 0 else start
    return whole[:0] if start < 0 or count < 0 else whole[start : start + count]


def _truncate(value: object, length: object = 50, ending: object = "...") -> object:
    text, shown, most = liquid_text(value), liquid_text(ending), int(operand(length))
    return value if len(text) <= most else text[: max(most - len(shown), 0)] + shown


def _truncate_words(value: object, count: object = 15, ending: object = "...") -> str:
    words = re.split(r"\s+", liquid_text(value).lstrip(BLANKS))
    most = max(int(operand(count)), 1)
    return " ".join(words[:most]) + (liquid_text(ending) if len(words) >= most else "")


def _escape(text: str) -> str:
    return "".join(_ENTITIES.get(character, character) for character in text)


def _escape_once(text: str) -> str:
    characters = {entity: character for character, entity in _ENTITIES.items()}
    return _escape(_ENTITY.sub(lambda match: characters[match[0]], text))


def _size(value: object) -> int:
    if isinstance(value, str):
        return utf16_length(value)
    return len(value) if isinstance(value, list) else 0


def _end(index: int) -> Callable[[object], object]:
    """The first or the last item, or character; nothing of anything else."""

    def taken(value: object) -> object:
        return value[index] if isinstance(value, (list, str)) and value else ""

    return taken


def _join(value: object, separator: object = None) -> str:
    between = " " if is_nothing(separator) else liquid_text(separator)
    return between.join("" if is_nothing(item) else _joined(item) for item in liquid_items(value))


def _joined(item: object) -> str:
    return ",".join(map(_joined, item)) if isinstance(item, list) else liquid_text(item)


def _sum(value: object, *key: object) -> float:
    items = liquid_items(value)
    if key and not is_nothing(key[0]):
        name = liquid_text(key[0])
        items = [item.get(name) if isinstance(item, dict) else None for item in items]
    return liquid_number(sum(map(operand, items)))


def _json(value: object, *_: object) -> object:
    """The compact JSON of a value; of what is undefined there is none."""
    return UNDEFINED if value is UNDEFINED or isinstance(value, Undefined) else stringify(out_of_liquid(value))


def _default(value: object, instead: object = "", *, allow_false: object = False) -> object:
    if isinstance(value, (list, str)):
        return value or instead
    if value is False and allow_false:
        return value
    return instead if value is False or is_nothing(value) else value


FILTERS: Final[Mapping[str, Callable[..., object]]] = {
    "plus": _arithmetic(lambda left, right: left + right),
    "minus": _arithmetic(lambda left, right: left - right),
    "times": _arithmetic(lambda left, right: left * right),
    "divided_by": _arithmetic(_divide),
    "modulo": _arithmetic(_remainder),
    "at_least": _arithmetic(max),
    "at_most": _arithmetic(min),
    "abs": lambda value: liquid_number(abs(operand(value))),
    "ceil": _whole(math.ceil),
    "floor": _whole(math.floor),
    "round": _round,
    "sum": _sum,
    "to_integer": lambda value: liquid_number(as_number(value)),
    "append": _on_text(lambda text, more: text + more),
    "prepend": _on_text(lambda text, more: more + text),
    "capitalize": _on_text(_capitalize),
    "downcase": _on_text(str.lower),
    "upcase": _on_text(str.upper),
    "strip": _stripped(str.strip),
    "lstrip": _stripped(str.lstrip),
    "rstrip": _stripped(str.rstrip),
    "strip_newlines": _on_text(lambda text: re.sub(r"\r?\n", "", text)),
    "strip_html": _on_text(lambda text: _MARKUP.sub("", text)),
    "normalize_whitespace": _on_text(lambda text: re.sub(r"\s+", " ", text)),
    "number_of_words": _on_text(lambda text: len(text.split())),
    "remove": _on_text(_replace),
    "remove_first": _on_text(lambda text, old: text.replace(old, "", 1)),
    "remove_last": _on_text(_replace_last),
    "replace": _on_text(_replace),
    "replace_first": _on_text(lambda text, old, new="": text.replace(old, new, 1)),
    "replace_last": _on_text(_replace_last),
    "split": _on_text(_split),
    "slice": _slice,
    "truncate": _truncate,
    "truncatewords": _truncate_words,
    "escape": _on_text(_escape),
    "xml_escape": _on_text(_escape),
    "escape_once": _on_text(_escape_once),
    "url_encode": _on_text(lambda text: quote(text, safe=_UNRESERVED).replace("%20", "+")),
    "url_decode": _on_text(lambda text: unquote(text.replace("+", " "))),
    "cgi_escape": _on_text(lambda text: quote(text, safe="-_.~").replace("%20", "+")),
    "size": _size,
    "first": _end(0),
    "last": _end(-1),
    "join": _join,
    "compact": lambda value: [item for item in liquid_items(value) if not is_nothing(item)],
    "push": lambda value, item: [*liquid_items(value), item],
    "unshift": lambda value, item: [item, *liquid_items(value)],
    "pop": lambda value: liquid_items(value)[:-1],
    "shift": lambda value: liquid_items(value)[1:],
    "default": _default,
    "json": _json,
    "jsonify": _json,
    "inspect": _json,
    "date": format_date,
}

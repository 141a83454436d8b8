"""The filters on texts, as LiquidJS 10.30 has them; what 10.27 does otherwise is in `older`."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Callable, Mapping
from itertools import groupby
from typing import Final

from destination.javascript import utf16
from destination.javascript.values import BLANKS, UNDEFINED, to_text, truthy
from destination.mapping.liquid.errors import Failure
from destination.mapping.liquid.values import (
    WHITESPACE,
    Filter,
    as_number,
    count_of,
    liquid_text,
    on_text,
)

_ENTITIES: Final = {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&#34;", "'": "&#39;"}
_CHARACTERS: Final = {entity: character for character, entity in _ENTITIES.items()}
_ENTITY: Final = re.compile("|".join(_CHARACTERS))
#: How markup begins and ends, what is more particular first.
_MARKUP: Final = (("<script", "</script>"), ("<style", "</style>"), ("<!--", "-->"), ("<", ">"))
_HAN_AND_SYLLABLES: Final = r"\u4e00-\u9fff\uf900-\ufaff\u3400-\u4dbf\u3040-\u309f\u30a0-\u30ff\uac00-\ud7af"
_IDEOGRAPH: Final = re.compile(f"[{_HAN_AND_SYLLABLES}]")
_OTHER_WORD: Final = re.compile(f"[^{_HAN_AND_SYLLABLES}{BLANKS}]+")
#: What `slugify` keeps besides letters, marks and digits.
_PRETTY: Final = frozenset("._~!$&'()+,;=@")
_WITHOUT_ACCENTS: Final = {
    **dict.fromkeys("àáâãäå", "a"),
    **dict.fromkeys("èéêë", "e"),
    **dict.fromkeys("ìíîï", "i"),
    **dict.fromkeys("òóôõöø", "o"),
    **dict.fromkeys("ùúûü", "u"),
    **dict.fromkeys("ýÿ", "y"),
    "æ": "ae",
    "ç": "c",
    "ð": "d",
    "ñ": "n",
    "ß": "ss",
    "œ": "oe",
    "þ": "th",
    "ẞ": "SS",
    "Œ": "OE",
    "Þ": "TH",
}


def _joining(name: str, join: Callable[[str, str], str]) -> Filter:
    def joined(*values: object) -> str:
        if len(values) != 2:  # noqa: PLR2004  # the text and the one to join
            raise Failure(f"{name} expect 2 arguments")
        return join(*map(liquid_text, values))

    return joined


def _stripping(strip: Callable[[str, str], str]) -> Filter:
    def stripped(value: object, characters: object = "") -> str:
        # Each only once: what is stripped is looked for among them, one by one.
        return strip(liquid_text(value), "".join(set(liquid_text(characters))) if truthy(characters) else BLANKS)

    return stripped


def _capitalized(value: object) -> str:
    text = liquid_text(value)
    first, rest = text[:1], text[1:].lower()
    # JavaScript takes the first half of such a character, which has no capital.
    return (first if first > "\uffff" else first.upper()) + rest


def _replaced(text: object, old: object = "", new: object = "") -> str:
    whole, sought, put = liquid_text(text), liquid_text(old), liquid_text(new)
    return put.join(_pieces(whole, sought))


def _pieces(text: str, separator: str) -> list[str]:
    """What `text.split(separator)` gives in JavaScript."""
    return text.split(separator) if separator else utf16.units(text)


def _replaced_once(text: object, old: object = "", new: object = "") -> str:
    return liquid_text(text).replace(liquid_text(old), liquid_text(new), 1)


def _replaced_last(text: object, old: object = "", new: object = "") -> str:
    whole, sought = liquid_text(text), liquid_text(old)
    # From behind, since looking backwards takes Python as long as both texts multiplied.
    found = whole[::-1].find(sought[::-1])
    end = len(whole) - found
    return whole if found < 0 else whole[: end - len(sought)] + liquid_text(new) + whole[end:]


def _split(text: object, separator: object = "") -> list[str]:
    pieces = _pieces(liquid_text(text), liquid_text(separator))
    while pieces and not pieces[-1]:
        pieces.pop()
    return pieces


def _truncated(value: object, length: object = 50, ending: object = "...") -> object:
    text, shown, most = liquid_text(value), liquid_text(ending), as_number(length)
    if utf16.length(text) <= most or count_of(most) >= len(text):
        return value
    return text[: count_of(most - len(shown))] + shown


def _truncated_words(value: object, count: object = 15, ending: object = "...") -> str:
    words = WHITESPACE.split(liquid_text(value).lstrip(BLANKS))
    most = as_number(count)
    if most <= 0:
        most = 1
    if math.isnan(most):
        return ""
    shown = words[: int(min(most, len(words)))]
    return " ".join(shown) + (liquid_text(ending) if len(words) >= most else "")


def _number_of_words(value: object, mode: object = "") -> int:
    text = liquid_text(value).strip(BLANKS)
    if mode == "cjk" or (mode == "auto" and _IDEOGRAPH.search(text)):
        return len(_IDEOGRAPH.findall(text)) + len(_OTHER_WORD.findall(text))
    return len(WHITESPACE.split(text)) if text else 0


def _without_markup(text: str, *_: str) -> str:
    """The text without its markup, found in one pass however much of it is never closed."""
    kept: list[str] = []
    closings = dict(_MARKUP)
    at = 0
    while (start := text.find("<", at)) >= 0:
        kept.append(text[at:start])
        at = _end_of_markup(text, start, closings)
        if at == start:
            break
    return "".join(kept) + text[at:]


def _end_of_markup(text: str, start: int, closings: dict[str, str]) -> int:
    """Where the markup that begins there ends, or its beginning; drops the closings that never come again."""
    for opening, closing in list(closings.items()):
        if text.startswith(opening, start):
            end = text.find(closing, start + len(opening))
            if end >= 0:
                return end + len(closing)
            del closings[opening]
    return start


def _escaped(text: str, *_: str) -> str:
    return "".join(_ENTITIES.get(character, character) for character in text)


def _escaped_once(text: str, *_: str) -> str:
    return _escaped(_ENTITY.sub(lambda match: _CHARACTERS[match[0]], text))


def _is_word_character(character: str) -> bool:
    category = unicodedata.category(character)
    return category[0] in "LM" or category == "Nd"


_KEPT: Final[Mapping[str, Callable[[str], bool]]] = {
    "raw": lambda character: character not in BLANKS,
    "default": _is_word_character,
    "latin": _is_word_character,
    "pretty": lambda character: character in _PRETTY or _is_word_character(character),
    "ascii": lambda character: character.isascii() and character.isalnum(),
}


def _slugified(value: object, mode: object = "default", cased: object = UNDEFINED) -> str:
    """The text with a dash for each run of what is not kept; an unknown mode keeps everything."""
    text, name = liquid_text(value), to_text(mode)
    if name == "latin":
        text = "".join(_WITHOUT_ACCENTS.get(character, character) for character in text)
    if name in _KEPT:
        text = _dashed(text, _KEPT[name])
    return text if truthy(cased) else text.lower()


def _dashed(text: str, is_kept: Callable[[str], bool]) -> str:
    runs = groupby(text, is_kept)
    return "".join("".join(run) if kept else "-" for kept, run in runs).removeprefix("-").removesuffix("-")


TEXTS: Final[Mapping[str, Filter]] = {
    "append": _joining("append", lambda text, more: text + more),
    "prepend": _joining("prepend", lambda text, more: more + text),
    "capitalize": _capitalized,
    "downcase": on_text(lambda text, *_: text.lower()),
    "upcase": on_text(lambda text, *_: text.upper()),
    "strip": _stripping(str.strip),
    "lstrip": _stripping(str.lstrip),
    "rstrip": _stripping(str.rstrip),
    "strip_newlines": on_text(lambda text, *_: re.sub(r"\r?\n", "", text)),
    "strip_html": on_text(_without_markup),
    "normalize_whitespace": on_text(lambda text, *_: WHITESPACE.sub(" ", text)),
    "squish": on_text(lambda text, *_: WHITESPACE.sub(" ", text).strip(" ")),
    "number_of_words": _number_of_words,
    "remove": lambda text, old="": _replaced(text, old),
    "remove_first": lambda text, old="": _replaced_once(text, old),
    "remove_last": lambda text, old="": _replaced_last(text, old),
    "replace": _replaced,
    "replace_first": _replaced_once,
    "replace_last": _replaced_last,
    "split": _split,
    "truncate": _truncated,
    "truncatewords": _truncated_words,
    "escape": on_text(_escaped),
    "xml_escape": on_text(_escaped),
    "escape_once": on_text(_escaped_once),
    "slugify": _slugified,
}

"""Literal replacement of text, with the special meanings that JavaScript gives to `$` in a replacement."""

from __future__ import annotations

import re
from typing import Final

_SPECIAL: Final = re.compile(r"\$([$&`'])")


def replace_text(text: str, pattern: str, replacement: str, *, ignore_case: bool, everywhere: bool) -> str:
    """`text` with `pattern` replaced, once or everywhere.

    In the replacement `$$` is a dollar sign, `$&` the match, `` $` `` what precedes it and `$'` what follows.
    """
    haystack, needle = (_folded(text), _folded(pattern)) if ignore_case else (text, pattern)
    parts: list[str] = []
    position = 0
    while (found := haystack.find(needle, position)) >= 0:
        end = found + len(pattern)
        parts += (text[position:found], _expanded(replacement, text, found, end))
        position = end
        if not everywhere:
            break
    parts.append(text[position:])
    return "".join(parts)


def _expanded(replacement: str, text: str, start: int, end: int) -> str:
    if "$" not in replacement:
        return replacement
    meanings = {"$": "$", "&": text[start:end], "`": text[:start], "'": text[end:]}
    return _SPECIAL.sub(lambda match: meanings[match[1]], replacement)


def _folded(text: str) -> str:
    """The text as a case-insensitive pattern without the Unicode flag compares it, character by character."""
    if text.isascii():
        return text.upper()
    return "".join(map(_folded_character, text))


def _folded_character(character: str) -> str:
    upper = character.upper()
    if len(upper) != 1 or (upper.isascii() and not character.isascii()):
        return character
    return upper

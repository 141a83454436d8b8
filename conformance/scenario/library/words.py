"""Texts taken apart into words, so that what a person types meets what stands in a scenario."""

from __future__ import annotations

import re
from typing import Final

#: How well a word is met by one that only begins like it.
LIKE: Final = 0.6
#: What is shorter must be met exactly: too many words begin with a few letters.
_SHORTEST_BEGINNING: Final = 4
#: How much longer a typed word may be than the one it meets: endings such as -s, -ed and -ing.
_LONGEST_ENDING: Final = 3
_HUMP: Final = re.compile(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_WORD: Final = re.compile(r"[a-z0-9]+")


def words_of(text: str) -> frozenset[str]:
    """The words of a text in lower case; `userId` is userid, user and id, and an e-mail is an email."""
    plain = _plain(text)
    return frozenset(_WORD.findall(plain.lower())) | frozenset(_WORD.findall(_HUMP.sub(" ", plain).lower()))


def phrase_of(text: str) -> str:
    """A text as the row of its words, for finding it word for word inside another."""
    return f" {' '.join(_WORD.findall(_plain(text).lower()))} "


def _plain(text: str) -> str:
    return re.sub("e-mail", "email", text, flags=re.IGNORECASE)


def likeness(typed: str, there: str) -> float:
    """How well a typed word is met by one that is there: 1 exactly, 0.6 but for an ending, 0 not at all."""
    if typed == there:
        return 1.0
    if len(typed) >= _SHORTEST_BEGINNING and there.startswith(typed):
        return LIKE
    cut = len(typed) - len(there)
    if len(there) >= _SHORTEST_BEGINNING and 0 < cut <= _LONGEST_ENDING and typed.startswith(there):
        return LIKE
    return 0.0

"""Texts taken apart into words, so that what a person types meets what stands in a scenario."""

from __future__ import annotations

import re
from functools import cache
from typing import Final

#: How well a word is met by one that only begins like it.
LIKE: Final = 0.6
#: How well a word is met by one that customers use for the same thing.
SYNONYM: Final = 0.5
_STOP_WORDS: Final = """
    a about all also although am an and any are as at be because been but by can could did do does doing for from
    get gets getting got had has have having he her his how i if in into is it its just like may me might my now of
    on only or our ours out own per please she should since so some such than that the their them then there these
    they this those to too up us very was we were what when where which while who whose why will with would you your
"""
#: Words of a sentence that say nothing of a bug.
STOP_WORDS: Final = frozenset(_STOP_WORDS.split())
#: What customers call the same thing, in a row each.
_SYNONYMS: Final = (
    "twice duplicate double",
    "gone lost lose missing disappear vanish dropped",
    "order purchase checkout",
    "anonymous guest visitor",
    "user person people profile customer contact",
    "cart basket",
    "refuse reject",
    "delete remove erase",
    "wrong incorrect",
)
_ENDINGS: Final = (("ies", "y"), ("ied", "y"), ("ing", ""), ("ed", ""), ("es", ""), ("s", ""))
_SHORTEST_STEM: Final = 3
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
    """How well a typed word is met by one that is there: 1 exactly, 0.6 but for an ending, 0.5 by a synonym, or 0."""
    if typed == there:
        return 1.0
    if min(len(typed), len(there)) >= _SHORTEST_BEGINNING and _stem(typed) == _stem(there):
        return LIKE
    if len(typed) >= _SHORTEST_BEGINNING and there.startswith(typed):
        return LIKE
    cut = len(typed) - len(there)
    if len(there) >= _SHORTEST_BEGINNING and 0 < cut <= _LONGEST_ENDING and typed.startswith(there):
        return LIKE
    return SYNONYM if _stem(there) in _synonyms().get(_stem(typed), ()) else 0.0


@cache
def _stem(word: str) -> str:
    """A word without a usual ending: duplicates, duplicated and duplicating are one."""
    for ending, instead in _ENDINGS:
        if word.endswith(ending) and not word.endswith("ss") and len(word) - len(ending) >= _SHORTEST_STEM:
            return (word.removesuffix(ending) + instead).removesuffix("e")
    return word.removesuffix("e")


@cache
def _synonyms() -> dict[str, frozenset[str]]:
    """By the stem of a word, the stems of those in its row."""
    rows = [frozenset(map(_stem, row.split())) for row in _SYNONYMS]
    return {stem: row for row in rows for stem in row}

"""Names that are nearly others: letter case, separators, a slip of a letter, the order of words."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

_SEPARATORS: Final = re.compile(r"[\s_\-.]+")
_HUMPS: Final = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
#: Letters of a word below which a slip makes another word as often as not.
_SHORTEST: Final = 5
_MOST_SLIPS: Final = 1


def squeezed(name: str) -> str:
    """The name without letter case and separators."""
    return _SEPARATORS.sub("", name).casefold()


def words(name: str) -> list[str]:
    """The words of a name, without letter case."""
    return [word.casefold() for word in _SEPARATORS.split(_HUMPS.sub(" ", name)) if word]


def snake_case(name: str) -> str:
    """The name in snake_case."""
    return "_".join(words(name))


def same_but_written_otherwise(name: str, known: Iterable[str]) -> str | None:
    """The known name that differs in letter case and separators alone."""
    return next((item for item in known if item != name and squeezed(item) == squeezed(name)), None)


def slip_of(name: str, known: Iterable[str]) -> str | None:
    """The known name of which this is a slip: one letter of one word, or the order of its words."""
    own = words(name)
    for item in known:
        others = words(item)
        if len(own) > 1 and own != others and sorted(own) == sorted(others):
            return item
        if _differ_by_a_letter(own, others):
            return item
    return None


def _differ_by_a_letter(own: list[str], others: list[str]) -> bool:
    if len(own) != len(others):
        return False
    different = [(one, two) for one, two in zip(own, others, strict=True) if one != two]
    if len(different) != 1:
        return False
    one, two = different[0]
    return min(len(one), len(two)) >= _SHORTEST and distance(one, two) <= _MOST_SLIPS


def other_form_of(name: str, known: Iterable[str]) -> str | None:
    """The known name that differs in the endings of its verbs: `Audience Exit` is nearly `Audience Exited`."""
    stems = list(map(_stem, words(name)))
    return next((item for item in known if item != name and list(map(_stem, words(item))) == stems), None)


def _stem(word: str) -> str:
    """The word without the ending of a verb: `complete` and `completed`, `cancel` and `cancelled` are one."""
    stem = re.sub(r"(?:ing|ed)$", "", word) if len(word) >= _SHORTEST else word
    stem = stem.removesuffix("e") if len(stem) >= _SHORTEST else stem
    return stem[:-1] if stem != word and stem[-2:-1] == stem[-1:] else stem


def distance(one: str, two: str) -> int:
    """How many letters to add, take away, change or swap with the next make one word the other; 2 for any more."""
    if abs(len(one) - len(two)) > 1:
        return 2
    start = 0
    while start < min(len(one), len(two)) and one[start] == two[start]:
        start += 1
    rest, other = one[start:], two[start:]
    if rest == other:
        return 0
    if rest[1:] == other[1:] or rest[1:] == other or rest == other[1:]:
        return 1
    return 1 if rest[:2] == other[:2][::-1] and rest[2:] == other[2:] else 2

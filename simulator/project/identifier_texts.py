"""The identifiers of a thousand people at a time as one text, so that a search for a part of one looks at few people.

A text is written when its thousand people are all there, and again by the first search after one of them has changed:
whoever creates or changes people does not wait for the search.
"""

from __future__ import annotations

from itertools import repeat
from operator import contains
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from simulator.project.person import Person

#: Numbers whose people share a text.
LENGTH: Final = 1_000
#: What stands between the two identifiers of a person, and between people.
_WITHIN: Final = "\t"
_BETWEEN: Final = "\n"
#: The text of people whose identifiers hold what stands between them: each of them is looked at.
_EVERYBODY: Final = None


class IdentifierTexts:
    """The texts of the people of a project.

    Whoever keeps the people gives them with every call, by number, and tells of each whose identifiers change.
    """

    def __init__(self) -> None:
        self._texts: dict[int, str | None] = {}
        #: Which texts are not as the people are.
        self._stale: set[int] = set()
        #: How many of each text had the part that was counted last: whoever turns a page asks for it again.
        self._counted: tuple[str, dict[int, int]] = ("", {})

    def note(self, number: int) -> None:
        """That a person came, went, or has another identifier."""
        self._stale.add(number // LENGTH)

    def refresh(self, people: Mapping[int, Person], last: int | None = None) -> None:
        """Write the texts anew that are not as the people are; only that one with a last number, if one is given."""
        for place in self._stale.copy() if last is None else {last // LENGTH}:
            self._texts[place] = _text(people, place)
            self._stale.discard(place)
            self._counted[1].pop(place, None)

    def count(self, people: Mapping[int, Person], part: str) -> int:
        """How many people have an identifier with a part, which is in lower case."""
        self.refresh(people)
        if part != self._counted[0]:
            self._counted = (part, {})
        counts = self._counted[1]
        for place, text in self._texts.items():
            if place not in counts:
                counts[place] = _count(people, place, text, part)
        return sum(counts.values())

    def with_part(self, people: Mapping[int, Person], part: str, after: int) -> Iterator[Person]:
        """The people who have an identifier with a part, oldest first, from a number on."""
        self.refresh(people)
        for place in sorted(place for place in self._texts if place >= after // LENGTH):
            text = self._texts[place]
            if text is _EVERYBODY or _is_split(part) or part in text:
                yield from (person for person in _having(people, place, part) if person.number > after)


def _text(people: Mapping[int, Person], place: int) -> str | None:
    texts = [f"{person.email or ''}{_WITHIN}{(person.user_id or '').lower()}" for person in _people_at(people, place)]
    text = _BETWEEN.join(texts)
    is_plain = text.count(_WITHIN) == len(texts) and text.count(_BETWEEN) == max(0, len(texts) - 1)
    return text if is_plain else _EVERYBODY


def _people_at(people: Mapping[int, Person], place: int) -> list[Person]:
    numbers = range(place * LENGTH, (place + 1) * LENGTH)
    return [person for person in map(people.get, numbers) if person is not None]


def _having(people: Mapping[int, Person], place: int, part: str) -> Iterator[Person]:
    return (
        person
        for person in _people_at(people, place)
        if ((email := person.email) is not None and part in email)
        or ((user_id := person.user_id) is not None and part in user_id.lower())
    )


def _count(people: Mapping[int, Person], place: int, text: str | None, part: str) -> int:
    if text is _EVERYBODY or _is_split(part):
        return sum(1 for _ in _having(people, place, part))
    if part not in text:
        return 0
    return sum(map(contains, text.split(_BETWEEN), repeat(part)))


def _is_split(part: str) -> bool:
    return _WITHIN in part or _BETWEEN in part

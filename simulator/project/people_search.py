"""People by a part of an email or userId: whoever has it is found among a million without a look at each.

The identifiers of every few thousand people are one text, in which a part is looked for in C. A text is made when the
last of its people has come, or at the next search where an identifier has changed since. To take one to pieces takes
longer than to look, so where everybody seems to have the part, the identifiers are looked at as people hold them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from simulator.project.person import Person

#: People whose identifiers are one text: two to the power of this.
_BITS: Final = 12
#: Between two people, and between the identifiers of one; no part that holds one of them is looked for in texts.
_PERSON, _IDENTIFIER = "\n", "\0"


class _Text(NamedTuple):
    """The identifiers of people.

    Attributes:
        identifiers: All of them, a line for each person unless one holds a line feed.
        people: How many people they are of.
        columns: The emails, and the userIds in lower case, each if everybody has one and holds it like that.
    """

    identifiers: str
    people: int
    columns: tuple[Sequence[str], ...]


class PeopleSearch:
    """Texts of the identifiers of people. Everybody by number is given with each call, as they are then."""

    def __init__(self) -> None:
        self._texts: dict[int, _Text] = {}
        self._last = 0

    def came(self, number: int, everybody: Mapping[int, Person]) -> None:
        """Somebody has come, with a number higher than all before."""
        block = number >> _BITS
        if block != self._last:
            self._texts[self._last] = _text(_people_of(self._last, everybody))
            self._last = block
        self.changed(number)

    def changed(self, number: int) -> None:
        """Somebody has got another identifier, or has gone or come again."""
        if self._texts:
            self._texts.pop(number >> _BITS, None)

    def having(
        self, part: str, everybody: Mapping[int, Person], highest: int, after: int = 0
    ) -> tuple[int, Iterator[Person]]:
        """How many people have an identifier with a part, and those with greater numbers than `after`, in order.

        Args:
            part: The part, in lower case.
            everybody: Everybody by number.
            highest: The highest number that anybody has.
            after: A number.
        """
        is_in_texts = _PERSON not in part and _IDENTIFIER not in part
        counts = {}
        for block in range((highest >> _BITS) + 1):
            text = self._texts.get(block)
            if text is None:
                text = self._texts[block] = _text(_people_of(block, everybody))
            if not is_in_texts or part in text.identifiers:
                counts[block] = _count(part, text, block, everybody, is_in_texts=is_in_texts)
        return sum(counts.values()), (
            person
            for block in counts
            if block >= after >> _BITS
            for person in _people_of(block, everybody)
            if person.number > after and _has(person, part)
        )


def _count(part: str, text: _Text, block: int, everybody: Mapping[int, Person], *, is_in_texts: bool) -> int:
    """How many people of a block have an identifier with a part."""
    if any(_is_in_all(part, column) for column in text.columns):
        return text.people
    lines = text.identifiers.split(_PERSON)
    # An identifier out of a state document may hold anything.
    if is_in_texts and len(lines) == text.people:
        return len([line for line in lines if part in line])
    return len([person for person in _people_of(block, everybody) if _has(person, part)])


def _is_in_all(part: str, identifiers: Sequence[str]) -> bool:
    """Whether a part is in every identifier; where it is not, a few of them nearly always tell."""
    if any(part not in identifiers[place] for place in (0, len(identifiers) // 2, -1)):
        return False
    return len([None for identifier in identifiers if part in identifier]) == len(identifiers)


def _people_of(block: int, everybody: Mapping[int, Person]) -> list[Person]:
    first = block << _BITS
    return [everybody[number] for number in range(first, first + (1 << _BITS)) if number in everybody]


def _text(people: list[Person]) -> _Text:
    lines = [f"{person.email or ''}{_IDENTIFIER}{(person.user_id or '').lower()}" for person in people]
    emails = [person.email for person in people if person.email is not None]
    user_ids = [person.user_id for person in people if person.user_id is not None]
    columns = [tuple(column) for column in (emails, user_ids) if people and len(column) == len(people)]
    # In lower case they are other texts, which would be held twice.
    return _Text(
        _PERSON.join(lines),
        len(lines),
        tuple(column for column in columns if column == tuple(map(str.lower, column))),
    )


def _has(person: Person, part: str) -> bool:
    email, user_id = person.email, person.user_id
    return (email is not None and part in email) or (user_id is not None and part in user_id.lower())

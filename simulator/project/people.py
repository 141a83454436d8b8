"""The people of a project, and how they are found by email and userId."""

from __future__ import annotations

from sys import intern
from typing import TYPE_CHECKING, Any, Final

from simulator.project.people_search import PeopleSearch
from simulator.project.person import Person

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from simulator.project.change_tracker import ChangeTracker
    from simulator.project.changes import Changes

_NOBODY: Final[Sequence[Person]] = ()
#: Everybody as plain data: how many there ever were, which names of fields occur together, and a row a person with
#: number, email, userId, the two instants, phone, the place of their names and the values of their fields.
PeopleRows = tuple[int, list[tuple[str, ...]], list[tuple[Any, ...]]]
#: One holder of an identifier, as nearly always, or several.
_Holders = Person | list[Person]


class People:
    """Everybody in a project, in the order in which they came.

    Nothing here says what must be unique: that is for whoever decides on identity.

    Args:
        changes: The change log of the project.
    """

    def __init__(self, changes: Changes) -> None:
        self._changes = changes
        # By number, which is the order in which they came.
        self._all: dict[int, Person] = {}
        self._by_email: dict[str, _Holders] = {}
        self._by_user_id: dict[str, _Holders] = {}
        self._count = 0
        self._search = PeopleSearch()

    def __len__(self) -> int:
        return len(self._all)

    def __iter__(self) -> Iterator[Person]:
        return iter(self._all.values())

    def numbered(self, number: int) -> Person | None:
        """The person of a number; None when there is nobody."""
        return self._all.get(number)

    def with_email(self, email: str) -> Sequence[Person]:
        """Everybody with an email, oldest first."""
        return _as_sequence(self._by_email.get(email))

    def with_user_id(self, user_id: str) -> Sequence[Person]:
        """Everybody with a userId, oldest first."""
        return _as_sequence(self._by_user_id.get(user_id))

    def having(self, part: str, after: int = 0) -> tuple[int, Iterator[Person]]:
        """How many people have an email or userId with a part, and those with greater numbers than `after`, in order.

        Args:
            part: The part, in lower case.
            after: A number.
        """
        return self._search.having(part, self._all, self._count, after)

    def first_with_email(self, email: str) -> Person | None:
        """The oldest with an email; None when nobody has it."""
        holders = self._by_email.get(email)
        return holders[0] if isinstance(holders, list) else holders

    def first_with_user_id(self, user_id: str) -> Person | None:
        """The oldest with a userId; None when nobody has it."""
        holders = self._by_user_id.get(user_id)
        return holders[0] if isinstance(holders, list) else holders

    @property
    def last_number(self) -> int:
        """The highest number that anybody has had, also somebody who is gone; 0 for nobody."""
        return self._count

    def resume_after(self, number: int) -> None:
        """Give nobody who comes a number up to this one."""
        self._count = max(self._count, number)

    def add(self, person: Person) -> None:
        """Add a person, who gets the next number; one who has a number already, higher than all others, keeps it."""
        if not person.number:
            person.number = self._count + 1
        before, self._count = self._count, max(self._count, person.number)
        self._index(person)
        self._search.came(person.number, self._all)
        self._changes.of(person).create()
        if self._changes.undoable:
            self._changes.on_undo(lambda: self._undo_add(person, before))

    def remove(self, person: Person) -> None:
        """Remove a person."""
        if self._changes.undoable:
            before = dict(self._all)
            self._changes.on_undo(lambda: self._undo_remove(person, before))
        self._changes.of(person).remove()
        self._unindex(person)

    def set_email(self, person: Person, email: str | None) -> None:
        """Give a person another email."""
        old = person.email
        self._changes.of(person).rename("email", old, email)
        if email != old:
            _remove_holder(self._by_email, old, person)
            person.email = email
            self._search.changed(person.number)
            _add_holder(self._by_email, email, person)
            if self._changes.undoable:
                self._changes.on_undo(lambda: self.set_email(person, old))

    def set_user_id(self, person: Person, user_id: str | None) -> None:
        """Give a person another userId."""
        old = person.user_id
        self._changes.of(person).rename("userId", old, user_id)
        if user_id != old:
            _remove_holder(self._by_user_id, old, person)
            person.user_id = user_id
            self._search.changed(person.number)
            _add_holder(self._by_user_id, user_id, person)
            if self._changes.undoable:
                self._changes.on_undo(lambda: self.set_user_id(person, old))

    def begin_change(self, person: Person) -> ChangeTracker:
        """What writes the fields of a person; everything but the identifiers may change from here on."""
        if self._changes.undoable:
            before = (dict(person.fields), person.created_at, person.updated_at, person.phone)

            def undo() -> None:
                person.fields, person.created_at, person.updated_at, person.phone = before

            self._changes.on_undo(undo)
        return self._changes.of(person)

    def to_rows(self) -> PeopleRows:
        """Everybody as plain data; `from_rows` takes it back."""
        field_names: dict[tuple[str, ...], int] = {}
        rows: list[tuple[Any, ...]] = []
        for person in self:
            place = field_names.setdefault(tuple(person.fields), len(field_names))
            who = (person.number, person.email, person.user_id, person.created_at, person.updated_at, person.phone)
            rows.append((*who, place, tuple(person.fields.values())))
        return self._count, list(field_names), rows

    @classmethod
    def from_rows(cls, rows: PeopleRows, changes: Changes) -> People:
        """Everybody out of plain data."""
        people = cls(changes)
        people._count, every_names, everybody = rows
        field_names = [tuple(map(intern, names)) for names in every_names]
        for number, email, user_id, created_at, updated_at, phone, place, values in everybody:
            person = Person(email, user_id, created_at)
            person.number, person.updated_at, person.phone = number, updated_at, phone
            person.fields = dict(zip(field_names[place], values, strict=True))
            people._index(person)
        return people

    def _undo_add(self, person: Person, count: int) -> None:
        self._unindex(person)
        self._count = count

    def _undo_remove(self, person: Person, everybody: dict[int, Person]) -> None:
        self._index(person)
        self._all = everybody

    def _index(self, person: Person) -> None:
        self._all[person.number] = person
        self._search.changed(person.number)
        _add_holder(self._by_email, person.email, person)
        _add_holder(self._by_user_id, person.user_id, person)

    def _unindex(self, person: Person) -> None:
        del self._all[person.number]
        self._search.changed(person.number)
        _remove_holder(self._by_email, person.email, person)
        _remove_holder(self._by_user_id, person.user_id, person)


def _as_sequence(holders: _Holders | None) -> Sequence[Person]:
    if holders is None:
        return _NOBODY
    return holders if isinstance(holders, list) else (holders,)


def _add_holder(index: dict[str, _Holders], identifier: str | None, person: Person) -> None:
    if identifier is None:
        return
    holders = index.get(identifier)
    if holders is None:
        index[identifier] = person
        return
    everybody = [*_as_sequence(holders), person]
    everybody.sort(key=lambda holder: holder.number)
    index[identifier] = everybody


def _remove_holder(index: dict[str, _Holders], identifier: str | None, person: Person) -> None:
    if identifier is None:
        return
    rest = [holder for holder in _as_sequence(index[identifier]) if holder is not person]
    if not rest:
        del index[identifier]
    else:
        index[identifier] = rest[0] if len(rest) == 1 else rest

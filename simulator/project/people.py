"""The people of a project, and how they are found by email and userId."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

    from simulator.message import Instant


class Person:
    """One profile.

    Attributes:
        email: In lower case, or None.
        user_id: As it was given, or None.
        fields: The data fields, without the identifiers and without what Iterable writes by itself.
        created_at: When the profile came to be.
        updated_at: When it was last written.
        number: Which person of the project this is; the first is 1, and 0 is not one of them yet.
    """

    __slots__ = ("created_at", "email", "fields", "number", "updated_at", "user_id")

    def __init__(self, email: str | None, user_id: str | None, created_at: Instant) -> None:
        self.email = email
        self.user_id = user_id
        self.fields: dict[str, Any] = {}
        self.created_at = created_at
        self.updated_at = created_at
        self.number = 0

    @property
    def identifiers(self) -> tuple[str, ...]:
        """Email and userId, as far as there are any."""
        return tuple(identifier for identifier in (self.email, self.user_id) if identifier is not None)


class People:
    """Everybody in a project, in the order in which they came.

    Nothing here says what must be unique: that is for whoever decides on identity.
    """

    def __init__(self) -> None:
        # A dict keeps the order and forgets at once; its values are not used.
        self._all: dict[Person, None] = {}
        self._by_email: dict[str, list[Person]] = {}
        self._by_user_id: dict[str, list[Person]] = {}
        self._count = 0

    def __len__(self) -> int:
        return len(self._all)

    def __iter__(self) -> Iterator[Person]:
        return iter(self._all)

    def with_email(self, email: str) -> list[Person]:
        """Everybody with an email, oldest first."""
        return self._by_email.get(email, [])

    def with_user_id(self, user_id: str) -> list[Person]:
        """Everybody with a userId, oldest first."""
        return self._by_user_id.get(user_id, [])

    def add(self, person: Person) -> None:
        """Add a person."""
        self._count += 1
        person.number = self._count
        self._all[person] = None
        self._enlist(self._by_email, person.email, person)
        self._enlist(self._by_user_id, person.user_id, person)

    def remove(self, person: Person) -> None:
        """Remove a person."""
        del self._all[person]
        self._unlist(self._by_email, person.email, person)
        self._unlist(self._by_user_id, person.user_id, person)

    def set_email(self, person: Person, email: str | None) -> None:
        """Give a person another email."""
        if email != person.email:
            self._unlist(self._by_email, person.email, person)
            person.email = email
            self._enlist(self._by_email, email, person)

    def set_user_id(self, person: Person, user_id: str | None) -> None:
        """Give a person another userId."""
        if user_id != person.user_id:
            self._unlist(self._by_user_id, person.user_id, person)
            person.user_id = user_id
            self._enlist(self._by_user_id, user_id, person)

    @staticmethod
    def _enlist(index: dict[str, list[Person]], identifier: str | None, person: Person) -> None:
        if identifier is None:
            return
        holders = index.setdefault(identifier, [])
        holders.append(person)
        if len(holders) > 1:
            holders.sort(key=lambda holder: holder.number)

    @staticmethod
    def _unlist(index: dict[str, list[Person]], identifier: str | None, person: Person) -> None:
        if identifier is None:
            return
        holders = index[identifier]
        holders.remove(person)
        if not holders:
            del index[identifier]

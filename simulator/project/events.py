"""The events of a project."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

    from simulator.project.people import Person

CUSTOM_EVENT = "customEvent"
PURCHASE = "purchase"
CART_UPDATE = "cartUpdate"


class Event:
    """One event.

    Attributes:
        id: Given by the caller or made up.
        person: Whose it is.
        type: `customEvent`, `purchase` or `cartUpdate`.
        name: The event's name; None for those that have none.
        created_at: Seconds since the epoch.
        fields: Its data fields.
        members: What stands beside the data fields: campaignId, templateId, total, shoppingCartItems.
    """

    __slots__ = ("created_at", "fields", "id", "members", "name", "person", "type")

    def __init__(  # the members of an event
        self,
        event_id: str,
        person: Person,
        event_type: str,
        name: str | None,
        created_at: int,
        fields: dict[str, Any],
        members: dict[str, Any],
    ) -> None:
        self.id = event_id
        self.person = person
        self.type = event_type
        self.name = name
        self.created_at = created_at
        self.fields = fields
        self.members = members


class Events:
    """Every event of a project, in the order in which they were stored."""

    def __init__(self) -> None:
        self._by_key: dict[tuple[int, str] | str, Event] = {}
        self._of: dict[Person, list[Event]] = {}
        self._count = 0

    def __len__(self) -> int:
        return len(self._by_key)

    def __iter__(self) -> Iterator[Event]:
        return iter(self._by_key.values())

    def next_id(self, salt: str) -> str:
        """An id that no event of the project has."""
        self._count += 1
        return f"{salt}-{self._count:08x}"

    def store(self, event: Event, *, scope_person: bool = False, merge: bool = False) -> None:
        """Store an event; one with an id that is there already takes its place.

        Args:
            event: The event.
            scope_person: Whether ids are unique for a person only, and not for the project.
            merge: Whether the data fields of the event whose place it takes stay as far as they are not named.
        """
        key = (id(event.person), event.id) if scope_person else event.id
        old = self._by_key.get(key)
        if old is not None:
            self._of[old.person].remove(old)
            if merge:
                event.fields = {**old.fields, **event.fields}
        self._by_key[key] = event
        self._of.setdefault(event.person, []).append(event)

    def of(self, person: Person) -> list[Event]:
        """The events of a person, newest first; of the same instant, the one stored last first."""
        newest = self._of.get(person, [])[::-1]
        newest.sort(key=lambda event: -event.created_at)
        return newest

    def remove_of(self, person: Person) -> None:
        """Remove the events of a person."""
        gone = set(map(id, self._of.pop(person, [])))
        self._by_key = {key: event for key, event in self._by_key.items() if id(event) not in gone}

"""The events of a project."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from simulator.project.changes import Changes
    from simulator.project.person import Person

CUSTOM_EVENT = "customEvent"
PURCHASE = "purchase"
CART_UPDATE = "cartUpdate"
EMAIL_SUBSCRIBE = "emailSubscribe"
EMAIL_UNSUBSCRIBE = "emailUnSubscribe"
#: By this name exports know it (API description).
UNKNOWN_SESSION = "unknownSession"

_Key = tuple[int, str] | str
#: Every event as plain data: a row each, and, for people whose events were not stored in the order of the rows, the
#: places of theirs in that order, by the number of the person.
EventRows = tuple[list[tuple[Any, ...]], dict[int, list[int]]]


class Event:
    """One event.

    Attributes:
        id: Given by the caller or made up.
        person: Whose it is.
        type: `customEvent`, `purchase`, or the name of another of Iterable's event types.
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
    """Every event of a project, in the order in which they were stored.

    Args:
        changes: The change log of the project.
        per_person: Whether ids are unique for a person only, and not for the project.
        merge: Whether the data fields of the event whose place another takes stay as far as they are not named.
    """

    def __init__(self, changes: Changes, *, per_person: bool, merge: bool) -> None:
        self._changes = changes
        self.per_person = per_person
        self.merge = merge
        self._by_key: dict[_Key, Event] = {}
        self._of: dict[Person, list[Event]] = {}

    def __len__(self) -> int:
        return len(self._by_key)

    def __iter__(self) -> Iterator[Event]:
        return iter(self._by_key.values())

    def store(self, event: Event) -> None:
        """Store an event; one with an id that is there already takes its place."""
        if self._changes.undoable:
            self._log_undo()
        key = self._key(event.id, event.person)
        old = self._by_key.get(key)
        if old is not None:
            self._of[old.person].remove(old)
            self._changes.remove_event(old.person, old.id)
            if self.merge:
                event.fields = {**old.fields, **event.fields}
        self._by_key[key] = event
        self._of.setdefault(event.person, []).append(event)
        self._changes.of(event.person).add_event(event.id, event.name or event.type)

    def of(self, person: Person) -> list[Event]:
        """The events of a person, newest first; of the same instant, the one stored last first."""
        newest = self._of.get(person, [])[::-1]
        newest.sort(key=lambda event: -event.created_at)
        return newest

    def count_of(self, person: Person) -> int:
        """How many events a person has."""
        return len(self._of.get(person, ()))

    def newest(self, person: Person | None = None, before: int | None = None) -> Iterator[tuple[int, Event]]:
        """Events with their places, counted from 0 in the order in which they were stored, the last one first.

        Args:
            person: Of this person only, and counted among theirs; None for everybody.
            before: Places before this one; None for all.
        """
        events = self._by_key.values() if person is None else self._of.get(person, [])
        count = len(events)
        first = count if before is None else min(before, count)
        return zip(range(first - 1, -1, -1), islice(reversed(events), count - first, None), strict=True)

    def remove_of(self, person: Person) -> None:
        """Remove the events of a person."""
        if self._changes.undoable:
            self._log_undo()
        for event in self._of.pop(person, []):
            del self._by_key[self._key(event.id, person)]

    def move(self, source: Person, destination: Person) -> None:
        """Give the events of one person to another, who keeps their own of the same id."""
        if self._changes.undoable:
            self._log_undo()
        for event in self._of.pop(source, []):
            old_key, key = self._key(event.id, source), self._key(event.id, destination)
            if key != old_key:
                del self._by_key[old_key]
                if key in self._by_key:
                    continue
            moved = Event(
                event.id, destination, event.type, event.name, event.created_at, event.fields, event.members
            )
            self._by_key[key] = moved
            self._changes.of(destination).add_event(moved.id, moved.name or moved.type)
            self._of.setdefault(destination, []).append(moved)

    def _key(self, event_id: str, person: Person) -> _Key:
        return (person.number, event_id) if self.per_person else event_id

    def orders(self) -> dict[int, list[Event]]:
        """The events of the people whose own order is another than that of all events, by the number of the person.

        An event that takes the place of another, or comes with a merge, is the last of its person's.
        """
        places = {id(event): place for place, event in enumerate(self)}
        found: dict[int, list[Event]] = {}
        for person, events in self._of.items():
            order = [places[id(event)] for event in events]
            if order != sorted(order):
                found[person.number] = events
        return found

    def reorder(self, person: Person, ids: Sequence[str]) -> None:
        """Put the events of a person in the order of these ids; those that are not named come last."""
        places = {event_id: place for place, event_id in enumerate(ids)}
        self._of.get(person, []).sort(key=lambda event: places.get(event.id, len(places)))

    def to_rows(self) -> EventRows:
        """Every event as plain data; `take_rows` takes it back."""
        rows = [
            (event.id, event.person.number, event.type, event.name, event.created_at, event.fields, event.members)
            for event in self
        ]
        places = {id(event): place for place, event in enumerate(self)}
        orders = {number: [places[id(event)] for event in events] for number, events in self.orders().items()}
        return rows, dict(sorted(orders.items()))

    def take_rows(self, rows: EventRows, people: Mapping[int, Person]) -> None:
        """Store the events of plain data.

        Args:
            rows: The plain data.
            people: Everybody by number.
        """
        stored: list[Event] = []
        for event_id, number, *rest in rows[0]:
            event = Event(event_id, people[number], *rest)
            self._by_key[self._key(event_id, event.person)] = event
            self._of.setdefault(event.person, []).append(event)
            stored.append(event)
        for number, order in rows[1].items():
            self._of[people[number]] = [stored[place] for place in order]

    def _log_undo(self) -> None:
        by_key = dict(self._by_key)
        of = {person: list(events) for person, events in self._of.items()}

        def undo() -> None:
            self._by_key, self._of = by_key, of

        self._changes.on_undo(undo)

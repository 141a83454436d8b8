"""What a person is subscribed to: arrays on the profile, which is where Iterable's API shows it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from simulator.project.project_type import ProjectType

if TYPE_CHECKING:
    from collections.abc import Iterable

    from simulator.project.change_tracker import ChangeTracker
    from simulator.project.lists import Lists
    from simulator.project.people import People
    from simulator.project.person import Person

SUBSCRIBED_TYPES: Final = "subscribedMessageTypeIds"
UNSUBSCRIBED_TYPES: Final = "unsubscribedMessageTypeIds"
UNSUBSCRIBED_CHANNELS: Final = "unsubscribedChannelIds"
#: They appear, empty, with the first list or subscription action. Source: recorded 2021.
_ARRAYS: Final = (SUBSCRIBED_TYPES, UNSUBSCRIBED_TYPES, UNSUBSCRIBED_CHANNELS)


def lists_field(project_type: ProjectType) -> str:
    """The profile field with the lists of a person. Source: Iterable support article 9216719179796."""
    return "emailListIds" if project_type is ProjectType.EMAIL else "userListIds"


def ids_in(person: Person, name: str) -> list[int]:
    """The ids in an array of a profile; empty when there is none, or it is none of numbers."""
    value: Any = person.fields.get(name)
    if not isinstance(value, list):
        return []
    return [item for item in value if isinstance(item, int) and not isinstance(item, bool)]


class Subscriptions:
    """The subscription arrays of a project's people, and the members of its lists kept in step with them."""

    def __init__(self, project_type: ProjectType, people: People, lists: Lists) -> None:
        self._people = people
        self._lists = lists
        self.lists_field = lists_field(project_type)

    def ensure_arrays(self, person: Person) -> ChangeTracker:
        """Add the arrays that the profile lacks, empty; gives what writes the profile."""
        tracker = self._people.begin_change(person)
        for name in (self.lists_field, *_ARRAYS):
            if name not in person.fields:
                tracker.set_field(name, [])
        return tracker

    def replace(self, person: Person, name: str, ids: Iterable[int]) -> None:
        """Replace one of the arrays."""
        self.ensure_arrays(person).set_field(name, sorted(set(ids)))
        if name == self.lists_field:
            self.update_members(person)

    def add(self, person: Person, name: str, number: int) -> None:
        """Put a number into one of the arrays."""
        self.replace(person, name, [*ids_in(person, name), number])

    def remove(self, person: Person, name: str, number: int) -> None:
        """Take a number out of one of the arrays."""
        self.replace(person, name, [item for item in ids_in(person, name) if item != number])

    def update_members(self, person: Person) -> None:
        """Put the person on the lists that their profile names, and on no others."""
        wanted = set(ids_in(person, self.lists_field))
        for found in self._lists:
            change = self._lists.join if found.id in wanted else self._lists.leave
            change(found.id, person)

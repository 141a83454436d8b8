"""The static lists of a project and who is on them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from simulator.project.undoable_map import UndoableMap

if TYPE_CHECKING:
    from simulator.message import Instant
    from simulator.project.person import Person


@dataclass(slots=True)
class PeopleList:
    """One list.

    Attributes:
        id: Its number.
        name: Its name.
        description: What it is for; empty for none.
        type: `Standard` for a static list, `Dynamic`, `Suppression` or `Internal`.
        created_at: When it came to be.
        members: Who is on it, in the order in which they came.
    """

    id: int
    name: str
    description: str
    type: str
    created_at: Instant
    members: dict[Person, None] = field(default_factory=dict)


class Lists(UndoableMap[int, PeopleList]):
    """Every list of a project, with who is on it."""

    def join(self, list_id: int, person: Person) -> None:
        """Put a person on a list that exists."""
        found = self.get(list_id)
        if found is not None and person not in found.members:
            found.members[person] = None
            if self._changes.undoable:
                self._changes.on_undo(lambda: found.members.pop(person))

    def leave(self, list_id: int, person: Person) -> None:
        """Take a person off a list."""
        found = self.get(list_id)
        if found is not None and person in found.members:
            before = dict(found.members) if self._changes.undoable else None
            del found.members[person]
            if before is not None:
                self._changes.on_undo(lambda: _restore(found.members, before))


def _restore(members: dict[Person, None], before: dict[Person, None]) -> None:
    """Put everybody back in the order in which they came."""
    members.clear()
    members.update(before)

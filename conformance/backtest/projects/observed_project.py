"""A project of one type in a simulator in this process, which tells what each request does.

Nothing is decided here: the requests go the way that every request to a simulator goes. Two parts of the project have
others in their places, of which one listens (`_Types`), and one keeps less (`_EventIds`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

from conformance.backtest.projects.field_types import Fixing
from simulator import ProjectConfiguration, ProjectType, Request, Simulator
from simulator.journal import EntryOutcome, NullJournal
from simulator.journal.outcome import outcome_of
from simulator.project.events import Events
from simulator.project.field_types import FieldTypes

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from simulator.message import Reply
    from simulator.project.changes import Changes
    from simulator.project.events import Event
    from simulator.project.field_types import Mismatch
    from simulator.project.profile_changes import ProfileChange
    from simulator.project.settings import ProjectSettings

_METHOD: Final = "POST"
_KEY: Final = "key"
_HEADERS: Final = {"api-key": _KEY, "content-type": "application/json"}


class Result(NamedTuple):
    """What came of a request.

    Attributes:
        reply: The reply.
        outcome: What it did.
        profiles: The numbers of the profiles that it was about.
    """

    reply: Reply
    outcome: EntryOutcome
    profiles: tuple[int, ...]


class ObservedProject:
    """A project in which there is nobody yet.

    Args:
        project_type: `email`, `userid` or `hybrid`.
        fixings: The types of fields that requests elsewhere fix, in the order of their numbers.

    Attributes:
        fixed: The types of fields that requests here have fixed, in order.
        met: The fields that requests have brought before there was a type for them, by category and name.
        replaced: Events whose place was taken by one with the same id: of the same person, of another person.
    """

    def __init__(self, project_type: str, fixings: Iterable[Fixing] = ()) -> None:
        self._journal = _LastChanges()
        configuration = ProjectConfiguration(project_type, ProjectType(project_type), (_KEY,))
        self._simulator = Simulator((configuration,), journal=self._journal)
        self._project = project = self._simulator.projects[project_type]
        self._types = _Types(project.settings, project.changes)
        self._events = _EventIds(project.changes, per_person=project.events.per_person, merge=False)
        project.field_types, project.events = self._types, self._events
        self._fixings = iter(fixings)
        self._next = next(self._fixings, None)
        self.fixed = self._types.fixed
        self.met = self._types.met
        self.replaced = self._events.replaced

    @property
    def profiles(self) -> int:
        """How many profiles there are."""
        return len(self._project.people)

    @property
    def stored_events(self) -> int:
        """How many events there are."""
        return len(self._events)

    def send(self, path: str, body: bytes, now: int, number: int) -> Result:
        """What comes of a request.

        Args:
            path: Its path.
            body: Its body.
            now: When it comes, in milliseconds since 1970.
            number: Its number among all requests, which only ever grows.
        """
        while self._next is not None and self._next.number < number:
            self._types.take(self._next)
            self._next = next(self._fixings, None)
        self._types.number = number
        self._skip_to(number)
        reply = self._simulator.handle(Request(_METHOD, path, "", _HEADERS, body), now)
        changes = self._journal.changes
        return Result(reply, outcome_of(_METHOD, reply, changes), tuple(change.person for change in changes))

    def _skip_to(self, number: int) -> None:
        """Make the number of the next request this one: from it follow the ids that the project makes up."""
        project = self._project
        project.begin(number - 1)
        project.resume_after(project.new_id())


class _LastChanges(NullJournal):
    """Keeps what the last request changed, and nothing else."""

    def __init__(self) -> None:
        super().__init__()
        self.changes: tuple[ProfileChange, ...] = ()

    def append(self, *_: Any, changes: tuple[ProfileChange, ...] = (), **__: Any) -> None:
        """Keep the changes."""
        self.changes = changes


class _Types(FieldTypes):
    """The types of fields, which tells which request fixed them; others are told it from outside."""

    def __init__(self, settings: ProjectSettings, changes: Changes) -> None:
        super().__init__(settings, changes)
        self.number = 0
        self.fixed: list[Fixing] = []
        self.met: set[tuple[str, str]] = set()

    def take(self, fixing: Fixing) -> None:
        """Fix types that a request elsewhere has fixed."""
        known = self.known(fixing.category)
        super().fix(fixing.category, {name: kind for name, kind in fixing.types if name not in known})

    def fix(self, category: str, types: Mapping[str, str]) -> None:
        """Fix types, and remember it."""
        if types or category not in self.categories:
            self.fixed.append(Fixing(self.number, category, tuple(types.items())))
            super().fix(category, types)

    def check(
        self, category: str, fields: Mapping[str, Any], pending: dict[str, str], mismatches: list[Mismatch]
    ) -> None:
        """Hold values against types, and remember which had none."""
        super().check(category, fields, pending, mismatches)
        if pending:
            self.met.update((category, name) for name in pending)
        if category not in self.categories:
            self.met.add((category, ""))


class _EventIds(Events):
    """Events of which only the ids are kept, with whose they are: nothing that is played here reads one."""

    def __init__(self, changes: Changes, *, per_person: bool, merge: bool) -> None:
        super().__init__(changes, per_person=per_person, merge=merge)
        self._owners: dict[object, int] = {}
        self.replaced = {"same person": 0, "other person": 0}

    def __len__(self) -> int:
        return len(self._owners)

    def store(self, event: Event) -> None:
        """Keep the id of an event."""
        key, number = self._key(event.id, event.person), event.person.number
        owner = self._owners.get(key)
        if owner is not None:
            self.replaced["same person" if owner == number else "other person"] += 1
        self._owners[key] = number
        self._changes.of(event.person).add_event(event.id, event.name or event.type)

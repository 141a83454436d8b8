"""What a request changes: noted so that the journal can tell, and so that it can be taken back.

A request whose effects come later is carried out at once to know its reply, taken back, and carried out again
when they are due.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from simulator.project.profile_changes import ABSENT, ProfileChange

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from simulator.project.people import Person

_NONE: Final[Mapping[str, Any]] = {}


class Touched:
    """What one request has done to one person so far. No value of a profile is ever changed in place.

    Attributes:
        before: The fields that were written, with what they held when the request came; `ABSENT` for nothing.
        created: Whether the person came with this request.
        removed: Whether they went with it.
    """

    __slots__ = ("_events", "_merged", "_person", "before", "created", "removed")

    def __init__(self, person: Person) -> None:
        self._person = person
        self.before: dict[str, Any] = {}
        self._merged: dict[str, dict[str, None]] | None = None
        self._events: dict[str, str] | None = None
        self.created = False
        self.removed = False

    def create(self) -> None:
        """The person comes, with all that they hold."""
        self.created = True
        self.before.update(dict.fromkeys(_held(self._person), ABSENT))

    def remove(self) -> None:
        """The person goes, with all that they hold."""
        self.removed = True
        for name, value in _held(self._person).items():
            self.before.setdefault(name, value)

    def write(self, name: str, old: Any) -> None:
        """A field is written, whole; only what it held first is kept.

        Args:
            name: The field, `email` and `userId` among them.
            old: What it held until now.
        """
        if name not in self.before:
            self.before[name] = old
        if self._merged is not None:
            self._merged.pop(name, None)

    def merge(self, name: str, old: Any, keys: Iterable[str]) -> None:
        """Keys of an object are written, and others stay; what the request wrote whole before counts as whole."""
        if self._merged is None:
            self._merged = {}
        if name not in self.before:
            self.before[name] = old
            self._merged[name] = {}
        if name in self._merged:
            self._merged[name].update(dict.fromkeys(keys))

    def store(self, event_id: str, name: str) -> None:
        """An event is stored."""
        if self._events is None:
            self._events = {}
        self._events[event_id] = name

    def to_change(self, asked: int | None) -> ProfileChange:
        """All of it as plain data."""
        person = self._person
        if self.removed:
            fields = {name: (old, ABSENT) for name, old in self.before.items()}
        else:
            now = person.fields
            fields = {name: (old, now.get(name, ABSENT)) for name, old in self.before.items()}
            # The identifiers are no fields of the profile.
            if "email" in fields:
                fields["email"] = (self.before["email"], _or_absent(person.email))
            if "userId" in fields:
                fields["userId"] = (self.before["userId"], _or_absent(person.user_id))
        return ProfileChange(
            person.number,
            "removed" if self.removed else "created" if self.created else "updated",
            person.email,
            person.user_id,
            fields,
            _NONE if self._events is None else self._events,
            {name: tuple(keys) for name, keys in self._merged.items()} if self._merged else _NONE,
            asked,
        )


def _held(person: Person) -> dict[str, Any]:
    identifiers = {"email": person.email, "userId": person.user_id}
    return {**{name: value for name, value in identifiers.items() if value is not None}, **person.fields}


def _or_absent(identifier: str | None) -> Any:
    return ABSENT if identifier is None else identifier


class Changes:
    """The changes of one project: of the request that is carried out, and what waits to be told.

    Attributes:
        number: The number that the journal gives the request that is carried out, or gave the last one.
        recording: Whether somebody may take changes back.
    """

    __slots__ = ("_touched", "_undo", "_waiting", "number", "recording")

    def __init__(self, number: int = 0) -> None:
        self.number = number
        self.recording = False
        self._undo: list[Callable[[], object]] = []
        self._touched: dict[Person, Touched] = {}
        self._waiting: list[ProfileChange] = []

    def begin(self, number: int) -> None:
        """Begin a request; what was done outside of any and not collected is nobody's.

        Args:
            number: The number that the journal is going to give it.
        """
        self.number = number
        if self._touched:
            self._touched = {}

    def of(self, person: Person) -> Touched:
        """What has been done to a person; asking says that it is about to be more."""
        touched = self._touched.get(person)
        if touched is None:
            touched = self._touched[person] = Touched(person)
        return touched

    def set_aside(self, asked: int) -> None:
        """Let what was done since `begin` wait for the next `collect`.

        Args:
            asked: The number of the request that asked for it.
        """
        self.wait(self._told(asked))
        self._touched = {}

    def wait(self, changes: Iterable[ProfileChange]) -> None:
        """Let changes of earlier requests wait for the next `collect`."""
        self._waiting += changes

    @property
    def waiting(self) -> tuple[ProfileChange, ...]:
        """What came due and has not been collected yet, in order."""
        return tuple(self._waiting)

    def collect(self) -> tuple[ProfileChange, ...]:
        """What came due and what was done since `begin`, in order; it is forgotten here."""
        if not self._waiting and not self._touched:
            return ()
        changes = (*self._waiting, *self._told(None))
        self._waiting = []
        self._touched = {}
        return changes

    def _told(self, asked: int | None) -> list[ProfileChange]:
        return [
            touched.to_change(asked)
            for touched in self._touched.values()
            # Who came and went within one request was never there.
            if not (touched.created and touched.removed)
        ]

    def take_over(self, replaced: Iterable[Person], earlier: Changes) -> None:
        """Take the place of the changes of a project whose people are replaced.

        Args:
            replaced: Who was there until now.
            earlier: Their changes.
        """
        self.number = earlier.number
        for person in replaced:
            earlier.of(person).remove()
        self._waiting = earlier._waiting
        self._touched = {**earlier._touched, **self._touched}

    def record(self) -> None:
        """Note from now on how changes are undone."""
        self.recording = True

    def note(self, undo: Callable[[], object]) -> None:
        """Note how a change is undone; only for callers that have seen `recording`."""
        self._undo.append(undo)

    def take_back(self) -> None:
        """Undo every change since `record`, the last one first: nothing has been done to anybody."""
        self.recording = False
        while self._undo:
            self._undo.pop()()
        self._touched = {}

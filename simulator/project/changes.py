"""What a request changes: noted so that the journal can tell, and so that it can be taken back.

A request whose effects come later is carried out at once to know its reply, taken back, and carried out again
when they are due.
"""

from __future__ import annotations

from sys import intern
from typing import TYPE_CHECKING, Any, Final, Literal

from simulator.project.profile_changes import ABSENT, ProfileChange

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from simulator.project.people import Person

_NONE: Final[Mapping[str, Any]] = {}


class Touched:
    """What one request has done to one person so far, and the only way in which a field of a profile is written.

    No value of a profile is ever changed in place, so what a field held can be kept as it is.
    """

    __slots__ = ("_before", "_events", "_merged", "_person", "what")

    def __init__(self, person: Person) -> None:
        self._person = person
        #: What the fields that were written held when the request came.
        self._before: dict[str, Any] = {}
        #: Of those that are objects and were only merged, the keys that were named.
        self._merged: dict[str, dict[str, None]] | None = None
        self._events: dict[str, str] | None = None
        self.what: Literal["created", "updated", "removed", "never there"] = "updated"

    def create(self) -> None:
        """The person comes, with all that they hold."""
        self.what = "created"
        self._before.update(dict.fromkeys(_held(self._person), ABSENT))

    def remove(self) -> None:
        """The person goes, with all that they hold."""
        self.what = "never there" if self.what == "created" else "removed"
        for name, value in _held(self._person).items():
            self._before.setdefault(name, value)

    def rename(self, identifier: Literal["email", "userId"], old: str | None) -> None:
        """An identifier is written."""
        self._before.setdefault(identifier, _or_absent(old))

    def set_field(self, name: str, value: Any) -> None:
        """Write a field whole."""
        fields = self._person.fields
        if name not in self._before:
            self._before[name] = fields.get(name, ABSENT)
        elif self._merged is not None:
            self._merged.pop(name, None)
        # A million profiles have the same few names.
        fields[intern(name)] = value

    def remove_field(self, name: str) -> None:
        """Remove a field, if it is there."""
        if name in self._person.fields:
            self.set_field(name, None)
            del self._person.fields[name]

    def merge_field(self, name: str, added: Mapping[str, Any]) -> None:
        """Merge an object into a field that holds one: null removes a key."""
        old = self._person.fields[name]
        if name not in self._before:
            self._before[name] = old
            self._merged = self._merged or {}
            self._merged[name] = {}
        # What the same request has written whole before counts as whole.
        if self._merged is not None and name in self._merged:
            self._merged[name].update(dict.fromkeys(added))
        merged = {**old, **added}
        self._person.fields[name] = {key: item for key, item in merged.items() if item is not None}

    def store(self, event_id: str, name: str) -> None:
        """An event is stored."""
        if self._events is None:
            self._events = {}
        self._events[event_id] = name

    def lose(self, event_id: str) -> None:
        """An event is somebody else's."""
        if self._events is not None:
            self._events.pop(event_id, None)

    def to_change(self, asked: int | None) -> ProfileChange | None:
        """All of it as plain data; None for who came and went within the request.

        Args:
            asked: The number of the earlier request that asked for it; None for this one.
        """
        if self.what == "never there":
            return None
        person, merged = self._person, self._merged
        return ProfileChange(
            person.number,
            self.what,
            person.email,
            person.user_id,
            self._before,
            self._after(),
            self._events or _NONE,
            {name: tuple(keys) for name, keys in merged.items()} if merged else _NONE,
            asked,
        )

    def _after(self) -> dict[str, Any]:
        before, person = self._before, self._person
        if self.what == "removed":
            return dict.fromkeys(before, ABSENT)
        fields = person.fields
        after = {name: fields.get(name, ABSENT) for name in before}
        # The identifiers are no fields of the profile.
        if "email" in after:
            after["email"] = _or_absent(person.email)
        if "userId" in after:
            after["userId"] = _or_absent(person.user_id)
        return after


def _held(person: Person) -> dict[str, Any]:
    identifiers = {"email": person.email, "userId": person.user_id}
    return {**{name: value for name, value in identifiers.items() if value is not None}, **person.fields}


def _or_absent(identifier: str | None) -> Any:
    return ABSENT if identifier is None else identifier


class Changes:
    """The changes of one project: of the request that is carried out, and what waits to be told.

    Attributes:
        number: The number that the journal gives the request that is carried out; between requests, the least that
            the next one can have.
        recording: Whether somebody may take changes back.
    """

    __slots__ = ("_begun", "_touched", "_undo", "_waiting", "number", "recording")

    def __init__(self) -> None:
        self.number = 1
        self._begun = False
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
        self._begun = True
        if self._touched:
            self._touched = {}

    def of(self, person: Person) -> Touched:
        """What has been done to a person; asking says that it is about to be more."""
        touched = self._touched.get(person)
        if touched is None:
            touched = self._touched[person] = Touched(person)
        return touched

    def lose(self, person: Person, event_id: str) -> None:
        """Say that an event of a person is no longer theirs, as far as they got it with this request."""
        touched = self._touched.get(person)
        if touched is not None:
            touched.lose(event_id)

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
        """What came due and what was done since `begin`, in order, which ends the request; it is forgotten here."""
        if self._begun:
            self._begun = False
            self.number += 1
        if not self._waiting and not self._touched:
            return ()
        changes = (*self._waiting, *self._told(None))
        self._waiting = []
        self._touched = {}
        return changes

    def _told(self, asked: int | None) -> list[ProfileChange]:
        return [change for touched in self._touched.values() if (change := touched.to_change(asked)) is not None]

    def take_over(self, replaced: Iterable[Person], earlier: Changes) -> None:
        """Take the place of the changes of a project whose people are replaced.

        Args:
            replaced: Who was there until now.
            earlier: Their changes.
        """
        self.number, self._begun = earlier.number, earlier._begun
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

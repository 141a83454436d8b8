"""What a request changes: collected for the journal, and undone where a request is only tried out.

A request whose effects come later is carried out at once to know its reply, rolled back, and carried out again
when they are due.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.project.change_tracker import ChangeTracker

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from simulator.project.person import Person
    from simulator.project.profile_changes import ProfileChange


class Changes:
    """The changes of one project: those of the present request, and deferred ones that nobody has collected yet.

    Attributes:
        number: The number that the journal gives the request that is carried out; between requests, the least that
            the next one can have.
        undoable: Whether an undo log is kept, so that the changes can be rolled back.
    """

    __slots__ = ("_begun", "_deferred", "_trackers", "_undo", "number", "undoable")

    def __init__(self) -> None:
        self.number = 1
        self._begun = False
        self.undoable = False
        self._undo: list[Callable[[], object]] = []
        self._trackers: dict[Person, ChangeTracker] = {}
        self._deferred: list[ProfileChange] = []

    def begin(self, number: int) -> None:
        """Begin a request; what was done outside of any and not collected is nobody's.

        Args:
            number: The number that the journal is going to give it.
        """
        self.number = number
        self._begun = True
        if self._trackers:
            self._trackers = {}

    def of(self, person: Person) -> ChangeTracker:
        """The change tracker of a person, who counts as changed from here on."""
        tracker = self._trackers.get(person)
        if tracker is None:
            tracker = self._trackers[person] = ChangeTracker(person)
        return tracker

    def remove_event(self, person: Person, event_id: str) -> None:
        """Forget that this request gave a person an event, which is no longer theirs."""
        tracker = self._trackers.get(person)
        if tracker is not None:
            tracker.remove_event(event_id)

    def defer(self, asked: int) -> None:
        """Keep what was done since `begin` for the next `collect`.

        Args:
            asked: The number of the request that asked for it.
        """
        self.add_deferred(self._report(asked))
        self._trackers = {}

    def add_deferred(self, changes: Iterable[ProfileChange]) -> None:
        """Keep changes of earlier requests for the next `collect`."""
        self._deferred += changes

    @property
    def deferred(self) -> tuple[ProfileChange, ...]:
        """What came due and has not been collected yet, in order."""
        return tuple(self._deferred)

    def collect(self) -> tuple[ProfileChange, ...]:
        """What came due and what was done since `begin`, in order, which ends the request; it is forgotten here."""
        if self._begun:
            self._begun = False
            self.number += 1
        if not self._deferred and not self._trackers:
            return ()
        changes = (*self._deferred, *self._report(None)) if self._deferred else tuple(self._report(None))
        self._deferred = []
        self._trackers = {}
        return changes

    def _report(self, asked: int | None) -> list[ProfileChange]:
        return [change for tracker in self._trackers.values() if (change := tracker.to_change(asked)) is not None]

    def continue_from(self, earlier: Changes, replaced: Iterable[Person]) -> None:
        """Go on from the changes of a project whose people are replaced.

        Args:
            earlier: The changes so far.
            replaced: Who was there until now.
        """
        self.number, self._begun = earlier.number, earlier._begun
        for person in replaced:
            earlier.of(person).remove()
        self._deferred = earlier._deferred
        self._trackers = {**earlier._trackers, **self._trackers}

    def begin_undo_log(self) -> None:
        """Keep, from now on, how each change is undone."""
        self.undoable = True

    def on_undo(self, undo: Callable[[], object]) -> None:
        """Add how a change is undone; only for callers that have seen `undoable`."""
        self._undo.append(undo)

    def rollback(self) -> None:
        """Undo every change since `begin_undo_log`, the last one first; nobody counts as changed."""
        self.undoable = False
        while self._undo:
            self._undo.pop()()
        self._trackers = {}

"""A journal that keeps nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from simulator.journal.entry import Entry, Selection
    from simulator.journal.initial_state import InitialState
    from simulator.message import Instant, Reply, Request
    from simulator.project.profile_changes import ProfileChange


class NullJournal:
    """A `Journal` that keeps no entry: for a replay, whose entries are kept elsewhere, and for who looks at none.

    Attributes:
        next_number: The number that the next entry would get. Entries do not count it up; a replay sets it.
    """

    def __init__(self) -> None:
        self.next_number = 1
        self._initial_state: InitialState | None = None

    @property
    def initial_state(self) -> InitialState | None:
        """What `begin` was told."""
        return self._initial_state

    def begin(self, initial_state: InitialState) -> None:
        """Say from where entries would lead on."""
        self._initial_state = initial_state

    def states(self, until: int) -> Iterator[tuple[int, bytes]]:  # noqa: ARG002  # the form is that of every journal
        """None."""
        return iter(())

    def inputs(self, after: int, until: int) -> Iterator[Entry]:  # noqa: ARG002  # the same
        """None."""
        return iter(())

    def append(  # noqa: PLR0913  # the parts of an entry
        self,
        at: Instant,
        project: str,
        request: Request,
        reply: Reply | None,
        *,
        fault: bool = False,
        changes: tuple[ProfileChange, ...] = (),
        control: bool = False,
        named: tuple[str, ...] = (),
        delay: float = 0.0,
    ) -> None:
        """Keep nothing."""

    def select(self, selection: Selection) -> list[Entry]:  # noqa: ARG002  # the same
        """None."""
        return []

    def entry(self, number: int) -> Entry | None:  # noqa: ARG002  # the same
        """None."""
        return None

    def of_person(self, project: str, person: int) -> Iterator[Entry]:  # noqa: ARG002  # the same
        """None."""
        return iter(())

    def clear(self, project: str | None = None) -> None:
        """Forget where entries would lead on from, unless only those of a project are forgotten."""
        if project is None:
            self._initial_state = None
            self.next_number = 1

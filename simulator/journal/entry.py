"""One request with its reply, which of them are wanted, and what a journal can do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from simulator.journal.outcome import EntryOutcome, outcome_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from simulator.journal.initial_state import InitialState
    from simulator.message import Instant, Reply, Request
    from simulator.project.profile_changes import ProfileChange


@dataclass(frozen=True, slots=True)
class Entry:
    """One request with its reply.

    Attributes:
        number: Counted from 1, over all projects of the simulator.
        at: When the request came in.
        project: The name of the project that the key reached; empty when it reached none.
        request: The request.
        reply: The reply; None when the connection was closed without one.
        fault: Whether a fault that was asked for answered instead of Iterable, or got in the way.
        changes: What the request did to people.
        control: Whether the request came over the control surface and changed something; such entries are kept
            for whoever carries the requests out again, and are never selected.
        named: The identifiers that the request named, where there is no reply that has them.
        delay: Seconds for which a fault kept the reply back, to the microsecond.
    """

    number: int
    at: Instant
    project: str
    request: Request
    reply: Reply | None
    fault: bool = False
    changes: tuple[ProfileChange, ...] = ()
    control: bool = False
    named: tuple[str, ...] = ()
    delay: float = 0.0

    @property
    def users(self) -> tuple[str, ...]:
        """The identifiers that the request was about, and of one that came to nothing those that it named."""
        return self.named if self.reply is None else self.reply.users

    @property
    def rules(self) -> tuple[str, ...]:
        """The ids of the rules that decided; none when the connection was closed without a reply."""
        return () if self.reply is None else self.reply.rules

    @property
    def method(self) -> str:
        """The HTTP method."""
        return self.request.method

    @property
    def path(self) -> str:
        """The path, as it was sent."""
        return self.request.path

    @property
    def status(self) -> int | None:
        """The status of the reply; None when there was none."""
        return None if self.reply is None else self.reply.status

    @property
    def outcome(self) -> EntryOutcome:
        """What became of the request."""
        return outcome_of(self.request.method, self.reply, self.changes)


@dataclass(frozen=True, slots=True)
class Selection:
    """Which entries are wanted.

    Attributes:
        project: Of one project; None for all.
        method: With this HTTP method.
        path: A glob over the path, such as `/api/users/*`; without a wildcard, any part of it.
        status: With this status.
        users: About one of these emails and userIds; empty for no matter whom.
        outcome: That became of the request.
        rule: Decided by this rule, or by one whose id begins with this text and a dot.
        text: With this text in the path or in an identifier that the request was about, in any case; a number is
            also taken for a status.
        after: With a greater number than this.
        before: With a smaller number than this; None for no such bound.
        newest: The newest first, and with a limit the newest only.
        limit: So many at the most.
    """

    project: str | None = None
    method: str | None = None
    path: str | None = None
    status: int | None = None
    users: tuple[str, ...] = ()
    outcome: EntryOutcome | None = None
    rule: str | None = None
    text: str | None = None
    after: int = 0
    before: int | None = None
    newest: bool = False
    limit: int | None = None


class NotKeptError(LookupError):
    """Entries or states that are wanted are no longer kept."""


class Journal(Protocol):
    """Where entries are kept, and what a state can be made again from: the first one, snapshots, and what came in."""

    @property
    def next_number(self) -> int:
        """The number that the next entry gets."""
        ...

    @property
    def initial_state(self) -> InitialState | None:
        """Where the entries lead on from; None before `begin`, and after all are forgotten."""
        ...

    def begin(self, initial_state: InitialState) -> None:
        """Say where the entries from now on lead on from."""
        ...

    def states(self, until: int) -> Iterator[tuple[int, bytes]]:
        """Snapshots of the state after an entry, each with the number of the entry, the newest first.

        Args:
            until: The greatest number that is of use.
        """
        ...

    def inputs(self, after: int, until: int) -> Iterator[Entry]:
        """Every entry of these numbers in order, those of the control surface and of emptied projects as well.

        Of replies only the status is needed, and of changes nothing.

        Raises:
            NotKeptError: Some are no longer kept.
        """
        ...

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
        """Keep one more."""
        ...

    def select(self, selection: Selection) -> list[Entry]:
        """The wanted entries, in order, those of the control surface left out."""
        ...

    def entry(self, number: int) -> Entry | None:
        """The entry of a number, one of the control surface as well; None when it is not kept."""
        ...

    def of_person(self, project: str, person: int) -> Iterator[Entry]:
        """The entries that changed a person, the newest first, those of the control surface as well.

        Args:
            project: The name of the project.
            person: The number of the person there.
        """
        ...

    def clear(self, project: str | None = None) -> None:
        """Forget the entries of one project, or all."""
        ...

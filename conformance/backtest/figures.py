"""Figures of a backtest: counts with their first examples, which add up to the same however the events were split.

A figure is a tally under a key. Two tallies of the same key add their counts and keep the earliest of their examples,
by where these stand in the archive. That is associative and commutative, so the parts of an archive may be counted
anywhere, in any order, and give the figures of the whole.
"""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from conformance.backtest.comparison import OTHER_PERSON

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

#: Examples that a tally keeps.
MOST_EXAMPLES: Final = 3


class Position(NamedTuple):
    """Where an event stands; positions of one archive compare in its global order.

    Attributes:
        file: The file, as it is named in reports.
        offset: How many bytes stand before the line; in a compressed file, before compression.
        line: The line, counted from 1.
        item: Which event of the line it is, counted from 0.
    """

    file: str
    offset: int
    line: int
    item: int = 0

    def __str__(self) -> str:
        """`file:line`, and which event of the line when it is not the first."""
        return f"{self.file}:{self.line}" + (f"[{self.item}]" if self.item else "")


class Example(NamedTuple):
    """One of the events that a tally counts.

    Attributes:
        position: Where it stands.
        shown: What there is to see of it, as JSON.
    """

    position: Position
    shown: Any


class Tally:
    """How many there are, and the first of them.

    Args:
        count: How many.
        examples: The first of them, in order.
    """

    __slots__ = ("count", "examples")

    def __init__(self, count: int = 0, examples: tuple[Example, ...] = ()) -> None:
        self.count = count
        self.examples = examples

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Tally) and (self.count, self.examples) == (other.count, other.examples)

    def __hash__(self) -> int:
        return hash(self.count)

    def __repr__(self) -> str:
        return f"Tally({self.count}, {self.examples})"

    def add(self, position: Position, show: Callable[..., Any], *given: Any) -> None:
        """Count one more.

        Args:
            position: Where it stands.
            show: Says what there is to see of it; called only when it is among the first.
            given: What it is called with.
        """
        self.count += 1
        examples = self.examples
        if len(examples) < MOST_EXAMPLES or position < examples[-1].position:
            self.examples = self._first((*examples, Example(position, show(*given))))

    def __add__(self, other: Tally) -> Tally:
        return type(self)(self.count + other.count, self._first((*self.examples, *other.examples)))

    @staticmethod
    def _first(examples: tuple[Example, ...]) -> tuple[Example, ...]:
        return tuple(sorted(examples, key=lambda example: example.position)[:MOST_EXAMPLES])


class LargestTally(Tally):
    """How many there are, and those of them that say they are of the most `people` or `profiles`, then the first."""

    __slots__ = ()

    def add(self, position: Position, show: Callable[..., Any], *given: Any) -> None:
        """Count one more."""
        self.count += 1
        self.examples = self._first((*self.examples, Example(position, show(*given))))

    @staticmethod
    def _first(examples: tuple[Example, ...]) -> tuple[Example, ...]:
        def rank(example: Example) -> tuple[int, Position]:
            shown = example.shown
            return -max(shown.get("people", 0), shown.get("profiles", 0)), example.position

        return tuple(sorted(examples, key=rank)[:MOST_EXAMPLES])


class Share(NamedTuple):
    """What a subscription has its own figure for.

    Attributes:
        subscription: Its name.
        action: Its action.
        outcome: `sent`, `refused` or `not subscribed`.
        reason: Why it was refused; empty otherwise.
    """

    subscription: str
    action: str
    outcome: str
    reason: str = ""


class Change(NamedTuple):
    """What happened to a request, or to a refusal, from one mapping to the other.

    Attributes:
        kind: Of `CHANGES`.
        action: The action that makes the request, or refuses the event.
        subscription: The subscription by its name in the mapping that has the request; in the new one if both have.
        reason: Why: the refusal that came, went, or stands where a request was; empty where there is none.
    """

    kind: str
    action: str
    subscription: str
    reason: str = ""


class FieldChange(NamedTuple):
    """What happened to a field of requests that both mappings make.

    Attributes:
        action: The action that makes the request.
        field: The field of the body, such as `dataFields.plan` or `items[].price`.
        kind: Of `FIELD_CHANGES`.
    """

    action: str
    field: str
    kind: str


class Played(NamedTuple):
    """One mapping's requests in a project of one type, of which something is counted.

    Attributes:
        mapping: `new` or `old`.
        project_type: `email`, `userid` or `hybrid`.
        what: Of events what became of them, as in `projects.fates`; of people what there is to say of them, as in
            `projects.people`; of a project what is in it.
    """

    mapping: str
    project_type: str
    what: str


class NotCarriedOut(NamedTuple):
    """Requests that came to nothing.

    Attributes:
        played: What became of them, and where.
        action: The action that made the request.
        subscription: Its name.
        rule: The id of the rule that decided.
    """

    played: Played
    action: str
    subscription: str
    rule: str


class OtherType(NamedTuple):
    """Values that do not go into a field.

    Attributes:
        played: Where.
        category: `user`, or the name of the event.
        field: The field.
        expected: The type of the field.
        incoming: The types of the values.
    """

    played: Played
    category: str
    field: str
    expected: str
    incoming: str


APPEARS: Final = "appears"
DISAPPEARS: Final = "disappears"
DIFFERS: Final = "differs"
REFUSED_NOW: Final = "refused now"
NO_LONGER_REFUSED: Final = "no longer refused"
CHANGES: Final = (APPEARS, DISAPPEARS, DIFFERS, REFUSED_NOW, NO_LONGER_REFUSED)
FIELD_CHANGES: Final = ("added", "removed", "other type", "other value", OTHER_PERSON)


def _tallies() -> dict[Any, Tally]:
    return {}


@dataclass(frozen=True, slots=True)
class Figures:
    """What was counted. Whoever is given figures changes nothing in them; `merge` makes new ones.

    Attributes:
        events: Events by what became of them: `sent`, `refused` (by a subscription at least), `not subscribed`.
        shares: What each subscription made of them.
        requests: Requests by action; by `(mapping, action)`, where the mapping is `new` or `old`.
        changed: Events whose requests or refusals the two mappings do not agree on, under the one key `events`.
        changes: What came and went, by kind, action, subscription and reason.
        fields: Fields that differ, by action, field and kind.
        dropped: Messages that Segment keeps from the destination, by its rule; they are not among `events`.
        broken: Lines that hold no event, by file.
        missing: What could not be read at all, or not to its end, by file.
        fates: Events of which requests were made by what became of them in a project of a type.
        not_carried_out: Requests that came to nothing there, by why.
        other_types: Values that did not go into their fields there.
        people: What there is to say of people there.
    """

    events: dict[str, Tally] = field(default_factory=_tallies)
    shares: dict[Share, Tally] = field(default_factory=_tallies)
    requests: dict[tuple[str, str], Tally] = field(default_factory=_tallies)
    changed: dict[str, Tally] = field(default_factory=_tallies)
    changes: dict[Change, Tally] = field(default_factory=_tallies)
    fields: dict[FieldChange, Tally] = field(default_factory=_tallies)
    dropped: dict[str, Tally] = field(default_factory=_tallies)
    broken: dict[str, Tally] = field(default_factory=_tallies)
    missing: dict[str, Tally] = field(default_factory=_tallies)
    fates: dict[Played, Tally] = field(default_factory=_tallies)
    not_carried_out: dict[NotCarriedOut, Tally] = field(default_factory=_tallies)
    other_types: dict[OtherType, Tally] = field(default_factory=_tallies)
    people: dict[Played, Tally] = field(default_factory=_tallies)

    @property
    def differs(self) -> bool:
        """Whether anything is not the same under the two mappings."""
        return bool(self.changed)

    @property
    def complete(self) -> bool:
        """Whether everything in the archive was an event that could be read."""
        return not self.broken and not self.missing


def merge(parts: Iterable[Figures]) -> Figures:
    """The figures of all parts together: the same whatever their order and wherever the archive was cut.

    Args:
        parts: Figures of parts that have no event in common.
    """
    whole = Figures()
    for part in parts:
        for each in fields(Figures):
            tallies: dict[Any, Tally] = getattr(whole, each.name)
            for key, tally in getattr(part, each.name).items():
                known = tallies.get(key)
                tallies[key] = tally if known is None else known + tally
    return whole


def tally(tallies: dict[Any, Tally], key: object) -> Tally:
    """The tally of a key, which is begun where there is none."""
    found = tallies.get(key)
    if found is None:
        found = tallies[key] = Tally()
    return found


def total(tallies: dict[Any, Tally]) -> int:
    """How many there are under all keys."""
    return sum(tally.count for tally in tallies.values())

"""What a destination makes of many events, counted by subscription, outcome and reason, with an example of each.

Nothing is explained, and nothing is kept of an event but where the first of each kind stands.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

from conformance.explanation.report import event_title, figures_line

if TYPE_CHECKING:
    from collections.abc import Iterator

    from destination import CompiledSubscription, Destination

MAPPED: Final = "mapped"
REFUSED: Final = "refused"
NOT_SUBSCRIBED: Final = "not subscribed"
#: Reasons of a subscription that are told apart; some name a value, and there may be as many as events.
_MOST_REASONS: Final = 200
_OTHER: Final = "other reasons"


@dataclass(slots=True)
class SummaryRow:
    """Events with the same outcome for the same reason in one subscription.

    Attributes:
        subscription: The name of the subscription; empty for events that no subscription matches.
        action: Its action.
        outcome: `mapped`, `refused` or `not subscribed`.
        reason: Why; empty for what is mapped.
        count: How many there are.
        place: Where the first of them stands.
        title: What that is: its type, its name, its user.
    """

    subscription: str
    action: str
    outcome: str
    reason: str
    count: int
    place: str
    title: str


@dataclass(frozen=True, slots=True)
class Counted:
    """What a summary has counted, for another of the same subscriptions; it goes to other processes.

    Attributes:
        rows: The rows, by subscription, outcome and reason, in the order of their first events.
        mapped: As in `Summary`.
        refused: As in `Summary`.
        not_subscribed: As in `Summary`.
        leaves_out: Whether there were so many reasons that some are counted together.
    """

    rows: dict[tuple[int, str, str], SummaryRow]
    mapped: int
    refused: int
    not_subscribed: int
    leaves_out: bool

    @property
    def events(self) -> int:
        """How many events were counted."""
        return self.mapped + self.refused + self.not_subscribed


class Summary:
    """Counts what becomes of events, one after the other.

    Args:
        destination: The connection; Iterable is taken to answer 200 to every request.
        most_reasons: Reasons of a subscription that are told apart; those that come after are counted together.

    Attributes:
        mapped: Events of which every subscription that matches makes requests.
        refused: Events that end with an error in a subscription.
        not_subscribed: Events that no subscription matches.
    """

    def __init__(self, destination: Destination, *, most_reasons: int = _MOST_REASONS) -> None:
        self._destination = destination
        self._most_reasons = most_reasons
        self._rows: dict[tuple[int, str, str], SummaryRow] = {}
        self._position = {id(item): n for n, item in enumerate(destination.subscriptions)}
        self._reasons: dict[int, int] = {}
        self.mapped = 0
        self.refused = 0
        self.not_subscribed = 0

    def add(self, event: dict[str, Any], place: str) -> None:
        """Count one more event, which stands at a place."""
        refusals = self._destination.refusals(event)
        if not refusals:
            self.not_subscribed += 1
            self._row(None, NOT_SUBSCRIBED, "", event, place).count += 1
            return
        refused = False
        for compiled, error in refusals:
            refused = refused or error is not None
            ended, reason = (MAPPED, "") if error is None else (REFUSED, error.message)
            row = self._rows.get((self._position[id(compiled)], ended, reason))
            (row or self._row(compiled, ended, reason, event, place)).count += 1
        if refused:
            self.refused += 1
        else:
            self.mapped += 1

    def _row(
        self, compiled: CompiledSubscription | None, ended: str, reason: str, event: dict[str, Any], place: str
    ) -> SummaryRow:
        """The row of events that end so, whose first is this one unless there is one already."""
        position = len(self._position) if compiled is None else self._position[id(compiled)]
        if (row := self._rows.get((position, ended, reason))) is not None:
            return row
        name = "" if compiled is None else compiled.subscription.name
        action = "" if compiled is None else compiled.subscription.partner_action
        return self._new_row(position, SummaryRow(name, action, ended, reason, 0, place, event_title(event)))

    def _new_row(self, position: int, row: SummaryRow) -> SummaryRow:
        """The row for a reason that has none yet: this one, or that of all reasons too many."""
        kinds = self._reasons[position] = self._reasons.get(position, 0) + 1
        reason = row.reason if kinds <= self._most_reasons else _OTHER
        return self._rows.setdefault((position, row.outcome, reason), replace(row, reason=reason))

    @property
    def counted(self) -> Counted:
        """What was counted so far."""
        leaves_out = any(kinds > self._most_reasons for kinds in self._reasons.values())
        return Counted(self._rows, self.mapped, self.refused, self.not_subscribed, leaves_out)

    def add_counted(self, counted: Counted) -> None:
        """Count what another summary of the same subscriptions has counted, of events that come after these."""
        for key, other in counted.rows.items():
            row = self._rows.get(key) or self._new_row(key[0], replace(other, count=0))
            row.count += other.count
        self.mapped += counted.mapped
        self.refused += counted.refused
        self.not_subscribed += counted.not_subscribed

    @property
    def rows(self) -> list[SummaryRow]:
        """What was counted: subscription by subscription, the most frequent first."""
        return [row for _, row in sorted(self._rows.items(), key=lambda item: (item[0][0], -item[1].count))]

    def text_lines(self, *, broken: int = 0) -> Iterator[str]:
        """The summary as lines of text, the last of them with the figures.

        Args:
            broken: How many inputs were no events.
        """
        above = None
        for row in self.rows:
            if row.subscription != above:
                above = row.subscription
                yield f"{row.subscription} ({row.action})" if row.subscription else "no subscription"
            reason = f": {' '.join(row.reason.split())}" if row.reason else ""
            yield f"  {row.count} {row.outcome}{reason}"
            yield f"    for example {row.place}  {row.title}".rstrip()
        yield figures_line(self.mapped, self.refused, self.not_subscribed, broken)

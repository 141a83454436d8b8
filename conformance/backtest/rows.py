"""Single requests that differ, and refusals, as rows for whoever wants to ask more of them than a report says."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from conformance.backtest.figures import Position

Json = Any

#: The kind of a refusal that both mappings have, or of any where there is but one mapping.
REFUSED = "refused"


class Row(NamedTuple):
    """A request that differs, or an event that a subscription refuses.

    Attributes:
        position: Where the event stands.
        event: The event.
        kind: What happened, as in `figures.CHANGES`, or `refused`.
        subscription: The subscription.
        action: Its action.
        reason: Why.
        path: Where the request goes; empty for a refusal.
        before: The body under the old mapping; None where there is none.
        after: The body under the new one; None where there is none.
    """

    position: Position
    event: dict[str, Json]
    kind: str
    subscription: str
    action: str
    reason: str
    path: str = ""
    before: Json = None
    after: Json = None

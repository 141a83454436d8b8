"""What became of an event, or of a batch, in one subscription."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pydantic import JsonValue

    from destination.errors import DestinationError
    from destination.exchange import Reply, Request
    from destination.subscription import Subscription


@dataclass(frozen=True, slots=True)
class Exchange:
    """A request with what came of it: a reply, or the error that stood in its place."""

    request: Request
    reply: Reply | None = None
    error: DestinationError | None = None


@dataclass(slots=True)
class Outcome:
    """The outcome of one subscription, with all that a tool needs to explain it.

    Attributes:
        subscription: The subscription.
        results: What Segment's runtime returns: a list of `{"output": …}`, or one `{"multistatus": […]}`.
        error: What was raised instead of a result, or None.
        matched: Whether the trigger matched (in a batch: any event).
        resolved: What the mapping gave, before validation: one value for each event that matched.
        payloads: The validated payloads.
        positions: For a batch, the position of each payload's event; `(0,)` for a single event.
        exchanges: The requests that were made with their replies, in order.
    """

    subscription: Subscription
    results: list[JsonValue] = field(default_factory=list)
    error: DestinationError | None = None
    matched: bool = False
    resolved: list[object] = field(default_factory=list)
    payloads: list[dict[str, object]] = field(default_factory=list)
    positions: tuple[int, ...] = ()
    exchanges: list[Exchange] = field(default_factory=list)

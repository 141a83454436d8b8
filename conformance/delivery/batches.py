"""How events become batches, as Segment's platform forms them, and what became of each event of a batch.

Source: `enable_batching` makes the platform collect the events of one subscription, up to `batch_size` of them
(1000 where the mapping says nothing) and 4 MB (Segment's repository `action-destinations`, README and batching
guide). How long the platform waits for a batch to fill is of no consequence here.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from conformance.delivery.account import Delivery, Result, judge
from destination import partial_failures
from destination.javascript import json_text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from conformance.delivery.attempts import Attempts
    from conformance.inputs.events import ReadEvent
    from destination import CompiledSubscription, Destination, Outcome

_DEFAULT_SIZE: Final = 1000
_MOST_BYTES: Final = 4_000_000
#: Events that are planned before signals have their turn.
_AT_A_TIME: Final = 50


@dataclass(frozen=True, slots=True)
class Batch:
    """Events of one subscription that go out in one request.

    Attributes:
        subscription: The subscription.
        positions: Where the events stand among all events.
        reads: The events.
    """

    subscription: CompiledSubscription
    positions: tuple[int, ...]
    reads: tuple[ReadEvent, ...]


async def form_batches(
    destination: Destination, events: Sequence[ReadEvent], *, stopped: Callable[[], bool] = lambda: False
) -> list[Batch]:
    """The batches of a connection, in the order of their first events; what would go out singly is in none.

    Args:
        destination: The connection.
        events: All events.
        stopped: Whether to leave off; what is in no batch by then is left out.
    """
    batches: list[Batch] = []
    for subscription in destination.subscriptions:
        if subscription.action is not None and subscription.action.perform_batch is not None:
            forming = _Forming(subscription)
            for position, read in enumerate(events):
                if position % _AT_A_TIME == 0:
                    await asyncio.sleep(0)  # signals and timers have their turn
                    if stopped():
                        return []
                if (size := _batch_size(destination, subscription, read)) is not None:
                    forming.add(position, read, size)
            batches += forming.finished()
    return sorted(batches, key=lambda batch: batch.positions)


class _Forming:
    """The batches of one subscription as they grow."""

    def __init__(self, subscription: CompiledSubscription) -> None:
        self._subscription = subscription
        self._chunk: list[tuple[int, ReadEvent]] = []
        self._bytes = 0
        self._most = _DEFAULT_SIZE
        self._batches: list[Batch] = []

    def add(self, position: int, read: ReadEvent, size: int) -> None:
        """Add an event that allows no batch larger than `size`."""
        length = len(json_text.encode(read.event))
        if self._chunk and (len(self._chunk) >= min(self._most, size) or self._bytes + length > _MOST_BYTES):
            self._close()
        self._most = min(self._most, size) if self._chunk else size
        self._chunk.append((position, read))
        self._bytes += length

    def finished(self) -> list[Batch]:
        """All batches; there is nothing to add any more."""
        if self._chunk:
            self._close()
        return self._batches

    def _close(self) -> None:
        self._batches.append(_batch(self._subscription, self._chunk))
        self._chunk, self._bytes = [], 0


def _batch(subscription: CompiledSubscription, chunk: Sequence[tuple[int, ReadEvent]]) -> Batch:
    return Batch(subscription, tuple(position for position, _ in chunk), tuple(read for _, read in chunk))


def _batch_size(destination: Destination, subscription: CompiledSubscription, read: ReadEvent) -> int | None:
    """The most events in a batch with one of which this would become; None when the event goes out by itself."""
    if read.subscriptions is not None and subscription.subscription.name not in read.subscriptions:
        return None
    try:
        resolved = destination.plan_for(subscription, read.event).resolved
    except Exception:  # noqa: BLE001  # it will show again where the event is delivered by itself, and is counted there
        return None
    first = resolved[0] if resolved else None
    if not isinstance(first, dict) or first.get("enable_batching") is not True:
        return None
    size = first.get("batch_size")
    return int(size) if isinstance(size, (int, float)) and 1 <= size <= _MOST_BYTES else _DEFAULT_SIZE


def results_of_batch(batch: Batch, outcome: Outcome, attempts: Attempts) -> Iterator[tuple[int, Delivery]]:
    """What became of each event of a batch that was tried, with its position among all events.

    An error is that of every event, also of those that were refused by themselves: Segment loses their nodes. A
    reply of 200 may still list events that Iterable did not take, which Segment does not look at.
    """
    rejected = partial_failures(outcome)
    nodes = _nodes(outcome)
    for index, (position, read) in enumerate(zip(batch.positions, batch.reads, strict=True)):
        result, reason = judge(outcome.error)
        if outcome.error is None and "errormessage" in nodes[index]:
            result, reason = Result.REFUSED, str(nodes[index]["errormessage"])
        elif index in rejected:
            result, reason = Result.REJECTED, f"listed in {rejected[index]} of a reply of 200"
        subscription = outcome.subscription
        yield (
            position,
            Delivery(
                read,
                subscription.name,
                subscription.partner_action,
                result,
                reason,
                attempts.tries,
                uncertain=attempts.uncertain and result is not Result.REFUSED,
                exchanges=attempts.exchanges,
            ),
        )


def _nodes(outcome: Outcome) -> list[dict[str, object]]:
    """The node of each event of the batch; there are none where an error stands in their place."""
    for result in outcome.results:
        nodes = result.get("multistatus") if isinstance(result, dict) else None
        if isinstance(nodes, list):
            return [dict(node) if isinstance(node, dict) else {} for node in nodes]
    return []

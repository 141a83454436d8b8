"""How events become batches, as Segment's platform forms them, and what became of each event of a batch.

Source: `enable_batching` makes the platform collect the events of one subscription, up to `batch_size` of them
(1000 where the mapping says nothing) and 4 MB (Segment's repository `action-destinations`, README and batching
guide). How long the platform waits for a batch to fill is of no consequence here.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from conformance.delivery.account import Delivery, Result, judge
from destination import partial_failures
from destination.javascript import json_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from conformance.inputs.events import ReadEvent
    from destination import CompiledSubscription, Destination, Outcome

_DEFAULT_SIZE: Final = 1000
_MOST_BYTES: Final = 4_000_000


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


def form_batches(destination: Destination, events: Sequence[ReadEvent]) -> list[Batch]:
    """The batches of a connection, by subscription; an event that the platform would send singly is in none."""
    return [
        batch
        for subscription in destination.subscriptions
        if subscription.action is not None and subscription.action.perform_batch is not None
        for batch in _chunks(subscription, _batchable(destination, subscription, events))
    ]


def _batchable(
    destination: Destination, subscription: CompiledSubscription, events: Sequence[ReadEvent]
) -> Iterator[tuple[int, ReadEvent, int]]:
    """The events that a subscription batches, each with its position and the most events in a batch with it."""
    name = subscription.subscription.name
    for position, read in enumerate(events):
        if read.subscriptions is None or name in read.subscriptions:
            size = _batch_size(destination.plan_for(subscription, read.event))
            if size is not None:
                yield position, read, size


def _chunks(subscription: CompiledSubscription, batchable: Iterator[tuple[int, ReadEvent, int]]) -> Iterator[Batch]:
    chunk: list[tuple[int, ReadEvent]] = []
    bytes_so_far, most = 0, _DEFAULT_SIZE
    for position, read, size in batchable:
        length = len(json_text.stringify(read.event).encode())
        if chunk and (len(chunk) >= min(most, size) or bytes_so_far + length > _MOST_BYTES):
            yield _batch(subscription, chunk)
            chunk, bytes_so_far = [], 0
        chunk.append((position, read))
        bytes_so_far += length
        most = size if len(chunk) == 1 else min(most, size)
    if chunk:
        yield _batch(subscription, chunk)


def _batch(subscription: CompiledSubscription, chunk: Sequence[tuple[int, ReadEvent]]) -> Batch:
    return Batch(subscription, tuple(position for position, _ in chunk), tuple(read for _, read in chunk))


def _batch_size(planned: Outcome) -> int | None:
    """The most events in a batch with one of which this would become; None when the event goes out by itself."""
    resolved = planned.resolved[0] if planned.resolved else None
    if not isinstance(resolved, dict) or resolved.get("enable_batching") is not True:
        return None
    size = resolved.get("batch_size")
    return int(size) if isinstance(size, (int, float)) and size >= 1 else _DEFAULT_SIZE


def results_of_batch(
    batch: Batch, outcome: Outcome, tries: int, *, uncertain: bool
) -> Iterator[tuple[int, Delivery]]:
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
                tries,
                uncertain=uncertain and result is not Result.REFUSED,
            ),
        )


def _nodes(outcome: Outcome) -> list[dict[str, object]]:
    """The node of each event of the batch; there are none where an error stands in their place."""
    for result in outcome.results:
        nodes = result.get("multistatus") if isinstance(result, dict) else None
        if isinstance(nodes, list):
            return [dict(node) if isinstance(node, dict) else {} for node in nodes]
    return []

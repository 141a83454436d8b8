"""Properties about deliveries: in a batch or singly, once or twice, in one order or another."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from conformance.properties.execution import Execution
from conformance.properties.expectations import comparable, expect_state
from conformance.properties.model import Property, Severity, Violation
from conformance.strategies import BATCHES, PAIRS, REPETITIONS, UNRELATED, History

_SEGMENT: Final = "Segment's page of the Iterable (Actions) destination"


def _batch_is_like_single(execution: Execution) -> Iterator[Violation | None]:
    if not any(delivery.is_batch for delivery in execution.history.deliveries):
        return
    singly = execution.again(execution.history.one_by_one())
    yield _same(execution, singly, "sent one by one, the same events lead to another state", execution.history)


def _same(execution: Execution, other: Execution, detail: str, history: History) -> Violation | None:
    """None when both end in the same state, else that the history should end as the second execution did."""
    if comparable(execution.end) == comparable(other.end):
        return None
    return Violation(detail, expect_state(other.end, execution.end), history=history)


def _idempotent(execution: Execution) -> Iterator[Violation | None]:
    deliveries = execution.history.deliveries
    repeated = replace(execution.history, deliveries=(*deliveries, *deliveries[-1:]))
    if execution.steps and execution.steps[-1].was_sent:
        again = execution.again(repeated)
        yield _same(again, execution, "the second delivery of the same event changes what is stored", repeated)


def _unrelated_order(execution: Execution) -> Iterator[Violation | None]:
    ordered = sorted(execution.history.deliveries, key=lambda delivery: delivery.history_events[0].persona.number)
    other = replace(execution.history, deliveries=tuple(ordered))
    people = {step.delivery.history_events[0].persona for step in execution.steps if step.was_sent}
    if len(people) > 1 and other.deliveries != execution.history.deliveries:
        changed = execution.again(other)
        yield _same(changed, execution, "one person's events after the other's lead to another state", other)


def _related_order(execution: Execution) -> Iterator[Violation | None]:
    if len(execution.steps) < 2 or not all(step.was_sent for step in execution.steps[-2:]):  # noqa: PLR2004  # a pair
        return
    *before, first, second = execution.history.deliveries
    overtaken = replace(execution.history, deliveries=(*before, second, first))
    changed = execution.again(overtaken)
    yield _same(changed, execution, "if the second event overtakes the first, the state is different", overtaken)


PROPERTIES: Final = (
    Property(
        "delivery.batch-is-like-single",
        "Single events and batches lead to the same state.",
        "Segment pull requests 2343 and 2569, which made batches the default",
        Severity.HIGH,
        BATCHES,
        _batch_is_like_single,
    ),
    Property(
        "delivery.idempotent",
        "Sending an event twice changes nothing.",
        "Segment's documentation of retries; Iterable API description: an event with a known id is updated",
        Severity.MEDIUM,
        REPETITIONS,
        _idempotent,
    ),
    Property(
        "delivery.unrelated-order",
        "The order of unrelated events does not matter.",
        "Segment's documentation: the order of deliveries is not guaranteed",
        Severity.HIGH,
        UNRELATED,
        _unrelated_order,
    ),
    Property(
        "delivery.related-order",
        "A person's events lead to the same state in any order.",
        f"{_SEGMENT}, identify first; Segment's documentation: the order of deliveries is not guaranteed",
        Severity.LOW,
        PAIRS,
        _related_order,
    ),
)

"""Properties about deliveries: in a batch or singly, once or twice, in one order or another."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from conformance.properties import scenario_expectations as expected
from conformance.properties.execution import Trial
from conformance.properties.model import Property, Severity, Violation
from conformance.strategies import BATCHES, PAIRS, REPETITIONS, UNRELATED, History

_SEGMENT: Final = "Segment's page of the Iterable (Actions) destination"


def _batch_is_like_single(trial: Trial) -> Iterator[Violation | None]:
    if not any(delivery.is_batch for delivery in trial.history.deliveries):
        return
    singly = trial.again(trial.history.one_by_one())
    yield _same(trial, singly, "delivered one by one, the same events leave another state", trial.history)


def _same(trial: Trial, other: Trial, detail: str, history: History) -> Violation | None:
    """None when both end in the same state, else that the history should end as the second trial did."""
    if expected.comparable(trial.end) == expected.comparable(other.end):
        return None
    return Violation(detail, expected.everything(other.end), history=history)


def _twice_is_once(trial: Trial) -> Iterator[Violation | None]:
    deliveries = trial.history.deliveries
    repeated = replace(trial.history, deliveries=(*deliveries, *deliveries[-1:]))
    if trial.steps and any(outcome.exchanges for outcome in trial.steps[-1].outcomes):
        again = trial.again(repeated)
        yield _same(again, trial, "the second delivery of the same event changes what is stored", repeated)


def _unrelated_order(trial: Trial) -> Iterator[Violation | None]:
    ordered = sorted(trial.history.deliveries, key=lambda delivery: delivery.happenings[0].human.number)
    other = replace(trial.history, deliveries=tuple(ordered))
    if other.deliveries != trial.history.deliveries:
        changed = trial.again(other)
        yield _same(changed, trial, "one person's events after the other's leave another state", other)


def _related_order(trial: Trial) -> Iterator[Violation | None]:
    if len(trial.history.deliveries) < 2:  # noqa: PLR2004  # a pair
        return
    *before, first, second = trial.history.deliveries
    overtaken = replace(trial.history, deliveries=(*before, second, first))
    changed = trial.again(overtaken)
    yield _same(changed, trial, "when the second event overtakes the first, another state is left", overtaken)


PROPERTIES: Final = (
    Property(
        "delivery.batch-is-like-single",
        "The same events sent singly and in batches end in the same state.",
        "Segment pull requests 2343 and 2569, which made batches the default",
        Severity.HIGH,
        BATCHES,
        _batch_is_like_single,
    ),
    Property(
        "delivery.twice-is-once",
        "Sending an event twice changes nothing.",
        "Segment's documentation of retries; Iterable API description: an event with a known id is updated",
        Severity.MEDIUM,
        REPETITIONS,
        _twice_is_once,
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
        "An event of a person that overtakes another leaves the same state.",
        f"{_SEGMENT}, identify first; Segment's documentation: the order of deliveries is not guaranteed",
        Severity.LOW,
        PAIRS,
        _related_order,
    ),
)

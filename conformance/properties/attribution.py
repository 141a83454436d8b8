"""Properties about what cannot be attributed: it is refused only where that is documented, and reported."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from conformance.properties.execution import Execution, Step
from conformance.properties.model import Property, Severity, Violation
from conformance.strategies import PARTIAL_FAILURES, STRANGERS
from destination import Outcome, partial_failures
from simulator.rulebook import RULES, Confidence

_SUCCESS: Final = range(200, 300)


def nodes_of(outcome: Outcome) -> list[dict[str, Any]]:
    """What Segment reports for each event of a batch; nothing for a single event."""
    first = outcome.results[0] if outcome.results else None
    nodes = first.get("multistatus") if isinstance(first, dict) else None
    return [node for node in nodes if isinstance(node, dict)] if isinstance(nodes, list) else []


def _lost(step: Step) -> list[Outcome]:
    """The subscriptions that took an event of which nothing was stored."""
    if step.written or step.new_events:
        return []
    return [outcome for outcome in step.outcomes if outcome.matched]


def _is_reported(outcome: Outcome) -> bool:
    """Whether Segment shows that the event failed."""
    nodes = nodes_of(outcome)
    return outcome.error is not None or any(node.get("status") not in _SUCCESS for node in nodes)


def _drops_are_reported(execution: Execution) -> Iterator[Violation | None]:
    step = execution.steps[-1]
    lost = _lost(step)
    if not lost:
        return
    if all(_is_reported(outcome) for outcome in lost):
        yield None
        return
    detail = "nothing was stored, but Segment shows the event as delivered"
    if step.delivery.is_batch:
        wanted: dict[str, Any] = {"result": [{"nodes": [{"status": 400}]} for _ in lost]}
    else:
        wanted = {"result": [{"status": "error"} for _ in lost]}
    yield Violation(detail, wanted, step.index)


def _refused_where_documented(execution: Execution) -> Iterator[Violation | None]:
    step = execution.steps[-1]
    for outcome in _lost(step):
        rules = [rule for reply in step.replies for rule in reply.rules]
        if not outcome.exchanges:
            # The destination refused it by itself, in Segment's own words.
            yield None if outcome.error is not None or nodes_of(outcome) else _undocumented(step, "nothing was sent")
            continue
        assumed = [rule for rule in rules if _is_assumed(rule)]
        yield _undocumented(step, f"decided by {', '.join(assumed)}, an assumption") if assumed else None


def _is_assumed(rule: str) -> bool:
    return rule in RULES and RULES[rule].confidence is Confidence.ASSUMED


def _undocumented(step: Step, why: str) -> Violation:
    detail = f"the event was lost, which is not documented: {why}"
    return Violation(detail, {"counts": {"events": len(step.before.events) + 1}}, step.index)


def _partial_failure_is_seen(execution: Execution) -> Iterator[Violation | None]:
    for step in execution.steps:
        for outcome in step.outcomes if step.delivery.is_batch else []:
            failures = partial_failures(outcome)
            if not failures:
                continue
            nodes = nodes_of(outcome)
            hidden = {position: name for position, name in failures.items() if nodes[position]["status"] in _SUCCESS}
            detail = (
                f"Iterable lists them in {', '.join(sorted(set(hidden.values())))}; Segment shows them as delivered"
            )
            wanted = [{"status": 400 if place in hidden else node["status"]} for place, node in enumerate(nodes)]
            yield Violation(detail, {"result": [{"nodes": wanted}]}, step.index) if hidden else None


PROPERTIES: Final = (
    Property(
        "attribution.drops-are-reported",
        "An event that is stored for nobody is reported as failed.",
        "Segment's page of the Iterable (Actions) destination; Iterable API description, BulkUpdateResponse",
        Severity.HIGH,
        STRANGERS,
        _drops_are_reported,
    ),
    Property(
        "attribution.documented",
        "An event that cannot be attributed is rejected or dropped only as Iterable documents.",
        "Iterable support article 29156459027348",
        Severity.MEDIUM,
        STRANGERS,
        _refused_where_documented,
    ),
    Property(
        "attribution.partial-failure",
        "A partial failure never counts as success.",
        "Iterable API description, BulkUpdateResponse and TrackBulkResponse; Segment's multi-status documentation",
        Severity.HIGH,
        PARTIAL_FAILURES,
        _partial_failure_is_seen,
    ),
)

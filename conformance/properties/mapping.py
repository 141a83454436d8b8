"""Properties about the mapping itself: it fires when it is meant to, and what it says is understood."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final

from conformance.properties.execution import Execution, Step
from conformance.properties.expectations import expect_matches
from conformance.properties.model import Property, Severity, Violation
from conformance.strategies import TRIGGERS
from conformance.strategies.history import HistoryEvent
from conformance.strategies.mapping_analysis import AnalysedSubscription, is_possible
from conformance.strategies.subscription_kinds import is_row
from destination.actions import ACTIONS

_TRIGGERS: Final = "Segment's documentation of destination filters; its parser, as published"
_FIELDS: Final = "The definition of the Iterable (Actions) destination"
_ASKED_FOR: Final = frozenset({"an event that is asked for"})
#: A type beside names, which says that every event of it is asked for.
_EVERY_EVENT: Final = re.compile(r"^\s*type\s*=\s*\"\w+\"\s+or\b|\bor\s+type\s*=\s*\"\w+\"\s*$")
_INTERNAL: Final = ("__segment_internal", "dynamicAuthSettings")


def _last(execution: Execution) -> Iterator[tuple[Step, HistoryEvent]]:
    """The delivery that the theme is about."""
    if execution.steps:
        step = execution.steps[-1]
        yield step, step.delivery.history_events[0]


def _meant_for(execution: Execution, history_event: HistoryEvent) -> list[tuple[int, AnalysedSubscription]]:
    """The subscriptions whose authors had the event in mind."""
    event = history_event.event
    return [
        (position, analysed)
        for position, analysed in enumerate(execution.analysis.subscriptions)
        if any(_is_meant(event, wanted) for wanted in analysed.trigger.intended)
        and analysed.takes_rows is is_row(event)
    ]


def _is_meant(event: dict[str, Any], wanted: dict[str, Any]) -> bool:
    for key, value in wanted.items():
        actual = event.get(key)
        if isinstance(value, dict):
            if not isinstance(actual, dict) or not _is_meant(actual, value):
                return False
        elif actual != value:
            return False
    return True


def _fires(execution: Execution) -> Iterator[Violation | None]:
    for step, history_event in _last(execution):
        meant = _meant_for(execution, history_event)
        for position, analysed in meant:
            name = analysed.subscription.name
            detail = f"the trigger of {name} does not match the event: {analysed.trigger.text}"
            names = [other.subscription.name for _, other in meant]
            matched = step.outcomes[position].matched
            yield None if matched else Violation(detail, expect_matches(names), step.index, name)


def _fires_for_nothing_else(execution: Execution) -> Iterator[Violation | None]:
    for step, history_event in _last(execution):
        event_name = str(history_event.event.get("event"))
        for position, analysed in enumerate(execution.analysis.subscriptions):
            if (
                analysed.takes_rows
                or not analysed.trigger.names
                or _EVERY_EVENT.search(analysed.trigger.text)
                or any(name in event_name for name in analysed.trigger.names)
            ):
                continue
            matched = step.outcomes[position].matched
            others = [
                other.subscription.name
                for place, other in enumerate(execution.analysis.subscriptions)
                if step.outcomes[place].matched and place != position
            ]
            name = analysed.subscription.name
            detail = f"the trigger of {name} asks for {', '.join(analysed.trigger.names)} but matches {event_name}"
            yield Violation(detail, expect_matches(others), step.index, name) if matched else None


def _keys_are_fields(execution: Execution) -> Iterator[Violation | None]:
    for step, history_event in _last(execution):
        for position, analysed in _meant_for(execution, history_event):
            mapping = analysed.subscription.mapping
            outcome = step.outcomes[position]
            if not isinstance(mapping, dict) or analysed.action not in ACTIONS or not outcome.exchanges:
                continue
            unknown = [key for key in _unknown_keys(mapping, analysed.action) if not key.startswith(_INTERNAL)]
            for key in unknown:
                detail = f"{analysed.subscription.name} sets {key}, which {analysed.action} does not have and drops"
                bodies: list[dict[str, Any]] = [{} for item in step.outcomes for _ in item.exchanges]
                bodies[0] = {"body": {key.partition(".")[0]: "what the mapping says"}}
                yield Violation(detail, {"requests": bodies}, step.index, key)
            if not unknown:
                yield None


def _unknown_keys(mapping: dict[str, Any], action: str) -> Iterator[str]:
    fields = ACTIONS[action].fields
    for key, value in mapping.items():
        if key.startswith("@"):
            continue
        if key not in fields:
            yield key
        elif key == "user" and isinstance(value, dict):
            fields_of_user = fields[key].properties or {}
            yield from (
                f"{key}.{inner}" for inner in value if inner not in fields_of_user and not inner.startswith("@")
            )


def _reads_what_exists(execution: Execution) -> Iterator[Violation | None]:
    for step, history_event in _last(execution):
        for position, analysed in _meant_for(execution, history_event):
            if not step.outcomes[position].matched:
                continue
            for leaf in analysed.leaves:
                if leaf.is_constant:
                    continue
                kind = "row" if analysed.takes_rows else history_event.event["type"]
                possible = any(is_possible(path, kind) for path in leaf.sources)
                paths = ", ".join(leaf.sources)
                what = "row of a model" if analysed.takes_rows else f"{kind} event"
                detail = f"{leaf.name} reads {paths}, which no {what} has"
                yield None if possible else Violation(detail, _body(step, leaf.target), step.index, leaf.name)


def _body(step: Step, target: tuple[str, ...]) -> dict[str, Any]:
    """That the first request has something at a place."""
    value: Any = "what the mapping reads"
    for key in reversed(target):
        value = {key: value}
    count = max(1, sum(len(outcome.exchanges) for outcome in step.outcomes))
    return {"requests": [{"body": value}, *({} for _ in range(count - 1))]}


PROPERTIES: Final = (
    Property(
        "mapping.trigger-fires",
        "A trigger matches the events it asks for.",
        _TRIGGERS,
        Severity.HIGH,
        TRIGGERS,
        _fires,
        themes=_ASKED_FOR,
    ),
    Property(
        "mapping.trigger-fires-for-nothing-else",
        "A trigger that names events matches no others.",
        _TRIGGERS,
        Severity.HIGH,
        TRIGGERS,
        _fires_for_nothing_else,
        themes=frozenset({"an event that is not"}),
    ),
    Property(
        "mapping.names-fields",
        "Every field that the mapping sets belongs to the action.",
        f"{_FIELDS}; Segment pull request 1273",
        Severity.MEDIUM,
        TRIGGERS,
        _keys_are_fields,
        themes=_ASKED_FOR,
    ),
    Property(
        "mapping.reads-what-exists",
        "Everything the mapping reads can occur in events of that type.",
        "Segment's specification of its calls",
        Severity.MEDIUM,
        TRIGGERS,
        _reads_what_exists,
        themes=_ASKED_FOR,
    ),
)

"""Properties about custom events: their name, time and number, and that no property of theirs stops them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Final

from conformance.properties.execution import Execution
from conformance.properties.expectations import to_json
from conformance.properties.model import Property, Severity, Violation
from conformance.properties.stored_records import TRACK, stored_records
from conformance.properties.wording import so_many_are
from conformance.strategies import EVENTS
from conformance.strategies.history import Event, value_at
from conformance.strategies.mapping_analysis import AnalysedSubscription
from conformance.strategies.subscription_kinds import ENTERED, EXITED, Kind

_IDS: Final = "Iterable API description, events/track: an event with a known id is updated"


def _is_renamed_on_purpose(subscription: AnalysedSubscription) -> bool:
    """Whether it takes the events of one name alone, and calls them by a fixed text or by properties of theirs."""
    trigger = subscription.trigger
    if len(trigger.names) != 1 or len(trigger.intended) != 1:
        return False
    other = {**trigger.intended[0], "event": f"{trigger.names[0]} and more"}
    if trigger.fires(other):
        return False  # it asks for a part of the name
    named = [leaf for leaf in subscription.leaves if leaf.target == ("eventName",)]
    return bool(named) and all(source.startswith("properties.") for leaf in named for source in leaf.sources)


def _name_arrives(execution: Execution) -> Iterator[Violation | None]:
    for record in stored_records(execution, TRACK):
        if "event" not in record.event:
            # A subscription may make events of identifies and pages, which have no such name.
            continue
        if record.subscription.kind is Kind.AUDIENCE and record.event["event"] in {ENTERED, EXITED}:
            # Of which audience it is, an event of Segment's says in its properties: a name of one's own may say it.
            continue
        if _is_renamed_on_purpose(record.subscription):
            continue
        name, sent = str(record.where["eventName"]), str(record.event["event"])
        detail = f"the event is called {to_json(sent)}; it is stored as {to_json(name)}"
        wanted = {"events": [{"user": record.where["user"], "eventName": sent}]}
        is_kept = sent.lower() in name.lower()
        yield None if is_kept else Violation(detail, wanted, record.step.index)


def _time_is_kept(execution: Execution) -> Iterator[Violation | None]:
    for record in stored_records(execution, TRACK):
        happened = _instant_of(record.event, record.subscription)
        stored = next(event.created_at for event in record.step.new_events if event.type == "customEvent")
        detail = f"it happened at {happened.isoformat()}, but is stored as of {_format_seconds(stored)}"
        wanted = {"events": [{**record.where, "createdAt": happened.isoformat()}]}
        yield None if stored == int(happened.timestamp()) else Violation(detail, wanted, record.step.index)


def _instant_of(event: Event, analysed: AnalysedSubscription) -> datetime:
    """When an event happened: its timestamp, unless the mapping names a property of its own for that."""
    leaf = analysed.leaf("createdAt")
    own = [path for path in (leaf.sources if leaf is not None else ()) if path.startswith("properties.")]
    text = next((value for path in own if isinstance(value := value_at(event, path), str)), event["timestamp"])
    return datetime.fromisoformat(text).replace(microsecond=0).astimezone(UTC)


def _format_seconds(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat()


def _different_events_stay(execution: Execution) -> Iterator[Violation | None]:
    taken = [step for step in execution.steps if any(execution.taken(step, TRACK)) and not step.delivery.is_batch]
    accepted = [step for step in taken if all(step.accepted_by(place) for place, _ in execution.taken(step, TRACK))]
    stored = [event for event in execution.end.events if event.type == "customEvent"]
    if len(accepted) > 1 and stored:
        detail = f"{len(accepted)} different events were accepted; {so_many_are(len(stored))} stored"
        is_kept = len(stored) >= len(accepted)
        yield None if is_kept else Violation(detail, {"counts": {"events": len(accepted)}})


def _properties_stop_nothing(execution: Execution) -> Iterator[Violation | None]:
    for step in execution.steps:
        for position, _ in execution.taken(step, TRACK):
            outcome = step.outcomes[position]
            refused = outcome.error is not None and not outcome.exchanges
            detail = f"the destination rejects the event: {outcome.error.message if outcome.error else ''}"
            yield Violation(detail, {"error": "none"}, step.index) if refused else None


PROPERTIES: Final = (
    Property(
        "events.name-arrives",
        "An event keeps its name.",
        "Segment's page of the Iterable (Actions) destination, custom events",
        Severity.HIGH,
        EVENTS,
        _name_arrives,
    ),
    Property(
        "events.time-is-kept",
        "An event is stored with the time it happened, however late it arrives.",
        "Segment's specification of common fields: timestamp; Iterable API description, createdAt",
        Severity.MEDIUM,
        EVENTS,
        _time_is_kept,
    ),
    Property(
        "events.different-events-stay",
        "Different events are stored as different events.",
        _IDS,
        Severity.HIGH,
        EVENTS,
        _different_events_stay,
        themes=frozenset({"several events about one thing"}),
    ),
    Property(
        "events.properties-stop-nothing",
        "No property, whatever its name and type, stops an event from being sent.",
        "The definition of the Iterable (Actions) destination: Campaign ID and Template ID are whole numbers",
        Severity.HIGH,
        EVENTS,
        _properties_stop_nothing,
    ),
)

"""Properties about custom events: their name, time and number, and that no property of theirs stops them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Final

from conformance.properties.execution import Trial
from conformance.properties.model import Property, Severity, Violation
from conformance.properties.scenario_expectations import shown
from conformance.properties.stored_data import TRACK, arrivals
from conformance.strategies import EVENTS
from conformance.strategies.history import Event, value_at
from conformance.strategies.mapping_analysis import KnownSubscription

_IDS: Final = "Iterable API description, events/track: an event with a known id is updated"


def _name_arrives(trial: Trial) -> Iterator[Violation | None]:
    for arrival in arrivals(trial, TRACK):
        name, sent = str(arrival.where["eventName"]), str(arrival.event["event"])
        detail = f"the event is called {shown(sent)}; it is stored as {shown(name)}"
        wanted = {"events": [{"user": arrival.where["user"], "eventName": sent}]}
        held = sent.lower() in name.lower()
        yield None if held else Violation(detail, wanted, arrival.step.index)


def _time_is_kept(trial: Trial) -> Iterator[Violation | None]:
    for arrival in arrivals(trial, TRACK):
        happened = _instant_of(arrival.event, arrival.known)
        stored = next(event.created_at for event in arrival.step.new_events if event.type == "customEvent")
        detail = f"it happened at {happened.isoformat()}; it is stored for {_shown_seconds(stored)}"
        wanted = {"events": [{**arrival.where, "createdAt": happened.isoformat()}]}
        yield None if stored == int(happened.timestamp()) else Violation(detail, wanted, arrival.step.index)


def _instant_of(event: Event, known: KnownSubscription) -> datetime:
    """When an event happened: its timestamp, unless the mapping names a property of its own for that."""
    leaf = known.leaf("createdAt")
    own = [path for path in (leaf.sources if leaf is not None else ()) if path.startswith("properties.")]
    text = next((value for path in own if isinstance(value := value_at(event, path), str)), event["timestamp"])
    return datetime.fromisoformat(text).replace(microsecond=0).astimezone(UTC)


def _shown_seconds(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat()


def _different_events_stay(trial: Trial) -> Iterator[Violation | None]:
    taken = [step for step in trial.steps if any(trial.taken(step, TRACK)) and not step.delivery.is_batch]
    accepted = [step for step in taken if all(step.accepted_by(place) for place, _ in trial.taken(step, TRACK))]
    stored = [event for event in trial.end.events if event.type == "customEvent"]
    if len(accepted) > 1 and stored:
        detail = f"{len(accepted)} different events were taken; {len(stored)} are there"
        held = len(stored) >= len(accepted)
        yield None if held else Violation(detail, {"counts": {"events": len(accepted)}})


def _properties_stop_nothing(trial: Trial) -> Iterator[Violation | None]:
    for step in trial.steps:
        for position, _ in trial.taken(step, TRACK):
            outcome = step.outcomes[position]
            refused = outcome.error is not None and not outcome.exchanges
            detail = f"the destination refuses the event: {outcome.error.message if outcome.error else ''}"
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
        "An event is stored for the time at which it happened, however late it arrives.",
        "Segment's specification of common fields: timestamp; Iterable API description, createdAt",
        Severity.MEDIUM,
        EVENTS,
        _time_is_kept,
    ),
    Property(
        "events.different-events-stay",
        "Different events stay different events.",
        _IDS,
        Severity.HIGH,
        EVENTS,
        _different_events_stay,
        themes=frozenset({"several events about one thing"}),
    ),
    Property(
        "events.properties-stop-nothing",
        "No property of an event, whatever its name and type, keeps the event from being sent.",
        "The definition of the Iterable (Actions) destination: Campaign ID and Template ID are whole numbers",
        Severity.HIGH,
        EVENTS,
        _properties_stop_nothing,
    ),
)

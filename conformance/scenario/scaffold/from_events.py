"""A scenario of Segment events that expects what a run shows, to be edited."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from conformance.inputs.yaml_file import Document
from conformance.scenario import BackendError, SimulatorBackend, play_scenario, scenario_in
from conformance.scenario.model.values import DEFAULT_CLOCK
from conformance.scenario.state_expectations import MANAGED
from conformance.tracking_api.instants import read_instant, write_instant

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from conformance.scenario import Play

Json = dict[str, Any]
#: Members of an event that say when something was.
_INSTANTS: Final = ("timestamp", "originalTimestamp", "sentAt", "receivedAt")
#: In milliseconds since 1970; a scenario's clock shows years of four digits.
_YEAR_10000: Final = 253_402_300_799_000


def scenario_of_events(
    events: Sequence[Json],
    project_types: Sequence[str],
    mapping: list[Json] | None,
    folder: Path,
    *,
    segment: bool | Json = False,
    clock: int | None = None,
) -> Json:
    """The document of a scenario file.

    Args:
        events: The events; each is a step.
        project_types: The types of project that it is about.
        mapping: The subscriptions; None for the presets.
        folder: Where the file is to be.
        segment: Whether the events go through Segment first, or the settings of the source if they do.
        clock: When they come in, in milliseconds since 1970. None for the default clock, or for the latest event if
            that is later, so that none is of the future.

    Raises:
        BackendError: The events cannot be played.
    """
    begins = _after_all(events) if clock is None else write_instant(clock)
    scenario: Json = {
        "name": "What happens to these events",
        "description": "Generated from an event file. `expect` holds what a run did; change it to what you expected.",
        "source": "say where this was reported",
        **({} if begins is None else {"clock": begins}),
        **({} if segment is False else {"segment": segment or True}),
        "project": {"type": project_types[0] if len(project_types) == 1 else list(project_types)},
        **({} if mapping is None else {"destination": {"mapping": mapping}}),
        "steps": [{"send": event} for event in events],
    }
    loaded = scenario_in(Document("events", scenario, {(): (1, 1)}), folder)
    with SimulatorBackend.in_process() as backend:
        plays = [play_scenario(loaded, kind, backend, traced=False) for kind in project_types]
    for play in plays:
        if play.message:
            raise BackendError(play.message)
    for index, step in enumerate(scenario["steps"]):
        step["expect"] = _by_type(project_types, [_step(play, index) for play in plays])
    scenario["expect"] = _by_type(project_types, [_end(play) for play in plays])
    return scenario


def _after_all(events: Sequence[Json]) -> str | None:
    """The full second at which the latest event has happened; None where it has at the default clock already."""
    said = (read_instant(event.get(member)) for event in events for member in _INSTANTS)
    latest = max((instant for instant in said if instant is not None and instant < _YEAR_10000), default=0)
    if latest <= (read_instant(DEFAULT_CLOCK) or 0):
        return None
    return write_instant(-(-latest // 1000) * 1000).replace(".000Z", "Z")


def _by_type(project_types: Sequence[str], expected: Sequence[Json]) -> Json:
    """What is expected in every type, and beside it what differs in one."""
    first = expected[0]
    common = {part: value for part, value in first.items() if all(other.get(part) == value for other in expected)}
    special = {
        kind: own
        for kind, whole in zip(project_types, expected, strict=True)
        if (own := {part: value for part, value in whole.items() if part not in common})
    }
    return {**common, "by_type": special} if special else common


def _step(play: Play, index: int) -> Json:
    _, record = play.steps[index]
    expected: Json = {"replies": [_reply(reply) for reply in record.replies]}
    errors = [result["error"] for result in record.results if result["error"] is not None]
    shown = {name: value for name, value in errors[0].items() if value is not None} if errors else "none"
    return {**expected, "error": shown}


def _reply(reply: Json) -> Json:
    return {name: reply[name] for name in ("status", "code") if isinstance(reply.get(name), (int, str))}


def _end(play: Play) -> Json:
    state = play.states[""]
    return {
        "counts": {"users": len(state["users"]), "events": len(state["events"])},
        "users": [_user(user) for user in state["users"]],
        "events": [_event(event) for event in state["events"]],
    }


def _user(user: Json) -> Json:
    fields = {name: value for name, value in user["dataFields"].items() if name not in MANAGED}
    return {**_identifiers(user), **({"dataFields": fields} if fields else {})}


def _event(event: Json) -> Json:
    name = event.get("eventName")
    named = {"eventType": event["eventType"]} if name is None else {"eventName": name}
    return {"user": _identifiers(event), **named}


def _identifiers(part: Json) -> Json:
    return {name: part[name] for name in ("email", "userId") if part.get(name) is not None}

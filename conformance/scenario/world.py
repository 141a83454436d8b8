"""The projects of one case: made before the first step, looked at between steps, removed at the end."""

from __future__ import annotations

from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from conformance.scenario.connection import SimulatorConnection, StateRefused
from conformance.scenario.matching import shown
from conformance.scenario.stage import MAIN, BackendError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    import httpx

    from conformance.scenario.model import OtherProject, ProjectUnderTest, Scenario
    from destination import Client


@dataclass(slots=True)
class SimulatedWorld:
    """A `World` in a simulator: the projects of a case by their name in the scenario."""

    backend: SimulatorConnection
    left_out: list[str] = field(default_factory=list)
    names: dict[str, str] = field(default_factory=dict)
    faults: list[int] = field(default_factory=list)
    now: int = 0

    @property
    def client(self) -> Client:
        """What the destination sends its requests with."""
        return self.backend.client

    @property
    def projects(self) -> Iterable[str]:
        """The names of the projects inside the scenario."""
        return self.names

    def api_key(self, project: str) -> str:
        """The key of a project."""
        return f"{self.names[project]}-key"

    def state(self, project: str = MAIN) -> dict[str, Any]:
        """The state document of a project."""
        document: dict[str, Any] = self.backend.control("GET", f"/_sim/projects/{self.names[project]}/state")
        return document

    def settle(self, step: int) -> None:
        """Wait for nothing: a simulator shows at once what there is to see at the instant that its clock shows."""

    def call(
        self, method: str, path: str, *, query: Mapping[str, Any], headers: Mapping[str, str], body: bytes | None
    ) -> httpx.Response:
        """A call of the API.

        Raises:
            httpx.HTTPError: It got no answer.
        """
        return self.backend.call(method, path, query=query, headers=headers, body=body)

    def move_clock(self, change: dict[str, Any]) -> str:
        """Move the clock; gives the time that it shows then."""
        shown_time = str(self.backend.control("POST", "/_sim/clock", change)["now"])
        self.now = round(datetime.fromisoformat(shown_time).timestamp() * 1000)
        return shown_time

    def add_fault(self, fault: dict[str, Any]) -> None:
        """Put a fault in force, for the projects of this case only unless it names a key."""
        match = {"apiKey": self.api_key(MAIN), **fault.get("match", {})}
        reply = self.backend.control("POST", "/_sim/faults", {**fault, "match": match})
        self.faults.append(reply["number"])


@contextmanager
def simulated_world(
    scenario: Scenario, project_type: str, backend: SimulatorConnection, *, leave_out: bool = False
) -> Iterator[SimulatedWorld]:
    """The world of a case; whatever happens, its projects and faults go and the clock is put back.

    Args:
        scenario: The scenario.
        project_type: The type of the project under test.
        backend: The simulator.
        leave_out: Whether to begin without people who cannot be in a project of the type, and without their events.

    Raises:
        BackendError: The simulator refused the state that the scenario begins with, or went away.
    """
    world = SimulatedWorld(backend)
    clock = backend.control("GET", "/_sim/clock")
    try:
        world.move_clock({"now": scenario.clock})
        _add(world, MAIN, project_type, scenario.project, leave_out=leave_out)
        for other in scenario.other_projects:
            other_type = project_type if other.type == "same" else other.type
            _add(world, other.name, other_type, other, leave_out=leave_out)
        yield world
    finally:
        # A simulator that went away has nothing left to tidy.
        with suppress(BackendError):
            for number in world.faults:
                with suppress(BackendError):
                    backend.control("DELETE", f"/_sim/faults/{number}")
            for name in world.names.values():
                backend.control("DELETE", f"/_sim/projects/{name}")
            backend.control("POST", "/_sim/clock", _put_back(clock))


def _put_back(clock: dict[str, Any]) -> dict[str, Any]:
    return {"mode": "real"} if clock["mode"] == "real" else {"now": clock["now"]}


def _add(
    world: SimulatedWorld, name: str, project_type: str, project: ProjectUnderTest | OtherProject, *, leave_out: bool
) -> None:
    unique = world.backend.project_name()
    body: dict[str, Any] = {
        "name": unique,
        "type": project_type,
        "apiKey": f"{unique}-key",
        "settings": project.settings,
    }
    if project.id is not None:
        body["id"] = project.id
    world.backend.control("POST", "/_sim/projects", body)
    world.names[name] = unique
    document = dict(project.state)
    beside = {
        "users": [part.model_dump(by_alias=True, exclude_none=True) for part in project.users],
        "lists": [part.model_dump(by_alias=True, exclude_none=True) for part in project.lists],
        "events": [part.model_dump(by_alias=True, exclude_none=True) for part in project.events],
    }
    for key, value in beside.items():
        if value:
            document[key] = [*value, *document.get(key, [])]
    if not document:
        return
    path = f"/_sim/projects/{unique}/state"
    try:
        world.backend.control("PUT", path, document)
    except StateRefused as refused:
        if not leave_out:
            raise
        world.left_out += [_described(document, place, reason) for place, reason in refused.mistakes]
        world.backend.control("PUT", path, _without(document, {place for place, _ in refused.mistakes}))


def _without(document: dict[str, Any], places: set[str]) -> dict[str, Any]:
    return {
        part: [item for index, item in enumerate(items) if f"{part}.{index}" not in places]
        if isinstance(items, list)
        else items
        for part, items in document.items()
    }


def _described(document: dict[str, Any], place: str, reason: str) -> str:
    part, _, index = place.partition(".")
    item = document[part][int(index)] if part in document and index.isdecimal() else {}
    return f"{who(item) or place}: {reason}"


def changes(before: dict[str, Any], after: dict[str, Any]) -> list[str]:
    """What differs between two state documents, as sentences: people first, then events."""
    lines: list[str] = []
    old, new = _people(before), _people(after)
    for key, person in new.items():
        if key not in old:
            lines.append(f"person {key} created: {shown(person)}")
        else:
            lines += _field_changes(key, old[key], person)
    lines += [f"person {key} gone" for key in old if key not in new]
    known = [_event_key(event) for event in before["events"]]
    for event in after["events"]:
        if _event_key(event) in known:
            known.remove(_event_key(event))
        else:
            lines.append(f"event stored: {shown(event)}")
    lines += ["event gone or replaced"] * len(known)
    return lines or ["no change"]


def _people(document: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {who(user): user.get("dataFields", {}) for user in document["users"]}


def who(user: dict[str, Any]) -> str:
    """The identifiers of a person, or of whom an event belongs to."""
    return " / ".join(str(user[key]) for key in ("email", "userId") if user.get(key))


def _event_key(event: dict[str, Any]) -> str:
    return shown(sorted((key, shown(value)) for key, value in event.items()))


def _field_changes(who: str, before: dict[str, Any], after: dict[str, Any]) -> list[str]:
    lines = []
    for key in {**before, **after}:
        if key in {"itblInternal", "profileUpdatedAt"} or before.get(key) == after.get(key):
            continue
        old = shown(before[key]) if key in before else "(absent)"
        new = shown(after[key]) if key in after else "(absent)"
        lines.append(f"person {who}: {key} {old} -> {new}")
    return lines

"""The projects of one case: made before the first step, looked at between steps, removed at the end."""

from __future__ import annotations

from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from conformance.control_client import ControlError
from conformance.scenario.connection import SimulatorConnection, backend_errors
from conformance.scenario.protocols import MAIN
from conformance.scenario.state_changes import who

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

    import httpx
    from pydantic import BaseModel

    from conformance.scenario.model import OtherProject, ProjectUnderTest, Scenario
    from destination import Client


@dataclass(slots=True)
class SimulatedEnvironment:
    """An `Environment` in a simulator: the projects of a case by their name in the scenario."""

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

    @backend_errors()
    def state(self, project: str = MAIN) -> dict[str, Any]:
        """The state document of a project."""
        return self.backend.control.state(self.names[project])

    @backend_errors()
    def rules(self, numbers: Collection[int]) -> Mapping[int, Sequence[str]]:
        """The ids of the rules that decided replies, by the number of the request."""
        return self.backend.control.rules_of(min(numbers), max(numbers)) if numbers else {}

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

    @backend_errors()
    def move_clock(self, change: dict[str, Any]) -> str:
        """Move the clock; gives the time that it shows then."""
        instant = str(self.backend.control.move_clock(change)["now"])
        self.now = round(datetime.fromisoformat(instant).timestamp() * 1000)
        return instant

    @backend_errors()
    def add_fault(self, fault: dict[str, Any]) -> None:
        """Put a fault in force, for the projects of this case only unless it names a key."""
        match = {"apiKey": self.api_key(MAIN), **fault.get("match", {})}
        self.faults.append(self.backend.control.add_fault({**fault, "match": match}))

    def remove(self) -> None:
        """Remove the projects and faults of the case, as far as the simulator still answers."""
        for number in self.faults:
            # A fault that was to occur a number of times, and did, is gone already.
            with suppress(ControlError):
                self.backend.control.remove_fault(number)
        for name in self.names.values():
            with suppress(ControlError):
                self.backend.control.remove_project(name)


@contextmanager
def simulated_environment(
    scenario: Scenario, project_type: str, backend: SimulatorConnection, *, leave_out: bool = False
) -> Iterator[SimulatedEnvironment]:
    """The environment of a case; whatever happens, its projects and faults go and the clock is put back.

    Args:
        scenario: The scenario.
        project_type: The type of the project under test.
        backend: The simulator.
        leave_out: Whether to begin without people who cannot be in a project of the type, and without their events.

    Raises:
        BackendError: The simulator refused the state that the scenario begins with, or went away.
    """
    environment = SimulatedEnvironment(backend)
    with backend_errors():
        clock = backend.control.clock()
    try:
        environment.move_clock({"now": scenario.clock})
        _add(environment, MAIN, project_type, scenario.project, leave_out=leave_out)
        for other in scenario.other_projects:
            other_type = project_type if other.type == "same" else other.type
            _add(environment, other.name, other_type, other, leave_out=leave_out)
        yield environment
    finally:
        environment.remove()
        with suppress(ControlError):
            backend.control.move_clock(_put_back(clock))


def _put_back(clock: dict[str, Any]) -> dict[str, Any]:
    return {"mode": "real"} if clock["mode"] == "real" else {"now": clock["now"]}


@backend_errors()
def _add(
    environment: SimulatedEnvironment,
    name: str,
    project_type: str,
    project: ProjectUnderTest | OtherProject,
    *,
    leave_out: bool,
) -> None:
    control, unique = environment.backend.control, environment.backend.project_name()
    configuration: dict[str, Any] = {
        "name": unique,
        "type": project_type,
        "apiKey": f"{unique}-key",
        "settings": project.settings,
    }
    if project.id is not None:
        configuration["id"] = project.id
    # Named first, so that whoever interrupts the next call leaves nothing behind.
    environment.names[name] = unique
    control.add_project(configuration)
    document = _initial_state(project)
    if not document:
        return
    try:
        control.load_state(unique, document)
    except ControlError as error:
        if not leave_out or not error.refused:
            raise
        environment.left_out += [_described(document, place, reason) for place, reason in error.refused]
        control.load_state(unique, _without(document, {place for place, _ in error.refused}))


def _initial_state(project: ProjectUnderTest | OtherProject) -> dict[str, Any]:
    """The state document that a project begins with; empty when it begins with nothing."""
    document = dict(project.state)
    parts: dict[str, Sequence[BaseModel]] = {
        "users": project.users,
        "lists": project.lists,
        "events": project.events,
    }
    for name, items in parts.items():
        if items:
            own = [item.model_dump(by_alias=True, exclude_none=True) for item in items]
            document[name] = [*own, *document.get(name, [])]
    return document


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

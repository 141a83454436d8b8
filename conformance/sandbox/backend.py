"""Scenarios run in a real project, and in a simulator beside it, which says what there is to wait for."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from conformance.sandbox.restrictions import unsupported
from conformance.sandbox.state_comparison import redate_to_scenario_clock
from conformance.scenario import MAIN, BackendError, NotPlayableError, play_scenario
from conformance.scenario.state_expectations import MANAGED

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

    import httpx

    from conformance.sandbox.session import Session
    from conformance.scenario import LoadedScenario, Play, Scenario, SimulatorBackend
    from conformance.scenario.model import ExistingEvent, ExistingUser
    from destination import Client

_FIRST_ERROR: Final = 400


class SandboxBackend:
    """A `Backend` for one scenario in a real project.

    Args:
        session: The session in the project.
        loaded: The scenario.
        simulator: Where it is run beside the real project.
    """

    def __init__(self, session: Session, loaded: LoadedScenario, simulator: SimulatorBackend) -> None:
        self._session = session
        self._loaded = loaded
        self._simulator = simulator

    @contextmanager
    def environment(
        self, scenario: Scenario, project_type: str, *, leave_out: bool = False
    ) -> Iterator[SandboxEnvironment]:
        """The environment of the case, as `Backend` has it."""
        reasons = unsupported(scenario, project_type, self._session.sandbox.project_type)
        if reasons:
            raise NotPlayableError("; ".join(reasons))
        beside = play_scenario(self._loaded, project_type, self._simulator)
        if beside.message:
            raise NotPlayableError(f"not even a simulator can run it: {beside.message}")
        with self._session.visit():
            environment = SandboxEnvironment(self._session, scenario.clock, beside)
            _set_up(environment, scenario, leave_out=leave_out)
            yield environment


@dataclass(slots=True)
class SandboxEnvironment:
    """A `World` in a real project.

    Attributes:
        session: The session in the project.
        clock: The instant of the scenario, in ISO 8601.
        beside: What a simulator makes of the scenario.
        left_out: Who could not be there at the start, and why.
        now: The instant of the scenario, in milliseconds since the epoch.
    """

    session: Session
    clock: str
    beside: Play
    left_out: list[str] = field(default_factory=list)
    now: int = 0
    _state: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.now = round(datetime.fromisoformat(self.clock).timestamp() * 1000)

    @property
    def client(self) -> Client:
        """What the destination sends its requests with."""
        return self.session.client

    @property
    def projects(self) -> Iterable[str]:
        """The project under test, and no other."""
        return (MAIN,)

    def api_key(self, project: str) -> str:  # noqa: ARG002  # there is one project
        """The key of the project."""
        return self.session.sandbox.api_key

    def state(self, project: str = MAIN) -> dict[str, Any]:  # noqa: ARG002  # there is one project
        """The run's own people and events, as they were when they had settled."""
        return self._state

    def rules(self, numbers: Collection[int]) -> Mapping[int, Sequence[str]]:  # noqa: ARG002  # they are not told
        """Nothing: a service does not say why."""
        return {}

    def settle(self, step: int) -> None:
        """Wait for what the simulator shows after a step, or for the timeout; step -1 is the beginning."""
        self._state = self.session.settled(self.beside.after[step + 1], self._dated)

    def call(
        self, method: str, path: str, *, query: Mapping[str, Any], headers: Mapping[str, str], body: bytes | None
    ) -> httpx.Response:
        """A call of the API.

        Raises:
            NotPlayableError: It is not safe in a project that others use as well.
            httpx.HTTPError: It got no answer.
        """
        return self.session.call(method, path, query=query, headers=headers, body=body)

    def move_clock(self, change: dict[str, Any]) -> str:  # noqa: ARG002  # no change is possible
        """There is no way to move a service's clock.

        Raises:
            NotPlayableError: Always.
        """
        raise NotPlayableError("the clock of a real project cannot be moved")

    def add_fault(self, fault: dict[str, Any]) -> None:  # noqa: ARG002  # no fault is possible
        """There is no way to make a service fail.

        Raises:
            NotPlayableError: Always.
        """
        raise NotPlayableError("a real project cannot be told to fail")

    def _dated(self, state: dict[str, Any]) -> dict[str, Any]:
        return redate_to_scenario_clock(state, self.session.began, self.session.sleeper.now(), self.clock)


def _set_up(environment: SandboxEnvironment, scenario: Scenario, *, leave_out: bool) -> None:
    """Make the people and events that the scenario begins with, through the API, and wait until they can be seen."""
    for user in scenario.project.users:
        _create(environment, "/api/users/update", _user_body(user), leave_out=leave_out)
    if scenario.project.events:
        environment.settle(-1)
    for event in scenario.project.events:
        _create(environment, "/api/events/track", _event_body(event), leave_out=leave_out)
    environment.settle(-1)


def _create(environment: SandboxEnvironment, path: str, body: dict[str, Any], *, leave_out: bool) -> None:
    response = environment.session.post(path, body)
    if response.status_code < _FIRST_ERROR:
        return
    who = " / ".join(str(body[name]) for name in ("email", "userId") if name in body)
    reason = f"{who}: {path} was answered {response.status_code} {response.text[:200]}"
    if not leave_out:
        raise BackendError(f"the scenario cannot start: {reason}")
    environment.left_out.append(reason)


def _user_body(user: ExistingUser) -> dict[str, Any]:
    body = user.model_dump(by_alias=True, exclude_none=True)
    fields = {name: value for name, value in user.data_fields.items() if name not in MANAGED}
    return {**body, "dataFields": fields}


def _event_body(event: ExistingEvent) -> dict[str, Any]:
    body = event.model_dump(by_alias=True, exclude_none=True)
    if event.created_at is not None:
        body["createdAt"] = round(datetime.fromisoformat(event.created_at).timestamp())
    return body

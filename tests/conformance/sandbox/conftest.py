"""A second simulator in the part of the real service: no control surface, somebody else's people in it, time that passes when waited for."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from conformance.sandbox import Ledger, Sandbox, Session
from conformance.scenario import LoadedScenario, SimulatorBackend, load_scenario
from simulator import Clock, ProjectConfiguration, ProjectSettings, ProjectType, Simulator, SimulatorTransport

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

URL = "http://127.0.0.1:1"
OTHERS = {
    "users": [
        {"email": "ada@example.com", "userId": "u1", "dataFields": {"plan": "theirs"}},
        {"email": "harness-x-1-grace@example.com", "userId": "harness-x-1-u2", "dataFields": {}},
    ],
    "events": [
        {
            "email": "ada@example.com",
            "userId": "u1",
            "eventName": "Theirs",
            "createdAt": "2026-01-01T00:00:00Z",
            "id": "e-1",
        }
    ],
}


class PassingTime:
    """Time that passes when somebody waits."""

    def __init__(self) -> None:
        self.seconds = 1_790_000_000.0

    def now(self) -> float:
        return self.seconds

    def sleep(self, seconds: float) -> None:
        self.seconds += seconds


class Service(httpx.BaseTransport):
    """The real service, as far as a test can tell."""

    def __init__(self, project_type: str, time: PassingTime, **settings: Any) -> None:
        configuration = ProjectConfiguration(
            "real", ProjectType(project_type), ("key",), ProjectSettings.model_validate(settings)
        )
        self.simulator = Simulator([configuration])
        self.project = self.simulator.projects["real"]
        clock = Clock(read=lambda: round(time.now() * 1000))
        self.project.replace_state(OTHERS, clock.now())
        self.requests: list[tuple[str, str]] = []
        self.statuses: list[int] = []
        self.broken_after: int | None = None
        self._inner = SimulatorTransport(self.simulator, clock)

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        assert not request.url.path.startswith("/_sim"), "a real service has no control surface"
        self.requests.append((request.method, request.url.path))
        if self.broken_after is not None and len(self.requests) > self.broken_after:
            raise httpx.ConnectError("gone", request=request)
        response = self._inner.handle_request(request)
        self.statuses.append(response.status_code)
        return response

    def shown(self) -> str:
        """Everything that is in the project but what the service keeps for itself, as text."""
        document = self.project.state_document()
        return json.dumps({name: document[name] for name in ("users", "events", "lists")})


@pytest.fixture
def time() -> PassingTime:
    return PassingTime()


@pytest.fixture
def ledger_file(tmp_path: Path) -> Path:
    return tmp_path / "sandbox" / "ledger.jsonl"


OpenSession = "Callable[..., Session]"


@pytest.fixture
def open_session(time: PassingTime, ledger_file: Path) -> Callable[..., Session]:
    """Opens a session at a service."""

    def open_session(service: Service, *, wait_timeout: float = 5, run: str = "abc") -> Session:
        sandbox = Sandbox(
            name="sandbox", url=URL, api_key="key", project_type=service.project.type.value, wait_timeout=wait_timeout
        )
        return Session(sandbox, Ledger(ledger_file, URL), run, transport=service, sleeper=time)

    return open_session


@pytest.fixture
def simulator() -> Iterator[SimulatorBackend]:
    with SimulatorBackend.in_process() as backend:
        yield backend


@pytest.fixture
def scenario(tmp_path: Path) -> Callable[[str], LoadedScenario]:
    """A scenario from the lines of its file that come after name, description and source."""

    def write(text: str) -> LoadedScenario:
        file = tmp_path / "case.scenario.yaml"
        file.write_text(f"name: A case\ndescription: A case.\nsource: this test\n{text}", "utf-8")
        return load_scenario(file)

    return write

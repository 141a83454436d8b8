"""Headers that every reply of the API carries, over a socket and in process."""

from __future__ import annotations

import uuid
from typing import Any

import httpx
import pytest

from simulator import Clock, ProjectConfiguration, ProjectType, Simulator
from simulator.http.in_process import SimulatorTransport

KEY = {"Api-Key": "key"}


@pytest.fixture
def client() -> httpx.Client:
    simulator = Simulator([ProjectConfiguration("p", ProjectType.EMAIL, ("key",))])
    return httpx.Client(transport=SimulatorTransport(simulator, Clock()), base_url="http://test")


@pytest.mark.parametrize(
    ("method", "path", "headers"),
    [
        ("GET", "/api/lists", KEY),
        ("GET", "/api/lists", {}),
        ("GET", "/api/nothing", KEY),
        ("POST", "/api/lists", KEY),
    ],
)
def test_every_reply_has_them(client: httpx.Client, method: str, path: str, headers: dict[str, str]) -> None:
    reply = client.request(method, path, headers=headers)
    assert reply.headers["X-Content-Type-Options"] == "nosniff"
    assert reply.headers["X-XSS-Protection"] == "1; mode=block"
    assert reply.headers["X-Permitted-Cross-Domain-Policies"] == "master-only"
    assert reply.headers["Vary"] == "Origin,Accept-Encoding"
    assert reply.headers["Server"].startswith("iterable-ingress")
    assert {"Referrer-Policy", "Content-Security-Policy", "Request-Time"} <= {name.title() for name in reply.headers}


def test_the_id_of_a_request_leads_to_it_in_the_journal(client: httpx.Client) -> None:
    ids = [client.get("/api/lists", headers=KEY).headers["Iterable-Request-Id"] for _ in range(2)]
    assert [uuid.UUID(given).version for given in ids] == [4, 4]
    numbers = [int(given.rpartition("-")[2]) for given in ids]
    journal: Any = client.get("/_sim/projects/p/journal").json()
    entries = journal["entries"] if isinstance(journal, dict) else journal
    assert sorted(numbers) == sorted(entry["number"] for entry in entries)


def test_an_injected_fault_wins_over_them(client: httpx.Client) -> None:
    action = {"status": 503, "headers": {"server": "broken"}}
    assert client.post("/_sim/faults", json={"action": action}).status_code < 300
    reply = client.get("/api/lists", headers=KEY)
    assert (reply.headers.get_list("Server"), reply.headers["Vary"]) == (["broken"], "Origin,Accept-Encoding")


def test_the_control_surface_has_headers_of_its_own(client: httpx.Client) -> None:
    assert "Iterable-Request-Id" not in client.get("/_sim/health").headers

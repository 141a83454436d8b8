"""How fast one looks at a hundred thousand people and what was done to them. Run with `make bench`."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from simulator import Clock, Request, Simulator
from simulator.project.changes import Changes
from simulator.project.people import People
from simulator.project.person import Person
from simulator.service import Service

if TYPE_CHECKING:
    from pytest_benchmark.fixture import BenchmarkFixture

NOW = 1_787_227_200_000
PEOPLE = 100_000
HEADERS = {"api-key": "hybrid-key"}


@pytest.fixture(scope="module")
def service(request: pytest.FixtureRequest) -> Service:
    """A project in which everybody was written once, and every tenth bought something."""
    people = PEOPLE if request.config.getoption("--benchmark-enable") else 200
    service = Service(Simulator(), Clock(NOW))
    for number in range(people):
        who = {"email": f"person-{number}@example.com", "userId": f"user-{number}"}
        calls = [("users/update", {**who, "dataFields": {"plan": "gold", "logins": number, "city": "London"}})]
        if number % 10 == 0:
            calls.append(("events/track", {**who, "eventName": "Bought", "id": f"e{number}", "dataFields": {"n": 1}}))
        for path, body in calls:
            call = Request("POST", f"/api/{path}", headers=HEADERS, body=json.dumps(body).encode())
            service.simulator.handle(call, NOW)
    return service


@pytest.mark.parametrize(
    ("path", "query"),
    [
        ("projects/hybrid/users", ""),
        ("projects/hybrid/users", "after=150"),
        ("projects/hybrid/users", "search=user-77"),
        ("projects/hybrid/users", "search=nobody"),
        ("projects/hybrid/events", ""),
        ("projects/hybrid/events", "before=10"),
        ("projects/hybrid/events", "search=bought"),
        ("projects/hybrid/events", "user=user-100"),
        ("projects/hybrid/profile", "user=user-100"),
        ("projects/hybrid/blame", "user=%23101&field=plan"),
        ("journal", "newest=true"),
        ("journal", "text=person-199@&newest=true"),
        ("journal", "text=nowhere&newest=true"),
    ],
    ids=lambda part: part or "first",
)
def test_looking(benchmark: BenchmarkFixture, service: Service, path: str, query: str) -> None:
    reply = benchmark(service.respond, Request("GET", f"/_sim/{path}", query)).reply
    assert reply is not None
    assert reply.status == 200


@pytest.mark.timeout(600)
@pytest.mark.parametrize("search", ["user-77777", "nobody"])
def test_searching_a_million_people(benchmark: BenchmarkFixture, search: str) -> None:
    people = People(Changes())
    for number in range(200 if benchmark.disabled else 1_000_000):
        people.add(Person(f"person-{number}@example.com", f"user-{number}", NOW))
    found = benchmark(lambda: [person.number for person in people.having(search)[1]])
    assert found == [] or not benchmark.disabled

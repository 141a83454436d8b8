"""How fast the simulator answers in process. Run with `make bench`."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from simulator import Request, Simulator

if TYPE_CHECKING:
    from pytest_benchmark.fixture import BenchmarkFixture

NOW = 1_787_227_200_000
FIELDS = {"plan": "gold", "logins": 42, "city": "London", "since": "2024-01-02", "tags": ["vip", "beta"]}
BODY = {"email": "ada@example.com", "userId": "u1", "dataFields": FIELDS}


@pytest.mark.parametrize("project", ["email", "userid", "hybrid"])
def test_an_update_of_two_hundred_bytes(benchmark: BenchmarkFixture, project: str) -> None:
    simulator = Simulator()
    body = json.dumps(BODY).encode()
    request = Request("POST", "/api/users/update", headers={"api-key": f"{project}-key"}, body=body)
    assert benchmark(simulator.handle, request, NOW).status == 200

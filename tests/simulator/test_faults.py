"""Faults: which requests they are for, how often they happen, and what they answer."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from simulator import Request
from simulator.faults import Action, Fault, Faults, fault_reply


def fault(**members: Any) -> Fault:
    return Fault.model_validate({"action": {"status": 503}, **members})


def happens(match: dict[str, str], request: Request, api_key: str | None = "key") -> bool:
    faults = Faults()
    faults.add(fault(match=match))
    return faults.decide(request, api_key) is not None


@pytest.mark.parametrize(
    ("match", "expected"),
    [
        ({}, True),
        ({"path": "/api/users/*"}, True),
        ({"path": "/api/users/a@x.test"}, True),
        ({"path": "/api/users/a%40x.test"}, True),
        ({"path": "/api/events/*"}, False),
        ({"path": "/api/users"}, False),
        ({"method": "get"}, True),
        ({"method": "POST"}, False),
        ({"apiKey": "key"}, True),
        ({"apiKey": "other"}, False),
        ({"path": "/api/*", "method": "GET", "apiKey": "key"}, True),
        ({"path": "/api/*", "method": "GET", "apiKey": "other"}, False),
    ],
)
def test_a_fault_happens_to_requests_that_fit_in_every_way(match: dict[str, str], expected: bool) -> None:
    assert happens(match, Request("GET", "/api/users/a%40x.test")) is expected


def test_the_first_fault_that_fits_is_the_one_that_happens() -> None:
    faults = Faults()
    faults.add(fault(action={"status": 500}, times=1))
    faults.add(fault(action={"status": 502}))
    assert [action.status for _ in range(3) if (action := faults.decide(Request("GET", "/"), None))] == [
        500,
        502,
        502,
    ]


@given(st.integers(1, 20), st.integers(0, 40))
def test_a_fault_happens_as_often_as_it_says(times: int, requests: int) -> None:
    faults = Faults()
    faults.add(fault(times=times))
    decided = [faults.decide(Request("GET", "/"), None) is not None for _ in range(requests)]
    assert decided == [index < times for index in range(requests)]


def test_a_fault_that_chance_spares_is_not_used_up() -> None:
    faults = Faults(seed=3)
    faults.add(fault(times=5, probability=0.5))
    happened = sum(faults.decide(Request("GET", "/"), None) is not None for _ in range(200))
    assert happened == 5


@pytest.mark.parametrize(("probability", "expected"), [(0, 0), (1, 50)])
def test_certain_and_impossible_faults_need_no_luck(probability: float, expected: int) -> None:
    faults = Faults()
    faults.add(fault(probability=probability))
    assert sum(faults.decide(Request("GET", "/"), None) is not None for _ in range(50)) == expected


def test_clearing_begins_again_with_the_seed() -> None:
    faults = Faults(seed=7)

    def run() -> list[bool]:
        faults.clear()
        faults.add(fault(probability=0.5))
        return [faults.decide(Request("GET", "/"), None) is not None for _ in range(30)]

    assert run() == run()


def test_one_fault_is_removed_by_its_number_and_the_others_stay() -> None:
    faults = Faults()
    first, second = faults.add(fault()), faults.add(fault(times=2))
    assert faults.remove(first)
    assert not faults.remove(first)
    assert faults.to_json() == [{"number": second, "action": {"status": 503}, "times": 2, "left": 2}]


@pytest.mark.parametrize(
    "members",
    [
        {"action": {}},
        {"action": {"status": 500, "drop": "after"}},
        {"action": {"status": "500"}},
        {"action": {"status": True}},
        {"action": {"status": 101}},
        {"action": {"status": 600}},
        {"action": {"status": 204, "body": "x"}},
        {"action": {"drop": "sometimes"}},
        {"action": {"delay": -1}},
        {"action": {"delay": 1, "body": "x"}},
        {"action": {"delay": 1, "headers": {"X": "y"}}},
        {"action": {"status": 500, "headers": {"X": "a\r\nSet-Cookie: b"}}},
        {"action": {"status": 500, "headers": {"X": "☃"}}},
        {"action": {"status": 500, "headers": {"X y": "a"}}},
        {"action": {"status": 500, "headers": {"": "a"}}},
        {"action": {"status": 500, "headers": {"content-length": "3"}}},
        {"action": {"status": 500, "headers": {"Transfer-Encoding": "chunked"}}},
        {"times": 0},
        {"times": 1.5},
        {"probability": 1.1},
        {"match": {"host": "x"}},
        {"more": 1},
    ],
)
def test_a_fault_that_makes_no_sense_is_refused(members: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        fault(**members)


@pytest.mark.parametrize(
    ("action", "body", "content_type"),
    [
        ({"status": 500}, b"", "text/plain; charset=utf-8"),
        ({"status": 500, "body": "down"}, b"down", "text/plain; charset=utf-8"),
        ({"status": 500, "body": "\ud800"}, b"?", "text/plain; charset=utf-8"),
        (
            {"status": 429, "body": {"code": "RateLimitExceeded"}},
            b'{"code": "RateLimitExceeded"}',
            "application/json",
        ),
        ({"status": 500, "body": [1]}, b"[1]", "application/json"),
        ({"status": 502, "body": "<h1>", "headers": {"content-type": "text/html"}}, b"<h1>", "text/html"),
    ],
)
def test_a_fault_answers_with_its_body_in_one_content_type(action: Any, body: bytes, content_type: str) -> None:
    reply = fault_reply(Action.model_validate(action))
    assert (reply.status, reply.body) == (action["status"], body)
    assert [value for name, value in reply.headers.items() if name.lower() == "content-type"] == [content_type]

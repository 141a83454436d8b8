"""Faults: which requests they are for, how often they happen, and what they answer."""

from __future__ import annotations

import re
from pathlib import Path
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
    assert [trouble.action.status for _ in range(3) if (trouble := faults.decide(Request("GET", "/"), None))] == [
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
    assert faults.to_json() == [{"number": second, "action": {"status": 503}, "times": 2, "left": 2, "happened": 0}]


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


def outcomes(faults: Faults, requests: int) -> list[str]:
    """What happens to so many requests, one after the other."""
    found = []
    for _ in range(requests):
        trouble = faults.decide(Request("GET", "/"), None)
        found.append(
            "fine" if trouble is None else str(trouble.action.status or trouble.action.drop or trouble.delay)
        )
    return found


TWICE_THEN_FINE = [{"status": 503}, {"drop": "after"}]


@pytest.mark.parametrize(
    ("members", "expected"),
    [
        ({}, ["503", "after", "fine", "fine", "fine", "fine"]),
        ({"times": 2}, ["503", "after", "503", "after", "fine", "fine"]),
        ({"repeat": True}, ["503", "after", "503", "after", "503", "after"]),
    ],
)
def test_a_sequence_is_played_one_action_a_request_as_often_as_it_says(
    members: dict[str, Any], expected: list[str]
) -> None:
    faults = Faults()
    faults.add(Fault.model_validate({"sequence": TWICE_THEN_FINE, **members}))
    assert outcomes(faults, 6) == expected


def test_a_sequence_may_let_requests_pass_between_its_actions() -> None:
    faults = Faults()
    sequence = [{"pass": True}, {"status": 500}, {"pass": True}]
    faults.add(Fault.model_validate({"sequence": sequence, "repeat": True}))
    faults.add(fault(action={"status": 502}))
    assert outcomes(faults, 6) == ["fine", "500", "fine", "fine", "500", "fine"]


def test_the_listing_says_for_how_many_requests_a_fault_is_still_there() -> None:
    faults = Faults()
    faults.add(Fault.model_validate({"sequence": TWICE_THEN_FINE, "times": 2}))
    outcomes(faults, 3)
    [listed] = faults.to_json()
    assert isinstance(listed, dict)
    assert (listed["left"], listed["happened"]) == (1, 3)


def test_a_request_that_chance_spares_does_not_move_a_sequence_on() -> None:
    faults = Faults(seed=1)
    faults.add(Fault.model_validate({"sequence": TWICE_THEN_FINE, "probability": 0.3}))
    assert [outcome for outcome in outcomes(faults, 100) if outcome != "fine"] == ["503", "after"]


DISTRIBUTIONS: list[tuple[dict[str, Any], float, float]] = [
    ({"distribution": "uniform", "min": 1, "max": 3}, 1, 3),
    ({"distribution": "exponential", "mean": 2, "max": 5}, 0, 5),
    ({"distribution": "normal", "mean": 1, "deviation": 2, "max": 4}, 0, 4),
    ({"distribution": "lognormal", "median": 0.2, "sigma": 1, "max": 2}, 0, 2),
]


@pytest.mark.parametrize(("delay", "least", "most"), DISTRIBUTIONS)
def test_a_delay_is_drawn_anew_for_each_request_and_stays_within_its_bounds(
    delay: dict[str, Any], least: float, most: float
) -> None:
    faults = Faults(seed=5)
    faults.add(fault(action={"delay": delay}))
    drawn = [float(outcome) for outcome in outcomes(faults, 500)]
    assert all(least <= seconds <= most for seconds in drawn)
    assert len(set(drawn)) > 100


@pytest.mark.parametrize(
    ("delay", "middle"),
    [
        ({"distribution": "uniform", "min": 2, "max": 4}, 3),
        ({"distribution": "exponential", "mean": 2}, 1.386),
        ({"distribution": "normal", "mean": 10, "deviation": 1}, 10),
        ({"distribution": "lognormal", "median": 0.5, "sigma": 0.5}, 0.5),
        ({"distribution": "exponential", "mean": 0}, 0),
        ({"distribution": "lognormal", "median": 0.5, "sigma": 0}, 0.5),
    ],
)
def test_half_of_the_delays_are_longer_than_the_middle_of_their_distribution(
    delay: dict[str, Any], middle: float
) -> None:
    faults = Faults(seed=5)
    faults.add(fault(action={"delay": delay}))
    drawn = sorted(float(outcome) for outcome in outcomes(faults, 2001))
    assert drawn[1000] == pytest.approx(middle, rel=0.1)


def test_a_fault_with_a_seed_of_its_own_does_the_same_whatever_others_do() -> None:
    own = {"action": {"delay": {"distribution": "uniform", "max": 9}}, "probability": 0.5, "seed": 11}

    def run(seed: int) -> list[str]:
        faults = Faults(seed)
        faults.add(Fault.model_validate(own))
        return outcomes(faults, 40)

    assert run(1) == run(2)
    assert len(set(run(1))) > 10


def test_another_seed_is_another_course_and_the_same_seed_the_same() -> None:
    def run(seed: int) -> list[str]:
        faults = Faults()
        faults.add(fault(probability=0.5))
        outcomes(faults, 7)
        faults.begin_with(seed)
        return outcomes(faults, 30)

    assert run(4) == run(4)
    assert run(4) != run(5)


@pytest.mark.parametrize(
    ("members", "complaint"),
    [
        ({"action": {"status": 500}, "sequence": [{"status": 500}]}, "either an action or a sequence"),
        ({"times": 2}, "either an action or a sequence"),
        ({"sequence": []}, "at least 1 item"),
        ({"action": {"status": 500}, "repeat": True}, "repeat needs a sequence"),
        ({"sequence": [{"status": 500}], "repeat": True, "times": 2}, "mutually exclusive"),
        (
            {"sequence": [{"status": 500, "drop": "after"}]},
            "an action is exactly one of status, delay, drop and pass; this one has 2",
        ),
        ({"action": {"pass": False}}, "Input should be True"),
        ({"action": {"delay": {"distribution": "poisson"}}}, "uniform, exponential, normal, lognormal"),
        ({"action": {"delay": "2"}}, "a valid number"),
        ({"action": {"delay": {"distribution": "uniform", "min": 3, "max": 1}}}, "min 3 is greater than max 1"),
        ({"action": {"delay": {"distribution": "uniform", "mean": 1}}}, "Field required"),
        ({"action": {"delay": {"distribution": "lognormal", "median": 0, "sigma": 1}}}, "greater than 0"),
        ({"action": {"delay": {"distribution": "normal", "mean": 1, "deviation": -1}}}, "greater than or equal to 0"),
        ({"action": {"delay": 1}, "seed": "x"}, "a valid integer"),
    ],
)
def test_a_fault_that_makes_no_sense_is_refused_with_the_reason(members: dict[str, Any], complaint: str) -> None:
    with pytest.raises(ValidationError, match=complaint):
        Fault.model_validate(members)


BROKEN = (
    b'{"msg":"An error occurred. Please try again later. If problem persists, please contact your CSM",'
    b'"code":"GenericError","params":null}'
)


@pytest.mark.parametrize(
    ("action", "body", "content_type"),
    [
        ({"status": 503}, b"", "text/plain; charset=utf-8"),
        ({"status": 500}, BROKEN, "application/json"),
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


def test_the_faults_of_the_guide_do_what_it_says() -> None:
    guide = (Path(__file__).parents[3] / "docs" / "faults.md").read_text(encoding="utf-8")
    twice, slow = re.findall(r"```json\n(.*?)```", guide, re.DOTALL)
    faults = Faults()
    faults.add(Fault.model_validate_json(twice))
    found = [faults.decide(Request("POST", "/api/users/update"), None) for _ in range(3)]
    assert [trouble and (trouble.action.status, trouble.action.drop) for trouble in found] == [
        (503, None),
        (None, "after"),
        None,
    ]
    faults.add(Fault.model_validate_json(slow))
    assert len(set(outcomes(faults, 10))) == 10

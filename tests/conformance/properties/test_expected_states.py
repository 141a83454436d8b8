"""What the scenario of two executions expects: what one ends with and the other does not."""

from __future__ import annotations

from typing import Any

import pytest

from conformance.properties.expectations import comparable, expect_state
from conformance.properties.state import Profile, State, StoredEvent

ADA = Profile(1, "ada@example.com", None, {"plan": "pro", "signupSource": "API"}, 0)


def event(at: int = 1_785_837_603, members: dict[str, Any] | None = None, **fields: Any) -> StoredEvent:
    return StoredEvent(f"made-up-{at}", "customEvent", "Seen", 1, at, fields, members or {})


def test_what_both_states_have_is_not_expected() -> None:
    state = State((ADA,), (event(page=7),))
    assert expect_state(state, state) == {}
    assert expect_state(state, State((ADA,))) == {
        "counts": {"events": 1},
        "events": [
            {
                "user": {"email": "ada@example.com"},
                "eventName": "Seen",
                "eventType": "customEvent",
                "dataFields": {"page": 7},
            }
        ],
    }


def test_a_profile_that_is_another_one_is_expected_with_its_fields_alone() -> None:
    other = Profile(1, "ada@example.com", None, {"plan": "free"}, 0)
    assert expect_state(State((ADA,)), State((other,))) == {
        "users": [{"email": "ada@example.com", "dataFields": {"plan": "pro"}, "exact": True}]
    }


def test_a_profile_is_expected_without_an_identifier_that_it_has_in_the_other_state() -> None:
    merged = Profile(1, "ada@example.com", "u1", {"plan": "pro"}, 0)
    [user] = expect_state(State((ADA,)), State((merged,)))["users"]
    assert user["noUserId"] is True
    assert "noEmail" not in user


@pytest.mark.parametrize(
    ("wanted", "there", "member", "expected"),
    [
        (event(at=1_785_837_603), event(at=1_785_751_202), "createdAt", "2026-08-04T10:00:03Z"),
        (event(page=7), event(page=7, list={"a": 1}), "without", ["dataFields.list"]),
        (event(list={"a": 1}), event(list={"a": 1, "b": 2}), "without", ["dataFields.list.b"]),
        (event(members={"total": 5}), event(members={"total": 6}), "total", 5),
        (event(members={"shoppingCartItems": [{"id": "1"}]}), event(), "items", [{"id": "1"}]),
    ],
    ids=["a time", "a field less", "a field of an object less", "a total", "items"],
)
def test_an_event_is_expected_by_what_tells_it_from_the_one_that_is_there(
    wanted: StoredEvent, there: StoredEvent, member: str, expected: object
) -> None:
    found = expect_state(State((ADA,), (wanted,)), State((ADA,), (there,)))
    assert found.keys() == {"events"}
    assert found["events"][0][member] == expected


def test_an_event_that_is_there_more_often_is_counted() -> None:
    found = expect_state(State((ADA,), (event(page=7), event(page=7))), State((ADA,), (event(page=7),)))
    assert found["counts"] == {"events": 2}
    assert found["events"][0]["count"] == 2


def test_states_are_the_same_whatever_made_up_ids_and_the_order_are() -> None:
    one, two = event(page=1), event(page=2)
    renamed = StoredEvent("other", "customEvent", "Seen", 1, two.created_at, {"page": 2}, {})
    assert comparable(State((ADA,), (one, two))) == comparable(State((ADA,), (renamed, one)))

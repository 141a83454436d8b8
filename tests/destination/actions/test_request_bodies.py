"""What each action sends for what its fields hold."""

from __future__ import annotations

import time
from typing import Any

import pytest

from destination import Destination, Subscription

DATE, SHOWN = "2024-01-02T03:04:05Z", "2024-01-02 03:04:05 +00:00"


def sent(action: str, mapping: Any, *events: Any, batch: bool = False) -> list[Any]:
    """The bodies of the requests that a subscription makes of tracked events."""
    destination = Destination({"apiKey": "k"}, [Subscription("One", action, 'type = "track"', mapping)])
    tracked = [{"type": "track", **event} for event in events]
    [outcome] = destination.plan_batch(tracked) if batch else destination.plan(tracked[0])
    assert outcome.error is None
    return [exchange.request.json for exchange in outcome.exchanges]


def items_sent(item: dict[str, Any]) -> dict[str, Any]:
    whole = {"id": "1", "name": "n", "quantity": 1, "price": 2, **item}
    [body] = sent("updateCart", {"user": {"userId": "u1"}, "items": [whole]}, {})
    [only] = body["items"]
    assert {key: only.pop(key) for key in ("id", "name", "quantity", "price")} == {
        "id": "1", "name": "n", "quantity": 1, "price": 2,
    }  # fmt: skip
    result: dict[str, Any] = only
    return result


def test_data_fields_of_an_item_are_lost_and_made_anew_of_what_the_item_does_not_know() -> None:
    assert items_sent({"dataFields": {"x": 1}, "colour": "red"}) == {"colour": "red", "dataFields": {"colour": "red"}}
    assert items_sent({"dataFields": DATE}) == {"dataFields": {}}


def test_a_date_of_an_item_is_converted_in_its_data_fields_and_inside_objects_in_both_places() -> None:
    nested = {"extra": {"at": SHOWN}, "dates": [SHOWN]}
    assert items_sent({"at": DATE, "extra": {"at": DATE}, "dates": [DATE]}) == {
        "at": DATE,
        **nested,
        "dataFields": {"at": SHOWN, **nested},
    }


@pytest.mark.parametrize(("categories", "shown"), [("c", {"categories": ["c"]}), ("", {})])
def test_the_category_of_an_item_is_put_into_a_list(categories: str, shown: dict[str, Any]) -> None:
    assert items_sent({"categories": categories}) == {"dataFields": {}, **shown}


def test_in_a_batch_a_new_email_goes_out_as_a_data_field() -> None:
    # Segment pull request 3811: there is no second call for a batch.
    mapping = {"userId": {"@path": "$.userId"}, "newEmail": {"@path": "$.new"}, "dataFields": {"@path": "$.traits"}}
    events = [
        {"userId": "u1", "new": "b@x.test", "traits": {"plan": "x", "email": "a@x.test"}},
        {"userId": "u2", "traits": {"plan": "y"}},
    ]
    assert sent("updateUser", mapping, *events, batch=True) == [
        {
            "users": [
                {"userId": "u1", "dataFields": {"plan": "x", "email": "b@x.test"}},
                {"userId": "u2", "dataFields": {"plan": "y"}},
            ]
        }
    ]


@pytest.mark.parametrize(("first", "second"), [(True, False), (False, True)])
def test_the_first_event_of_a_batch_decides_whether_users_are_only_updated(first: bool, second: bool) -> None:
    mapping = {"userId": "u1", "updateOnly": {"@path": "$.only"}}
    users = [{"userId": "u1", "dataFields": {}}] * 2
    [body] = sent("updateUser", mapping, {"only": first}, {"only": second}, batch=True)
    assert body == ({"users": users, "updateOnly": True} if first else {"users": users})


def test_an_event_without_a_time_happens_when_the_clock_of_the_system_says(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(time, "time_ns", lambda: 1_787_227_200_999_999_999)
    [body] = sent("trackEvent", {"userId": "u1", "eventName": "Seen"}, {})
    assert repr(body["createdAt"]) == "1787227200"

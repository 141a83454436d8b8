"""The requests of one event: when they come, and whom they name."""

from __future__ import annotations

from typing import Any

import pytest

from conformance.backtest import Located, Mappings, Position, count
from conformance.backtest.projects.requests import PlannedEvent, plan_event, unpack
from destination import PRESETS


def planned(*events: dict[str, Any]) -> list[PlannedEvent]:
    found: list[PlannedEvent] = []
    located = [Located(Position("e", number, number + 1), event) for number, event in enumerate(events)]
    count(located, Mappings(PRESETS), write=lambda item, shown, _, made: found.append(plan_event(item, shown, made)))
    return sorted(found, key=lambda event: event.key)


def track(**members: Any) -> dict[str, Any]:
    return {"type": "track", "event": "Done", "userId": "u1", **members}


def test_events_are_in_the_order_in_which_segment_received_them() -> None:
    late = track(timestamp="2026-03-01T09:00:00Z", receivedAt="2026-03-04T09:00:00Z")
    soon = track(timestamp="2026-03-02T09:00:00Z", receivedAt="2026-03-02T09:00:01Z")
    before_1970 = track(timestamp="1969-03-02T09:00:00Z")
    untimed = track()
    order = [
        event.position.offset for event in planned(late, soon, track(timestamp="2026-03-03"), before_1970, untimed)
    ]
    assert order == [3, 4, 1, 2, 0]


def test_events_of_one_instant_are_in_the_order_in_which_they_stand() -> None:
    events = planned(*[track(receivedAt="2026-03-01T09:00:00Z") for _ in range(300)])
    assert [event.position.offset for event in events] == list(range(300))


def test_everything_that_says_whose_a_request_is_is_found() -> None:
    order = {
        "type": "track",
        "event": "Order Completed",
        "userId": "u1",
        "properties": {"email": "A@example.com", "total": 5, "products": []},
    }
    identify = {"type": "identify", "userId": "u2", "traits": {"email": "B@example.com", "userId": "u3"}}
    assert [(event.user_ids, event.emails) for event in planned(order, identify)] == [
        (("u1",), ("a@example.com",)),
        (("u2", "u3"), ("b@example.com",)),
    ]


@pytest.mark.parametrize("user_id", ["", "x" * 53, "é"])
def test_what_is_no_identifier_names_nobody(user_id: str) -> None:
    event = {"type": "identify", "userId": "u1", "traits": {"userId": user_id}}
    assert [event.user_ids for event in planned(event)] == [("u1",)]


def test_an_event_comes_back_from_its_bytes() -> None:
    [event] = planned(track(messageId="half of a character: \ud800", receivedAt="2026-03-01T09:00:00.123Z"))
    assert unpack(event.pack()) == event

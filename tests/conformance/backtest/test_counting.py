"""What is counted of events under a mapping, and under two."""

from __future__ import annotations

from typing import Any

import pytest

from conformance.backtest import Figures, Located, Mappings, Position, count
from conformance.backtest.figures import Change, FieldChange, Share, Tally
from destination import PRESETS, Subscription

PEOPLE = Subscription("People", "updateUser", 'type = "identify"', {"userId": {"@path": "$.userId"}})
WITH_EMAIL = Subscription(
    "People", "updateUser", 'type = "identify"', {"userId": {"@path": "$.userId"}, "email": {"@path": "$.email"}}
)
VISITS = Subscription(
    "Visits", "trackEvent", 'type = "page"', {"userId": {"@path": "$.userId"}, "eventName": {"@path": "$.name"}}
)
IDENTIFY: dict[str, Any] = {"type": "identify", "messageId": "m1", "userId": "u1", "email": "ada@example.com"}
PAGE: dict[str, Any] = {"type": "page", "userId": "u1", "name": "Home", "receivedAt": "2026-03-01T09:00:00Z"}


def figures(*events: dict[str, Any], new: tuple[Subscription, ...], old: tuple[Subscription, ...] | None) -> Figures:
    located = [Located(Position("events", number, number + 1), event) for number, event in enumerate(events)]
    return count(located, Mappings(new, old))


def counts(tallies: dict[Any, Tally]) -> dict[Any, int]:
    return {key: tally.count for key, tally in tallies.items()}


def test_every_event_is_counted_once_and_once_for_each_subscription() -> None:
    found = figures(IDENTIFY, PAGE, {"type": "alias"}, {"type": "identify"}, new=(PEOPLE, VISITS), old=None)
    assert counts(found.events) == {"sent": 2, "not subscribed": 1, "refused": 1}
    assert counts(found.shares) == {
        Share("People", "updateUser", "sent"): 1,
        Share("People", "updateUser", "not subscribed"): 2,
        Share("People", "updateUser", "refused", "Must include email or userId."): 1,
        Share("Visits", "trackEvent", "sent"): 1,
        Share("Visits", "trackEvent", "not subscribed"): 3,
    }
    assert not found.differs


def test_an_example_shows_the_event_and_its_requests() -> None:
    [example] = figures(IDENTIFY, new=(PEOPLE,), old=None).shares[Share("People", "updateUser", "sent")].examples
    assert example == (
        Position("events", 0, 1),
        {
            "messageId": "m1",
            "type": "identify",
            "requests": [
                {
                    "subscription": "People",
                    "path": "/api/users/update",
                    "body": {"userId": "u1", "dataFields": {}},
                }
            ],
        },
    )


def test_reasons_that_differ_in_a_position_only_are_one() -> None:
    def order(*products: dict[str, Any]) -> dict[str, Any]:
        properties = {"products": list(products), "total": 5}
        return {"type": "track", "event": "Order Completed", "userId": "u1", "properties": properties}

    good = {"product_id": "p1", "name": "Pen", "price": 1, "quantity": 1}
    bad = {"name": "Pen", "price": 1, "quantity": 1}
    found = figures(order(bad), order(good, bad), order(good, good, bad), new=PRESETS, old=None)
    refused = [(share.reason, tally.count) for share, tally in found.shares.items() if share.outcome == "refused"]
    assert refused == [("The value at /items/* is missing the required field 'id'.", 3)]


def test_the_present_of_an_event_is_when_segment_received_it() -> None:
    [example] = figures(PAGE, new=(VISITS,), old=None).shares[Share("Visits", "trackEvent", "sent")].examples
    assert example.shown["requests"][0]["body"]["createdAt"] == 1772355600


def test_the_same_mapping_makes_no_difference() -> None:
    found = figures(IDENTIFY, PAGE, {"type": "identify"}, new=(PEOPLE, VISITS), old=(VISITS, PEOPLE))
    assert (found.differs, found.changes, found.fields) == (False, {}, {})
    assert counts(found.requests)[("old", "updateUser")] == counts(found.requests)[("new", "updateUser")] == 1


def test_a_field_that_the_new_mapping_adds_is_counted_with_what_it_holds() -> None:
    found = figures(IDENTIFY, PAGE, new=(WITH_EMAIL, VISITS), old=(PEOPLE, VISITS))
    assert counts(found.changes) == {Change("differs", "updateUser", "People"): 1}
    [tally] = found.fields.values()
    assert list(found.fields) == [FieldChange("updateUser", "email", "added")]
    assert tally.examples[0].shown["after"] == "ada@example.com"


def test_requests_of_a_subscription_that_is_gone_disappear_and_those_of_a_new_one_appear() -> None:
    found = figures(IDENTIFY, PAGE, new=(VISITS,), old=(PEOPLE,))
    assert counts(found.changes) == {
        Change("disappears", "updateUser", "People"): 1,
        Change("appears", "trackEvent", "Visits"): 1,
    }
    assert counts(found.changed) == {"events": 2}


def test_a_request_that_disappears_because_the_event_is_refused_now_says_why() -> None:
    found = figures({**IDENTIFY, "email": "nobody"}, new=(WITH_EMAIL,), old=(PEOPLE,))
    reason = "Email Address must be a valid email address string but it was not."
    assert counts(found.changes) == {
        Change("disappears", "updateUser", "People", reason): 1,
        Change("refused now", "updateUser", "People", reason): 1,
    }


def test_an_event_that_another_mapping_refuses_for_another_reason_differs() -> None:
    def needing(field: str) -> Subscription:
        return Subscription("Visits", "trackEvent", 'type = "page"', {field: "x"})

    found = figures(PAGE, new=(needing("eventName"),), old=(needing("userId"),))
    assert sorted(change.kind for change in found.changes) == ["no longer refused", "refused now"]


@pytest.mark.parametrize("old", [(PEOPLE, PEOPLE), ()])
def test_a_subscription_counts_as_often_as_it_is_there(old: tuple[Subscription, ...]) -> None:
    assert figures(IDENTIFY, new=(PEOPLE,), old=old).differs


def test_the_requests_of_each_mapping_are_handed_on_in_the_order_of_its_subscriptions() -> None:
    new, old = (PEOPLE, WITH_EMAIL), (WITH_EMAIL, PEOPLE)
    handed: dict[str, list[Any]] = {}
    count(
        [Located(Position("events", 0, 1), IDENTIFY), Located(Position("events", 1, 2), {"type": "alias"})],
        Mappings(new, old),
        write=lambda _, __, mapping, made: handed.update({mapping: [each.requests[0].body for each in made]}),
    )
    without, with_email = (
        {"userId": "u1", "dataFields": {}},
        {"userId": "u1", "email": "ada@example.com", "dataFields": {}},
    )
    assert handed == {"new": [without, with_email], "old": [with_email, without]}

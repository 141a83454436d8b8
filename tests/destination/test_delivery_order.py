"""The destination as a whole: what is sent, in which order, and what is made of the replies."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from destination import (
    PRESETS,
    ConnectionFailure,
    Destination,
    HTTPError,
    Outcome,
    Reply,
    Request,
    Subscription,
    partial_failures,
)
from destination.javascript import json_text
from destination.javascript.values import to_json_value

SUCCESS = Reply(200, "OK", '{"msg":"","code":"Success","params":null}', {"content-type": "application/json"})
IDENTIFY: Any = {"type": "identify", "userId": "u1", "traits": {"email": "a@x.test"}}
NEW_EMAIL = Subscription(
    "New email",
    "updateUser",
    'type = "identify"',
    {"email": {"@path": "$.traits.email"}, "userId": {"@path": "$.userId"}, "newEmail": {"@path": "$.traits.new"}},
)


class Scripted:
    """Gives replies in order, the last one again and again, and keeps what was asked."""

    def __init__(self, *replies: Reply | ConnectionFailure) -> None:
        self.replies = list(replies) or [SUCCESS]
        self.requests: list[Request] = []

    def send(self, request: Request) -> Reply:
        self.requests.append(request)
        reply = self.replies.pop(0) if len(self.replies) > 1 else self.replies[0]
        if isinstance(reply, ConnectionFailure):
            raise reply
        return reply


def destination(*subscriptions: Subscription, **settings: Any) -> Destination:
    return Destination({"apiKey": "k", **settings}, subscriptions or PRESETS, now=lambda: 1_000_000)


def matched(outcomes: list[Outcome]) -> list[Outcome]:
    return [outcome for outcome in outcomes if outcome.matched]


def test_an_identify_is_one_update_with_segments_headers() -> None:
    client = Scripted()
    outcome = matched(destination().deliver(IDENTIFY, client))[0]
    request = client.requests[0]
    assert (request.method, request.url) == ("POST", "https://api.iterable.com/api/users/update")
    assert request.headers["user-agent"] == "Segment (Actions)"
    assert request.headers["api-key"] == "k"
    assert request.timeout == 30
    assert outcome.results[-1] == {"output": "Action Executed", "data": json.loads(SUCCESS.text)}


def test_a_new_email_is_a_second_call_after_the_first_succeeded() -> None:
    client = Scripted()
    event: Any = {"type": "identify", "userId": "u1", "traits": {"email": "a@x.test", "new": "b@x.test"}}
    destination(NEW_EMAIL).deliver(event, client)
    assert [request.url.rpartition("/")[2] for request in client.requests] == ["update", "updateEmail"]
    assert client.requests[1].json == {"newEmail": "b@x.test", "currentEmail": "a@x.test", "currentUserId": "u1"}


def test_a_new_email_is_not_tried_when_the_update_was_refused() -> None:
    client = Scripted(Reply(400, "Bad Request", "{}"))
    event: Any = {"type": "identify", "userId": "u1", "traits": {"email": "a@x.test", "new": "b@x.test"}}
    outcome = destination(NEW_EMAIL).deliver(event, client)[0]
    assert len(client.requests) == 1
    assert isinstance(outcome.error, HTTPError)


@pytest.mark.parametrize(
    ("status", "retryable"),
    [(400, False), (401, False), (408, True), (409, False), (413, False), (423, True), (429, True), (500, True),
     (501, False), (503, True)],
)  # fmt: skip
def test_which_status_is_worth_a_retry(status: int, retryable: bool) -> None:  # a row of the table
    outcome = matched(destination().deliver(IDENTIFY, Scripted(Reply(status, "Reason", ""))))[0]
    assert outcome.error is not None
    assert (outcome.error.message, outcome.error.retryable) == ("Reason", retryable)


def test_an_error_in_one_subscription_does_not_touch_the_others() -> None:
    broken = Subscription("Broken", "updateUser", 'type = "identify"', {"email": {"@nope": 1}})
    outcomes = destination(broken, *PRESETS).deliver(IDENTIFY, Scripted())
    assert [outcome.error is None for outcome in outcomes if outcome.matched] == [False, True]


def test_a_batch_has_one_request_and_a_node_for_each_event_in_its_place() -> None:
    events: list[Any] = [
        {"type": "track", "event": "Seen", "userId": "u0"},
        {"type": "identify", "userId": "u1", "traits": {"email": "not an address"}},
        {"type": "identify", "userId": "u2", "traits": {}},
    ]
    client = Scripted()
    outcome = matched(destination(PRESETS[1]).deliver_batch(events, client))[0]
    first = outcome.results[0]
    assert isinstance(first, dict)
    nodes: Any = first["multistatus"]
    assert [node["status"] for node in nodes] == [400, 400, 200]
    assert nodes[1]["errormessage"] == "Email Address must be a valid email address string but it was not."
    assert len(client.requests) == 1
    assert outcome.positions == (2,)


def test_a_batch_for_an_action_without_one_is_refused() -> None:
    cart: Any = {"type": "track", "event": "Cart Updated", "userId": "u1", "properties": {"products": []}}
    outcome = matched(destination().deliver_batch([cart], Scripted()))[0]
    assert outcome.error is not None
    assert (outcome.error.code, outcome.error.status) == ("NotImplemented", 501)


def test_what_a_bulk_reply_reports_as_failed_is_told_event_by_event() -> None:
    body = {
        "successCount": 1,
        "failCount": 2,
        "invalidEmails": ["b@x.test"],
        "failedUpdates": {"forgottenEmails": ["b@x.test"], "invalidUserIds": ["u3"]},
    }
    reply = Reply(200, "OK", json.dumps(body), {"content-type": "application/json"})
    events: list[Any] = [
        {"type": "identify", "userId": "u1", "traits": {"email": "a@x.test"}},
        {"type": "identify", "userId": "u2", "traits": {"email": "B@x.test"}},
        {"type": "identify", "userId": "u3", "traits": {}},
    ]
    outcome = matched(destination().deliver_batch(events, Scripted(reply)))[0]
    assert outcome.error is None
    assert partial_failures(outcome) == {1: "forgottenEmails", 2: "invalidUserIds"}


USERS: Any = [
    {"type": "identify", "userId": "u1", "traits": {"email": "a@x.test"}},
    {"type": "identify", "userId": "U1", "traits": {"email": "b@x.test"}},
]


@pytest.mark.parametrize(
    ("body", "failures"),
    [
        ({"failCount": 0, "invalidEmails": ["a@x.test"]}, {}),
        ({"invalidEmails": ["a@x.test"]}, {}),
        ([], {}),
        ("text", {}),
        ({"failCount": 1, "failedUpdates": None, "notFoundEmails": ["A@X.test"]}, {0: "notFoundEmails"}),
        ({"failCount": 1, "invalidUserIds": ["U1"]}, {1: "invalidUserIds"}),
        ({"failCount": 1, "noOpEmails": ["a@x.test"], "invalidEmails": ["b@x.test"]}, {1: "invalidEmails"}),
        ({"failCount": 1, "invalidEmails": "a@x.test", "conflictEmails": ["b@x.test"]}, {1: "conflictEmails"}),
        ({"failCount": 1, "msg": "", "createdFields": ["a@x.test"], "invalidUserIds": ["u1"]}, {0: "invalidUserIds"}),
        ({"failCount": 1, "invalidUserIds": [""], "invalidEmails": [""]}, {}),
        (
            {"failCount": 1, "invalidEmails": None, "invalidUserIds": 5, "conflictEmails": ["b@x.test"]},
            {1: "conflictEmails"},
        ),
    ],
)
def test_an_event_failed_when_a_list_of_failures_names_it(body: Any, failures: dict[int, str]) -> None:
    reply = Reply(200, "OK", json.dumps(body), {"content-type": "application/json"})
    assert partial_failures(matched(destination().deliver_batch(USERS, Scripted(reply)))[0]) == failures


def test_an_identifier_that_an_event_does_not_have_is_not_the_one_that_failed() -> None:
    body = {"failCount": 2, "invalidEmails": ["None"], "invalidUserIds": ["None"]}
    reply = Reply(200, "OK", json.dumps(body), {"content-type": "application/json"})
    events: Any = [{"type": "identify", "userId": "u1"}, {"type": "identify", "traits": {"email": "a@x.test"}}]
    assert partial_failures(matched(destination().plan_batch(events, reply=reply))[0]) == {}


def test_an_event_whose_name_the_project_refuses_failed() -> None:
    body = {"failCount": 1, "disallowedEventNames": ["Refused"], "invalidUserIds": ["u2"]}
    reply = Reply(200, "OK", json.dumps(body), {"content-type": "application/json"})
    events: Any = [
        {"type": "track", "event": "Taken", "userId": "u1"},
        {"type": "track", "event": "Refused", "userId": "u1"},
        {"type": "track", "event": "Refused", "userId": "u2"},
    ]
    outcome = matched(destination().deliver_batch(events, Scripted(reply)))[0]
    assert partial_failures(outcome) == {1: "disallowedEventNames", 2: "invalidUserIds"}


def test_what_was_never_sent_or_refused_as_a_whole_did_not_fail_in_part() -> None:
    refused = Reply(
        400, "Bad Request", '{"failCount":1,"invalidUserIds":["u1"]}', {"content-type": "application/json"}
    )
    for reply in (refused, ConnectionFailure("gone", code="ECONNRESET", name="TypeError")):
        assert partial_failures(matched(destination().deliver_batch(USERS, Scripted(reply)))[0]) == {}
    for outcome in destination().plan_batch([{"type": "group", "userId": "u1"}]):
        assert partial_failures(outcome) == {}


def test_a_batch_of_events_has_the_time_of_its_delivery_where_it_has_none() -> None:
    track = Subscription("Track", "trackEvent", 'type = "track"', {"userId": "u1", "eventName": "Seen"})
    client = Scripted()
    destination(track).deliver_batch([{"type": "track"}], client)
    sent: Any = client.requests[0].json
    assert [event["createdAt"] for event in sent["events"]] == [1_000]


def test_a_planned_batch_is_answered_as_if_it_had_been_accepted() -> None:
    outcome = matched(destination().plan_batch(USERS))[0]
    assert outcome.error is None
    assert [exchange.reply.status for exchange in outcome.exchanges if exchange.reply] == [200]


def test_planning_sends_nothing_and_shows_the_same_requests() -> None:
    client = Scripted()
    destination().deliver(IDENTIFY, client)
    planned = matched(destination().plan(IDENTIFY))[0]
    assert [exchange.request for exchange in planned.exchanges] == client.requests


@pytest.mark.parametrize("event", [None, [], "x", 5, {}, {"type": None}, {"type": "identify", "traits": "x"}])
def test_no_event_however_odd_crashes_the_destination(event: Any) -> None:
    for outcome in (*destination().deliver(event, Scripted()), *destination().deliver_batch([event], Scripted())):
        assert outcome.results or outcome.error


def test_the_test_of_credentials_asks_for_webhooks_and_reports_the_status_text() -> None:
    client = Scripted()
    destination(dataCenterLocation="europe").test_authentication(client)
    assert client.requests[0].url == "https://api.eu.iterable.com/api/webhooks"
    assert client.requests[0].timeout == 10
    with pytest.raises(Exception, match="Credentials are invalid: 401 Unauthorized"):
        destination().test_authentication(Scripted(Reply(401, "Unauthorized", "")))
    with pytest.raises(Exception, match="Credentials are invalid: 300 Multiple Choices"):
        destination().test_authentication(Scripted(Reply(300, "Multiple Choices", "")))
    destination().test_authentication(Scripted(Reply(299, "", "")))
    with pytest.raises(Exception, match="Credentials are invalid:  fetch failed"):
        destination().test_authentication(Scripted(ConnectionFailure("fetch failed")))


def test_the_presets_are_the_four_automatic_ones_in_order() -> None:
    assert [(preset.name, preset.partner_action) for preset in PRESETS] == [
        ("Track Calls", "trackEvent"),
        ("Identify Calls", "updateUser"),
        ("Update Cart Calls", "updateCart"),
        ("Order Completed Calls", "trackPurchase"),
    ]


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=6) | st.just("2024-01-02T03:04:05Z"),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=8,
)
NAMED = st.dictionaries(
    st.sampled_from(["email", "phone", "products", "total", "campaignId", "traits", "order_id"]), JSON
)
EVENTS = st.fixed_dictionaries(
    {"type": st.sampled_from(["identify", "track"])},
    optional={
        "event": st.sampled_from(["Cart Updated", "Order Completed", "Seen"]) | JSON,
        "userId": st.sampled_from(["u1"]) | JSON,
        "messageId": JSON,
        "timestamp": JSON,
        "traits": NAMED | JSON,
        "properties": NAMED | JSON,
        "context": st.fixed_dictionaries({"traits": NAMED | JSON}) | JSON,
    },
)


@given(st.lists(EVENTS, min_size=1, max_size=3))
def test_whatever_the_events_hold_they_are_delivered_or_refused_with_segments_own_error(events: list[Any]) -> None:
    outcomes = [outcome for event in events for outcome in destination().deliver(event, Scripted())]
    outcomes += destination().deliver_batch(events, Scripted())
    for outcome in outcomes:
        assert outcome.results or outcome.error
        for exchange in outcome.exchanges:
            assert json_text.encode(exchange.request.json) == json_text.encode(to_json_value(exchange.request.json))

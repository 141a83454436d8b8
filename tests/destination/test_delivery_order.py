"""The destination as a whole: what is sent, in which order, and what is made of the replies."""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest
import respx
from hypothesis import given
from hypothesis import strategies as st

from destination import (
    PRESETS,
    AsyncHttpxClient,
    ConnectionFailure,
    Destination,
    HTTPError,
    HttpxClient,
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
    with pytest.raises(Exception, match="Credentials are invalid:  fetch failed"):
        destination().test_authentication(Scripted(ConnectionFailure("fetch failed")))


REQUEST = Request("POST", "https://api.iterable.com/api/users/update", {"api-key": "k"}, {"a": [1, "ü"]})


@respx.mock
def test_the_client_sends_compact_json_to_iterables_own_host() -> None:
    route = respx.post("https://api.iterable.com/api/users/update").respond(200, json={"ok": True})
    with HttpxClient() as client:
        reply = client.send(REQUEST)
    assert route.calls.last.request.content == '{"a":[1,"ü"]}'.encode()
    assert (reply.status, reply.reason, json.loads(reply.text)) == (200, "OK", {"ok": True})


@respx.mock
def test_the_client_can_connect_elsewhere_and_keep_the_host() -> None:
    route = respx.post("http://127.0.0.1:8585/api/users/update").respond(204)
    with HttpxClient(base_url="http://127.0.0.1:8585", keep_host=True) as client:
        client.send(REQUEST)
    assert route.calls.last.request.headers["host"] == "api.iterable.com"


@respx.mock
@pytest.mark.parametrize(
    ("failure", "code", "name"),
    [
        (httpx.ReadTimeout("slow"), "ETIMEDOUT", "TimeoutError"),
        (httpx.ConnectError("refused"), "ECONNREFUSED", "TypeError"),
        (httpx.RemoteProtocolError("gone"), "ECONNRESET", "TypeError"),
    ],
)
def test_a_failed_connection_is_worth_a_retry(failure: httpx.HTTPError, code: str, name: str) -> None:
    respx.post("https://api.iterable.com/api/users/update").mock(side_effect=failure)
    with HttpxClient() as client, pytest.raises(ConnectionFailure) as caught:
        client.send(REQUEST)
    assert (caught.value.code, caught.value.name, caught.value.retryable) == (code, name, True)


@respx.mock
async def test_the_asynchronous_client_does_the_same() -> None:
    respx.post("https://api.iterable.com/api/users/update").respond(200, json={"msg": "", "code": "Success"})
    async with AsyncHttpxClient() as client:
        outcomes = matched(await destination().deliver_async(IDENTIFY, client))
    assert outcomes[0].error is None


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

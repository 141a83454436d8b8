"""A request that came to nothing names whom it was meant for, wherever it was stopped."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import jwt
import pytest

from simulator import Clock, ProjectConfiguration, ProjectSettings, ProjectType, Request, Simulator
from simulator.journal import EntryOutcome, Selection
from simulator.project.keys import ApiKey, KeyType
from simulator.service import Service

if TYPE_CHECKING:
    from simulator.journal import Entry

NOW = 1_787_227_200_000
A, B = "a@x.test", "b@x.test"
APPLIED, NOTHING_CHANGED, DROPPED, REFUSED = EntryOutcome
ROUTE = ("POST", "/api/users/update")


class Caller:
    """A project, the requests to it, and the newest entry of the journal."""

    def __init__(self, project_type: str = "email", **settings: Any) -> None:
        client = ApiKey("web-key", KeyType.WEB, "s" * 32)
        chosen = ProjectSettings.model_validate(settings)
        configuration = ProjectConfiguration("p", ProjectType(project_type), ("key",), chosen, (client,))
        self.simulator = Simulator([configuration])
        self._service = Service(self.simulator, Clock(NOW))

    def send(  # what a request consists of
        self, method: str, path: str, body: Any = None, *, query: str = "", key: str = "key", **headers: str
    ) -> Entry:
        content = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
        self._service.respond(Request(method, path, query, {"api-key": key, **headers}, content))
        [newest] = self.simulator.journal.select(Selection(newest=True, limit=1))
        return newest

    def post(self, path: str, **body: Any) -> Entry:
        return self.send("POST", f"/api/{path}", body)

    def fault(self, **action: Any) -> None:
        body = json.dumps({"action": action, "times": 1}).encode()
        assert self._service.respond(Request("POST", "/_sim/faults", "", {}, body)).reply is not None


def seen(entry: Entry) -> tuple[EntryOutcome, tuple[str, ...]]:
    return entry.outcome, entry.users


def test_a_key_that_reaches_no_project_refuses_a_request_that_names_people() -> None:
    entry = Caller().send("POST", "/api/users/update", {"email": "A@X.test", "userId": "u1"}, key="other")
    assert (entry.project, *seen(entry)) == ("", REFUSED, (A, "u1"))


@pytest.mark.parametrize(
    ("method", "path", "query", "users"),
    [
        ("GET", "/api/users/A%40x.test", "", (A,)),
        ("DELETE", "/api/users/byUserId/u%201", "", ("u 1",)),
        ("GET", "/api/users/getByEmail", f"email={A}", (A,)),
        ("GET", "/api/inApp/getMessages", f"count=1&email={A}&userId=u1", (A, "u1")),
        ("GET", "/api/lists", f"email={A}", ()),
        ("POST", f"/api/nowhere/{A}", "", ()),
    ],
)
def test_path_and_query_name_people_where_a_route_says_so(
    method: str, path: str, query: str, users: tuple[str, ...]
) -> None:
    assert seen(Caller().send(method, path, query=query, key="other")) == (REFUSED, users)


def test_a_token_names_whom_it_is_for_whether_it_is_good_or_not() -> None:
    token = jwt.encode({"userId": "u7", "iat": 1, "exp": 2}, "s" * 32, algorithm="HS256")
    entry = Caller("hybrid").send(
        "POST", "/api/users/update", {"email": A}, key="web-key", authorization=f"Bearer {token}"
    )
    assert entry.reply is not None
    assert entry.reply.rules == ("gate.bad-token",)
    assert seen(entry) == (REFUSED, (A, "u7"))


@pytest.mark.parametrize("token", ["", "Bearer x", "Bearer a.b.c", "Bearer .W10.", "Bearer a.é.c", "Bearer a..c"])
def test_a_token_that_cannot_be_read_names_nobody(token: str) -> None:
    entry = Caller().send("POST", "/api/users/update", {"email": A}, key="web-key", authorization=token)
    assert seen(entry) == (REFUSED, (A,))


def test_a_rate_limit_refuses_a_request_that_names_people() -> None:
    caller = Caller(enforceRateLimits=True)
    outcomes = [caller.send("GET", f"/api/users/{A}") for _ in range(101)]
    assert seen(outcomes[-1]) == (REFUSED, (A,))
    assert seen(outcomes[0]) == (NOTHING_CHANGED, (A,))


@pytest.mark.parametrize(
    ("action", "outcome"),
    [
        ({"status": 503}, REFUSED),
        ({"status": 200, "body": {"code": "Success"}}, DROPPED),
        ({"drop": "before"}, REFUSED),
        ({"drop": "after"}, APPLIED),
        ({"delay": 3}, APPLIED),
    ],
)
def test_a_fault_is_in_the_way_of_a_request_that_names_people(action: dict[str, Any], outcome: EntryOutcome) -> None:
    caller = Caller()
    caller.fault(**action)
    assert seen(caller.post("users/update", email=A)) == (outcome, (A,))


@pytest.mark.parametrize(
    ("body", "users"),
    [
        (b'{"email": "a@x.test", "dataFields": 1}', (A,)),
        (b'{"email": "no address"}', ("no address",)),
        (b'{"email": 7, "userId": "u1", "dataFields": {"email": "b@x.test"}}', (B, "u1")),
        (b'{"email": "a@x.test"', ()),
        (b"\xff", ()),
        (b"[" * 100_000, ()),
        (json.dumps({"email": A, "userId": "u" * 513}).encode(), (A,)),
    ],
)
def test_a_refused_body_names_whom_it_can_be_read_to_name(body: bytes, users: tuple[str, ...]) -> None:
    assert seen(Caller().send(*ROUTE, body)) == (REFUSED, users)


def test_what_is_dropped_says_so_and_whom_it_named() -> None:
    entry = Caller().post("events/track", email=A, userId="u1", eventName="Seen")
    assert entry.reply is not None
    assert entry.reply.status == 200
    assert entry.reply.rules == ("events.track.email-based.both.unknown", "dropped")
    assert seen(entry) == (DROPPED, (A, "u1"))


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("commerce/trackPurchase", {"user": {"email": A}, "items": [], "total": 1}),
        ("commerce/updateCart", {"user": {"email": A}, "items": []}),
        ("email/target", {"campaignId": 1, "recipientEmail": A}),
        ("subscriptions/subscribeToDoubleOptIn", {"email": A, "messageTypeIds": [1]}),
        ("users/update", {"email": A}),
        ("users/updateSubscriptions", {"email": A}),
        ("events/trackInAppOpen", {"userId": A, "messageId": "m"}),
        ("workflows/triggerWorkflow", {"workflowId": 1, "userId": A}),
        ("events/track", {"userId": A, "eventName": "Off"}),
        ("users/bulkUpdate", {"users": [{"email": A}]}),
        ("lists/subscribe", {"listId": 1, "subscribers": [{"email": A}]}),
        ("users/bulkUpdateSubscriptions", {"updateSubscriptionsRequests": [{"email": A}]}),
    ],
)
def test_every_call_that_drops_names_the_rule_and_whom_it_named(path: str, body: dict[str, Any]) -> None:
    caller = Caller(
        "userid",
        emailOnlyInUserIdProject="drop",
        trackCreates="never",
        disallowedEventNames=["Off"],
        subscriptionsApi=True,
    )
    begin(caller)
    entry = caller.send("POST", f"/api/{path}", body)
    assert entry.reply is not None, path
    assert 200 <= entry.reply.status < 300, entry.reply.body
    assert entry.reply.rules[-1] == "dropped"
    assert seen(entry) == (DROPPED, (A,))


def begin(caller: Caller) -> None:
    """A list, a campaign, a message type and a journey, for calls that want one."""
    state = caller.simulator.projects["p"].state_document()
    state |= {
        "lists": [{"id": 1, "name": "News", "description": "", "listType": "Standard", "createdAt": 0}],
        "journeys": [{"id": 1, "name": "Welcome"}],
        "campaigns": [{"id": 1, "name": "Hello", "templateId": 1}],
    }
    caller.simulator.projects["p"].replace_state(state, NOW)


def test_a_bulk_call_counts_as_the_best_of_its_items_and_names_everybody_in_it() -> None:
    caller = Caller(trackBulkUnknown="drop")
    known, unknown, malformed = ({"email": one, "eventName": "Seen"} for one in (A, B, "no address"))
    caller.post("users/update", email=A)
    expected = [
        ([known], (), APPLIED, (A,)),
        ([known, unknown, malformed], ("bulk.some-dropped", "bulk.some-refused"), APPLIED, (A, B, "no address")),
        ([unknown, malformed], ("dropped", "bulk.some-refused"), DROPPED, (B, "no address")),
        ([unknown], ("dropped",), DROPPED, (B,)),
        ([malformed], ("bulk.all-refused",), DROPPED, ("no address",)),
        ([], (), NOTHING_CHANGED, ()),
    ]
    for items, rules, outcome, users in expected:
        entry = caller.post("events/trackBulk", events=items)
        assert entry.reply is not None
        assert tuple(rule for rule in entry.reply.rules if rule.startswith(("bulk.s", "bulk.a", "dropped"))) == rules
        assert seen(entry) == (outcome, users)


def test_users_who_are_left_out_of_a_group_are_dropped_as_the_reply_hides_them() -> None:
    caller = Caller(subscriptionsApi=True)
    begin(caller)
    for users, rules in (([A, "no address"], "bulk.some-dropped"), (["no address"], "dropped")):
        entry = caller.send("PUT", "/api/subscriptions/emailList/1", {"users": users}, query="action=subscribe")
        assert entry.reply is not None
        assert (entry.reply.status, entry.reply.rules[-1], set(entry.users)) == (200, rules, set(users))
        assert (entry.outcome is DROPPED) is (rules == "dropped")


@pytest.mark.parametrize(
    ("settings", "fields", "rule"),
    [
        ({"unknownFields": "drop"}, {"plan": "gold"}, "fields.unknown-left-out"),
        ({}, {"itblInternal": 1}, "fields.managed-left-out"),
        ({}, {"email": B}, "rename.email-left-out"),
        ({}, {"email": A.upper()}, None),
    ],
)
def test_parts_that_are_left_out_of_a_write_name_their_rule(
    settings: dict[str, str], fields: dict[str, Any], rule: str | None
) -> None:
    caller = Caller(**settings)
    caller.post("users/update", email=A)
    more = () if rule is None else (rule,)
    for path, body in (
        ("users/update", {"email": A, "dataFields": fields}),
        ("users/bulkUpdate", {"users": [{"email": A, "dataFields": fields}]}),
        ("commerce/updateCart", {"user": {"email": A, "dataFields": fields}, "items": []}),
    ):
        entry = caller.post(path, **body)
        assert entry.reply is not None
        assert entry.reply.rules[1:] == more, path


@pytest.mark.parametrize(
    ("method", "path", "rule"),
    [
        ("DELETE", f"/api/users/{A}", "users.delete.nobody"),
        ("DELETE", "/api/metadata/table", "metadata.delete.nothing"),
        ("DELETE", "/api/metadata/table/key", "metadata.delete.nothing"),
        ("DELETE", "/api/catalogs/c/items/i", "catalogs.items.delete.nothing"),
    ],
)
def test_to_delete_what_is_not_there_changes_nothing(method: str, path: str, rule: str) -> None:
    caller = Caller()
    caller.send("POST", "/api/catalogs/c", {})
    entry = caller.send(method, path)
    assert entry.reply is not None
    assert (entry.reply.rules, entry.outcome) == ((rule,), NOTHING_CHANGED)


def test_who_was_looked_for_in_vain_is_named() -> None:
    assert seen(Caller().send("GET", f"/api/users/{A}")) == (NOTHING_CHANGED, (A,))


def test_a_lag_leaves_the_outcome_and_whom_it_awaits_as_they_are() -> None:
    caller = Caller(visibilityLag=5)
    assert caller.post("users/update", email=A).outcome is APPLIED
    assert seen(caller.post("events/track", email=B, eventName="Seen")) == (DROPPED, (B,))
    assert [item.users for item in sorted(caller.simulator.projects["p"].pending)] == [(A,), ()]

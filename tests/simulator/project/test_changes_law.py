"""Replaying what the journal says about people gives exactly the people, fields and events that are there."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator import Clock, ProjectConfiguration, ProjectSettings, ProjectType, Request, Simulator
from simulator.journal import MemoryJournal
from simulator.project.profile_changes import ABSENT, ProfileChange
from simulator.service import Service

NOW = 1_787_227_200_000
KEYS = ("email", "userId")
EMAILS = st.sampled_from(["a@x.test", "b@x.test", "C@x.test"])
USER_IDS = st.sampled_from(["u1", "u2", "U2"])
WHO = st.fixed_dictionaries({}, optional={"email": EMAILS, "userId": USER_IDS})
#: Values whose types agree, so that most of them are taken; null removes.
FIELDS = st.fixed_dictionaries(
    {},
    optional={
        "plan": st.sampled_from(["free", "gold", None]),
        "address": st.dictionaries(st.sampled_from(["city", "zip"]), st.sampled_from(["x", "y", None])) | st.none(),
        "logins": st.integers(0, 3),
        "phoneNumber": st.sampled_from(["+493012345", None]),
        "shoppingCartItems": st.just([]),
        "userListIds": st.lists(st.integers(1, 2), max_size=2),
        "email": EMAILS,
        "userId": USER_IDS,
    },
)
ITEMS = st.lists(st.just({"id": "s", "name": "Shoe", "price": 1, "quantity": 1}), max_size=1)
EVENT_IDS = st.sampled_from(["e1", "e2", "e3"])


def joined(*parts: st.SearchStrategy[dict[str, Any]]) -> st.SearchStrategy[dict[str, Any]]:
    return st.tuples(*parts).map(lambda drawn: {name: value for part in drawn for name, value in part.items()})


def members(**strategies: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries(strategies)


USER = joined(WHO, members(dataFields=FIELDS, mergeNestedObjects=st.booleans(), preferUserId=st.booleans()))
EVENT = joined(
    WHO, members(eventName=st.sampled_from(["Seen", "Bought"]), id=EVENT_IDS, dataFields=st.just({"n": 1}))
)
SUBSCRIPTIONS = joined(
    WHO,
    members(
        emailListIds=st.lists(st.integers(1, 2), max_size=2),
        unsubscribedChannelIds=st.lists(st.just(1), max_size=1),
    ),
)
SIDE = {"sourceEmail": EMAILS, "destinationEmail": EMAILS}, {"sourceUserId": USER_IDS, "destinationUserId": USER_IDS}
POSTS: list[tuple[str, st.SearchStrategy[dict[str, Any]]]] = [
    ("users/update", USER),
    ("users/bulkUpdate", members(users=st.lists(USER, max_size=3))),
    ("users/updateEmail", members(currentEmail=EMAILS, newEmail=EMAILS)),
    ("users/updateEmail", members(currentUserId=USER_IDS, newEmail=EMAILS)),
    ("users/merge", st.fixed_dictionaries(SIDE[0]) | st.fixed_dictionaries(SIDE[1])),
    ("users/merge", members(sourceEmail=EMAILS, destinationUserId=USER_IDS)),
    ("users/forget", WHO),
    ("users/unforget", WHO),
    ("users/updateSubscriptions", SUBSCRIPTIONS),
    ("users/bulkUpdateSubscriptions", members(updateSubscriptionsRequests=st.lists(SUBSCRIPTIONS, max_size=2))),
    (
        "users/registerDeviceToken",
        joined(WHO, st.just({"device": {"token": "t", "platform": "GCM", "applicationName": "a"}})),
    ),
    ("users/registerBrowserToken", joined(WHO, st.just({"browserToken": "b"}))),
    ("users/disableDevice", st.just({"token": "t"})),
    ("events/track", EVENT),
    ("events/trackBulk", members(events=st.lists(EVENT, max_size=3))),
    ("events/trackPushOpen", joined(WHO, st.just({"campaignId": 1, "messageId": "m"}))),
    ("commerce/updateCart", members(user=USER, items=ITEMS)),
    ("commerce/trackPurchase", members(user=USER, items=ITEMS, total=st.just(1), id=EVENT_IDS)),
    ("lists/subscribe", members(listId=st.just(1), subscribers=st.lists(USER, max_size=2))),
    ("lists/unsubscribe", members(listId=st.just(1), subscribers=st.lists(WHO, max_size=2))),
]
STATE = {
    "users": [{"email": "a@x.test", "userId": "u9", "dataFields": {"plan": "state", "address": {"city": "z"}}}],
    "events": [{"email": "a@x.test", "userId": "u9", "eventName": "Seen", "id": "e1"}],
    "lists": [{"id": 1, "name": "News"}],
}
CALLS = st.one_of(
    # Half of the calls are writes to one profile, so that people have a past.
    *([st.tuples(st.just("POST"), st.just("/api/users/update"), USER)] * 16),
    *(st.tuples(st.just("POST"), st.just(f"/api/{path}"), body) for path, body in POSTS),
    EMAILS.map(lambda email: ("DELETE", f"/api/users/{email}", None)),
    USER_IDS.map(lambda user_id: ("DELETE", f"/api/users/byUserId/{user_id}", None)),
    EMAILS.map(lambda email: ("PATCH", f"/api/subscriptions/messageChannel/1/user/{email}", None)),
    EMAILS.map(lambda email: ("DELETE", f"/api/subscriptions/messageChannel/1/user/{email}", None)),
    st.just(("DELETE", "/api/lists/1", None)),
    st.just(("PUT", "/_sim/projects/p/state", STATE)),
)
#: A call, how many seconds go by before it, and whether what is due by then is carried out without it.
STEPS = st.lists(st.tuples(CALLS, st.sampled_from([0, 1, 61]), st.booleans()), min_size=1, max_size=12)


class Witness(MemoryJournal):
    """Remembers how the changes looked when they were told."""

    def __init__(self) -> None:
        super().__init__()
        self.told: list[str] = []

    def append(self, *parts: Any, **more: Any) -> None:
        super().append(*parts, **more)
        self.told.append(json.dumps([change.to_json() for change in more.get("changes", ())]))


class Replayed:
    """People and their events out of changes alone."""

    def __init__(self, *, per_person: bool) -> None:
        self.people: dict[int, dict[str, Any]] = {}
        self.events: dict[Any, int] = {}
        self._per_person = per_person

    def apply(self, change: ProfileChange) -> None:
        number = change.person
        assert (change.what == "created") == (number not in self.people), change
        held = self.people.setdefault(number, {})
        for name, (before, after) in change.fields.items():
            assert held.get(name, ABSENT) == before, (name, change)
            held.pop(name, None)
            if after is not ABSENT:
                held[name] = after
        self.events.update({(number, key) if self._per_person else key: number for key in change.events})
        if change.what == "removed":
            assert held == {}
            del self.people[number]
            self.events = {key: owner for key, owner in self.events.items() if owner != number}
        else:
            assert (held.get("email"), held.get("userId")) == (change.email, change.user_id)


@pytest.mark.parametrize("scope", ["project", "user"])
@pytest.mark.parametrize("project_type", list(ProjectType))
@given(steps=STEPS, lag=st.sampled_from([0, 0, 60]))
@settings(max_examples=settings().max_examples * 2 // 5)
def test_the_changes_in_order_give_exactly_who_is_there(
    project_type: ProjectType, scope: str, steps: list[Any], lag: int
) -> None:
    options = {"visibilityLag": lag, "bulkLag": 2 * lag, "forgetLag": lag, "eventIdScope": scope}
    configuration = ProjectConfiguration("p", project_type, ("key",), ProjectSettings.model_validate(options))
    journal = Witness()
    service = Service(Simulator([configuration], journal=journal), clock := Clock(NOW))
    project = service.simulator.projects["p"]
    for (method, path, body), passed, settled in [(("POST", "/api/lists", {"name": "News"}), 0, False), *steps]:
        clock.advance(passed)
        if settled:
            service.respond(Request("GET", "/_sim/health"))
        payload = b"" if body is None else json.dumps(body).encode()
        service.respond(Request(method, path, headers={"api-key": "key"}, body=payload))
    clock.advance(1000)
    service.respond(Request("GET", "/_sim/health"))

    replayed = Replayed(per_person=scope == "user")
    entries = list(journal.inputs(0, journal.next_number - 1))
    for change in [change for entry in entries for change in entry.changes] + list(project.changes.deferred):
        replayed.apply(change)
        assert ProfileChange.from_json(json.loads(json.dumps(change.to_json()))) == change
    document = project.state_document()
    there = {
        person.number: {**person.fields, **{key: user[key] for key in KEYS if user[key] is not None}}
        for person, user in zip(project.people, document["users"], strict=True)
    }
    assert replayed.people == there
    kept = {
        (event.person.number, event.id) if scope == "user" else event.id: event.person.number
        for event in project.events
    }
    assert replayed.events == kept
    # What was told stays as it was told: no value is changed in place later on.
    assert [json.dumps([change.to_json() for change in entry.changes]) for entry in entries] == journal.told

"""With lags, a write is accepted at once and visible later, on the simulator's clock."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator import ProjectConfiguration, ProjectSettings, ProjectType, Request, Simulator

A, B = "a@x.test", "b@x.test"
NOW = 1_787_227_200_000


def test_a_write_is_accepted_at_once_and_visible_after_the_lag(talk: Any) -> None:
    project = talk("email", visibilityLag=30)
    assert project.post("users/update", email=A)[0] == 200
    assert project.people() == []
    assert project.project.counts()["pending"] == 1
    project.raw("GET", "/api/webhooks", now=NOW + 29_999)
    assert project.people() == []
    project.raw("GET", "/api/webhooks", now=NOW + 30_000)
    assert project.people() == [(A, None)]


def test_what_is_visible_later_was_written_when_it_was_asked_for(talk: Any) -> None:
    project = talk("email", visibilityLag=30)
    project.post("users/update", email=A)
    project.raw("GET", "/api/webhooks", now=NOW + 60_000)
    assert project.fields(email=A)["signupDate"] == "2026-08-20 12:00:00 +00:00"


def test_an_event_right_after_its_user_was_created_is_lost_in_an_email_based_project(talk: Any) -> None:
    project = talk("email", visibilityLag=5)
    project.post("users/update", email=A)
    project.post("events/track", email=A, eventName="Early")
    project.post("events/track", email=A, eventName="Late", now=NOW + 5_000)
    project.raw("GET", "/api/webhooks", now=NOW + 60_000)
    # The accepted event is looked at again when it is due, and by then its user is there.
    assert [event["eventName"] for event in project.get(f"events/{A}")[1]["events"]] == ["Late", "Early"]


def test_bulk_and_single_writes_are_queued_apart(talk: Any) -> None:
    project = talk("email", bulkLag=60)
    project.post("users/bulkUpdate", users=[{"email": A, "dataFields": {"plan": "bulk"}}])
    project.post("users/update", email=A, dataFields={"plan": "single"}, now=NOW + 1_000)
    assert project.fields(email=A)["plan"] == "single"
    project.raw("GET", "/api/webhooks", now=NOW + 60_000)
    assert project.fields(email=A)["plan"] == "bulk"


def test_a_deletion_and_a_forgetting_take_their_time(talk: Any) -> None:
    project = talk("email", forgetLag=600)
    project.post("users/update", email=A)
    project.post("users/forget", email=A)
    assert project.people() == [(A, None)]
    assert project.post("users/update", email=A)[0] == 200
    project.raw("GET", "/api/webhooks", now=NOW + 600_000)
    assert project.people() == []
    assert project.post("users/update", now=NOW + 600_000, email=A)[0] == 409


def test_a_catalog_item_and_a_new_list_have_lags_of_their_own(talk: Any) -> None:
    project = talk("email", catalogLag=60, listLag=10)
    project.call("POST", "catalogs/c")
    assert project.call("PUT", "catalogs/c/items/one", value={})[0] == 202
    assert project.get("catalogs/c/items/one")[0] == 404
    number = project.post("lists", name="News")[1]["listId"]
    body = {"listId": number, "subscribers": [{"email": A}]}
    assert project.post("lists/subscribe", **body)[0] == 400
    assert project.post("lists/subscribe", now=NOW + 10_000, **body)[0] == 200


@pytest.mark.parametrize(
    ("path", "subscribers", "after"),
    [
        ("lists/subscribe", [{"email": A}], [A]),
        ("lists/subscribe", [{"email": B}], [A, B]),
        ("lists/unsubscribe", [{"email": A}], []),
        ("lists/unsubscribe", [{"email": B}], [A]),
    ],
)
def test_who_is_on_a_list_changes_when_the_call_is_due(
    talk: Any, path: str, subscribers: list[dict[str, str]], after: list[str]
) -> None:
    def members(now: int) -> list[str]:
        body: bytes = project.raw("GET", "/api/lists/getUsers", query="listId=1", now=now)[1]
        return body.decode().split()

    project = talk("email", bulkLag=60)
    users = [{"email": A, "dataFields": {"emailListIds": [1]}}, {"email": B}]
    project.project.replace_state({"lists": [{"id": 1, "name": "News"}], "users": users}, NOW)
    _, reply = project.post(path, listId=1, subscribers=subscribers)
    assert reply["successCount"] == 1
    assert members(NOW + 59_999) == [A]
    assert members(NOW + 60_000) == after


def test_a_user_who_is_on_the_way_is_an_empty_object_by_user_id(talk: Any) -> None:
    project = talk("userid", visibilityLag=5)
    project.post("users/update", userId="u1")
    assert project.get("users/byUserId/u1") == (200, {})
    assert project.get("users/byUserId/u2")[0] == 400


def test_the_id_of_an_event_is_the_one_that_was_promised(talk: Any) -> None:
    project = talk("userid", visibilityLag=5)
    _, reply = project.post("events/track", userId="u1", eventName="Seen")
    project.raw("GET", "/api/webhooks", now=NOW + 5_000)
    [event] = project.get("events/byUserId/u1")[1]["events"]
    assert event["id"] == reply["params"]["id"]


CALLS = st.lists(
    st.sampled_from(
        [
            ("users/update", {"email": A, "dataFields": {"plan": "gold"}}),
            ("users/update", {"email": B, "userId": "u1", "dataFields": {"logins": 1}}),
            ("users/update", {"userId": "u1", "dataFields": {"email": A}}),
            ("users/updateEmail", {"currentEmail": B, "newEmail": "c@x.test"}),
            ("users/merge", {"sourceEmail": A, "destinationEmail": B}),
            ("events/track", {"email": A, "eventName": "Seen", "dataFields": {"n": 1}}),
            ("commerce/trackPurchase", {"user": {"email": A}, "items": [], "total": 1}),
            ("lists/subscribe", {"listId": 1, "subscribers": [{"email": A}, {"userId": "u1"}]}),
            ("users/updateSubscriptions", {"email": A, "unsubscribedChannelIds": [1]}),
            ("users/forget", {"email": B}),
        ]
    ),
    max_size=8,
)


@given(CALLS, st.sampled_from(list(ProjectType)))
def test_a_write_that_is_only_accepted_leaves_no_trace(
    calls: list[tuple[str, Any]], project_type: ProjectType
) -> None:
    settings = {"visibilityLag": 60, "bulkLag": 60, "forgetLag": 60}
    simulator = Simulator(
        [ProjectConfiguration("p", project_type, ("key",), ProjectSettings.model_validate(settings))]
    )
    project = simulator.projects["p"]
    state = {
        "users": [{"email": A, "userId": "u0", "dataFields": {"plan": "free"}}, {"email": B, "userId": "u1"}],
        "events": [{"email": A, "userId": "u0", "eventName": "Seen", "id": "e"}],
        "lists": [{"id": 1, "name": "News"}],
    }
    project.replace_state(state, NOW)
    before = project.state_document()
    for path, body in calls:
        request = Request("POST", f"/api/{path}", headers={"api-key": "key"}, body=json.dumps(body).encode())
        simulator.handle(request, NOW)
    counted = {**before["ids"], "requests": before["ids"]["requests"] + len(calls)}
    assert project.state_document() == {**before, "ids": counted}


@given(CALLS, st.sampled_from(list(ProjectType)))
def test_a_call_whose_effects_come_late_does_what_it_does_at_once(
    calls: list[tuple[str, Any]], project_type: ProjectType
) -> None:
    documents = []
    for lag in (0, 1):
        settings = {"visibilityLag": lag, "bulkLag": lag, "forgetLag": lag}
        simulator = Simulator(
            [ProjectConfiguration("p", project_type, ("key",), ProjectSettings.model_validate(settings))]
        )
        for number, (path, body) in enumerate([("lists", {"name": "News"}), *calls]):
            request = Request("POST", f"/api/{path}", headers={"api-key": "key"}, body=json.dumps(body).encode())
            # Each is done before the next is asked for.
            simulator.handle(request, NOW + 10_000 * number)
        simulator.apply_due(NOW + 1_000_000)
        documents.append(simulator.projects["p"].state_document())
    assert documents[0] == documents[1]


def test_who_is_to_leave_a_list_later_keeps_their_place_until_then(talk: Any) -> None:
    project = talk("email", bulkLag=30)
    users = [{"email": email, "dataFields": {"emailListIds": [1]}} for email in (A, B)]
    project.project.replace_state({"users": users, "lists": [{"id": 1, "name": "one"}]}, NOW)
    project.post("lists/unsubscribe", listId=1, subscribers=[{"email": A}])
    assert project.raw("GET", "/api/lists/getUsers", query="listId=1")[1] == f"{A}\n{B}\n".encode()
    project.raw("GET", "/api/webhooks", now=NOW + 30_000)
    assert project.raw("GET", "/api/lists/getUsers", query="listId=1", now=NOW + 30_000)[1] == f"{B}\n".encode()

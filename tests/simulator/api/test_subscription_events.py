"""What subscribing and unsubscribing leave in the history of a user."""

from __future__ import annotations

from typing import Any

import pytest

A = "a@x.test"
AT = "2026-08-20 12:00:00 +00:00"


def new_list(project: Any) -> int:
    number: int = project.post("lists", name="News")[1]["listId"]
    return number


def events(project: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = project.get(f"events/{A}")[1]["events"]
    return [{name: value for name, value in event.items() if name not in {"id", "createdAt"}} for event in found]


def test_a_list_call_names_itself_as_the_source_on_the_profile_and_in_the_event(email_based: Any) -> None:
    number = new_list(email_based)
    who = {"email": A, "userId": "u1", "dataFields": {"plan": "gold", "since": "2015-11-13"}}
    email_based.post("lists/subscribe", listId=number, subscribers=[who])
    assert "lists.source" in email_based.rules()
    assert email_based.fields(email=A)["signupSource"] == "ListAPI"
    assert events(email_based) == [
        {
            "email": A,
            "userId": "u1",
            "eventType": "emailSubscribe",
            "emailListIds": [number],
            "channelIds": [],
            "messageTypeIds": [],
            "profileUpdatedAt": AT,
            "signupSource": "ListAPI",
            "dataFields": {"plan": "gold", "since": "2015-11-13"},
        }
    ]


def test_a_user_who_was_there_keeps_the_source_of_the_profile(email_based: Any) -> None:
    email_based.post("users/update", email=A)
    email_based.post("lists/subscribe", listId=new_list(email_based), subscribers=[{"email": A}])
    assert email_based.fields(email=A)["signupSource"] == "API"
    assert events(email_based)[0]["signupSource"] == "ListAPI"


def test_leaving_a_list_says_what_was_left_and_by_which_call(email_based: Any) -> None:
    number = new_list(email_based)
    email_based.post("lists/subscribe", listId=number, subscribers=[{"email": A}])
    leave = {"listId": number, "subscribers": [{"email": A}], "channelUnsubscribe": True}
    email_based.post("lists/unsubscribe", campaignId=7, **leave)
    assert events(email_based)[0] == {
        "email": A,
        "eventType": "emailUnSubscribe",
        "emailListIds": [number],
        "channelIds": [1],
        "messageTypeIds": [],
        "unsubSource": "ListAPI",
        "campaignId": 7,
        "dataFields": {},
    }
    email_based.post("lists/unsubscribe", **leave)
    assert len(events(email_based)) == 2


@pytest.mark.parametrize(
    ("group", "member"),
    [("emailList", "emailListIds"), ("messageChannel", "channelIds"), ("messageType", "messageTypeIds")],
)
def test_a_subscription_call_is_an_event_where_it_changes_something(
    any_project: Any, group: str, member: str
) -> None:
    number = new_list(any_project)
    who = {"email": A, "userId": "u1"}
    any_project.post("lists/subscribe", listId=number, subscribers=[who])
    path = f"subscriptions/{group}/{number}/byUserId/u1"
    for method in ("DELETE", "DELETE", "PATCH", "PATCH"):
        assert any_project.call(method, path)[0] == 200
    read = any_project.get("events/byUserId/u1")[1]["events"]
    assert [(event["eventType"], event[member]) for event in read[:2]] == [
        ("emailSubscribe", [number]),
        ("emailUnSubscribe", [number]),
    ]
    assert (read[0]["signupSource"], read[1]["unsubSource"], len(read)) == ("API", "API", 3)


def test_a_call_for_many_leaves_an_event_with_each(email_based: Any) -> None:
    email_based.post("users/bulkUpdate", users=[{"email": A}, {"email": "b@x.test"}])
    status, _ = email_based.call("PUT", "subscriptions/messageChannel/1", "action=unsubscribe", users=[A, "b@x.test"])
    assert status == 200
    assert "subscriptions.event" in email_based.rules()
    assert [event.type for event in email_based.project.events] == ["emailUnSubscribe"] * 2


def test_replacing_whole_arrays_leaves_no_event(email_based: Any) -> None:
    email_based.post("users/updateSubscriptions", email=A, unsubscribedChannelIds=[1])
    assert events(email_based) == []

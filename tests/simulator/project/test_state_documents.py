"""State documents: a whole project out and in, and what a merge takes along."""

from __future__ import annotations

from typing import Any

import pytest

A, B = "a@x.test", "b@x.test"
NOW = 1_787_227_200_000
WHOLE: dict[str, Any] = {
    "users": [
        {"email": A, "userId": "u1", "dataFields": {"plan": "gold", "emailListIds": [7], "phoneNumber": "+442071838750"}},
        {"email": B},
    ],
    "events": [
        {"userId": "u1", "eventName": "Seen", "id": "e1", "createdAt": 1_600_000_000, "campaignId": 5, "templateId": 6,
         "dataFields": {"page": "home", "n": 1}},
        {"email": A, "eventType": "purchase", "id": "e2", "total": 3.5, "shoppingCartItems": [{"id": "s"}],
         "createdAt": "2020-09-13 12:26:40 +00:00"},
        {"email": B, "eventType": "inAppClick", "id": "e3", "createdAt": 5, "messageId": "m1"},
    ],
    "lists": [{"id": 7, "name": "News", "description": "all", "listType": "Dynamic", "createdAt": 11}],
    "webhooks": [{"id": 3, "endpoint": "https://x.test"}],
    "catalogs": [{"name": "c", "items": [{"id": "one", "value": {"a": 1}, "lastModified": 12}], "mappings": {"a": "long"}}],
    "metadata": [{"name": "t", "values": [{"id": "k", "value": {"b": 2}, "lastModified": 13}]}],
    "forgotten": {"emails": ["ab"], "userIds": ["cd"]},
    "channels": [{"id": 4, "name": "Push", "messageMedium": "Push"}],
    "messageTypes": [{"id": 9, "name": "Alerts", "channelId": 4, "subscriptionPolicy": "OptIn"}],
    "campaigns": [{"id": 5, "name": "C", "templateId": 6, "type": "Triggered"}],
    "templates": [{"templateId": 6, "name": "T", "clientTemplateId": "t6", "locales": {"": {"html": "<p>"}}}],
    "journeys": [{"id": 8, "name": "J"}],
    "snippets": [{"id": 2, "name": "s", "content": "x"}],
    "sentMessages": [{"id": "m1", "medium": "Email", "email": A, "campaignId": 5, "templateId": 6, "at": 14,
                      "dataFields": {"x": 1}, "consumed": True, "read": True},
                     {"id": "m3", "medium": "InApp", "email": B, "campaignId": 5, "templateId": 6, "at": 14,
                      "inApp": {"html": "<p>", "saveToInbox": True}}],
    "scheduledMessages": [{"id": 21, "medium": "SMS", "userId": "u1", "campaignId": 5, "at": 15,
                           "messageId": "m2"}],
    "embeddedMessages": [{"messageId": "e1", "placementId": 3, "email": A, "campaignId": 5, "priorityOrder": 2,
                          "isProof": True, "elements": {"title": "Hi"}, "payload": {"x": 1}}],
    "criteria": [{"criteriaId": "12", "name": "C", "createdAt": 18, "updatedAt": 19,
                  "searchQuery": {"combinator": "And", "searchQueries": []}}],
    "revokedTokens": [{"user": A, "issuedBefore": 16}],
    "exportJobs": [{"id": 4, "dataTypeName": "user", "jobState": "completed", "startedAt": 17, "format": "csv",
                    "content": "email\n"}],
}  # fmt: skip


def without_absent(part: Any, wanted: Any) -> Any:
    """What a part of a document says about what is wanted of it."""
    if isinstance(wanted, dict):
        return {name: without_absent(part.get(name), inner) for name, inner in wanted.items()}
    if isinstance(wanted, list):
        assert len(part) == len(wanted)
        return [without_absent(one, other) for one, other in zip(part, wanted, strict=True)]
    return part


@pytest.mark.parametrize("name", [name for name in WHOLE if name != "events"])
def test_every_part_comes_out_as_it_went_in(email_based: Any, name: str) -> None:
    email_based.project.replace_state(WHOLE, NOW)
    assert without_absent(email_based.project.state_document()[name], WHOLE[name]) == WHOLE[name]


def test_a_document_that_was_written_out_brings_back_the_same_project(email_based: Any) -> None:
    email_based.project.replace_state(WHOLE, NOW)
    document = email_based.project.state_document()
    email_based.project.reset()
    email_based.project.replace_state(document, NOW + 90_000)
    assert email_based.project.state_document() == document


def test_events_belong_to_whom_they_name_and_keep_what_they_say(email_based: Any) -> None:
    email_based.project.replace_state(WHOLE, NOW)
    seen, bought, clicked = email_based.project.state_document()["events"]
    assert (seen["email"], seen["createdAt"], seen["campaignId"], seen["templateId"]) == (
        A,
        "2020-09-13 12:26:40 +00:00",
        5,
        6,
    )
    assert (seen["eventType"], seen["dataFields"]) == ("customEvent", {"page": "home", "n": 1})
    assert (bought["total"], bought["shoppingCartItems"], bought["createdAt"]) == (
        3.5,
        [{"id": "s"}],
        seen["createdAt"],
    )
    assert (clicked["email"], clicked["messageId"], clicked["createdAt"]) == (B, "m1", "1970-01-01 00:00:05 +00:00")


def test_what_a_document_holds_fixes_the_types_of_its_fields(email_based: Any) -> None:
    email_based.project.replace_state(WHOLE, NOW)
    assert (
        email_based.post("users/update", email=B, dataFields={"plan": 3})[1]["code"] == "RequestFieldsTypesMismatched"
    )
    _, reply = email_based.post("events/track", email=B, eventName="Seen", dataFields={"n": "one"})
    assert reply["code"] == "RequestFieldsTypesMismatched"
    assert email_based.post("events/track", email=B, eventName="Other", dataFields={"n": "one"})[0] == 200


def test_what_a_document_leaves_open_happened_now(email_based: Any) -> None:
    email_based.project.replace_state(
        {
            "users": [{"email": A}],
            "events": [{"email": A, "eventName": "Seen"}],
            "lists": [{"id": 7, "name": "News"}],
            "catalogs": [{"name": "c", "items": [{"id": "one", "value": {}}]}],
            "metadata": [{"name": "t", "values": [{"id": "k", "value": {}}]}],
        },
        NOW,
    )
    document = email_based.project.state_document()
    assert document["events"][0]["createdAt"] == "2026-08-20 12:00:00 +00:00"
    assert document["lists"][0]["createdAt"] == NOW
    assert document["catalogs"][0]["items"][0]["lastModified"] == NOW
    assert document["metadata"][0]["values"][0]["lastModified"] == NOW
    internal = email_based.fields(email=A)["itblInternal"]
    assert {internal["documentCreatedAt"], internal["documentUpdatedAt"]} == {"2026-08-20 12:00:00 +00:00"}


def test_a_document_says_when_somebody_came_and_changed(email_based: Any) -> None:
    internal = {"documentCreatedAt": "2020-09-13 12:26:40 +00:00", "documentUpdatedAt": "2021-01-01 00:00:00 +00:00"}
    email_based.project.replace_state({"users": [{"email": A, "dataFields": {"itblInternal": internal}}]}, NOW)
    shown = email_based.fields(email=A)
    assert shown["itblInternal"] == {**internal, "emailDomain": "x.test"}
    assert shown["profileUpdatedAt"] == internal["documentUpdatedAt"]


def test_the_identifiers_of_a_person_are_those_beside_the_data_fields(email_based: Any) -> None:
    fields = {"email": B, "userId": "u2", "plan": "gold"}
    email_based.project.replace_state({"users": [{"email": A, "userId": "u1", "dataFields": fields}]}, NOW)
    assert email_based.people() == [(A, "u1")]
    shown = email_based.fields(email=A)
    assert (shown["email"], shown["userId"], shown["plan"]) == (A, "u1", "gold")


def test_where_several_have_the_email_the_user_id_tells_whose_an_event_is(user_id_based: Any) -> None:
    people = [{"email": A, "userId": "u1"}, {"email": A, "userId": "u2"}]
    events = [
        {"email": A, "userId": "u2", "eventName": "Second"},
        {"email": A, "eventName": "First"},
        {"email": B, "userId": "u2", "eventName": "By userId"},
    ]
    user_id_based.project.replace_state({"users": people, "events": events}, NOW)
    owners = {event["eventName"]: event["userId"] for event in user_id_based.project.state_document()["events"]}
    assert owners == {"Second": "u2", "First": "u1", "By userId": "u2"}


def test_one_email_tells_whose_an_event_is_whatever_its_user_id(email_based: Any) -> None:
    people = [{"email": A, "userId": "u1"}, {"email": B, "userId": "u2"}]
    event = {"email": B, "userId": "u1", "eventName": "Seen"}
    email_based.project.replace_state({"users": people, "events": [event]}, NOW)
    assert email_based.project.state_document()["events"][0]["email"] == B


def test_no_id_is_made_up_that_a_document_holds_already(email_based: Any) -> None:
    email_based.post("users/update", email=A)
    for number in range(3):
        email_based.post("events/track", email=A, eventName=f"Seen {number}")
    document = email_based.project.state_document()
    made = {event["id"] for event in document["events"]}
    assert len(made) == 3
    email_based.project.reset()
    email_based.project.replace_state(document, NOW)
    email_based.post("events/track", email=A, eventName="Once more")
    assert len({event["id"] for event in email_based.project.state_document()["events"]} - made) == 1


def test_however_many_ids_were_made_up_none_comes_twice(email_based: Any) -> None:
    email_based.post("users/update", email=A)
    for half in (1, 2):
        for number in range(30):
            email_based.post("events/track", email=A, eventName=f"Seen {number}")
        document = email_based.project.state_document()
        assert len({event["id"] for event in document["events"]}) == 30 * half
        email_based.project.reset()
        email_based.project.replace_state(document, NOW)


def test_the_counts_of_a_project_say_what_it_holds(email_based: Any) -> None:
    email_based.project.replace_state(WHOLE, NOW)
    assert email_based.project.counts() == {
        "users": 2,
        "events": 3,
        "lists": 1,
        "catalogs": 1,
        "templates": 1,
        "campaigns": 1,
        "messages": 2,
        "embeddedMessages": 1,
        "criteria": 1,
        "pending": 0,
    }


def test_who_is_on_a_list_follows_from_the_profiles(email_based: Any) -> None:
    email_based.project.replace_state(WHOLE, NOW)
    assert email_based.get("lists/7/size") == (200, 1)
    assert email_based.fields(email=A)["itblInternal"]["regionCode"] == "GB"


def test_two_people_may_share_what_does_not_identify_them(talk: Any) -> None:
    for project_type, people in (
        ("email", [{"email": A, "userId": "u1"}, {"email": B, "userId": "u1"}]),
        ("userid", [{"email": A, "userId": "u1"}, {"email": A, "userId": "u2"}]),
    ):
        project = talk(project_type)
        project.project.replace_state({"users": people}, NOW)
        assert len(project.people()) == 2


def test_a_merge_takes_messages_devices_and_the_region_along(email_based: Any) -> None:
    device = {"token": "t", "platform": "GCM"}
    email_based.project.replace_state(
        {
            **WHOLE,
            "users": [
                {"email": A, "userId": "u1", "dataFields": {"phoneNumber": "+442071838750", "devices": [device]}},
                {"email": B, "dataFields": {"devices": [device, {"token": "other", "platform": "GCM"}]}},
            ],
        },
        NOW,
    )
    assert email_based.post("users/merge", sourceEmail=A, destinationEmail=B)[0] == 200
    document = email_based.project.state_document()
    assert {
        part["email"] for part in document["sentMessages"] + document["scheduledMessages"] + document["events"]
    } == {B}
    fields = email_based.fields(email=B)
    assert [one["token"] for one in fields["devices"]] == ["t", "other"]
    assert fields["itblInternal"]["regionCode"] == "GB"

"""What a state document puts into a project, as the calls of the API find it there."""

from __future__ import annotations

import re
from typing import Any

import pytest

A, B = "a@x.test", "b@x.test"
NOW = 1_787_227_200_000
NOON = "2026-08-20 12:00:00 +00:00"
MADE_UP = re.compile(r"[0-9a-f]{24}")


@pytest.mark.parametrize(
    ("project_type", "user"),
    [
        ("userid", {"userId": "u1", "dataFields": {"email": B}}),
        ("hybrid", {"userId": "u1", "dataFields": {"email": B}}),
        ("email", {"email": A, "dataFields": {"userId": "u2"}}),
        ("hybrid", {"email": A, "dataFields": {"userId": "u2"}}),
    ],
)
def test_who_has_no_identifier_beside_the_data_fields_has_none_inside_them(
    talk: Any, project_type: str, user: dict[str, Any]
) -> None:
    project = talk(project_type)
    project.project.replace_state({"users": [user]}, NOW)
    assert project.people() == [(user.get("email"), user.get("userId"))]
    [shown] = project.project.state_document()["users"]
    assert not {"email", "userId"} & set(shown["dataFields"]) - set(user)


@pytest.mark.parametrize(
    ("given", "created", "updated"),
    [
        ({}, NOON, NOON),
        ({"documentCreatedAt": "2020-09-13 12:26:40 +00:00"}, "2020-09-13 12:26:40 +00:00", NOON),
        ({"documentUpdatedAt": "2021-01-01 00:00:00 +00:00"}, NOON, "2021-01-01 00:00:00 +00:00"),
        ({"documentCreatedAt": "2020-09-13 14:26:40 +02:00"}, "2020-09-13 12:26:40 +00:00", NOON),
        ({"documentCreatedAt": "2020-09-13T08:26:40-04:00"}, "2020-09-13 12:26:40 +00:00", NOON),
    ],
)
def test_a_person_came_and_changed_when_the_document_says_or_now(
    email_based: Any, given: dict[str, str], created: str, updated: str
) -> None:
    email_based.project.replace_state({"users": [{"email": A, "dataFields": {"itblInternal": given}}]}, NOW)
    fields = email_based.fields(email=A)
    internal = {"documentCreatedAt": created, "documentUpdatedAt": updated, "emailDomain": "x.test"}
    assert fields["itblInternal"] == internal
    assert fields["profileUpdatedAt"] == updated


@pytest.mark.parametrize(
    ("created_at", "shown"),
    [
        ("2020-09-13 12:26:40 +00:00", "2020-09-13 12:26:40 +00:00"),
        ("2020-09-13 14:26:40 +02:00", "2020-09-13 12:26:40 +00:00"),
        ("2020-09-13T12:26:40.999Z", "2020-09-13 12:26:40 +00:00"),
        ("2020-09-13 12:26:40", "2020-09-13 12:26:40 +00:00"),
        (1_600_000_000, "2020-09-13 12:26:40 +00:00"),
    ],
)
def test_an_event_happened_when_the_document_says(email_based: Any, created_at: str | int, shown: str) -> None:
    event = {"email": A, "eventName": "Seen", "createdAt": created_at}
    email_based.project.replace_state({"users": [{"email": A}], "events": [event]}, NOW)
    assert [event["createdAt"] for event in email_based.get(f"events/{A}")[1]["events"]] == [shown]


@pytest.mark.parametrize(
    "created_at", [None, "2026-08-20T12:00:00.900Z", "2026-08-20 14:00:00 +02:00", 1_787_227_200]
)
def test_of_events_in_the_same_second_the_last_one_of_the_document_is_the_newest(
    email_based: Any, created_at: str | int | None
) -> None:
    first = {"email": A, "eventName": "First", "createdAt": created_at}
    second = {"email": A, "eventName": "Second", "createdAt": 1_787_227_200}
    email_based.project.replace_state({"users": [{"email": A}], "events": [first, second]}, NOW + 500)
    assert [event["eventName"] for event in email_based.get(f"events/{A}")[1]["events"]] == ["Second", "First"]


def test_catalogs_and_tables_are_found_by_their_names_and_all_of_what_is_in_them(email_based: Any) -> None:
    items = [
        {"id": name, "value": {"a": number}, "lastModified": number} for number, name in enumerate(("one", "two"))
    ]
    catalogs = [{"name": name, "items": items, "mappings": {"a": "long"}} for name in ("hats", "shoes")]
    tables = [{"name": name, "values": items} for name in ("cities", "rivers")]
    email_based.project.replace_state({"catalogs": catalogs, "metadata": tables}, NOW)
    for name in ("hats", "shoes"):
        for number, item in enumerate(("one", "two")):
            status, found = email_based.get(f"catalogs/{name}/items/{item}")
            assert status == 200
            assert (found["catalogName"], found["itemId"], found["value"]) == (name, item, {"a": number})
            assert found["lastModified"] == number
        assert email_based.get(f"catalogs/{name}/fieldMappings")[1]["params"]["definedMappings"] == {"a": "long"}
    for name in ("cities", "rivers"):
        status, found = email_based.get(f"metadata/{name}/two")
        assert (status, found["table"], found["key"], found["value"]) == (200, name, "two", {"a": 1})


def test_every_message_that_was_sent_is_found_again(email_based: Any) -> None:
    message = {"medium": "Email", "email": A, "campaignId": 5, "templateId": 6}
    sent = [{**message, "id": name, "at": NOW + number} for number, name in enumerate(("m1", "m2", "m3"))]
    email_based.project.replace_state({"users": [{"email": A}], "sentMessages": sent}, NOW)
    _, reply = email_based.get("users/getSentMessages", f"email={A}")
    assert [shown["messageId"] for shown in reply["messages"]] == ["m3", "m2", "m1"]


def code_of(reply: tuple[int, Any]) -> tuple[int, str]:
    return reply[0], reply[1]["code"]


REFUSED = (400, "RequestFieldsTypesMismatched")


def test_a_field_without_a_value_keeps_the_type_that_the_document_names(email_based: Any) -> None:
    fields = {"user": {"score": "double"}, "Seen": {"page": "string"}}
    email_based.project.replace_state({"users": [{"email": A}], "fields": fields}, NOW)
    assert code_of(email_based.post("users/update", email=A, dataFields={"score": "high"})) == REFUSED
    assert email_based.get("users/getFields")[1]["fields"]["score"] == "double"
    seen = {"email": A, "eventName": "Seen"}
    assert code_of(email_based.post("events/track", **seen, dataFields={"page": 7})) == REFUSED
    assert email_based.post("events/track", **seen, dataFields={"page": "home"})[0] == 200


def test_a_value_of_a_document_does_not_change_a_type_that_is_fixed(email_based: Any) -> None:
    document = {
        "fields": {"user": {"score": "double"}, "Seen": {"page": "string"}},
        "users": [{"email": A, "dataFields": {"score": 1, "rank": 1.5}}, {"email": B, "dataFields": {"rank": 2}}],
        "events": [{"email": A, "eventName": "Seen", "dataFields": {"page": "2020-01-01"}}],
    }
    email_based.project.replace_state(document, NOW)
    assert email_based.post("users/update", email=A, dataFields={"score": 2.5, "rank": 2.5})[0] == 200
    assert email_based.post("events/track", email=A, eventName="Seen", dataFields={"page": "home"})[0] == 200


def test_a_project_comes_back_in_which_a_field_holds_values_of_two_types(talk: Any) -> None:
    project = talk("email", eventIdUpdate="merge")
    project.post("users/update", email=A)
    # The second event takes the first one's place, and keeps of its data fields what it does not name.
    for name, key, fields in (("Seen", "e1", {"page": 1}), ("Read", "e2", {"page": "x"}), ("Read", "e1", {"n": 1})):
        assert project.post("events/track", email=A, eventName=name, id=key, dataFields=fields)[0] == 200
    document = project.project.state_document()
    assert [event["dataFields"]["page"] for event in document["events"]] == [1, "x"]
    project.project.reset()
    project.project.replace_state(document, NOW)
    assert project.project.state_document() == document


@pytest.mark.parametrize("given", ["f" * 24, "0" * 24, "g" * 24, "e1", ""])
def test_ids_are_made_up_in_one_form_whatever_ids_a_document_holds(email_based: Any, given: str) -> None:
    event = {"email": A, "eventName": "Seen", "id": given}
    email_based.project.replace_state({"users": [{"email": A}], "events": [event]}, NOW)
    _, reply = email_based.post("events/track", email=A, eventName="Once more")
    assert MADE_UP.fullmatch(reply["params"]["id"])
    assert len(email_based.project.events) == 2

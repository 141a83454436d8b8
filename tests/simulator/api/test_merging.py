"""What a merge of two users takes along, unites and leaves alone."""

from __future__ import annotations

from typing import Any

import pytest

A, B, C = "a@x.test", "b@x.test", "c@x.test"
NOW = 1_787_227_200_000
PHONE = {"token": "phone", "platform": "GCM"}


def fill(project: Any, source: dict[str, Any], destination: dict[str, Any], **parts: Any) -> None:
    """Let B, the source, and A, the destination, be there, and C, whom no merge is about."""
    users = [{"email": A, "dataFields": destination}, {"email": B, "dataFields": source}, {"email": C}]
    project.project.replace_state({"users": users, **parts}, NOW)


def merged(project: Any, *arrays: dict[str, str]) -> dict[str, Any]:
    """The fields of A after B has been folded into A."""
    assert project.post("users/merge", sourceEmail=B, destinationEmail=A, arrayMerge=arrays)[0] == 200
    fields: dict[str, Any] = project.fields(email=A)
    return fields


@pytest.mark.parametrize(
    ("destination", "source", "united"),
    [
        (["a"], ["b"], ["a", "b"]),
        (["a", "b"], ["b", "c"], ["a", "b", "c"]),
        ("a", "b", ["a", "b"]),
        ("a", ["b"], ["a", "b"]),
        (["a"], "b", ["a", "b"]),
        (7, 7, [7]),
        (
            [{"name": "Rex"}],
            [{"name": "Rex", "age": 3}, {"name": "Rex"}],
            [{"name": "Rex"}, {"name": "Rex", "age": 3}],
        ),
    ],
)
def test_a_field_that_is_named_is_united_and_what_is_no_array_counts_as_one_of_one_element(
    email_based: Any, destination: Any, source: Any, united: Any
) -> None:
    fill(email_based, {"pets": source}, {"pets": destination})
    assert merged(email_based, {"field": "pets"})["pets"] == united


@pytest.mark.parametrize(
    ("destination", "source", "united"),
    [
        ([{"name": "Rex"}], [{"name": "Rex", "age": 3}, {"name": "Tom"}], [{"name": "Rex"}, {"name": "Tom"}]),
        ([{"name": "Rex"}], [{"age": 3}, {"age": 3}], [{"name": "Rex"}, {"age": 3}, {"age": 3}]),
        ([{"age": 3}], [{"name": None}], [{"age": 3}, {"name": None}]),
        ([{"name": None}], [{"name": None, "age": 3}], [{"name": None}]),
        ({"name": "Rex"}, {"name": "Tom"}, [{"name": "Rex"}, {"name": "Tom"}]),
        ({"name": "Rex"}, {"name": "Rex", "age": 3}, [{"name": "Rex"}]),
    ],
)
def test_an_object_of_the_source_is_left_out_whose_value_of_the_key_is_there_already(
    email_based: Any, destination: Any, source: Any, united: Any
) -> None:
    fill(email_based, {"pets": source}, {"pets": destination})
    assert merged(email_based, {"field": "pets", "dedupeBy": "name"})["pets"] == united


def test_a_device_is_its_token_and_those_of_both_are_kept(email_based: Any) -> None:
    laptop = {"token": "laptop", "platform": "APNS"}
    fill(email_based, {"devices": [{**PHONE, "platform": "APNS"}, laptop]}, {"devices": [PHONE]})
    assert merged(email_based)["devices"] == [PHONE, laptop]


def test_unsubscriptions_are_united_and_lists_are_in_ascending_order(email_based: Any) -> None:
    lists = [{"id": 1, "name": "one"}, {"id": 2, "name": "two"}]
    fill(
        email_based,
        {"emailListIds": [1], "unsubscribedChannelIds": [1], "unsubscribedMessageTypeIds": [3, 4]},
        {"emailListIds": [2], "unsubscribedChannelIds": [2], "unsubscribedMessageTypeIds": [4]},
        lists=lists,
    )
    fields = merged(email_based)
    assert fields["emailListIds"] == [1, 2]
    assert sorted(fields["unsubscribedChannelIds"]) == [1, 2]
    assert sorted(fields["unsubscribedMessageTypeIds"]) == [3, 4]
    assert [email_based.get(f"lists/{number}/size") for number in (1, 2)] == [(200, 1), (200, 1)]


def test_messages_of_the_source_become_the_destinations_and_those_of_others_stay(email_based: Any) -> None:
    message = {"medium": "Email", "campaignId": 5, "at": NOW + 1}  # those that are due would be sent
    sent = [{**message, "id": name, "email": email} for name, email in (("m1", A), ("m2", B), ("m3", C), ("m4", B))]
    scheduled = [{**message, "id": number, "email": email} for number, email in ((1, B), (2, C), (3, A), (4, B))]
    fill(email_based, {}, {}, sentMessages=sent, scheduledMessages=scheduled)
    merged(email_based)
    document = email_based.project.state_document()
    assert [(part["id"], part["email"]) for part in document["sentMessages"]] == [
        ("m1", A),
        ("m2", A),
        ("m3", C),
        ("m4", A),
    ]
    assert [(part["id"], part["email"]) for part in document["scheduledMessages"]] == [(1, A), (2, C), (3, A), (4, A)]


def test_an_event_of_the_source_becomes_the_destinations_with_all_that_it_says(email_based: Any) -> None:
    custom = {"eventName": "Seen", "id": "e1", "createdAt": 1_600_000_000, "campaignId": 5, "dataFields": {"n": 1}}
    bought = {"eventType": "purchase", "id": "e2", "createdAt": 1_600_000_001, "total": 3.5, "shoppingCartItems": []}
    fill(email_based, {}, {}, events=[{**event, "email": B} for event in (custom, bought)])
    _, before = email_based.get(f"events/{B}")
    merged(email_based)
    _, after = email_based.get(f"events/{A}")
    assert len(before["events"]) == 2
    assert after["events"] == [{**event, "email": A} for event in before["events"]]


def test_where_ids_are_unique_for_a_person_the_destination_keeps_its_own_event_of_an_id(talk: Any) -> None:
    project = talk("email", eventIdScope="user")
    events = [
        {"email": email, "id": event_id, "eventName": f"{event_id} of {email}", "createdAt": 1_600_000_000}
        for email, ids in ((B, "123"), (A, "2"), (C, "1"))
        for event_id in ids
    ]
    fill(project, {}, {}, events=events)
    merged(project)
    shown = project.project.state_document()["events"]
    assert sorted((event["email"], event["id"], event["eventName"]) for event in shown) == [
        (A, "1", f"1 of {B}"),
        (A, "2", f"2 of {A}"),
        (A, "3", f"3 of {B}"),
        (C, "1", f"1 of {C}"),
    ]
    _, reply = project.get(f"events/{A}")
    assert {event["id"] for event in reply["events"]} == {"1", "2", "3"}
    # What came along is theirs: the same id again takes its place.
    project.post("events/track", email=A, eventName="Again", id="3")
    assert len(project.project.events) == 4

"""Users deleted, forgotten, let in again and merged."""

from __future__ import annotations

import hashlib
from typing import Any

import pytest

A, B = "a@x.test", "b@x.test"


def hashed(identifier: str) -> str:
    return hashlib.sha256(identifier.encode()).hexdigest()


def test_a_deleted_user_leaves_no_events_lists_or_profile(email_based: Any) -> None:
    email_based.post("users/update", email=A, dataFields={"plan": "gold"})
    email_based.post("events/track", email=A, eventName="Seen")
    list_id = email_based.post("lists", name="News")[1]["listId"]
    email_based.post("lists/subscribe", listId=list_id, subscribers=[{"email": A}])
    assert email_based.delete(f"users/{A}") == (200, {"msg": "", "code": "Success", "params": None})
    assert email_based.get(f"users/{A}") == (200, {})
    assert email_based.get(f"events/{A}") == (200, {"events": []})
    assert email_based.get(f"lists/{list_id}/size") == (200, 0)


def test_a_deleted_user_takes_their_messages_along_and_nobody_elses(email_based: Any) -> None:
    message = {"medium": "Email", "campaignId": 5, "at": 1_787_227_200_001}  # those that are due would be sent
    sent = [{**message, "id": name, "email": email} for name, email in (("m1", A), ("m2", B), ("m3", A))]
    scheduled = [{**message, "id": number, "email": email} for number, email in ((1, B), (2, A))]
    document = {"users": [{"email": A}, {"email": B}], "sentMessages": sent, "scheduledMessages": scheduled}
    email_based.project.replace_state(document, 0)
    email_based.delete(f"users/{A}")
    left = email_based.project.state_document()
    assert [(part["id"], part["email"]) for part in left["sentMessages"]] == [("m2", B)]
    assert [(part["id"], part["email"]) for part in left["scheduledMessages"]] == [(1, B)]


def test_data_about_a_deleted_user_starts_anew(email_based: Any) -> None:
    email_based.post("users/update", email=A, dataFields={"plan": "gold"})
    email_based.delete(f"users/{A}")
    email_based.post("users/update", email=A, dataFields={"city": "Paris"})
    assert "plan" not in email_based.fields(email=A)


def test_deleting_by_email_nobody_is_a_success_and_by_user_id_an_error(email_based: Any) -> None:
    assert email_based.delete(f"users/{A}")[0] == 200
    status, reply = email_based.delete("users/byUserId/u1")
    assert (status, reply["code"]) == (400, "BadParams")
    assert reply["msg"] == "User does not exist. Email:  UserId: u1"


def test_deleting_by_user_id_deletes_every_holder(email_based: Any) -> None:
    email_based.post("users/update", email=A, userId="u1")
    email_based.post("users/update", email=B, userId="u1")
    status, reply = email_based.delete("users/byUserId/u1")
    assert (status, reply["msg"]) == (200, "All users associated with u1 were successfully deleted")
    assert email_based.people() == []


def test_those_who_share_a_user_id_are_found_by_it_when_one_of_them_is_gone(email_based: Any) -> None:
    emails = [A, B, "c@x.test", "d@x.test"]
    for email in emails:
        email_based.post("users/update", email=email, userId="u1")
        email_based.post("events/track", email=email, eventName=f"Seen by {email}")
    for gone in range(1, 4):
        email_based.delete(f"users/{emails[gone - 1]}")
        _, reply = email_based.get("events/byUserId/u1")
        assert sorted(event["email"] for event in reply["events"]) == emails[gone:]
    assert email_based.delete("users/byUserId/u1")[0] == 200
    assert email_based.people() == []


def test_a_user_id_based_project_deletes_by_user_id_only(user_id_based: Any) -> None:
    assert user_id_based.delete(f"users/{A}")[1]["code"] == "BadParams"


@pytest.mark.parametrize(
    ("project_type", "body", "emails", "user_ids"),
    [
        ("email", {"email": A}, [hashed(A)], None),
        ("userid", {"userId": "u1"}, None, [hashed("u1")]),
        ("hybrid", {"email": A}, [hashed(A)], [hashed("u1")]),
        ("hybrid", {"userId": "u1"}, [hashed(A)], [hashed("u1")]),
    ],
)
def test_forgetting_blocks_what_identifies_a_user_in_the_project(
    talk: Any, project_type: str, body: dict[str, str], emails: list[str] | None, user_ids: list[str] | None
) -> None:
    project = talk(project_type)
    project.post("users/update", email=A, userId="u1")
    assert project.post("users/forget", **body) == (200, {"msg": "", "code": "Success", "params": None})
    for path, name, expected in (
        ("forgotten", "hashedEmails", emails),
        ("forgottenUserIds", "hashedUserIds", user_ids),
    ):
        status, reply = project.get(f"users/{path}")
        assert (status, reply.get(name)) == ((200, expected) if expected is not None else (400, None))
    assert project.people() == []


def test_a_hybrid_project_can_be_set_to_block_only_the_named_identifier(talk: Any) -> None:
    project = talk("hybrid", forgetBothIdentifiers=False)
    project.post("users/update", email=A, userId="u1")
    project.post("users/forget", email=A)
    assert project.post("users/update", userId="u1")[0] == 200


def test_writes_for_the_forgotten_are_refused_singly_and_listed_in_bulk(email_based: Any) -> None:
    email_based.post("users/update", email=A)
    email_based.post("users/forget", email=A)
    for path, body, status in (
        ("users/update", {}, 409),
        ("events/track", {"eventName": "Seen"}, 400),
        ("users/updateSubscriptions", {"emailListIds": []}, 400),
    ):
        refusal, reply = email_based.post(path, email="A@X.test", **body)
        assert (refusal, reply["code"]) == (status, "ForgottenUserError")
    _, bulk = email_based.post("users/bulkUpdate", users=[{"email": A}, {"email": B}])
    assert (bulk["successCount"], bulk["failedUpdates"]["forgottenEmails"]) == (1, [A])
    _, tracked = email_based.post("events/trackBulk", events=[{"email": A, "eventName": "Seen"}])
    assert tracked["failedUpdates"]["forgottenEmails"] == [A]
    assert email_based.post("users/updateEmail", currentEmail=B, newEmail=A)[1]["code"] == "EmailAlreadyExists"


@pytest.mark.parametrize("email", ['"half-a-character-\ud800"@x.test', '"é"@x.test'])
def test_an_email_that_is_no_plain_text_can_be_forgotten(email_based: Any, email: str) -> None:
    assert email_based.post("users/update", email=email)[0] == 200
    assert email_based.post("users/forget", email=email)[0] == 200
    assert email_based.post("users/update", email=email)[1]["code"] == "ForgottenUserError"
    assert email_based.post("users/update", email=A)[0] == 200


@pytest.mark.parametrize(("value", "cart"), [("byCall", 400), ("400", 400), ("409", 409)])
def test_the_status_of_a_write_for_the_forgotten_is_that_of_its_call_or_one_for_all(
    talk: Any, value: str, cart: int
) -> None:
    project = talk("email", forgottenStatus=value, trackForgotten="409")
    project.post("users/update", email=A)
    project.post("users/forget", email=A)
    assert project.post("commerce/updateCart", user={"email": A}, items=[])[0] == cart
    assert project.post("users/update", email=A)[0] == (409 if value != "400" else 400)
    assert project.post("events/track", email=A, eventName="Seen")[0] == 409


def test_a_rename_to_a_forgotten_identifier_is_listed_by_that_identifier(hybrid: Any) -> None:
    hybrid.post("users/update", email=A)
    hybrid.post("users/forget", email=A)
    _, reply = hybrid.post("users/bulkUpdate", users=[{"userId": "u9", "dataFields": {"email": A}}])
    assert (reply["failedUpdates"]["forgottenEmails"], reply["failedUpdates"]["forgottenUserIds"]) == ([A], [])


def test_forgetting_the_forgotten_is_refused_or_changes_nothing(talk: Any) -> None:
    for value, status, code in (("error", 400, "ForgottenUserError"), ("accept", 200, "Success")):
        project = talk("hybrid", forgetAgain=value)
        project.post("users/update", email=A, userId="u1")
        project.post("users/forget", email=A)
        for named in ({"email": A}, {"userId": "u1"}):
            again, reply = project.post("users/forget", **named)
            assert (again, reply["code"]) == (status, code)


def test_an_event_of_the_forgotten_can_be_set_to_be_dropped(talk: Any) -> None:
    project = talk("email", trackForgotten="drop")
    project.post("users/update", email=A)
    project.post("users/forget", email=A)
    assert project.post("events/track", email=A, eventName="Seen")[0] == 200
    assert len(project.project.events) == 0


def test_unforgetting_lifts_the_block_and_brings_nothing_back(email_based: Any) -> None:
    email_based.post("users/update", email=A, dataFields={"plan": "gold"})
    email_based.post("users/forget", email=A)
    assert email_based.post("users/unforget", email=A)[0] == 200
    assert email_based.post("users/update", email=A)[0] == 200
    assert "plan" not in email_based.fields(email=A)
    assert email_based.post("users/unforget", email=A)[0] == 400


def test_forgetting_nobody_says_that_the_user_does_not_exist(email_based: Any) -> None:
    status, reply = email_based.post("users/forget", email=A)
    assert (status, reply["code"]) == (400, "BadParams")
    assert reply["msg"] == f"User does not exist. Email: {A} UserId: "
    assert email_based.post("users/unforget", email=A)[1] == reply


def test_a_merge_keeps_the_destinations_values_and_takes_what_only_the_source_has(hybrid: Any) -> None:
    hybrid.post("users/update", email=A, dataFields={"plan": "gold", "address": {"city": "Paris"}})
    hybrid.post("users/update", userId="u1", dataFields={"plan": "free", "address": {"zip": "N1"}, "city": "London"})
    hybrid.post("events/track", userId="u1", eventName="Seen")
    assert hybrid.post("users/merge", sourceUserId="u1", destinationEmail=A)[0] == 200
    fields = hybrid.fields(email=A)
    assert (fields["plan"], fields["address"], fields["city"]) == ("gold", {"city": "Paris"}, "London")
    assert [event["email"] for event in hybrid.get(f"events/{A}")[1]["events"]] == [A]
    assert hybrid.people() == [(A, None)]


def test_a_merge_unites_the_arrays_it_is_told_to(email_based: Any) -> None:
    email_based.post("users/update", email=A, dataFields={"pets": [{"name": "Rex", "age": 3}], "tags": ["a"]})
    email_based.post(
        "users/update",
        email=B,
        dataFields={"pets": [{"name": "Rex", "age": 9}, {"name": "Tom", "age": 1}], "tags": ["b"]},
    )
    arrays = [{"field": "pets", "dedupeBy": "name"}]
    email_based.post("users/merge", sourceEmail=B, destinationEmail=A, arrayMerge=arrays)
    fields = email_based.fields(email=A)
    assert fields["pets"] == [{"name": "Rex", "age": 3}, {"name": "Tom", "age": 1}]
    assert fields["tags"] == ["a"]


def test_a_merge_into_nobody_gives_the_source_the_new_identifier(hybrid: Any) -> None:
    hybrid.post("users/update", userId="u1", dataFields={"plan": "gold"})
    hybrid.post("users/merge", sourceUserId="u1", destinationEmail=A)
    assert hybrid.people() == [(A, "u1")]


def test_list_memberships_are_united_in_a_merge(email_based: Any) -> None:
    first, second = (email_based.post("lists", name=name)[1]["listId"] for name in ("one", "two"))
    email_based.post("lists/subscribe", listId=first, subscribers=[{"email": A}])
    email_based.post("lists/subscribe", listId=second, subscribers=[{"email": B}])
    email_based.post("users/merge", sourceEmail=B, destinationEmail=A)
    assert email_based.fields(email=A)["emailListIds"] == [first, second]
    assert email_based.get(f"lists/{second}/size") == (200, 1)


@pytest.mark.parametrize(
    "body",
    [
        {"sourceEmail": A},
        {"sourceEmail": A, "sourceUserId": "u1", "destinationEmail": B},
        {"sourceEmail": "nobody@x.test", "destinationEmail": B},
    ],
)
def test_a_merge_that_names_a_side_twice_or_not_or_nobody_is_refused(hybrid: Any, body: dict[str, str]) -> None:
    hybrid.post("users/update", email=B)
    assert hybrid.post("users/merge", **body)[1]["code"] == "BadParams"

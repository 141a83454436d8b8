"""Ids stay with whom they belong to, and are not given twice, whichever way a state document was taken."""

from __future__ import annotations

import json
from typing import Any

import pytest

A, B, C = "a@x.test", "b@x.test", "c@x.test"
NOW = 1_787_227_200_000
NEW_MEMBERS = {"ids", "revokedTokens", "exportJobs"}


def without_new_members(document: Any) -> Any:
    """A document as earlier versions wrote it."""
    users = [{name: user[name] for name in ("email", "userId", "dataFields")} for user in document["users"]]
    return {name: value for name, value in {**document, "users": users}.items() if name not in NEW_MEMBERS}


def user_ids(talk: Any) -> dict[str, str]:
    """The `itblUserId` of everybody, by email."""
    users = talk.project.state_document()["users"]
    return {user["email"]: user["dataFields"]["itblUserId"] for user in users}


def moved(talk: Any, hybrid: Any, change: Any = lambda document: document) -> Any:
    """A project of another name, if it can be, with the state of this one."""
    document = change(json.loads(json.dumps(hybrid.project.state_document())))
    other = talk("hybrid")
    other.project.replace_state(document, NOW)
    return other


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("DELETE", f"users/{A}", {}),
        ("POST", "users/forget", {"email": A}),
        ("POST", "users/merge", {"sourceEmail": A, "destinationEmail": B}),
    ],
)
def test_everybody_keeps_the_itbl_user_id_after_somebody_before_them_is_gone(
    talk: Any, hybrid: Any, method: str, path: str, body: dict[str, str]
) -> None:
    for email in (A, B, C):
        hybrid.post("users/update", email=email)
    assert hybrid.call(method, path, **body)[0] == 200
    before = user_ids(hybrid)
    assert before.keys() == {B, C}
    assert user_ids(moved(talk, hybrid)) == before


def test_who_comes_after_an_import_gets_no_id_of_somebody_who_is_gone(talk: Any, hybrid: Any) -> None:
    for email in (A, B):
        hybrid.post("users/update", email=email)
    gone = user_ids(hybrid)[B]
    hybrid.delete(f"users/{B}")
    other = moved(talk, hybrid)
    other.post("users/update", email=C)
    assert user_ids(other)[C] not in {gone, user_ids(other)[A]}


def test_the_next_number_of_a_list_is_none_that_a_list_had_before(talk: Any, hybrid: Any) -> None:
    for name in ("News", "Offers"):
        hybrid.post("lists", name=name)
    hybrid.delete("lists/2")
    assert moved(talk, hybrid).post("lists", name="More") == (200, {"listId": 3})


def test_an_export_job_keeps_its_number_and_its_file(talk: Any, hybrid: Any) -> None:
    hybrid.post("users/update", email=A)
    hybrid.post("export/start", dataTypeName="user", outputFormat="text/csv")
    other = moved(talk, hybrid)
    assert other.get("export/jobs") == hybrid.get("export/jobs")
    assert [job.content for job in other.project.jobs] == [job.content for job in hybrid.project.jobs]
    assert other.post("export/start", dataTypeName="user", outputFormat="text/csv") == (200, {"jobId": 2})


def test_a_token_that_was_revoked_stays_revoked(talk: Any, hybrid: Any) -> None:
    hybrid.post("users/update", email=A)
    hybrid.post("auth/jwts/invalidate", email=A)
    assert hybrid.project.revoked
    assert moved(talk, hybrid).project.revoked == hybrid.project.revoked


def test_a_document_of_an_earlier_version_brings_the_same_people_and_events(talk: Any, hybrid: Any) -> None:
    for email in (A, B):
        hybrid.post("users/update", email=email, dataFields={"plan": "gold"})
        hybrid.post("events/track", email=email, eventName="Seen")
    other = moved(talk, hybrid, without_new_members)
    before, after = hybrid.project.state_document(), other.project.state_document()
    assert {**after, "ids": before["ids"]} == before
    known = {event["id"] for event in before["events"]}
    other.post("events/track", email=A, eventName="Once more")
    assert len({event["id"] for event in other.project.state_document()["events"]} - known) == 1


def test_a_document_written_by_hand_needs_no_more_than_people(hybrid: Any) -> None:
    hybrid.project.replace_state({"users": [{"email": A}, {"email": B}]}, NOW)
    assert len(set(user_ids(hybrid).values())) == 2
    hybrid.post("users/update", email=C)
    assert hybrid.people() == [(A, None), (B, None), (C, None)]


def test_people_without_a_number_come_after_those_who_have_one(hybrid: Any) -> None:
    hybrid.project.replace_state({"users": [{"email": A}, {"email": B, "number": 7}, {"email": C, "number": 2}]}, NOW)
    users = hybrid.project.state_document()["users"]
    assert [(user["email"], user["number"]) for user in users] == [(C, 2), (B, 7), (A, 8)]


@pytest.mark.parametrize("ids", [{}, {"users": 1}, None])
def test_a_document_that_counts_no_requests_still_lets_no_id_come_twice(
    talk: Any, hybrid: Any, ids: dict[str, int] | None
) -> None:
    hybrid.post("users/update", email=A)
    hybrid.post("lists", name="News")
    hybrid.post("events/track", email=A, eventName="Seen")

    def edited(document: Any) -> Any:
        document["events"].append({"email": A, "eventName": "By hand"})
        return {
            **{name: value for name, value in document.items() if name != "ids"},
            **({} if ids is None else {"ids": ids}),
        }

    other = moved(talk, hybrid, edited)
    for _ in range(5):
        other.post("events/track", email=A, eventName="Seen")
    events = other.project.state_document()["events"]
    assert len({event["id"] for event in events}) == 7

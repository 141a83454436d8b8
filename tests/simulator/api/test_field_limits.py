"""More fields than a project may have are refused, and named."""

from __future__ import annotations

from typing import Any

A, B = "a@x.test", "b@x.test"
EVENT = {"email": A, "eventName": "Seen", "dataFields": {"page": {"title": "x"}, "n": 1}}


def test_the_fields_of_all_events_count_with_their_names_and_the_objects_in_them(talk: Any) -> None:
    project = talk("email", maxEventFields=5)
    project.post("users/update", email=A)
    assert project.post("events/track", **EVENT)[0] == 200
    assert project.post("events/track", email=A, eventName="Bought")[0] == 200
    status, reply = project.post("events/track", email=A, eventName="Left", dataFields={"why": {"code": 1}})
    assert (status, reply["code"]) == (400, "UniqueFieldsLimitExceeded")
    new = ["Left", "Left.why", "Left.why.code"]
    assert reply["params"] == {"limit": 5, "requestedTotal": 8, "newFields": new}
    assert reply["msg"] == (
        f"Project {project.project.id}: The request would increase the number of object fields to 8 by adding "
        "[Left, Left.why, Left.why.code], which exceeds the limit of 5"
    )
    assert project.post("events/track", **EVENT)[0] == 200


def test_a_batch_of_events_with_too_many_fields_is_refused_whole(talk: Any) -> None:
    project = talk("email", maxEventFields=5)
    project.post("users/update", email=A)
    more = {"email": A, "eventName": "Left", "dataFields": {"why": 1}}
    status, reply = project.post("events/trackBulk", events=[EVENT, more])
    assert (status, reply["params"]["requestedTotal"]) == (400, 6)
    assert len(project.project.events) == 0


def test_a_batch_of_users_with_too_many_fields_is_refused_whole(talk: Any) -> None:
    project = talk("email", maxProfileFields=30)
    users = [{"email": A}, {"email": B, "dataFields": {f"f{number}": number for number in range(10)}}]
    status, reply = project.post("users/bulkUpdate", users=users)
    assert (status, reply["code"]) == (400, "UniqueFieldsLimitExceeded")
    assert reply["params"]["newFields"] == [f"f{number}" for number in range(10)]
    number = project.post("lists", name="News")[1]["listId"]
    assert project.post("lists/subscribe", listId=number, subscribers=users)[0] == 400
    assert project.people() == []


def test_fields_that_are_not_taken_do_not_count(talk: Any) -> None:
    project = talk("email", maxProfileFields=30)
    users = [{"email": A, "dataFields": {f"f{number}": number for number in range(10)}}]
    assert project.post("users/bulkUpdate", users=users, createNewFields=False)[0] == 200

"""State documents that cannot be taken: every mistake is named, and nothing changes."""

from __future__ import annotations

from typing import Any

import pytest

from simulator.project import StateError

A, B = "a@x.test", "b@x.test"
NOW = 1_787_227_200_000


def test_every_mistake_of_a_document_is_named(email_based: Any) -> None:
    nobody = {"email": B, "eventName": "Seen"}
    message = {"medium": "Email", "email": B, "campaignId": 1, "at": 0}
    with pytest.raises(StateError) as caught:
        email_based.project.replace_state(
            {
                "users": [{"userId": "u1"}],
                "events": [nobody, nobody],
                "sentMessages": [{"id": "m", **message}, {"id": "n", **message}],
            },
            NOW,
        )
    assert [where for where, _ in caught.value.mistakes] == [
        "users.0",
        "events.0",
        "events.1",
        "sentMessages.0",
        "sentMessages.1",
    ]
    for where, what in caught.value.mistakes:
        assert f"{where}: {what}" in str(caught.value)


@pytest.mark.parametrize(
    ("project_type", "document", "place"),
    [
        ("email", {"users": [{"userId": "u1"}]}, "users.0"),
        ("userid", {"users": [{"email": A}]}, "users.0"),
        ("email", {"users": [{"email": A}, {"email": "A@x.test"}]}, "users.1"),
        ("hybrid", {"users": [{"userId": "u1"}, {"userId": "u1", "email": A}]}, "users.1"),
        ("hybrid", {"events": [{"email": A, "eventName": "Seen"}]}, "events.0"),
        (
            "hybrid",
            {"sentMessages": [{"id": "m", "medium": "Email", "email": A, "campaignId": 1, "at": 0}]},
            "sentMessages.0",
        ),
        (
            "hybrid",
            {
                "users": [{"email": A}],
                "scheduledMessages": [{"id": "m", "medium": "Email", "email": A, "campaignId": 1, "at": 0}],
            },
            "scheduledMessages.0",
        ),
        ("hybrid", {"users": [{"email": A, "number": 3}, {"email": B, "number": 3}]}, "users.1.number"),
        (
            "hybrid",
            {"users": [{"email": A, "number": 3}], "lists": [{"id": 1, "name": "News", "members": [3, 4]}]},
            "lists.0.members.1",
        ),
    ],
)
def test_what_does_not_fit_is_named_by_its_place_and_changes_nothing(
    talk: Any, project_type: str, document: dict[str, Any], place: str
) -> None:
    project = talk(project_type)
    project.post("users/update", email=B, userId="u9")
    with pytest.raises(StateError) as caught:
        project.project.replace_state(document, NOW)
    assert [where for where, _ in caught.value.mistakes] == [place]
    assert project.people() == [(B, "u9")]


@pytest.mark.parametrize(
    ("document", "places"),
    [
        ({"users": [{"email": A}, {"email": 5}]}, ["users.1.email"]),
        ({"users": [{"email": A, "dataFields": []}], "lists": [{"id": 0, "name": "News"}]},
         ["users.0.dataFields", "lists.0.id"]),
        ({"metadata": [{"name": "t", "values": [{"id": "", "value": {}}]}]}, ["metadata.0.values.0.id"]),
        ({"users": [{}]}, ["users.0"]),
        ({"userz": []}, ["userz"]),
        ({"users": [{"email": A, "number": 0}]}, ["users.0.number"]),
        ({"ids": {"requests": -1, "users": 10**30, "project": 5}}, ["ids.project", "ids.requests", "ids.users"]),
        ({"version": 9}, [""]),
    ],
)  # fmt: skip
def test_what_has_not_the_form_of_a_document_is_named_by_its_place(
    email_based: Any, document: dict[str, Any], places: list[str]
) -> None:
    with pytest.raises(StateError) as caught:
        email_based.project.replace_state(document, NOW)
    assert [where for where, _ in caught.value.mistakes] == places
    for where, what in caught.value.mistakes:
        assert what
        assert f"{where}: {what}" in str(caught.value)

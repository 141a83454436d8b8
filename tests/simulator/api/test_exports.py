"""The rows of exports: users flat, events with what Iterable adds, sends; as lines of JSON and as CSV."""

from __future__ import annotations

import csv
import json
from typing import Any

import pytest

from simulator import Request

A = "a@x.test"
NOW = 1_787_227_200_000
AT = "2026-08-20 12:00:00 +00:00"
HOME = {"zip": "N1", "at": {"lat": 1.5}}
PETS = [{"name": "Bo", "age": 3}, {"name": "Al"}]


@pytest.fixture
def project(email_based: Any) -> Any:
    email_based.post("users/update", email=A, dataFields={"home": HOME, "pets": PETS, "vip": True, "note": 'a "b"'})
    return email_based


def exported(project: Any, path: str, query: str) -> Any:
    reply = project.simulator.handle(Request("GET", f"/api/export/{path}", query, {"api-key": "key"}), NOW)
    assert reply.status == 200, reply.body
    return reply


def rows(project: Any, data_type: str, more: str = "") -> list[dict[str, Any]]:
    reply = exported(project, "data.json", f"dataTypeName={data_type}&range=All{more}")
    return [json.loads(line) for line in reply.body.splitlines()]


def test_a_user_is_flat_and_has_no_instant_of_creation(project: Any) -> None:
    [row] = rows(project, "user")
    assert (row["home.zip"], row["home.at.lat"], row["itblInternal.emailDomain"]) == ("N1", 1.5, "x.test")
    assert {"home", "itblInternal", "createdAt", "userId"}.isdisjoint(row)


def test_the_members_of_objects_in_a_list_stand_beside_it(project: Any) -> None:
    [row] = rows(project, "user")
    assert (row["pets"], row["pets.name"], row["pets.age"]) == (PETS, ["Bo", "Al"], [3])


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("&onlyFields=itblInternal.emailDomain", {"itblInternal.emailDomain"}),
        ("&onlyFields=email&onlyFields=home.zip", {"email", "home.zip"}),
        ("&onlyFields=email,vip&omitFields=vip", {"email"}),
        ("&onlyFields=home&omitFields=home.zip&omitFields=nothing", {"home.at.lat"}),
    ],
)
def test_columns_are_chosen_by_their_dotted_names(project: Any, query: str, names: set[str]) -> None:
    assert rows(project, "user", query)[0].keys() == names
    reply = exported(project, "data.csv", f"dataTypeName=user&range=All{query}")
    assert set(reply.body.decode().splitlines()[0].split(",")) == names


def test_csv_has_texts_in_quotes_and_the_rest_bare(project: Any) -> None:
    reply = exported(project, "data.csv", "dataTypeName=user&range=All&onlyFields=email,vip,note,pets.name,pets.age")
    assert reply.headers == {
        "Content-Type": "text/csv",
        "Content-Disposition": 'attachment; filename="user_20260820120000.csv"',
    }
    assert reply.body.decode().splitlines() == [
        "email,note,pets.age,pets.name,vip",
        f'"{A}","a ""b""","[3]","[""Bo"",""Al""]",true',
    ]


def test_csv_can_be_read_with_any_delimiter(project: Any) -> None:
    reply = exported(project, "data.csv", "dataTypeName=user&range=All&delimiter=%3B")
    [row] = csv.DictReader(reply.body.decode().splitlines(), delimiter=";")
    assert (row["note"], json.loads(row["pets.name"])) == ('a "b"', ["Bo", "Al"])


@pytest.mark.parametrize("name", ["emailUnsubscribe", "emailUnSubscribe"])
def test_unsubscribes_are_exported_under_either_spelling(project: Any, name: str) -> None:
    project.call("DELETE", f"subscriptions/messageChannel/1/user/{A}")
    assert rows(project, name) == [
        {
            "createdAt": AT,
            "email": A,
            "itblInternal": {"documentCreatedAt": AT, "documentUpdatedAt": AT},
            "emailListIds": [],
            "channelIds": [1],
            "messageTypeIds": [],
            "unsubSource": "API",
        }
    ]
    reply = exported(project, "data.csv", f"dataTypeName={name}&range=All&onlyFields=channelIds")
    assert reply.headers["Content-Disposition"] == 'attachment; filename="emailUnSubscribe_20260820120000.csv"'
    assert reply.body.decode() == f'createdAt,channelIds\n"{AT}","[1]"\n'


def test_a_send_says_by_what_it_was_sent_and_holds_its_fields_as_text(project: Any) -> None:
    project.post("templates/email/upsert", clientTemplateId="t", name="Hi")
    project.post("campaigns/create", name="Hi", templateId=1)
    project.post("email/target", campaignId=1, recipientEmail=A, dataFields={"code": "x"})
    project.post("email/target", campaignId=1, recipientEmail=A)
    first, second = rows(project, "emailSend")
    assert (first["messageTypeId"], first["channelId"], first["contentId"], first["campaignId"]) == (1, 1, 1, 1)
    assert (first["transactionalData"], "transactionalData" in second) == ('{"code":"x"}', False)
    assert first["messageBusId"] != second["messageBusId"]


def test_the_events_of_a_user_carry_their_type_and_include_sends(project: Any) -> None:
    project.post("templates/email/upsert", clientTemplateId="t", name="Hi")
    project.post("campaigns/create", name="Hi", templateId=1)
    project.post("email/target", campaignId=1, recipientEmail=A)
    project.post("events/track", email=A, eventName="Seen", createdAt=NOW // 1000 - 60)
    for query, types in (("", ["emailSend"]), ("&includeCustomEvents=True", ["emailSend", "customEvent"])):
        reply = exported(project, "userEvents", f"email={A}{query}")
        assert reply.headers["Content-Type"] == "text/plain; charset=utf-8"
        read = [json.loads(line) for line in reply.body.splitlines()]
        assert [row["_type"] for row in read] == types
        assert all({"createdAt", "email", "itblInternal"} <= row.keys() for row in read)


def test_nothing_that_a_cell_is_marked_off_with_is_a_delimiter(project: Any) -> None:
    for delimiter in ("%22", "%0A", "ab"):
        query = f"dataTypeName=user&range=All&delimiter={delimiter}"
        assert project.get("export/data.csv", query)[0] == 400

"""Every setting of a project decides what it says it decides: a test a setting, which makes a long module."""

from __future__ import annotations

import json
from typing import Any

import pytest
from pydantic import ValidationError

from simulator import ProjectSettings, Request
from simulator.project.settings import STORED

A, B, U1, U2 = "a@x.test", "b@x.test", "u1", "u2"
SEEN = {"eventName": "Seen"}


def codes(reply: tuple[int, Any]) -> tuple[int, str]:
    status, body = reply
    return status, body["code"]


@pytest.mark.parametrize(
    ("value", "project_type", "people"),
    [("always", "email", 1), ("never", "userid", 0), ("never", "hybrid", 0), ("byProjectType", "hybrid", 1)],
)
def test_track_creates(talk: Any, value: str, project_type: str, people: int) -> None:
    project = talk(project_type, trackCreates=value)
    who = {"email": A} if project_type == "email" else {"userId": U1}
    assert project.post("events/track", **who, **SEEN)[0] == 200
    assert len(project.people()) == people


def test_track_unknown_email(talk: Any) -> None:
    project = talk("email", trackUnknownEmail="error")
    assert codes(project.post("events/track", email=A, **SEEN)) == (400, "UnknownEmailError")
    assert codes(project.post("events/track", email=A, userId=U1, **SEEN)) == (400, "UnknownEmailError")


def test_track_unknown_email_known_user_id(talk: Any) -> None:
    project = talk("email", trackUnknownEmailKnownUserId="userId")
    project.post("users/update", email=A, userId=U1)
    project.post("events/track", email=B, userId=U1, **SEEN)
    assert len(project.get(f"events/{A}")[1]["events"]) == 1


def test_track_unknown_user_id(talk: Any) -> None:
    assert codes(talk("email", trackUnknownUserId="drop").post("events/track", userId=U1, **SEEN)) == (200, "Success")


def test_track_bulk_unknown(talk: Any) -> None:
    events = [{"email": A, **SEEN}, {"userId": U1, **SEEN}]
    _, reported = talk("email").post("events/trackBulk", events=events)
    assert (reported["failCount"], reported["failedUpdates"]["notFoundEmails"]) == (2, [A])
    assert reported["failedUpdates"]["notFoundUserIds"] == [U1]
    _, dropped = talk("email", trackBulkUnknown="drop").post("events/trackBulk", events=events)
    assert (dropped["successCount"], dropped["failCount"]) == (2, 0)


def test_email_lookup_in_a_user_id_based_project(talk: Any) -> None:
    for value, found in (("first", True), ("none", False)):
        project = talk("userid", emailLookupInUserIdProject=value)
        project.post("users/update", userId=U1, email=A)
        project.post("events/track", userId=U1, **SEEN)
        assert bool(project.get(f"users/{A}")[1]) is found
        assert bool(project.get(f"events/{A}")[1]["events"]) is found


@pytest.mark.parametrize(("value", "status"), [("byPlace", 400), ("400", 400), ("409", 409)])
def test_conflict_status_of_identifiers_in_the_data_fields(talk: Any, value: str, status: int) -> None:
    project = talk("hybrid", conflictStatus=value)
    project.post("users/update", email=A)
    project.post("users/update", userId=U1)
    project.post("users/update", userId=U2)
    assert codes(project.post("users/update", userId=U1, dataFields={"email": A})) == (status, "EmailAlreadyExists")
    assert codes(project.post("users/update", userId=U1, dataFields={"userId": U2})) == (
        status,
        "UserIdAlreadyExists",
    )


@pytest.mark.parametrize(("value", "answer", "email"), [("ignore", 200, A), ("rename", 200, B), ("error", 400, A)])
def test_data_fields_email(talk: Any, value: str, answer: int, email: str) -> None:
    project = talk("email", dataFieldsEmail=value)
    project.post("users/update", email=A)
    assert project.post("users/update", email=A, dataFields={"email": B})[0] == answer
    assert project.people() == [(email, None)]


def test_update_email_outside_email_projects(talk: Any) -> None:
    for value, status in (("allow", 200), ("error", 400)):
        project = talk("hybrid", updateEmailOutsideEmailProjects=value)
        project.post("users/update", email=A)
        assert project.post("users/updateEmail", currentEmail=A, newEmail=B)[0] == status


def test_update_email_to_a_forgotten_address(talk: Any) -> None:
    for value, expected in (("400", (400, "EmailAlreadyExists")), (409, (409, "ForgottenUserError"))):
        project = talk("email", updateEmailForgotten=value)
        for email in (A, B):
            project.post("users/update", email=email)
        project.post("users/forget", email=B)
        assert codes(project.post("users/updateEmail", currentEmail=A, newEmail=B)) == expected


def test_forgotten_status(talk: Any) -> None:
    project = talk("email", forgottenStatus="400")
    project.post("users/update", email=A)
    project.post("users/forget", email=A)
    assert codes(project.post("users/update", email=A)) == (400, "ForgottenUserError")


def test_unknown_fields_and_what_a_request_says_about_them(talk: Any) -> None:
    project = talk("email", unknownFields="drop")
    project.post("users/update", email=A, dataFields={"plan": "gold"})
    assert "plan" not in project.fields(email=A)
    _, reply = project.post("users/bulkUpdate", users=[{"email": A, "dataFields": {"plan": "gold"}}])
    assert (reply["filteredOutFields"], reply["createdFields"]) == (["plan"], [])
    project.post("users/update", email=A, dataFields={"plan": "gold"}, createNewFields=True)
    assert project.fields(email=A)["plan"] == "gold"
    other = talk("email")
    other.post("users/update", email=A, dataFields={"plan": "gold"}, createNewFields=False)
    assert "plan" not in other.fields(email=A)


def test_managed_fields(talk: Any) -> None:
    fields = {"itblInternal": {"documentCreatedAt": "2001-01-01"}}
    assert talk("email").post("users/update", email=A, dataFields=fields)[0] == 200
    assert codes(talk("email", managedFields="error").post("users/update", email=A, dataFields=fields)) == (
        400,
        "BadParams",
    )


def test_numeric_text(talk: Any) -> None:
    for value, status in (("refuse", 400), ("coerce", 200)):
        project = talk("email", numericText=value)
        project.post("users/update", email=A, dataFields={"age": 3, "price": 1.5, "paid": True, "plan": "gold"})
        assert project.post("users/update", email=A, dataFields={"age": "4"})[0] == status
        assert project.post("users/update", email=A, dataFields={"price": "4.5"})[0] == status
        for wrong in ({"age": "four"}, {"age": "4.5"}, {"paid": "1"}, {"age": [True]}, {"plan": 5}):
            assert project.post("users/update", email=A, dataFields=wrong)[0] == 400


def test_date_forms(talk: Any) -> None:
    for value, kind in (("extended", "date"), ("strict", "string")):
        project = talk("email", dateForms=value)
        project.post("users/update", email=A, dataFields={"since": "2020-08-19T20:50:04Z"})
        assert project.get("users/getFields")[1]["fields"]["since"] == kind


def test_date_forms_count_inside_objects_and_lists_as_well(talk: Any) -> None:
    sent = {"text": "2020-08-19T20:50:04Z", "inner": {"at": "2020-08-19T20:50:04Z"}, "all": ["2020-08-19T20:50:04Z"]}
    stored = "2020-08-19 20:50:04 +00:00"
    for value, shown in (
        ("strict", sent),
        ("extended", {"text": stored, "inner": {"at": stored}, "all": [stored]}),
    ):
        project = talk("email", dateForms=value, normaliseDates=True)
        project.post("users/update", email=A, dataFields=sent)
        fields = project.fields(email=A)
        assert {name: fields[name] for name in sent} == shown


@pytest.mark.parametrize(
    ("name", "value", "kind"),
    [
        ("home_geo_location", {"lat": 1.5, "lon": 2}, "geo_location"),
        ("home", {"lat": 1.5, "lon": 2}, "object"),
        ("home_geo_location", {"lat": 1.5}, "object"),
        ("home_geo_location", {"lat": True, "lon": 2}, "object"),
    ],
)
def test_a_place_is_a_field_whose_name_and_value_say_so(talk: Any, name: str, value: Any, kind: str) -> None:
    project = talk("email")
    project.post("users/update", email=A, dataFields={name: value})
    assert project.get("users/getFields")[1]["fields"][name] == kind


def test_normalise_dates(talk: Any) -> None:
    sent = "2020-08-19T22:50:04.000+02:00"
    for value, stored in ((True, "2020-08-19 20:50:04 +00:00"), (False, sent)):
        project = talk("email", normaliseDates=value)
        project.post("users/update", email=A, dataFields={"since": sent})
        project.post("events/track", email=A, eventName="Seen", dataFields={"since": sent})
        assert project.fields(email=A)["since"] == stored
        assert project.get(f"events/{A}")[1]["events"][0]["dataFields"]["since"] == stored


def test_exported_profiles(talk: Any) -> None:
    for value, name in (("flat", "home.zip"), ("nested", "home")):
        project = talk("email", exportedProfiles=value)
        project.post("users/update", email=A, dataFields={"home": {"zip": 1}})
        _, body = project.raw("GET", "/api/export/data.json", query="dataTypeName=user&range=All")
        assert f'"{name}":'.encode() in body


def test_unknown_template_and_unknown_campaign(talk: Any) -> None:
    for status, code in (("400", "BadParams"), ("404", "NotFound")):
        reply = talk("email", unknownTemplate=status).get("templates/email/get", query="templateId=1")
        assert codes(reply) == (int(status), code)
    assert codes(talk("email").get("campaigns/1")) == (404, "NotFound")
    status_, page = talk("email", unknownCampaign="page").raw("GET", "/api/campaigns/1")
    assert (status_, page[:9]) == (404, b"<!DOCTYPE")


def test_push_integrations(talk: Any) -> None:
    device = {"token": "t", "platform": "APNS_SANDBOX", "applicationName": "shop"}
    for value in (None, ["shop"]):
        project = talk("email", pushIntegrations=value, serverKeyMayRegisterDevices=True)
        assert project.post("users/registerDeviceToken", email=A, device=device)[0] == 200
    project = talk("email", pushIntegrations=["other"], serverKeyMayRegisterDevices=True)
    msg = "Unable to find a push integration set up for application shop on APNS_SANDBOX"
    expected = {"msg": msg, "code": "BadParams", "params": None}
    assert project.post("users/registerDeviceToken", email=A, device=device) == (400, expected)
    assert project.people() == []


def test_bulk_type_mismatch(talk: Any) -> None:
    users = [{"email": A, "dataFields": {"age": 3}}, {"email": B, "dataFields": {"age": "old"}}]
    assert codes(talk("email").post("users/bulkUpdate", users=users)) == (400, "RequestFieldsTypesMismatched")
    _, reply = talk("email", bulkTypeMismatch="perItem").post("users/bulkUpdate", users=users)
    assert (reply["successCount"], reply["failedUpdates"]["invalidDataEmails"]) == (1, [B])


def test_legacy_invalid_arrays(talk: Any) -> None:
    people = [{"email": "no address"}, {"userId": U1}]
    for value, repeated in (("all", [U1]), ("invalid", [])):
        project = talk("email", legacyInvalidArrays=value)
        number = project.post("lists", name="one")[1]["listId"]
        _, reply = project.post("lists/unsubscribe", listId=number, subscribers=people)
        assert (reply["invalidEmails"], reply["invalidUserIds"]) == (["no address"], repeated)


@pytest.mark.parametrize("value", ["all", "invalid"])
def test_legacy_arrays_of_events_hold_malformed_emails_and_unknown_user_ids(talk: Any, value: str) -> None:
    events = [{"email": "no address", **SEEN}, {"email": B, **SEEN}, {"userId": U1, **SEEN}, {"userId": "", **SEEN}]
    _, reply = talk("email", legacyInvalidArrays=value).post("events/trackBulk", events=events)
    assert (reply["invalidEmails"], reply["invalidUserIds"]) == (["no address"], [U1])
    assert (reply["failedUpdates"]["notFoundEmails"], reply["failedUpdates"]["invalidUserIds"]) == ([B], [""])


def test_empty_bulk_update(talk: Any) -> None:
    assert talk("email").post("users/bulkUpdate", users=[])[1]["successCount"] == 0
    status, reply = talk("email", emptyBulkUpdate=400).post("users/bulkUpdate", users=[])
    assert (status, reply["code"], reply["msg"]) == (400, "InvalidEmailAddressError", "Emails invalid: ")


def test_event_id_scope(talk: Any) -> None:
    for value, events in (("project", 1), ("user", 2)):
        project = talk("hybrid", eventIdScope=value)
        for email in (A, B):
            project.post("events/track", email=email, id="e", **SEEN)
        assert len(project.project.events) == events


def test_event_id_update(talk: Any) -> None:
    for value, fields in (("replace", {"b": 2}), ("merge", {"a": 1, "b": 2})):
        project = talk("hybrid", eventIdUpdate=value)
        project.post("events/track", email=A, id="e", dataFields={"a": 1}, **SEEN)
        project.post("events/track", email=A, id="e", dataFields={"b": 2}, **SEEN)
        assert project.get(f"events/{A}")[1]["events"][0]["dataFields"] == fields


def test_event_limit(talk: Any) -> None:
    assert talk("email").get(f"events/{A}", query="limit=201")[0] == 200
    assert talk("email", eventLimit="error").get(f"events/{A}", query="limit=201")[0] == 400


@pytest.mark.parametrize(
    ("value", "created_at", "shown"),
    [
        ("bySize", 1_600_000_000, "2020-09-13 12:26:40 +00:00"),
        ("bySize", 1_600_000_000_000, "2020-09-13 12:26:40 +00:00"),
        ("milliseconds", 1_600_000_000, "1970-01-19 12:26:40 +00:00"),
        ("seconds", 100_000_000_000, "5138-11-16 09:46:40 +00:00"),
    ],
)
def test_created_at_unit(talk: Any, value: str, created_at: int, shown: str) -> None:
    project = talk("hybrid", createdAtUnit=value)
    project.post("events/track", email=A, createdAt=created_at, **SEEN)
    assert project.get(f"events/{A}")[1]["events"][0]["createdAt"] == shown


def test_cart_event(talk: Any) -> None:
    for value, types in (("cartUpdate", ["cartUpdate"]), ("none", [])):
        project = talk("hybrid", cartEvent=value)
        project.post("commerce/updateCart", user={"email": A}, items=[])
        assert [event["eventType"] for event in project.get(f"events/{A}")[1]["events"]] == types


def test_disallowed_event_names(talk: Any) -> None:
    project = talk("hybrid", disallowedEventNames=["Seen"])
    status, reply = project.post("events/track", email=A, **SEEN)
    assert (status, reply["msg"]) == (200, "event Seen is disallowed from tracking.")
    _, bulk = project.post("events/trackBulk", events=[{"email": A, **SEEN}, {"email": A, "eventName": "Bought"}])
    assert (bulk["disallowedEventNames"], bulk["successCount"], bulk["failCount"]) == (["Seen"], 1, 1)


def test_limits_of_batches_bodies_and_fields(talk: Any) -> None:
    project = talk("email", maxBatchItems=1, maxBody=300, maxProfileFields=30, maxEventFields=1)
    two = [{"email": A}, {"email": B}]
    assert codes(project.post("users/bulkUpdate", users=two)) == (400, "BatchTooLarge")
    assert codes(project.post("events/trackBulk", events=[{**who, **SEEN} for who in two])) == (400, "BatchTooLarge")
    assert project.raw("POST", "/api/users/update", b" " * 301)[0] == 413
    many = {f"f{number}": number for number in range(10)}
    assert codes(project.post("users/update", email=A, dataFields=many)) == (400, "UniqueFieldsLimitExceeded")
    assert project.people() == []
    project.post("users/update", email=A)
    assert codes(project.post("events/track", email=A, dataFields={"a": 1}, **SEEN))[1] == "UniqueFieldsLimitExceeded"
    assert project.post("events/track", email=A, **SEEN)[0] == 200


def test_update_message(talk: Any) -> None:
    assert talk("email").post("users/update", email=A)[1] == {
        "msg": "User successfully created/updated.",
        "code": "Success",
        "params": None,
    }
    assert (
        talk("email", updateMessage="New fields created").post("users/update", email=A)[1]["msg"]
        == "New fields created"
    )


def test_content_type(talk: Any) -> None:
    body = json.dumps({"email": A}).encode()
    for value, kind, status in (
        ("any", "text/plain", 200),
        ("json", "text/plain", 415),
        ("json", "application/json", 200),
    ):
        project = talk("email", contentType=value)
        headers = {"api-key": "key", "content-type": f"{kind}; charset=utf-8"}
        assert project.simulator.handle(Request("POST", "/api/users/update", "", headers, body), 0).status == status


def test_delete_unknown_email(talk: Any) -> None:
    status, reply = talk("email", deleteUnknownEmail="error").delete(f"users/{A}")
    assert (status, reply["msg"]) == (400, f"User does not exist. Email: {A} UserId: ")


def test_data_center(talk: Any) -> None:
    body = json.dumps({"email": A}).encode()
    for value, host, status in (
        ("united_states", "api.iterable.com", 200),
        ("united_states", "api.eu.iterable.com", 401),
        ("europe", "api.eu.iterable.com", 200),
        ("europe", "api.iterable.com", 401),
        ("europe", "127.0.0.1:8585", 200),
    ):
        request = Request("POST", "/api/users/update", "", {"api-key": "key", "host": host}, body)
        assert talk("hybrid", dataCenter=value).simulator.handle(request, 0).status == status


def test_every_setting_says_what_it_decides_and_where_its_default_is_from() -> None:
    schema = ProjectSettings.model_json_schema(by_alias=True)
    assert [name for name, field in schema["properties"].items() if not field["description"].endswith("]")] == []


def test_a_retired_setting_is_unknown_to_whoever_chooses_settings_and_ignored_where_it_was_stored() -> None:
    given = {"placeholderStyle": "userIdAndHash", "visibilityLag": 5}
    with pytest.raises(ValidationError, match="placeholderStyle"):
        ProjectSettings.model_validate(given)
    assert ProjectSettings.model_validate(given, context=STORED).visibility_lag == 5
    with pytest.raises(ValidationError, match="placeholderSize"):
        ProjectSettings.model_validate({"placeholderSize": 3}, context=STORED)

"""Bodies that are refused, paths that are not there, and what replies look like."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

A = "a@x.test"


def test_every_fault_of_a_body_is_named_by_its_path(hybrid: Any) -> None:
    events = [{"eventName": "A", "createdAt": "now"}, {"email": 5}, 7]
    status, reply = hybrid.post("events/trackBulk", events=events)
    assert status == 400
    assert reply == {
        "msg": "[/api/events/trackBulk] Invalid JSON body",
        "code": "BadJsonBody",
        "params": {
            "obj.events[0].createdAt": "Number value expected",
            "obj.events[1].eventName": "Path missing",
            "obj.events[1].email": "String value expected",
            "obj.events[2]": "Object value expected",
        },
    }


PATHS = ["users/update", "users/bulkUpdate", "events/track", "commerce/trackPurchase"]
RUBBISH = [b"{", b"\xff\xfe{}", b'{"a":NaN}', b'{"email":"a@x.test","email":"b@x.test"}',
           b"[" * 100_000, b'{"dataFields":' * 5000 + b"1" + b"}" * 5000, b'{"n":' + b"9" * 5000 + b"}"]  # fmt: skip


@pytest.mark.parametrize("body", [b"[]", b"null", b"5"])
@pytest.mark.parametrize("path", PATHS)
def test_a_body_that_is_no_object_is_refused(hybrid: Any, path: str, body: bytes) -> None:
    status, reply = hybrid.raw("POST", f"/api/{path}", body)
    assert (status, json.loads(reply)["code"]) == (400, "BadJsonBody")
    assert hybrid.rules() == ("body.wrong-type",)


@pytest.mark.parametrize("path", PATHS)
def test_an_empty_body_gets_the_page_of_the_framework_whatever_the_project_is_set_to(talk: Any, path: str) -> None:
    for value in ("page", "BadJsonBody"):
        project = talk("hybrid", brokenJson=value)
        status, page = project.raw("POST", f"/api/{path}", b"")
        detail = f"For request 'POST /api/{path}' [Invalid Json: No content to map due to end-of-input]"
        assert (status, page[:15], detail.encode() in page) == (400, b"<!DOCTYPE html>", True)
        assert project.rules() == ("body.empty",)


@pytest.mark.parametrize("body", RUBBISH, ids=range(len(RUBBISH)))
def test_a_project_can_be_set_to_answer_broken_json_with_the_code_of_the_documents(talk: Any, body: bytes) -> None:
    project = talk("hybrid", brokenJson="BadJsonBody")
    status, reply = project.raw("POST", "/api/users/update", body)
    expected = {"msg": "[/api/users/update] Invalid JSON body", "code": "BadJsonBody", "params": None}
    assert (status, json.loads(reply)) == (400, expected)


def test_the_page_of_a_bad_request_shows_what_was_asked_for_as_text(hybrid: Any) -> None:
    status, page = hybrid.raw("GET", "/api/templates", query="startDateTime=<b>1734632773073")
    assert (status, b"<b>" in page, b"Unable to bind &lt;b&gt;1734632773073 into a date time!" in page) == (
        400,
        False,
        True,
    )


@pytest.mark.parametrize("body", RUBBISH, ids=range(len(RUBBISH)))
@pytest.mark.parametrize("path", PATHS)
def test_a_body_that_is_no_json_is_refused_and_changes_nothing(hybrid: Any, path: str, body: bytes) -> None:
    before = hybrid.project.state_document()
    status, reply = hybrid.raw("POST", f"/api/{path}", body)
    assert status == 400
    assert b"Invalid Json: " in reply
    assert hybrid.rules() == ("body.not-json",)
    counted = {**before["ids"], "requests": before["ids"]["requests"] + 1}
    assert hybrid.project.state_document() == {**before, "ids": counted}


def test_a_body_that_is_too_large_is_refused_as_text(hybrid: Any) -> None:
    assert hybrid.raw("POST", "/api/users/update", b" " * (4 * 1024 * 1024 + 1))[0] == 413


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/api/users/update/x"),
        ("DELETE", "/api/users/update/more"),
        ("GET", "/api"),
        ("POST", "/api/nothing"),
        ("GET", "/x"),
    ],
)
def test_a_path_or_method_that_is_not_there_is_a_page_with_404(hybrid: Any, method: str, path: str) -> None:
    status, body = hybrid.raw(method, path)
    assert status == 404
    assert b"Action not found" in body


def test_reading_nobody_is_empty_by_email_and_an_error_by_user_id(any_project: Any) -> None:
    assert any_project.get("users/nobody@x.test") == (200, {})
    assert any_project.get("users/getByEmail", "email=nobody%40x.test") == (200, {})
    status, reply = any_project.get("users/byUserId/nobody")
    assert (status, reply["code"]) == (400, "error.users.noUserWithIdExists")
    assert any_project.get("users/byUserId", "userId=nobody")[0] == 400
    assert any_project.get("users/malformed")[1]["code"] == "InvalidEmailAddressError"


def test_webhooks_are_an_empty_list(any_project: Any) -> None:
    assert any_project.get("webhooks") == (200, {"webhooks": []})


def test_a_webhook_is_shown_without_what_it_does_not_have(email_based: Any) -> None:
    webhooks = [{"id": 1, "endpoint": "https://x.test"}, {"id": 2, "endpoint": "https://y.test", "channelIds": [7]}]
    email_based.project.replace_state({"webhooks": webhooks}, 0)
    absent = {"enabled": True, "authType": "NoAuth", "blastSendEnabled": False, "triggeredSendEnabled": False}
    assert email_based.get("webhooks") == (200, {"webhooks": [{**webhook, **absent} for webhook in webhooks]})


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=10,
)
MEMBERS = st.sampled_from(["email", "userId", "dataFields", "users", "events", "eventName", "user", "items", "total", "id",
                           "createdAt", "newEmail", "currentEmail", "preferUserId", "createNewFields"])  # fmt: skip
PATHS = ["users/update", "users/updateEmail", "users/bulkUpdate", "events/track", "events/trackBulk",
         "commerce/updateCart", "commerce/trackPurchase"]  # fmt: skip


@given(
    st.sampled_from(PATHS), st.dictionaries(MEMBERS, JSON, max_size=5), st.sampled_from(["email", "userid", "hybrid"])
)
def test_whatever_comes_in_the_answer_is_iterables_and_a_refusal_changes_nothing(
    talk: Any, path: str, body: dict[str, Any], project_type: str
) -> None:
    project = talk(project_type)
    status, reply = project.post(path, **body)
    assert status in {200, 400, 409}
    if status != 200:
        assert set(reply) == {"msg", "code", "params"}
        assert len(project.project.people) == len(project.project.events) == 0
    restored = talk(project_type)
    restored.project.replace_state(project.project.state_document(), 0)
    assert restored.people() == project.people()


def test_what_one_project_takes_of_a_body_is_not_missing_where_another_gets_the_same(hybrid: Any) -> None:
    body = json.dumps({"email": A, "dataFields": {"email": A, "userId": "u1", "old": None, "x": {"y": [1]}}}).encode()
    for _ in range(2):
        assert hybrid.raw("POST", "/api/users/update", body)[0] == 200
    fields = hybrid.project.state_document()["users"][0]
    assert (fields["userId"], fields["dataFields"]["x"]) == ("u1", {"y": [1]})
    assert hybrid.raw("POST", "/api/events/track", body)[0] == 400

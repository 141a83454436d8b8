"""Unknown users: criteria, sessions, consents, and the merge into whoever logs in; and what a phone asks for."""

from __future__ import annotations

from typing import Any

import pytest

from simulator import ProjectConfiguration, ProjectType, Request, Simulator
from simulator.project import StateError
from simulator.project.keys import ApiKey, KeyType

NOW = 1_787_227_200_000
SECRET = "a secret of more than thirty-two bytes"
VISITOR = "0e5bd1f0-6c1c-4d8b-9a3e-2f5f8f3f1a11"
DEVICE = {"appPackageName": "shop", "deviceId": "browser", "platform": "Web"}
NAMES = ["unknownuser", "anonymoususer"]


def query_for(name: str, **changes: Any) -> dict[str, Any]:
    condition = {
        "dataType": "customEvent",
        "field": "eventName",
        "comparatorType": "Equals",
        "value": name,
        "fieldType": "string",
        **changes,
    }
    inner = {"dataType": "customEvent", "searchCombo": {"combinator": "And", "searchQueries": [condition]}}
    return {"combinator": "And", "searchQueries": [{"combinator": "Or", "searchQueries": [inner]}]}


CRITERION = {
    "criteriaId": "12",
    "name": "Has seen",
    "createdAt": 1,
    "updatedAt": 2,
    "searchQuery": query_for("Seen"),
}


def session(**context: Any) -> dict[str, Any]:
    user = {"userId": VISITOR, "mergeNestedObjects": True, "createNewFields": True, "dataFields": {"plan": "free"}}
    counts = {"totalUnknownSessionCount": 1, "lastUnknownSession": 5, "firstUnknownSession": 5}
    shown = {"unknownSessionContext": {**counts, **context}}
    return {"user": user, "createdAt": NOW // 1000, "deviceInfo": DEVICE, **shown}


def with_criteria(talk: Any) -> Any:
    talk.project.replace_state({"criteria": [CRITERION]}, NOW)
    return talk


def visitors(talk: Any) -> list[Any]:
    return list(talk.project.people.with_user_id(VISITOR))


@pytest.mark.parametrize("name", NAMES)
def test_the_criteria_are_given_as_they_were_set_up(any_project: Any, name: str) -> None:
    assert any_project.get(f"{name}/list") == (200, {"count": 0, "criteriaSets": []})
    reply = {"count": 1, "criteriaSets": [CRITERION]}
    assert with_criteria(any_project).get(f"{name}/list") == (200, reply)


@pytest.mark.parametrize("name", NAMES)
def test_a_session_makes_the_visitor_s_profile(any_project: Any, name: str) -> None:
    body = session(matchedCriteriaId=12)
    assert with_criteria(any_project).post(f"{name}/events/session", **body)[0] == 200
    [visitor] = visitors(any_project)
    assert visitor.fields["plan"] == "free"
    [event] = any_project.project.events.of(visitor)
    assert (event.type, event.created_at) == ("unknownSession", NOW // 1000)
    assert event.members["unknownSessionContext"] == body["unknownSessionContext"]


def test_a_session_of_a_criterion_that_is_gone_is_409_unless_the_project_has_none(hybrid: Any) -> None:
    assert hybrid.post("unknownuser/events/session", **session(matchedCriteriaId=99))[0] == 200
    status, _ = with_criteria(hybrid).post("unknownuser/events/session", **session(matchedCriteriaId=99))
    assert (status, visitors(hybrid)) == (409, [])


def test_the_context_of_older_builds_is_taken_as_well(hybrid: Any) -> None:
    body = session()
    context = {"totalAnonSessionCount": 1, "matchedCriteriaId": 99}
    del body["unknownSessionContext"]
    status, _ = with_criteria(hybrid).post("anonymoususer/events/session", **body, anonSessionContext=context)
    assert status == 409


@pytest.mark.parametrize("change", [{"user": {}}, {"user": {"userId": 1}}, {"deviceInfo": {}}, {"createdAt": "now"}])
def test_a_malformed_session_is_refused_and_makes_nobody(hybrid: Any, change: dict[str, Any]) -> None:
    status, reply = hybrid.post("unknownuser/events/session", **{**session(), **change})
    assert (status, reply["code"], len(hybrid.project.people)) == (400, "BadJsonBody", 0)


@pytest.mark.parametrize("name", NAMES)
def test_a_consent_is_accepted_whether_or_not_anybody_is_there(any_project: Any, name: str) -> None:
    body = {"consentTimestamp": NOW, "isUserKnown": False, "userId": VISITOR, "deviceInfo": DEVICE}
    for _ in range(2):
        assert any_project.post(f"{name}/consent", **body)[0] == 200
        assert any_project.rules()[-1] == "unknown-users.consent"
        any_project.post("unknownuser/events/session", **session())
    assert any_project.post(f"{name}/consent", isUserKnown=True)[0] == 400


@pytest.mark.parametrize(("kind", "known"), [("email", "Email"), ("userid", "UserId"), ("hybrid", "Email")])
def test_the_visitor_is_tracked_by_userid_and_merged_into_whoever_logs_in(talk: Any, kind: str, known: str) -> None:
    project = talk(kind)
    who = {"Email": "ada@x.test", "UserId": "ada"}[known]
    project.project.replace_state({"users": [{"email": "ada@x.test", "userId": "ada"}]}, NOW)
    project.post("unknownuser/events/session", **session())
    assert project.post("events/track", userId=VISITOR, eventName="Seen", createNewFields=True)[0] == 200
    merge = {"sourceUserId": VISITOR, "sourceEmail": None, "destinationUserId": None, "destinationEmail": None}
    assert project.post("users/merge", **{**merge, f"destination{known}": who})[0] == 200
    [ada] = project.project.people.with_user_id("ada")
    assert (visitors(project), ada.fields["plan"]) == ([], "free")
    assert [event.name or event.type for event in project.project.events.of(ada)[::-1]] == ["unknownSession", "Seen"]


def test_keys_of_apps_make_these_calls_without_a_token() -> None:
    keys = (ApiKey("web", KeyType.WEB, SECRET), ApiKey("mobile", KeyType.MOBILE, SECRET))
    simulated = Simulator([ProjectConfiguration("p", ProjectType.HYBRID, ("server",), client_keys=keys)])
    calls = [
        ("GET", "unknownuser/list", b""),
        ("POST", "unknownuser/events/session", b'{"user": {"userId": "v"}}'),
        ("POST", "unknownuser/consent", b'{"userId": "v", "consentTimestamp": 1}'),
        ("GET", "mobile/getRemoteConfiguration", b""),
    ]
    for key in ("web", "mobile"):
        for method, path, body in calls:
            assert simulated.handle(Request(method, f"/api/{path}", "", {"api-key": key}, body), NOW).status == 200
        tracked = Request("POST", "/api/events/track", "", {"api-key": key}, b'{"userId": "v", "eventName": "Seen"}')
        assert simulated.handle(tracked, NOW).status == 401


def test_a_visitor_is_merged_without_a_token_and_nobody_else_is() -> None:
    keys = (ApiKey("mobile", KeyType.MOBILE, SECRET),)
    simulated = Simulator([ProjectConfiguration("p", ProjectType.HYBRID, ("server",), client_keys=keys)])
    simulated.projects["p"].replace_state({"users": [{"userId": "ada"}, {"userId": "bob"}]}, NOW)

    def asked(path: str, body: bytes) -> int:
        return simulated.handle(Request("POST", f"/api/{path}", "", {"api-key": "mobile"}, body), NOW).status

    assert asked("unknownuser/events/session", b'{"user": {"userId": "v"}}') == 200
    assert asked("users/merge", b'{"sourceUserId": "bob", "destinationUserId": "ada"}') == 401
    assert asked("users/merge", b'{"sourceUserId": "v", "destinationUserId": "ada"}') == 200
    for body in (b"", b"[]", b'{"sourceUserId": 1, "destinationUserId": "ada"}'):
        assert asked("users/merge", body) in {400, 401}


def test_a_phone_is_told_what_the_project_lets_apps_do(talk: Any) -> None:
    assert talk("hybrid").get("mobile/getRemoteConfiguration") == (200, {"offlineMode": False, "autoRetry": False})
    phone = talk("hybrid", mobileOfflineMode=True, mobileAutoRetry=True)
    assert phone.get("mobile/getRemoteConfiguration") == (200, {"offlineMode": True, "autoRetry": True})


@pytest.mark.parametrize(
    ("criterion", "mistake"),
    [
        ({"criteriaId": "twelve"}, "criteriaId"),
        ({"searchQuery": {}}, "a combinator and an array searchQueries"),
        ({"searchQuery": query_for("Seen", comparatorType="Equal")}, "comparatorType must be one of .*, not 'Equal'"),
        ({"searchQuery": query_for("Seen", dataType="custom")}, "dataType must be one of .*, not 'custom'"),
        ({"searchQuery": {"combinator": ["And"], "searchQueries": []}}, "combinator must be one of"),
        ({"matches": 1}, "matches"),
    ],
)
def test_a_criterion_that_no_sdk_can_read_is_a_mistake_of_the_document(
    hybrid: Any, criterion: dict[str, Any], mistake: str
) -> None:
    with pytest.raises(StateError, match=mistake):
        hybrid.project.replace_state({"criteria": [{**CRITERION, **criterion}]}, NOW)

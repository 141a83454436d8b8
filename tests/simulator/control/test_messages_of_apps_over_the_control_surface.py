"""In-app messages, embedded messages and criteria are set up over the control surface, one by one."""

from __future__ import annotations

import json
from typing import Any

import pytest

from simulator import Clock, Request, Simulator
from simulator.history.replay import rebuilt
from simulator.service import Service

NOW = 1_787_227_200_000
ADA = {"email": "ada@example.com", "userId": "ada"}
CRITERION = {"criteriaId": "12", "searchQuery": {"combinator": "And", "searchQueries": []}}
PATHS = ["in-app-messages", "embedded-messages", "criteria"]


@pytest.fixture
def service() -> Service:
    made = Service(Simulator(), Clock(NOW))
    control(made, "PUT", "state", {"users": [ADA]})
    return made


def control(service: Service, method: str, path: str, body: Any = None) -> tuple[int, Any]:
    sent = b"" if body is None else json.dumps(body).encode()
    reply = service.respond(Request(method, f"/_sim/projects/hybrid/{path}", body=sent)).reply
    assert reply is not None
    return reply.status, json.loads(reply.body) if reply.body else None


def api(service: Service, path: str, query: str = "") -> Any:
    reply = service.respond(Request("GET", f"/api/{path}", query, {"api-key": "hybrid-key"})).reply
    assert reply is not None
    return json.loads(reply.body)


def test_an_in_app_message_comes_into_the_queue_of_its_user_and_goes(service: Service) -> None:
    body = {"email": "Ada@Example.com", "html": "<a>", "saveToInbox": True, "campaignId": 7}
    status, made = control(service, "POST", "in-app-messages", body)
    assert (status, made["inApp"]["html"], made["at"]) == (201, "<a>", NOW)
    [message] = api(service, "inApp/getMessages", "userId=ada&count=5")["inAppMessages"]
    assert (message["messageId"], message["campaignId"], message["saveToInbox"]) == (made["id"], 7, True)
    assert control(service, "GET", "in-app-messages")[1] == {"messages": [made]}
    assert control(service, "DELETE", f"in-app-messages/{made['id']}") == (204, None)
    assert api(service, "inApp/getMessages", "userId=ada&count=5") == {"inAppMessages": []}


def test_an_embedded_message_is_shown_and_goes(service: Service) -> None:
    _, own = control(service, "POST", "embedded-messages", {"placementId": 3, "userId": "ada", "messageId": "e1"})
    _, everybody = control(service, "POST", "embedded-messages", {"placementId": 3, "elements": {"title": "Hi"}})
    assert control(service, "GET", "embedded-messages")[1] == {"messages": [own, everybody]}
    [placement] = api(service, "embedded-messaging/messages", "userId=ada")["placements"]
    assert [message["metadata"]["messageId"] for message in placement["embeddedMessages"]] == [
        "e1",
        everybody["messageId"],
    ]
    assert control(service, "DELETE", "embedded-messages/e1")[0] == 204
    assert control(service, "GET", "embedded-messages")[1] == {"messages": [everybody]}


def test_a_criterion_takes_the_place_of_the_one_with_its_id_and_goes(service: Service) -> None:
    control(service, "POST", "criteria", CRITERION)
    status, made = control(service, "POST", "criteria", {**CRITERION, "name": "Has seen"})
    assert (status, control(service, "GET", "criteria")[1]) == (201, {"criteria": [made]})
    assert api(service, "unknownuser/list") == {"count": 1, "criteriaSets": [made]}
    assert control(service, "DELETE", "criteria/12")[0] == 204
    assert api(service, "unknownuser/list") == {"count": 0, "criteriaSets": []}


@pytest.mark.parametrize(
    ("path", "body", "status", "told"),
    [
        ("in-app-messages", {"html": "<a>"}, 400, "give an email or a userId"),
        ("in-app-messages", {"userId": "bob"}, 404, "no user has 'bob'"),
        ("in-app-messages", {"userId": "ada", "htm": "<a>"}, 400, "did you mean html?"),
        ("in-app-messages", {"userId": "ada", "webInAppDisplaySettings": {"position": "Left"}}, 400, "position"),
        ("embedded-messages", {}, 400, "placementId"),
        ("embedded-messages", {"placementId": 1, "email": "bob@example.com"}, 404, "no user has 'bob@example.com'"),
        ("criteria", {"criteriaId": "12", "searchQuery": {}}, 400, "a combinator and an array searchQueries"),
    ],
)
def test_what_does_not_fit_is_named_and_changes_nothing(
    service: Service, path: str, body: Any, status: int, told: str
) -> None:
    before = control(service, "GET", "state")
    answered, reply = control(service, "POST", path, body)
    assert answered == status
    assert told in json.dumps(reply)
    assert control(service, "GET", "state") == before


@pytest.mark.parametrize("path", ["in-app-messages", "embedded-messages"])
def test_an_id_is_given_once(service: Service, path: str) -> None:
    body = {"userId": "ada", "messageId": "one", **({"placementId": 1} if path.startswith("e") else {})}
    assert control(service, "POST", path, body)[0] == 201
    assert control(service, "POST", path, body) == (409, {"error": "a message 'one' already exists"})


@pytest.mark.parametrize("path", PATHS)
def test_what_is_not_there_cannot_go(service: Service, path: str) -> None:
    assert control(service, "DELETE", f"{path}/nothing")[0] == 404


def test_all_of_it_comes_back_in_a_replay(service: Service) -> None:
    control(service, "POST", "in-app-messages", {"userId": "ada"})
    control(service, "POST", "embedded-messages", {"placementId": 1})
    control(service, "POST", "criteria", CRITERION)
    journal = service.simulator.journal
    again, _ = rebuilt(journal, journal.next_number - 1)
    state = service.simulator.projects["hybrid"].state_document()
    assert again.projects["hybrid"].state_document() == state
    assert (len(state["sentMessages"]), len(state["embeddedMessages"]), len(state["criteria"])) == (1, 1, 1)

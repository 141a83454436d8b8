"""A call of an app that names nobody is about the user of its JWT."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import parse_qs

import jwt
import pytest

from simulator import ProjectConfiguration, ProjectSettings, ProjectType, Request, Simulator
from simulator.journal import Selection
from simulator.project.keys import ApiKey, KeyType

NOW = 1_787_227_200_000
SECRET = "a secret of more than thirty-two bytes"
ADA = {"email": "ada@x.test", "userId": "ada"}
DEVICE = {"appPackageName": "shop", "deviceId": "browser", "platform": "Web"}
BY_TYPE = [
    (ProjectType.EMAIL, {"email": "Ada@x.test"}),
    (ProjectType.USER_ID, {"userId": "ada"}),
    (ProjectType.HYBRID, {"email": "ada@x.test"}),
    (ProjectType.HYBRID, {"userId": "ada"}),
    (ProjectType.HYBRID, ADA),
]
CALLS: list[tuple[str, dict[str, Any]]] = [
    ("events/trackInAppOpen", {"messageId": "m", "deviceInfo": DEVICE}),
    ("events/trackInAppClick", {"messageId": "m", "deviceInfo": DEVICE, "clickedUrl": "https://x.test"}),
    ("events/trackInAppClose", {"messageId": "m", "deviceInfo": DEVICE}),
    ("events/trackInAppDelivery", {"messageId": "m", "deviceInfo": DEVICE}),
    ("events/inAppConsume", {"messageId": "m", "deviceInfo": DEVICE}),
    ("events/track", {"eventName": "Seen"}),
    ("events/trackPushOpen", {"messageId": "m", "campaignId": 1}),
    ("events/trackWebPushClick", {"messageId": "m"}),
    ("embedded-messaging/events/click", {"messageId": "m"}),
    ("embedded-messaging/events/received", {"messageId": "m"}),
    ("embedded-messaging/events/session", {"session": {"id": "s", "start": 1, "end": 2}}),
    ("commerce/trackPurchase", {"total": 1, "items": []}),
    ("commerce/trackPurchase", {"user": None, "total": 1, "items": []}),
    ("commerce/updateCart", {"user": {}, "items": []}),
    ("users/update", {"dataFields": {"plan": "pro"}}),
    ("users/updateSubscriptions", {"unsubscribedChannelIds": [1]}),
    ("users/registerBrowserToken", {"browserToken": "t"}),
]


def simulator(kind: ProjectType, **settings: Any) -> Simulator:
    key = ApiKey("web", KeyType.WEB, SECRET)
    chosen = ProjectSettings.model_validate(settings)
    made = Simulator([ProjectConfiguration("p", kind, ("server",), chosen, (key,))])
    made.projects["p"].replace_state({"users": [ADA, {"email": "bob@x.test", "userId": "bob"}]}, NOW)
    return made


def token(claims: dict[str, str]) -> str:
    return jwt.encode({"iat": NOW // 1000 - 10, "exp": NOW // 1000 + 600, **claims}, SECRET, algorithm="HS256")


def call(simulated: Simulator, path: str, body: Any, claims: dict[str, str], method: str = "POST") -> tuple[int, Any]:
    path, _, query = path.partition("?")
    headers = {"api-key": "web", "authorization": f"Bearer {token(claims)}"}
    sent = b"" if body is None else body if isinstance(body, bytes) else json.dumps(body).encode()
    reply = simulated.handle(Request(method, f"/api/{path}", query, headers, sent), NOW)
    # A body that is no JSON gets a page.
    is_json = reply.headers["Content-Type"].startswith("application/json")
    return reply.status, json.loads(reply.body) if is_json else None


def entry(simulated: Simulator) -> Any:
    return simulated.journal.select(Selection())[-1]


@pytest.mark.parametrize(("path", "body"), CALLS)
@pytest.mark.parametrize(("kind", "claims"), BY_TYPE)
def test_it_is_about_the_user_of_the_token(
    path: str, body: dict[str, Any], kind: ProjectType, claims: dict[str, str]
) -> None:
    simulated = simulator(kind)
    assert call(simulated, path, body, claims)[0] == 200
    assert "ada" in entry(simulated).users
    assert entry(simulated).reply.rules[-1] == "gate.identity-from-token"
    assert json.loads(entry(simulated).request.body) == body, "the journal keeps what was sent"


@pytest.mark.parametrize(
    "path", ["inApp/getMessages?count=1", "inApp/web/getMessages?count=1", "embedded-messaging/messages"]
)
@pytest.mark.parametrize(("kind", "claims"), BY_TYPE)
def test_so_are_calls_that_only_read(path: str, kind: ProjectType, claims: dict[str, str]) -> None:
    simulated = simulator(kind)
    assert call(simulated, path, None, claims, "GET")[0] == 200
    assert "ada" in entry(simulated).users
    assert "email" not in parse_qs(entry(simulated).request.query)


def test_who_is_named_is_not_the_business_of_the_token() -> None:
    simulated = simulator(ProjectType.HYBRID)
    assert call(simulated, "events/track", {"eventName": "Seen", "userId": "ada"}, {"userId": "ada"})[0] == 200
    assert "gate.identity-from-token" not in entry(simulated).reply.rules
    assert call(simulated, "events/track", {"eventName": "Seen", "userId": ""}, {"userId": "ada"})[0] == 400


def test_a_new_email_is_that_of_the_user_of_the_token() -> None:
    simulated = simulator(ProjectType.EMAIL)
    status, _ = call(simulated, "users/updateEmail", {"newEmail": "countess@x.test"}, {"email": "ada@x.test"})
    assert status == 200
    assert simulated.projects["p"].people.with_email("countess@x.test")[0].user_id == "ada"


def test_a_call_that_is_carried_out_later_is_about_the_same_user() -> None:
    simulated = simulator(ProjectType.EMAIL, visibilityLag=5)
    call(simulated, "users/update", {"dataFields": {"plan": "pro"}}, {"email": "ada@x.test"})
    simulated.apply_due(NOW + 5000)
    assert simulated.projects["p"].people.with_email("ada@x.test")[0].fields["plan"] == "pro"


def test_a_merge_names_its_people_itself_and_a_device_is_disabled_for_whoever_has_it() -> None:
    simulated = simulator(ProjectType.HYBRID)
    status, reply = call(simulated, "users/merge", {"sourceUserId": "bob"}, {"userId": "ada"})
    assert (status, reply["code"]) == (400, "BadParams")
    call(simulated, "users/disableDevice", {"token": "t"}, {"userId": "ada"})
    assert "gate.identity-from-token" not in entry(simulated).reply.rules


@pytest.mark.parametrize("body", [b"", b"[]", b"no JSON", b'{"eventName": 1, "eventName": 2}', b'{"user": 1}'])
def test_a_body_that_cannot_hold_it_is_refused_as_ever(body: bytes) -> None:
    simulated = simulator(ProjectType.HYBRID)
    for path in ("events/track", "commerce/trackPurchase"):
        assert call(simulated, path, body, {"userId": "ada"})[0] == 400

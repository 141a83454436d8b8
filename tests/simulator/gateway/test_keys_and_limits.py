"""What a key may call, the tokens that some keys want, and how often anybody may call."""

from __future__ import annotations

import json
from typing import Any

import jwt
import pytest

from simulator import ProjectConfiguration, ProjectSettings, ProjectType, Request, Simulator
from simulator.project.keys import ApiKey, KeyType

NOW = 1_787_227_200_000
SECONDS = NOW // 1000
SECRET = "a secret of more than thirty-two bytes"
A, B = "a@x.test", "b@x.test"


def simulator(**settings: Any) -> Simulator:
    keys = (
        ApiKey("mobile", KeyType.MOBILE),
        ApiKey("web", KeyType.WEB),
        ApiKey("reader", KeyType.READ_ONLY),
        ApiKey("jwt", KeyType.MOBILE, SECRET),
    )
    chosen = ProjectSettings.model_validate(settings)
    return Simulator([ProjectConfiguration("p", ProjectType.HYBRID, ("server",), chosen, keys)])


def call(
    simulated: Simulator,
    key: str,
    method: str,
    path: str,
    body: Any = None,
    *,
    token: str | None = None,
    now: int = NOW,
) -> tuple[int, Any]:
    headers = {"api-key": key, **({} if token is None else {"authorization": f"Bearer {token}"})}
    payload = b"" if body is None else json.dumps(body).encode()
    reply = simulated.handle(Request(method, f"/api/{path}", "", headers, payload), now)
    return reply.status, json.loads(reply.body)


def token(**payload: Any) -> str:
    return jwt.encode({"iat": SECONDS - 10, "exp": SECONDS + 600, **payload}, SECRET, algorithm="HS256")


DEVICE = {"userId": "u1", "device": {"token": "t", "platform": "GCM", "applicationName": "shop"}}


@pytest.mark.parametrize(
    ("key", "method", "path", "body", "status"),
    [
        ("mobile", "POST", "users/update", {"email": A}, 200),
        ("web", "POST", "events/track", {"email": A, "eventName": "Seen"}, 200),
        ("mobile", "POST", "users/bulkUpdate", {"users": []}, 401),
        ("mobile", "GET", "users/a@x.test", None, 401),
        ("mobile", "POST", "users/registerDeviceToken", DEVICE, 200),
        ("server", "POST", "users/registerDeviceToken", DEVICE, 401),
        ("reader", "GET", "lists", None, 200),
        ("reader", "GET", "webhooks", None, 401),
        ("reader", "POST", "users/update", {"email": A}, 401),
    ],
)
def test_a_key_calls_what_its_type_may(key: str, method: str, path: str, body: Any, status: int) -> None:
    assert call(simulator(), key, method, path, body)[0] == status


def test_a_key_without_the_right_is_named_by_eight_digits_and_its_type() -> None:
    _, reply = call(simulator(), "mobile", "GET", "lists")
    assert (reply["code"], reply["msg"]) == ("BadApiKey", "Disabled API key or insufficient privileges")
    assert reply["params"] == {
        "ip": "127.0.0.1",
        "endpoint": "/api/lists",
        "apiKeyIdentifier": reply["params"]["apiKeyIdentifier"],
        "apiKeyType": "Mobile",
    }
    assert len(reply["params"]["apiKeyIdentifier"]) == 8


def test_a_server_key_registers_devices_where_the_project_is_set_so() -> None:
    assert (
        call(simulator(serverKeyMayRegisterDevices="yes"), "server", "POST", "users/registerDeviceToken", DEVICE)[0]
        == 200
    )


def test_a_client_key_without_jwt_may_not_merge() -> None:
    body = {"sourceEmail": A, "destinationEmail": B}
    assert call(simulator(), "mobile", "POST", "users/merge", body)[0] == 403


@pytest.mark.parametrize(
    ("given", "status", "code"),
    [
        (None, 401, "BadAuthorizationHeader"),
        ("no token", 401, "InvalidJwtPayload"),
        (token(email=A), 200, "Success"),
        (token(email="A@X.test"), 200, "Success"),
        (token(email=B), 401, "JwtUserIdentifiersMismatched"),
        (token(email=A, exp=SECONDS), 401, "InvalidJwtPayload"),
        (token(email=A, iat=SECONDS - 10.5), 401, "InvalidJwtPayload"),
        (token(email=A, exp=SECONDS + 400 * 86_400), 401, "InvalidJwtPayload"),
        (token(), 401, "InvalidJwtPayload"),
        (jwt.encode({"email": A, "iat": SECONDS, "exp": SECONDS + 9}, SECRET[::-1]), 401, "InvalidJwtPayload"),
    ],
)
def test_a_key_with_a_secret_wants_a_token_of_the_user(given: str | None, status: int, code: str) -> None:
    reply = call(simulator(), "jwt", "POST", "users/update", {"email": A}, token=given)
    assert (reply[0], reply[1]["code"]) == (status, code)


@pytest.mark.parametrize(
    ("given", "text"),
    [
        ("no token", "JWT format is invalid"),
        ("a.b.c", "JWT format is invalid"),
        (jwt.encode({"email": A, "iat": SECONDS, "exp": SECONDS + 9}, SECRET[::-1]), "JWT is invalid"),
        (jwt.encode({"email": A}, SECRET * 2, algorithm="HS512"), "JWT is invalid"),
        (token(email=A, exp=SECONDS), "JWT token is expired"),
        (token(email=A, exp=SECONDS + 400 * 86_400), "exp must be less than 1 year from iat"),
        (token(), "JWT payload requires a value for userId or email"),
        (token(email=A, iat=SECONDS - 10.5), "Invalid payload"),
        (token(email=A, iat=SECONDS - 100), "JWT token has been invalidated"),
    ],
)
def test_what_is_wrong_with_a_token_is_told_in_the_words_that_the_sdks_know(given: str, text: str) -> None:
    simulated = simulator()
    call(simulated, "server", "POST", "auth/jwts/invalidate", {"email": A, "issuedBefore": SECONDS - 50})
    status, reply = call(simulated, "jwt", "POST", "users/update", {"email": A}, token=given)
    assert (status, reply["code"], reply["msg"]) == (401, "InvalidJwtPayload", text)


def test_a_missing_token_is_told_without_params() -> None:
    expected = {"msg": "JWT Authorization header is not set", "code": "BadAuthorizationHeader", "params": None}
    assert call(simulator(), "jwt", "POST", "users/update", {"email": A}) == (401, expected)


def test_an_expired_token_says_so_and_where() -> None:
    expired = token(email=A, exp=SECONDS - 1)
    body = {"email": A, "eventName": "Seen"}
    expected = {
        "msg": "JWT token is expired",
        "code": "InvalidJwtPayload",
        "params": {"endpoint": "/api/events/track"},
    }
    assert call(simulator(), "jwt", "POST", "events/track", body, token=expired) == (401, expected)
    assert call(simulator(jwtFaultStatus=400), "jwt", "POST", "events/track", body, token=expired)[0] == 400


def test_tokens_issued_before_an_instant_can_be_revoked() -> None:
    simulated = simulator()
    given = token(email=A)
    call(simulated, "server", "POST", "auth/jwts/invalidate", {"email": A})
    assert call(simulated, "jwt", "POST", "users/update", {"email": A}, token=given)[1]["code"] == "InvalidJwtPayload"
    later = token(email=A, iat=SECONDS + 1)
    assert call(simulated, "jwt", "POST", "users/update", {"email": A}, token=later)[0] == 200


def test_a_merge_wants_the_destinations_token() -> None:
    simulated = simulator()
    for email in (A, B):
        call(simulated, "server", "POST", "users/update", {"email": email})
    body = {"sourceEmail": A, "destinationEmail": B}
    assert call(simulated, "jwt", "POST", "users/merge", body, token=token(email=A))[0] == 401
    assert call(simulated, "jwt", "POST", "users/merge", body, token=token(email=B))[0] == 200


def test_a_move_wants_the_token_of_who_moves() -> None:
    simulated = simulator()
    call(simulated, "server", "POST", "users/update", {"email": A})
    body = {"currentEmail": A, "newEmail": B}
    assert call(simulated, "jwt", "POST", "users/updateEmail", body, token=token(email=B))[0] == 401
    assert call(simulated, "jwt", "POST", "users/updateEmail", body, token=token(email=A))[0] == 200


def test_members_that_a_call_does_not_have_name_nobody_to_whom_a_token_could_belong() -> None:
    body = {"email": A, "eventName": "Seen", "user": {"email": B}}
    assert call(simulator(), "jwt", "POST", "events/track", body, token=token(email=B))[0] == 401
    assert call(simulator(), "jwt", "POST", "events/track", body, token=token(email=A))[0] == 200


def test_a_cart_wants_the_token_of_its_user() -> None:
    body = {"user": {"email": A}, "items": []}
    assert call(simulator(), "jwt", "POST", "commerce/updateCart", body, token=token(email=B))[0] == 401
    assert call(simulator(), "jwt", "POST", "commerce/updateCart", body, token=token(email=A))[0] == 200


def test_the_query_names_who_asks_for_messages() -> None:
    simulated = simulator()
    call(simulated, "server", "POST", "users/update", {"email": A})
    for given, status in ((token(email=A), 200), (token(email=B), 401)):
        headers = {"api-key": "jwt", "authorization": f"Bearer {given}"}
        request = Request("GET", "/api/inApp/getMessages", f"email={A}&count=1", headers)
        assert simulated.handle(request, NOW).status == status


def test_disabling_a_device_runs_without_a_token() -> None:
    assert call(simulator(), "jwt", "POST", "users/disableDevice", {"token": "t"})[1]["code"] == "Success"


def test_nothing_is_limited_unless_it_is_switched_on() -> None:
    simulated = simulator()
    assert {call(simulated, "server", "POST", "users/bulkUpdate", {"users": []})[0] for _ in range(50)} == {200}


def test_a_bucket_holds_one_window_and_fills_continuously() -> None:
    simulated = simulator(enforceRateLimits=True)
    body: dict[str, Any] = {"users": []}
    statuses = [call(simulated, "server", "POST", "users/bulkUpdate", body)[0] for _ in range(6)]
    assert statuses == [200] * 5 + [429]
    assert call(simulated, "server", "POST", "users/bulkUpdate", body, now=NOW + 199)[0] == 429
    assert call(simulated, "server", "POST", "users/bulkUpdate", body, now=NOW + 200)[0] == 200


def test_the_refusal_reads_as_recorded() -> None:
    simulated = simulator(enforceRateLimits="on", retryAfter="on", rateLimitParams="on")
    reply = None
    for _ in range(5):
        request = Request("GET", "/api/export/data.json", "dataTypeName=user&range=All", {"api-key": "server"})
        reply = simulated.handle(request, NOW)
    assert reply is not None
    project = simulated.projects["p"].id
    assert json.loads(reply.body) == {
        "msg": f"Exceeded rate limit of 4.0 per minute for endpoint: /api/export/data.json, project: {project} ",
        "code": "RateLimitExceeded",
        "params": {"rateLimitLimit": 4, "rateLimitRemaining": 0, "rateLimitReset": 15},
    }
    assert reply.headers["Retry-After"] == "15"


def test_limits_by_key_and_by_project_count_apart() -> None:
    simulated = simulator(enforceRateLimits=True)
    mobile = [call(simulated, "mobile", "POST", "users/update", {"email": A})[0] for _ in range(300)]
    server = [call(simulated, "server", "POST", "users/update", {"email": A})[0] for _ in range(300)]
    assert (mobile + server).count(429) == 100


def test_a_project_may_answer_too_many_requests_in_plain_text() -> None:
    simulated = simulator(enforceRateLimits=True, rateLimitForm="text", retryAfter=True)
    request = Request("GET", "/api/export/data.json", "dataTypeName=user&range=All", {"api-key": "server"})
    replies = [simulated.handle(request, NOW) for _ in range(5)]
    assert [reply.status for reply in replies] == [200, 200, 200, 200, 429]
    assert replies[-1].body == b"Rate limit exceeded. Please try again later."
    assert replies[-1].headers["Content-Type"].startswith("text/plain")
    assert replies[-1].headers["Retry-After"] == "15"


def test_limits_can_be_switched_on_for_some_paths_only() -> None:
    simulated = simulator(enforceRateLimits=True, rateLimitedPaths=["/api/users/forgotten*"])
    assert {call(simulated, "server", "POST", "users/bulkUpdate", {"users": []})[0] for _ in range(9)} == {200}
    assert call(simulated, "server", "GET", "users/forgotten")[0] == 200
    assert [call(simulated, "server", "GET", "users/forgotten")[0] for _ in range(3)] == [200, 200, 429]

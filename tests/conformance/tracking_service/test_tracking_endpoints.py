"""What the Tracking API answers: paths, keys, refusals, what a browser needs, and what SDKs ask before they begin."""

from __future__ import annotations

import base64
import json
from typing import TYPE_CHECKING, Any

import pytest

from tests.conformance.tracking_service.conftest import BASIC, NOON, identify, track

if TYPE_CHECKING:
    from tests.conformance.tracking_service.conftest import Front

MESSAGES = {name: {"userId": "ada", "messageId": name} for name in ("identify", "page", "screen", "group", "alias")}
MESSAGES["track"] = {"userId": "ada", "messageId": "track", "event": "Seen"}
SINGLE = [(path, kind) for kind in MESSAGES for path in (f"/v1/{kind}", f"/v1/{kind[0]}")]


@pytest.mark.parametrize("slash", ["", "/"])
@pytest.mark.parametrize(("path", "kind"), SINGLE)
async def test_a_single_message_has_the_type_of_its_path(front: Front, path: str, kind: str, slash: str) -> None:
    reply = await front.send("POST", path + slash, {**MESSAGES[kind], "writeKey": "write-key"})
    assert (reply.status, json.loads(reply.body)) == (200, {"success": True})
    [message] = await front.messages()
    assert (message["passedOn"]["type"], message["request"]["path"]) == (kind, path + slash)


@pytest.mark.parametrize("path", ["/v1/batch", "/v1/import", "/v1/b", "/v1/batch/"])
async def test_a_batch_comes_in_by_each_of_its_names(front: Front, path: str) -> None:
    await front.send("POST", path, {"batch": [identify(), track()], "writeKey": "write-key"})
    assert [row["request"]["index"] for row in await front.messages()] == [0, 1]


async def test_metrics_are_taken_and_are_no_messages(front: Front) -> None:
    assert (await front.send("POST", "/v1/m", {"series": []})).status == 200
    assert await front.messages() == []


async def test_gzip_that_the_server_has_unpacked_is_taken_as_it_is(front: Front) -> None:
    body = json.dumps({"batch": [track()], "writeKey": "write-key"}).encode()
    assert (await front.send("POST", "/v1/batch", body, content_encoding="gzip")).status == 200
    assert (await front.send("POST", "/v1/batch", body, content_encoding="deflate")).status == 400
    assert (await front.send("POST", "/v1/batch", body, content_encoding="x-gzip")).status == 200


REFUSED: list[tuple[str, bytes, str, str]] = [
    (
        "NaN",
        b'{"batch": [{"type": "track", "event": "Seen", "properties": {"price": NaN}}]}',
        "batch[0].properties.price",
        "NaN is not JSON; its message is lost",
    ),
    ("no object", b"[1]", "must be an object", ""),
    ("cut off", b'{"batch": [', "line 1", ""),
    (
        "40 KB",
        json.dumps({"batch": [track(text="x" * 40_000)]}).encode(),
        "batch[0] has 40,",
        "text; its message is lost",
    ),
    (
        "600 KB",
        json.dumps({"batch": [track(text="x" * 30_000)] * 20}).encode(),
        "more than 512,000 bytes",
        "all its 20 messages are lost",
    ),
]


@pytest.mark.parametrize(("body", "told", "lost"), [row[1:] for row in REFUSED], ids=[row[0] for row in REFUSED])
async def test_what_is_refused_is_400_with_place_and_reason_and_a_row_that_says_so(
    front: Front, body: bytes, told: str, lost: str
) -> None:
    reply = await front.send("POST", "/v1/batch", body, **BASIC)
    assert reply.status == 400
    assert told in json.loads(reply.body)["message"]
    [row] = await front.messages("/_sim/sources/write-key/messages")
    assert (row["outcome"], row["request"]["status"], row["projects"]) == ("refused", 400, [])
    assert told in row["reason"]
    assert row["reason"].endswith(lost)
    assert row["received"] == body.decode()[:4000]
    assert all(front.asked(name) == [] for name in ("email", "userid", "hybrid"))


@pytest.mark.parametrize(
    ("message", "rule"),
    [
        ({"type": "track", "event": "Seen"}, "segment.no-identifier"),
        ({"type": "track", "userId": "ada"}, "segment.no-event-name"),
        ({"type": "trakc", "userId": "ada"}, "segment.unknown-type"),
        (5, "segment.not-an-object"),
        (track(integrations={"All": False}), "segment.integrations"),
    ],
)
async def test_what_segment_drops_is_answered_200_and_has_a_row(front: Front, message: Any, rule: str) -> None:
    assert (await front.batch(message)).status == 200
    assert await front.flush() == {"dropped": 1}
    [row] = await front.messages("/_sim/sources/write-key/messages")
    assert (row["outcome"], row["rule"], row["received"]) == ("dropped", rule, message)
    assert row["reason"]
    assert front.asked("hybrid") == []


@pytest.mark.parametrize(("key", "rule"), [("other", "segment.unknown-write-key"), ("", "segment.no-write-key")])
async def test_a_key_that_no_source_has_is_answered_200_and_has_a_row(front: Front, key: str, rule: str) -> None:
    headers = {"authorization": "Basic " + base64.b64encode(f"{key}:".encode()).decode()}
    assert (await front.send("POST", "/v1/batch", {"batch": [track()]}, **headers)).status == 200
    [row] = await front.messages()
    assert (row["outcome"], row["rule"], row["writeKey"]) == ("dropped", rule, key)
    if key:
        assert await front.messages(f"/_sim/sources/{key}/messages") == [row]


@pytest.mark.parametrize(("method", "path", "status"), [("GET", "/v1/batch", 405), ("POST", "/v1/nothing", 404)])
async def test_what_is_not_there_is_told_and_never_a_redirect(
    front: Front, method: str, path: str, status: int
) -> None:
    reply = await front.send(method, path)
    assert (reply.status, json.loads(reply.body)["success"]) == (status, False)
    assert reply.headers["Access-Control-Allow-Origin"] == "*"


async def test_the_key_of_a_refused_request_that_names_none_is_empty(front: Front) -> None:
    await front.send("POST", "/v1/batch", b"{")
    [row] = await front.messages()
    assert row["writeKey"] == ""


@pytest.mark.parametrize("path", ["/v1/batch", "/v1/t/", "/v1/m", "/v1/projects/write-key/settings", "/token"])
async def test_a_browser_may_send_from_every_origin_whatever_faults_there_are(front: Front, path: str) -> None:
    await front.fault(match={"path": path}, action={"status": 429, "headers": {"Retry-After": "2"}}, times=1)
    asked = {"origin": "https://shop.example", "access_control_request_headers": "authorization,x-retry-count"}
    preflight = await front.send("OPTIONS", path, **asked, access_control_request_private_network="true")
    assert (preflight.status, preflight.body) == (204, b"")
    assert preflight.headers["Access-Control-Allow-Headers"] == "authorization,x-retry-count"
    assert preflight.headers["Access-Control-Allow-Private-Network"] == "true"
    assert "POST" in preflight.headers["Access-Control-Allow-Methods"]
    limited = await front.send("POST", path, {})
    assert (limited.status, limited.headers["Retry-After"]) == (429, "2")
    assert limited.headers["Access-Control-Allow-Origin"] == "*"
    assert "Retry-After" in limited.headers["Access-Control-Expose-Headers"]


@pytest.mark.parametrize("path", ["/v1/projects/write-key/settings", "/v1/projects/write-key/settings/"])
async def test_the_settings_of_a_source_lead_the_sdk_back_to_where_it_asked(front: Front, path: str) -> None:
    settings = json.loads((await front.send("GET", path)).body)
    segment = settings["integrations"]["Segment.io"]
    assert (segment["apiKey"], segment["apiHost"], segment["protocol"]) == ("write-key", "127.0.0.1:8585/v1", "http")


async def test_there_are_no_settings_of_a_source_that_is_not_there(front: Front) -> None:
    assert (await front.send("GET", "/v1/projects/other/settings")).status == 404
    assert (await front.send("POST", "/v1/projects/write-key/settings")).status == 405


async def test_a_token_is_given_for_an_assertion(front: Front) -> None:
    form = b"grant_type=client_credentials&client_assertion=a.b.c&scope=tracking_api%3Awrite"
    token = json.loads((await front.send("POST", "/token", form)).body)
    assert token["access_token"]
    assert token["expires_in"] > 0
    assert (await front.send("POST", "/token/", b"grant_type=password")).status == 400
    assert (await front.send("GET", "/token")).status == 405


async def test_times_are_corrected_by_the_clock_of_the_device_to_the_millisecond(front: Front) -> None:
    ahead = {"timestamp": "2026-08-20T13:59:58.877Z", "sentAt": "2026-08-20T14:00:00.001Z"}
    await front.send("POST", "/v1/t", {**track(), **ahead, "writeKey": "write-key"})
    [row] = await front.messages()
    assert row["passedOn"]["timestamp"] == "2026-08-20T11:59:58.876Z"
    assert row["receivedAt"] == "2026-08-20T12:00:00.000Z"
    assert {
        "field": "timestamp",
        "rule": "segment.timestamp",
        "before": ahead["timestamp"],
        "after": "2026-08-20T11:59:58.876Z",
    } in row["added"]
    assert front.clock.now() == NOON


async def test_a_client_library_has_the_address_of_its_peer(front: Front) -> None:
    await front.batch(track(context={"library": {"name": "analytics.js"}}))
    [row] = await front.messages()
    assert row["passedOn"]["context"]["ip"] == "203.0.113.9"


async def test_requests_are_answered_429_while_too_many_messages_wait(
    front: Front, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("conformance.tracking_service.intake.MOST_WAITING", 2)
    await front.batch(identify("ada"), identify("bob"))
    limited = await front.batch(identify("eve"))
    assert (limited.status, limited.headers["Retry-After"]) == (429, "1")
    assert limited.headers["X-RateLimit-Reset"] == str(NOON // 1000 + 1)
    assert front.entries()[-1].reply.rules == ("segment.rate-limit",)
    await front.flush()
    assert (await front.batch(identify("eve"))).status == 200

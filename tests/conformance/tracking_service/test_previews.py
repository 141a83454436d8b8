"""What a message would come to, with another mapping or as it is."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from conformance.tracking_service import preview
from tests.conformance.tracking_service.conftest import Front, identify, track

if TYPE_CHECKING:
    from pathlib import Path

PREVIEW = "/_sim/sources/write-key/preview"
SCENARIO = "/_sim/sources/write-key/scenario"
OWN = [
    {
        "name": "Own",
        "partnerAction": "trackEvent",
        "subscribe": 'type = "track"',
        "mapping": {"userId": {"@path": "$.userId"}, "eventName": "Own", "createdAt": {"@path": "$.timestamp"}},
    }
]


async def previewed(front: Front, message: dict[str, Any], **others: Any) -> dict[str, Any]:
    found: dict[str, Any] = await front.json("POST", PREVIEW, {"message": message, **others})
    return found


def outcomes(document: dict[str, Any]) -> dict[str, str]:
    return {part["project"]: part["outcome"] for part in document["projects"]}


async def test_each_project_tells_what_it_would_make_of_a_message_and_nothing_is_sent(front: Front) -> None:
    before = [front.simulator.projects[name].state_document() for name in ("email", "userid", "hybrid")]
    found = await previewed(front, track())
    assert outcomes(found) == {"email": "refused", "userid": "delivered", "hybrid": "delivered"}
    assert found["outcome"] == "refused"
    [row] = [row for row in found["projects"][0]["subscriptions"] if row["requests"]]
    assert (row["reason"], row["requests"][0]["status"]) == ("400 Bad Request, UnknownUserIdError", 400)
    [row] = [row for row in found["projects"][1]["subscriptions"] if row["requests"]]
    assert row["requests"][0]["changes"][0]["what"] == "created"
    assert row["requests"][0]["number"] is None
    assert front.entries() == []
    assert [front.simulator.projects[name].state_document() for name in ("email", "userid", "hybrid")] == before


async def test_people_who_are_there_count(front: Front) -> None:
    await front.batch(identify())
    await front.flush()
    assert outcomes(await previewed(front, track()))["email"] == "delivered"


async def test_it_says_what_segment_adds_and_why_subscriptions_do_not_match(front: Front) -> None:
    found = await previewed(
        front,
        track(timestamp="2026-08-20T14:00:00.000Z", sentAt="2026-08-20T14:00:05.000Z"),
        receivedAt="2026-08-20T12:00:00.000Z",
    )
    assert found["passedOn"]["timestamp"] == "2026-08-20T11:59:55.000Z"
    assert "segment.timestamp" in {change["rule"] for change in found["added"]}
    reasons = {row["subscription"]: row["reason"] for row in found["projects"][0]["subscriptions"]}
    assert reasons["Identify Calls"] == 'type = "identify" does not hold: type is "track"'
    assert found["mapping"][0]["name"] == "Track Calls"


async def test_a_repeat_of_what_came_in_is_looked_at_all_the_same(front: Front) -> None:
    await front.batch(track())
    await front.flush()
    assert (await previewed(front, track()))["rule"] is None


async def test_another_mapping_is_tried_and_not_kept(front: Front) -> None:
    found = await previewed(front, track(), mapping=OWN)
    [row] = found["projects"][2]["subscriptions"]
    assert (row["requests"][0]["body"]["eventName"], row["mapping"], row["subscribe"]) == (
        "Own",
        OWN[0]["mapping"],
        'type = "track"',
    )
    assert "mapping" not in (await front.json("GET", "/_sim/sources"))[0]


async def test_what_segment_drops_comes_to_no_project(front: Front) -> None:
    found = await previewed(front, {"type": "track", "event": "Seen"})
    assert (found["outcome"], found["rule"], found["projects"]) == ("dropped", "segment.no-identifier", [])


async def test_what_the_action_refuses_says_why(front: Front) -> None:
    mapping = [{**OWN[0], "mapping": {"userId": {"@path": "$.userId"}}}]
    found = await previewed(front, track(), mapping=mapping)
    [row] = found["projects"][0]["subscriptions"]
    assert row["outcome"] == "refused"
    assert "eventName" in row["reason"]


async def test_a_project_that_is_too_large_to_copy_shows_the_requests_only(
    front: Front, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(preview, "_MOST_COPIED", 0)
    await front.batch(identify())
    await front.flush()
    found = (await previewed(front, track()))["projects"][2]
    [row] = [row for row in found["subscriptions"] if row["requests"]]
    assert "too much data" in found["note"]
    assert set(row["requests"][0]) == {"method", "path", "body"}


@pytest.mark.parametrize("path", [PREVIEW, SCENARIO])
@pytest.mark.parametrize(
    ("body", "told"),
    [
        ({"message": 1}, "message"),
        ({"message": {}, "receivedAt": "noon"}, "is not a date and time such as"),
        ({"message": {}, "mapping": [{"subscribe": "type = 1"}]}, "cannot be used"),
        ({"message": {}, "mapping": "text"}, "cannot be used"),
    ],
)
async def test_what_cannot_be_looked_at_is_refused(front: Front, path: str, body: Any, told: str) -> None:
    reply = await front.send("POST", path, body)
    assert reply.status == 400
    assert told in reply.body.decode()


async def test_a_message_is_saved_as_a_scenario_that_goes_through_segment(front: Front, tmp_path: Path) -> None:
    from conformance.scenario.suite import run_paths

    body = {"message": track(), "mapping": OWN, "receivedAt": "2026-08-20T12:00:00Z"}
    reply = await front.send("POST", SCENARIO, body)
    assert reply.headers["Content-Type"] == "text/yaml; charset=utf-8"
    file = tmp_path / "one.scenario.yaml"
    file.write_bytes(reply.body)
    assert b"segment: true" in reply.body
    report = run_paths([file])
    assert (report.passed, len(report.cases)) == (3, 3)


async def test_a_saved_scenario_has_the_settings_of_the_source(front: Front, tmp_path: Path) -> None:
    from conformance.scenario.suite import run_paths

    settings = {"requireIdentifier": False, "batchLimit": 600_000}
    await front.json("POST", "/_sim/sources", {"writeKey": "write-key", "projects": ["hybrid"], "settings": settings})
    message = {"type": "identify", "messageId": "m", "traits": {"email": "ada@example.com"}}
    reply = await front.send("POST", SCENARIO, {"message": message})
    assert "segment: {requireIdentifier: false}" in reply.body.decode()
    file = tmp_path / "saved.scenario.yaml"
    file.write_bytes(reply.body)
    assert run_paths([file]).passed == 1


async def test_a_message_that_no_scenario_can_hold_is_refused(front: Front) -> None:
    reply = await front.send("POST", SCENARIO, {"message": {"no": "type"}})
    assert reply.status == 400
    assert "cannot make a scenario of it" in json.loads(reply.body)["error"]


async def test_one_message_has_the_trigger_and_the_mapping_of_each_subscription(front: Front) -> None:
    await front.json("POST", "/_sim/sources", {"writeKey": "write-key", "projects": ["hybrid"], "mapping": OWN})
    await front.batch(track())
    await front.flush()
    [row] = (await front.json("GET", "/_sim/messages/1"))["projects"][0]["subscriptions"]
    assert (row["subscribe"], row["mapping"]) == ('type = "track"', OWN[0]["mapping"])

"""Events that go through Segment first, and scenarios of what came through a source."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import httpx
import pytest

from conformance.cli import main

BATCH = {
    "sentAt": "2026-08-20T14:00:00.000Z",
    "batch": [
        {"type": "identify", "messageId": "m1", "userId": "ada", "traits": {"email": "ada@example.com"}},
        {
            "type": "track",
            "messageId": "m2",
            "userId": "ada",
            "event": "Seen",
            "timestamp": "2026-08-20T13:59:30.000Z",
        },
        {"type": "track", "messageId": "m2", "userId": "ada", "event": "Seen"},
    ],
}
RECEIVED = ("--as-segment", "--received-at", "2026-08-20T12:00:00Z")


@pytest.fixture
def events(tmp_path: Path) -> str:
    file = tmp_path / "events.json"
    file.write_text(json.dumps(BATCH), encoding="utf-8")
    return str(file)


def run(capsys: pytest.CaptureFixture[str], *arguments: str, code: int = 0) -> tuple[str, str]:
    assert main(list(arguments)) == code
    captured = capsys.readouterr()
    return captured.out, captured.err


def test_map_shows_events_as_segment_passes_them_on(events: str, capsys: pytest.CaptureFixture[str]) -> None:
    out, err = run(capsys, "map", "--json", events, *RECEIVED)
    [track] = [
        request["body"]
        for event in json.loads(out)["events"]
        for item in event["subscriptions"]
        for request in item.get("requests", ())
        if request["url"].endswith("/events/track")
    ]
    assert track["createdAt"] == 1_787_227_170
    assert "dropped by Segment: " in err
    assert "batch[2]: the messageId m2 was received before, at 2026-08-20T12:00:00.000Z (segment.duplicate)" in err


def test_of_many_that_are_dropped_the_number_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    event = json.dumps({"type": "track", "event": "Seen", "userId": "u", "messageId": "m"})
    _, err = run(capsys, "map", "-q", *[event] * 15, "--as-segment")
    assert err.count("segment.duplicate") == 10
    assert "dropped by Segment: 4 more like these" in err


def test_send_delivers_what_segment_passes_on(server: str, events: str, capsys: pytest.CaptureFixture[str]) -> None:
    run(capsys, "send", events, "--url", server, "--api-key", "hybrid-key", *RECEIVED)
    stored = httpx.get(f"{server}/_sim/projects/hybrid/state").json()["events"]
    assert [event["createdAt"] for event in stored] == ["2026-08-20 11:59:30 +00:00"]


def test_new_makes_steps_that_go_through_segment(
    events: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = str(tmp_path / "one.scenario.yaml")
    run(capsys, "new", file, "--events", events, *RECEIVED)
    text = Path(file).read_text(encoding="utf-8")
    assert "\nclock: '2026-08-20T12:00:00.000Z'\nsegment: true\n" in text
    assert run(capsys, "run", "-q", file)[0].strip() == "3 passed, 0 failed"


def test_run_lets_every_event_of_a_scenario_go_through_segment(
    events: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = str(tmp_path / "one.scenario.yaml")
    run(capsys, "new", file, "--events", events, "--project-type", "hybrid")
    assert run(capsys, "run", "-q", file)[0].strip() == "1 passed, 0 failed"
    out, _ = run(capsys, "run", file, "--as-segment", code=1)
    assert "dropped (segment.duplicate)" in out


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("map", "{}", "--received-at", "2026-08-20"), "--received-at goes with --as-segment"),
        (
            ("map", "{}", "--as-segment", "--received-at", "noon"),
            "'noon' is not a date and time such as 2026-08-20T12:00:00Z",
        ),
        (("new", "--as-segment"), "--as-segment goes with --events"),
        (("record", "--source", "k", "--api-key", "a"), "leave out --events, --mapping and --api-key"),
    ],
)
def test_what_does_not_go_together_is_said(
    arguments: tuple[str, ...], told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert told in " ".join(run(capsys, *arguments, code=2)[1].split())


def came_in(server: str, **source: Any) -> None:
    """Messages as an SDK sends them, delivered; the clock stands."""
    httpx.post(f"{server}/_sim/clock", json={"now": "2026-08-20T12:00:00Z"}).raise_for_status()
    if source:
        httpx.post(f"{server}/_sim/sources", json={"writeKey": "write-key", **source}).raise_for_status()
    httpx.post(f"{server}/v1/batch", json=BATCH, auth=("write-key", "")).raise_for_status()
    httpx.post(f"{server}/_sim/sources/write-key/flush").raise_for_status()


def recorded(server: str, file: Path, capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    options = ("--source", "write-key", "--url", server, "--keep-personal-data", "-o", str(file))
    _, err = run(capsys, "record", *options, *arguments)
    assert "not recorded" not in err
    assert run(capsys, "run", "-q", str(file))[0].strip() == "1 passed, 0 failed"
    return file.read_text(encoding="utf-8")


def test_what_came_through_a_source_is_a_scenario_of_the_messages_as_they_were_received(
    server: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    came_in(server)
    text = recorded(server, tmp_path / "one.scenario.yaml", capsys, "--project", "hybrid")
    assert text.count("segment: true") == 3
    assert text.count("receivedAt") == 0
    assert text.count("nothing was sent for it") == 1
    assert "sentAt: '2026-08-20T14:00:00.000Z'" in text


def test_a_source_with_settings_is_recorded_with_them(
    server: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    mapping = [
        {
            "name": "Own",
            "partnerAction": "trackEvent",
            "subscribe": 'type = "track"',
            "mapping": {"userId": {"@path": "$.userId"}, "eventName": "Own"},
        }
    ]
    settings = {"clockCorrection": False, "batchLimit": 600_000}
    came_in(server, projects=["userid"], settings=settings, mapping=mapping)
    text = recorded(server, tmp_path / "one.scenario.yaml", capsys)
    assert "segment: {clockCorrection: false}" in text
    assert text.count("segment: true") == 3
    assert "eventName: Own" in text


def test_a_source_that_delivers_in_batches_is_recorded_as_it_passed_messages_on(
    server: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    came_in(server, projects=["hybrid"], settings={"batchDeliveries": True})
    text = recorded(server, tmp_path / "one.scenario.yaml", capsys)
    assert "segment: true" not in text
    assert "createdAt: '2026-08-20 11:59:30 +00:00'" in text


def test_what_was_tried_again_is_recorded_with_what_was_in_the_way(
    server: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    fault = {"match": {"path": "/api/users/update", "apiKey": "hybrid-key"}, "action": {"status": 503}, "times": 1}
    httpx.post(f"{server}/_sim/faults", json=fault).raise_for_status()
    came_in(server)
    text = recorded(server, tmp_path / "one.scenario.yaml", capsys, "--project", "hybrid")
    assert "segment: true" not in text
    assert "503" in text


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("--source", "other"), "no source is 'other' (there are write-key)"),
        (("--source", "write-key"), "the source 'write-key' feeds email, userid, hybrid (say which one"),
        (("--source", "write-key", "--project", "nowhere"), "does not feed 'nowhere'"),
        (("--source", "write-key", "--project", "hybrid"), "nothing came through the source 'write-key'"),
    ],
)
def test_a_source_that_cannot_be_recorded_says_why(
    server: str, arguments: tuple[str, ...], told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert told in run(capsys, "record", "--url", server, *arguments, code=2)[1]

"""The fixture of a source of Segment, used as any suite would use it; requests are those that an SDK makes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import httpx
import pytest

if TYPE_CHECKING:
    from pathlib import Path

    from conformance.pytest_plugin import SegmentSource, SimulatedProject

IDENTIFY = {"type": "identify", "userId": "u1", "traits": {"email": "a@x.test", "plan": "pro"}}
TRACK = {"type": "track", "userId": "u1", "event": "Seen", "context": {"traits": {"email": "a@x.test"}}}
MAPPING: list[dict[str, Any]] = [
    {
        "name": "People",
        "partnerAction": "updateUser",
        "subscribe": 'type = "identify"',
        "mapping": {"email": {"@path": "$.traits.email"}, "userId": {"@path": "$.userId"}, "dataFields": {"own": 1}},
    }
]


def send(source: SegmentSource, *messages: dict[str, Any]) -> httpx.Response:
    body = {"batch": list(messages), "writeKey": source.write_key}
    return httpx.post(f"{source.host}/v1/batch", json=body, trust_env=False)


def test_what_an_sdk_sends_is_in_the_project_after_a_flush(segment_source: SegmentSource) -> None:
    assert send(segment_source, IDENTIFY, TRACK).json() == {"success": True}
    assert segment_source.flush() == {"delivered": 2}
    assert segment_source.project.user(email="a@x.test", user_id="u1")["dataFields"]["plan"] == "pro"
    assert [message["received"]["type"] for message in segment_source.messages()] == ["identify", "track"]


def test_the_project_behind_it_is_that_of_the_server(
    segment_source: SegmentSource, iterable_server: SimulatedProject
) -> None:
    assert segment_source.projects == (iterable_server,)
    assert segment_source.host == iterable_server.url


def test_messages_are_chosen_by_how_they_ended(segment_source: SegmentSource) -> None:
    send(segment_source, {**IDENTIFY, "messageId": "m"}, {**IDENTIFY, "messageId": "m"}, {"type": "track"})
    assert segment_source.flush() == {"delivered": 1, "dropped": 2}
    rules = [message["rule"] for message in segment_source.messages("dropped")]
    assert rules == ["segment.duplicate", "segment.no-identifier"]


def test_more_messages_than_a_page_holds_come_in_order(segment_source: SegmentSource) -> None:
    send(segment_source, *({"type": "page", "userId": "u1", "messageId": f"m{n}"} for n in range(1_200)))
    segment_source.flush()
    found = [message["received"]["messageId"] for message in segment_source.messages()]
    assert found == [f"m{n}" for n in range(1_200)]


def test_the_mapping_is_that_of_subscriptions_or_of_a_file(segment_source: SegmentSource, tmp_path: Path) -> None:
    segment_source.configure(mapping=MAPPING)
    send(segment_source, IDENTIFY)
    segment_source.flush()
    assert segment_source.project.user(email="a@x.test")["dataFields"]["own"] == 1
    file = tmp_path / "mapping.yaml"
    file.write_text('- {name: Nothing, partnerAction: trackEvent, subscribe: event = "Other"}\n', encoding="utf-8")
    segment_source.configure(mapping=file)
    send(segment_source, IDENTIFY)
    segment_source.flush()
    assert segment_source.messages()[-1]["outcome"] == "not subscribed"


def test_settings_of_the_source_hold(segment_source: SegmentSource) -> None:
    segment_source.configure(settings={"requireIdentifier": False, "deduplicate": False})
    send(segment_source, {**IDENTIFY, "messageId": "m"}, {**IDENTIFY, "messageId": "m"})
    assert segment_source.flush() == {"delivered": 2}


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({"settings": {"deduplicat": False}}, "settings.deduplicat: unknown member"),
        ({"mapping": [{"partnerAction": "upsertUser", "subscribe": "type ="}]}, "mapping"),
        ({"mapping": "nowhere.yaml"}, "nowhere.yaml"),
    ],
)
@pytest.mark.iterable(project_type="hybrid")
def test_a_source_that_cannot_be_set_up_so_says_why(
    segment_source: SegmentSource, options: dict[str, Any], told: str
) -> None:
    with pytest.raises(ValueError, match=told):
        segment_source.configure(**options)


@pytest.mark.iterable(project_type="hybrid")
def test_an_outcome_that_does_not_exist_is_refused(segment_source: SegmentSource) -> None:
    with pytest.raises(ValueError, match="outcome must be one of"):
        segment_source.messages("lost")


@pytest.mark.iterable(project_type="hybrid")
def test_trouble_is_in_front_or_behind(segment_source: SegmentSource) -> None:
    segment_source.fail({"status": 503}, times=1)
    assert [send(segment_source, IDENTIFY).status_code for _ in range(2)] == [503, 200]
    segment_source.project.clock.set(1_787_227_200_000)
    segment_source.project.fail({"status": 500}, path="/api/*", times=1)
    send(segment_source, IDENTIFY)
    assert segment_source.flush() == {"delivered": 2}
    [subscription] = [item for item in segment_source.messages()[-1]["projects"][0]["subscriptions"] if item["tries"]]
    assert subscription["tries"] == 2


@pytest.mark.iterable(project_type="hybrid")
def test_what_is_still_on_its_way_in_time_is_a_timeout(segment_source: SegmentSource) -> None:
    segment_source.project.fail({"delay": 20}, path="/api/*")
    send(segment_source, IDENTIFY)
    with pytest.raises(TimeoutError, match="1 messages are still in flight after 1 s"):
        segment_source.flush(timeout=1)

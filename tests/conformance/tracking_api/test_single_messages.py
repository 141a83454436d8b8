"""Messages without a request: those of files and scenarios, as Segment passes them on."""

from __future__ import annotations

import json
from typing import Any

import pytest

from conformance.inputs.events import read_events
from conformance.tracking_api.messages import Dropped, PassedOn
from conformance.tracking_api.single_messages import IngestedEvents, SingleMessages, ingest_events, with_envelope

NOON = 1_787_227_200_000
TRACK: dict[str, Any] = {"type": "track", "messageId": "m1", "userId": "u1", "event": "Seen"}
ENVELOPE = {"sentAt": "2026-08-20T14:00:00.000Z", "context": {"app": "shop", "locale": "de"}}


def ingested(*values: Any, received_at: int | None = NOON) -> IngestedEvents:
    read = read_events([json.dumps(value) for value in values], lambda: b"")
    return ingest_events(read.events, received_at, NOON)


def test_the_envelope_around_a_message_of_a_file_counts() -> None:
    message = {**TRACK, "timestamp": "2026-08-20T13:59:00.000Z", "context": {"locale": "en"}}
    [event] = ingested({**ENVELOPE, "batch": [message]}).passed_on
    assert event.event["timestamp"] == "2026-08-20T11:59:00.000Z"
    assert event.event["context"] == {"app": "shop", "locale": "en"}
    assert event.place == "command line:1 batch[0]"


def test_what_segment_drops_is_named_with_its_place() -> None:
    found = ingested(TRACK, TRACK, {"type": "track", "event": "Seen"})
    assert [event.event["messageId"] for event in found.passed_on] == ["m1"]
    assert [(place, dropped.rule) for place, dropped in found.dropped] == [
        ("command line:1", "segment.duplicate"),
        ("command line:1", "segment.no-identifier"),
    ]


def test_messages_of_an_archive_keep_the_times_that_they_were_given() -> None:
    archived = {
        **TRACK,
        "originalTimestamp": "2026-08-01T12:00:00.000Z",
        "sentAt": "2026-08-01T12:00:01.000Z",
        "receivedAt": "2026-08-01T10:00:01.000Z",
        "timestamp": "2026-08-01T10:00:00.000Z",
    }
    [event] = ingested(archived, received_at=None).passed_on
    assert {name: event.event[name] for name in archived} == archived


def test_without_an_instant_messages_come_in_now() -> None:
    [event] = ingested(TRACK, received_at=None).passed_on
    assert event.event["receivedAt"] == "2026-08-20T12:00:00.000Z"


def test_the_same_messages_get_the_same_ids() -> None:
    message: dict[str, Any] = {"type": "page", "userId": "u1"}
    ids = []
    for _ in range(2):
        messages = SingleMessages()
        outcomes = [messages.take(message, NOON) for _ in range(2)]
        ids.append([outcome.message["messageId"] for outcome in outcomes if isinstance(outcome, PassedOn)])
    assert ids == [["segment-1", "segment-2"]] * 2


@pytest.mark.parametrize(
    ("own", "merged"),
    [({}, {"app": "shop", "locale": "de"}), ({"context": {"app": "x"}}, {"app": "x", "locale": "de"})],
)
def test_a_message_that_is_to_stand_alone_takes_its_envelope_along(
    own: dict[str, Any], merged: dict[str, str]
) -> None:
    text = json.dumps({**ENVELOPE, "batch": [{**TRACK, **own}]})
    [read] = read_events([text], lambda: b"").events
    assert with_envelope(read) == {**TRACK, "sentAt": ENVELOPE["sentAt"], "context": merged}


def test_a_source_of_its_own_drops_repeats() -> None:
    messages = SingleMessages()
    assert isinstance(messages.take(TRACK, NOON), PassedOn)
    assert isinstance(messages.take(TRACK, NOON + 1), Dropped)

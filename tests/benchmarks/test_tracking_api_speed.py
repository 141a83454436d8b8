"""How fast messages pass through Segment in front of a destination. Run with `make bench`."""

from __future__ import annotations

import json
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from conformance.inputs.recognition import recognize
from conformance.tracking_api.ingestion import SeenMessages, ingest
from conformance.tracking_api.messages import Envelope, PassedOn, Receipt, numbered_ids
from conformance.tracking_api.requests import Accepted, read_request
from conformance.tracking_api.sources import Source, Sources

if TYPE_CHECKING:
    from pytest_benchmark.fixture import BenchmarkFixture

EVENTS: dict[str, Any] = json.loads(Path(__file__).with_name("workload.json").read_text(encoding="utf-8"))
SOURCE = Source("shop", ("email",))
RECEIPT = Receipt(1_772_355_600_000, numbered_ids("made"), "127.0.0.1")
SENT_AT = {"node": "2026-08-19T10:11:13.000Z", "python": "2026-08-19T10:11:13.736289+00:00"}


@pytest.mark.parametrize("sdk", SENT_AT)
def test_a_thousand_messages_through_segment(benchmark: BenchmarkFixture, sdk: str) -> None:
    numbers, seen, envelope = count(), SeenMessages(), Envelope(None, SENT_AT[sdk])

    def fresh() -> tuple[tuple[list[dict[str, Any]]], dict[str, Any]]:
        return ([{**EVENTS["track"], "messageId": f"m-{next(numbers)}"} for _ in range(1000)],), {}

    def through(messages: list[dict[str, Any]]) -> int:
        return sum(isinstance(ingest(message, envelope, SOURCE, RECEIPT, seen), PassedOn) for message in messages)

    assert benchmark.pedantic(through, setup=fresh, rounds=50) == 1000  # type: ignore[no-untyped-call]  # the plugin's own gap


def test_reading_a_request_of_a_hundred_messages(benchmark: BenchmarkFixture) -> None:
    body = json.dumps({"batch": [EVENTS["track"]] * 100, "sentAt": SENT_AT["node"], "writeKey": "shop"}).encode()
    sources = Sources().with_source(SOURCE)
    accepted = benchmark(read_request, "POST", "/v1/batch", {}, body, sources)
    assert isinstance(accepted, Accepted)
    assert len(accepted.messages) == 100


def test_recognizing_an_event(benchmark: BenchmarkFixture) -> None:
    assert benchmark(recognize, EVENTS["track"])

"""Whole requests: every message has an outcome, and the source that it came to."""

from __future__ import annotations

import json
from typing import Any

from conformance.tracking_api.ingestion import SeenMessages
from conformance.tracking_api.intake import Ingested, ingest_request
from conformance.tracking_api.messages import Dropped, PassedOn, Receipt, numbered_ids
from conformance.tracking_api.requests import Accepted, read_request
from conformance.tracking_api.rules import RULES
from conformance.tracking_api.sources import Source, Sources

SOURCES = Sources().with_source(Source("shop", ("email",))).with_source(Source("app", ("hybrid",)))
TRACK: dict[str, Any] = {"type": "track", "event": "Mug Bought", "userId": "ada", "messageId": "m-1"}


def ingested(body: dict[str, Any], seen: dict[str, SeenMessages] | None = None) -> list[Ingested]:
    accepted = read_request("POST", "/v1/batch", {}, json.dumps(body).encode(), SOURCES)
    assert isinstance(accepted, Accepted)
    receipt = Receipt(1_772_355_600_000, numbered_ids("made"))
    return list(ingest_request(accepted, SOURCES, receipt, {} if seen is None else seen))


def rules(rows: list[Ingested]) -> list[str | None]:
    assert all(not isinstance(row.outcome, Dropped) or row.outcome.rule in RULES for row in rows)
    return [row.outcome.rule if isinstance(row.outcome, Dropped) else None for row in rows]


def test_every_message_of_a_request_has_a_row_in_the_order_in_which_it_came() -> None:
    rows = ingested({"batch": [TRACK, 5, TRACK, {"type": "page"}], "writeKey": "shop"})
    assert rules(rows) == [None, "segment.not-an-object", "segment.duplicate", "segment.no-identifier"]
    assert {row.source and row.source.write_key for row in rows} == {"shop"}


def test_messages_without_a_key_or_with_an_unknown_one_are_dropped_and_said_to_be() -> None:
    rows = ingested({"batch": [TRACK, {**TRACK, "writeKey": "shap"}]})
    assert rules(rows) == ["segment.no-write-key", "segment.unknown-write-key"]
    assert [(row.write_key, row.source) for row in rows] == [("", None), ("shap", None)]
    outcome = rows[1].outcome
    assert isinstance(outcome, Dropped)
    assert outcome.reason == "no source has the write key `shap`"


def test_each_source_remembers_its_own_ids_from_request_to_request() -> None:
    seen: dict[str, SeenMessages] = {}
    assert rules(ingested({"batch": [TRACK], "writeKey": "shop"}, seen)) == [None]
    assert rules(ingested({"batch": [TRACK], "writeKey": "app"}, seen)) == [None]
    assert rules(ingested({"batch": [TRACK], "writeKey": "shop"}, seen)) == ["segment.duplicate"]


def test_one_batch_may_feed_several_sources() -> None:
    rows = ingested({"batch": [{**TRACK, "writeKey": "app"}, {**TRACK, "writeKey": "shop"}]})
    assert rules(rows) == [None, None]
    written = [row.outcome.message["writeKey"] for row in rows if isinstance(row.outcome, PassedOn)]
    assert written == ["app", "shop"]


def test_what_is_lost_before_it_is_looked_at_has_a_row_too() -> None:
    (row,) = ingested({"messages": [TRACK], "writeKey": "shop"})
    assert rules([row]) == ["segment.no-batch"]
    assert row.source is not None


def test_context_and_sent_at_of_the_envelope_reach_each_message() -> None:
    (row,) = ingested({"batch": [TRACK], "writeKey": "shop", "context": {"app": 1}, "sentAt": "2026-03-01T08:00:00Z"})
    assert isinstance(row.outcome, PassedOn)
    assert row.outcome.message["context"] == {"app": 1}
    assert row.outcome.message["sentAt"] == "2026-03-01T08:00:00Z"

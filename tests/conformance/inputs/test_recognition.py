"""What is given where events are taken: events, envelopes, lists of them, and everything that people take for events."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conformance.inputs.event_members import TYPES, event_problems, near_word
from conformance.inputs.recognition import Envelope, Event, Listing, Unknown, events_in, recognize, recognize_text

TRACK: dict[str, Any] = {"type": "track", "event": "Mug Bought", "userId": "ada", "properties": {"price": 9.5}}

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["type", "event", "subscriptions", "batch", "userId", "data", "log", "email", "traits"])
            | st.text(max_size=5),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@pytest.mark.parametrize("event_type", TYPES)
def test_an_object_of_a_known_type_is_an_event(event_type: str) -> None:
    event: dict[str, Any] = {"type": event_type, "userId": "ada"}
    assert recognize(event) == Event(event)


def test_a_body_of_v1_batch_is_an_envelope_with_its_other_members_beside_the_messages() -> None:
    body: dict[str, Any] = {"batch": [TRACK, {"type": "page"}], "sentAt": "2026-03-01T09:00:00Z", "writeKey": "k"}
    assert recognize(body) == Envelope((TRACK, {"type": "page"}), {"sentAt": body["sentAt"], "writeKey": "k"})


def test_a_line_of_undelivered_events_is_the_event_for_those_subscriptions_only() -> None:
    line = {"event": TRACK, "subscriptions": ["Tracks", "Carts"]}
    assert recognize(line) == Event(TRACK, ("event",), frozenset({"Tracks", "Carts"}))


def test_an_undelivered_line_whose_event_is_none_says_where_that_stands() -> None:
    found = recognize({"event": {"type": "Track", "userId": "ada"}, "subscriptions": []})
    assert found == Unknown("an event of the unknown type `Track`", "did you mean track?", ("event", "type"))


def test_a_list_is_a_listing_of_its_items() -> None:
    assert recognize([TRACK, 5]) == Listing((TRACK, 5))


def test_events_are_found_through_lists_and_envelopes_with_the_path_of_each() -> None:
    found = list(events_in([TRACK, {"batch": [TRACK, 5]}, []]))
    assert [(type(item), item.path) for item in found] == [
        (Event, (0,)),
        (Event, (1, "batch", 0)),
        (Unknown, (1, "batch", 1)),
        (Unknown, (2,)),
    ]


def test_an_envelope_inside_an_envelope_is_not_opened() -> None:
    (found,) = events_in({"batch": [{"batch": [TRACK]}]})
    assert isinstance(found, Unknown)
    assert found.looks_like == "an envelope inside an envelope"


@pytest.mark.parametrize(
    ("value", "looks_like", "advice"),
    [
        ({"type": "Track", "event": "E", "userId": "u"}, "an event of the unknown type `Track`", "did you mean track?"),
        ({"type": "TRACK", "event": "E"}, "an event of the unknown type `TRACK`", "did you mean track?"),
        ({"type": "indentify", "userId": "u", "traits": {}}, "an event of the unknown type `indentify`", "did you mean identify?"),
        ({"type": "page_view", "userId": "u"}, "an event of the unknown type `page_view`", "did you mean page?"),
        ({"type": "purchase", "userId": "u"}, "an event of the unknown type `purchase`", "known types are identify, track, page, screen, group, alias"),
        ({"event": "E", "userId": "u"}, "an event without `type`", 'add "type": "track"'),
        ({"traits": {}, "userId": "u"}, "an event without `type`", 'add "type": "identify"'),
        ({"traits": {}, "groupId": "g", "userId": "u"}, "an event without `type`", 'add "type": "group"'),
        ({"Type": "track", "event": "E", "userId": "u"}, "an event without `type`", "did you mean `type` instead of `Type`?"),
        ({"type": 5, "event": "E", "userId": "u"}, "an event whose `type` is a number", 'add "type": "track"'),
        ({"log": {"entries": [], "version": "1.2"}}, "a HAR file from a browser's network panel", "use the bodies of its requests to /v1: .log.entries[].request.postData.text"),
        ({"data": {"subscriptions": []}}, "a reply of Segment's Public API", "this is a mapping, not an event: pass it with --mapping"),
        ({"name": "N", "partnerAction": "updateUser", "subscribe": 'type = "identify"'}, "a subscription of a mapping", "this is a mapping, not an event: pass it with --mapping"),
        ({"email": {"@path": "$.traits.email"}}, "a mapping", "this is a mapping, not an event: pass it with --mapping"),
        ({"payload": TRACK, "settings": {}}, "the body of a destination tester", "use only the value of `payload`"),
        ({"message": TRACK}, "an object with an event in `message`", "use only the value of `message`"),
        ({"name": "N", "steps": [], "project": {"type": "all"}}, "a scenario", "play it with `iterable-harness run`"),
        ({"number": 1, "at": "", "method": "POST", "path": "/api/users/update", "reply": {}}, "an entry of the simulator's journal", "make a scenario of it with `iterable-harness record`"),
        ({"msg": "", "code": "Success", "params": None}, "a reply of Iterable", "events go into the destination; this is what comes out"),
        ({"email": "a@example.com", "dataFields": {}}, "a body of Iterable's API", "events go into the destination; this is what comes out"),
        ({"events": [{"eventName": "E"}]}, "a body of Iterable's API (events/trackBulk)", "events go into the destination; this is what comes out"),
        ({}, "an empty object", "expected one of: a Segment event, a list of events, the body of /v1/batch"),
        (json.dumps(TRACK), "a string that contains JSON", "it was encoded twice: decode it once (jq fromjson)"),
        ({"batch": {}}, "a body of /v1/batch whose `batch` is not a list", "`batch` is the list of messages"),
        ({"a": 1, "b": 2}, "an object with `a`, `b`", "an event has a `type`: identify, track, page, screen, group, alias"),
    ],
)  # fmt: skip
def test_what_is_no_event_is_named_with_what_it_looks_like(value: Any, looks_like: str, advice: str) -> None:
    found = recognize(value)
    assert isinstance(found, Unknown)
    assert (found.looks_like, found.advice) == (looks_like, advice)


@pytest.mark.parametrize(
    "columns",
    [
        ["id", "received_at", "user_id", "event_text", "context_ip"],
        ["ID", "RECEIVED_AT", "ANONYMOUS_ID"],
        ["id", "sent_at", "uuid_ts", "email", "plan"],
    ],
)
def test_a_flat_row_with_the_columns_of_segments_tables_is_a_row_of_a_warehouse(columns: list[str]) -> None:
    found = recognize(dict.fromkeys(columns, "x"))
    assert isinstance(found, Unknown)
    assert found.looks_like == "a warehouse row"


def test_a_reverse_etl_message_is_an_event_and_a_bare_row_of_its_model_is_not() -> None:
    row = {"__segment_id": "7", "EMAIL": "ada@example.com"}
    assert isinstance(recognize({"type": "track", "event": "new", "properties": row, "__segment_id": "7"}), Event)
    found = recognize(row)
    assert isinstance(found, Unknown)
    assert found.looks_like == "a row of a Reverse ETL model"


@pytest.mark.parametrize(
    ("text", "looks_like"),
    [
        (b"id,received_at,user_id\n1,2,3\n", "CSV with a header line"),
        (b'\xef\xbb\xbf"id";"email"\r\n', "CSV with a header line"),
        (b'{\n  "type": "track"\n}\n{\n  "type": "page"\n}\n', "several JSON values one after another"),
        (b'{"type": "track"},\n{"type": "page"},\n', "JSON lines with trailing commas"),
        (b'{"batch": [{"traits": {"age": NaN}}]}', "JSON with NaN or Infinity"),
        (b"{'type': 'track'}", "a Python or JavaScript object"),
        (b"{type: 'track'}", "a JavaScript object"),
        (b'{"type": "track"', "invalid JSON"),
        (b"<!DOCTYPE html><title>Log in</title>", "an HTML page"),
        (b"\x1f\x8b\x08\x00", "a gzip file"),
        (b"PK\x03\x04", "a ZIP archive"),
        (b"PAR1", "a Parquet file"),
        (b"\xff\xfe{\x00", "text in UTF-16"),
        (b"name: Ada\nsteps: []\n", "a YAML document"),
        (b'resource "segment_destination_subscription" "x" {', "a Terraform file"),
        (b"curl -X POST https://api.segment.io/v1/track", "a curl command"),
        (b"analytics.track('Mug Bought')", "an SDK call"),
        (b'2026-03-01 INFO {"type": "track"}', "log lines"),
        (b" \n", "an empty file"),
        (b"\x00\x01", "text that is not JSON"),
    ],
)
def test_a_text_that_is_not_json_is_named_too(text: bytes, looks_like: str) -> None:
    assert recognize_text(text).looks_like == looks_like


@given(json_values)
def test_any_json_value_is_recognized_without_an_error(value: Any) -> None:
    assert isinstance(recognize(value), (Event, Envelope, Listing, Unknown))
    for found in events_in(value):
        assert isinstance(found, Unknown) or isinstance(found.problems, tuple)


@given(st.binary(max_size=200))
def test_any_text_is_named_without_an_error(text: bytes) -> None:
    assert recognize_text(text).looks_like


def test_an_undelivered_line_nested_in_itself_many_times_is_named() -> None:
    line: Any = TRACK
    for _ in range(3000):
        line = {"event": line, "subscriptions": []}
    assert isinstance(recognize(line), Unknown)


def test_an_event_as_sdks_send_it_has_no_problems() -> None:
    event = {**TRACK, "context": {}, "integrations": {}, "messageId": "m-1", "timestamp": "t", "_metadata": {}}
    assert event_problems(event) == ()


@pytest.mark.parametrize(
    ("event", "code", "path", "hint"),
    [
        ({**TRACK, "propertis": {}}, "unknown-member", ("propertis",), "did you mean properties?"),
        ({**TRACK, "Context": {}}, "unknown-member", ("Context",), "did you mean context?"),
        ({**TRACK, "user_id": "u"}, "unknown-member", ("user_id",), "did you mean userId?"),
        ({**TRACK, "props": {}}, "unknown-member", ("props",), "did you mean properties?"),
        ({**TRACK, "plan": "pro"}, "unknown-member", ("plan",), "your own data belongs in properties"),
        ({**TRACK, "traits": {}}, "misplaced-member", ("traits",), "did you mean context.traits?"),
        ({"type": "identify", "userId": "u", "plan": 1}, "unknown-member", ("plan",), "your own data belongs in traits"),
        ({"type": "identify", "userId": "u", "properties": {}}, "misplaced-member", ("properties",), "did you mean traits?"),
        ({"type": "identify", "userId": "u", "props": {}}, "unknown-member", ("props",), "your own data belongs in traits"),
        ({**TRACK, "properties": []}, "not-an-object", ("properties",), "mappings read its members"),
        ({**TRACK, "event": ""}, "no-event-name", ("event",), "Segment drops it: add `event`"),
        ({**TRACK, "userId": None}, "no-identifier", (), "Segment drops such an event"),
        ({**TRACK, "messageId": "m" * 100}, "long-message-id", ("messageId",), "Segment asks for fewer than 100"),
    ],
)  # fmt: skip
def test_a_problem_of_an_event_names_the_member_and_what_was_meant(
    event: dict[str, Any], code: str, path: tuple[str, ...], hint: str
) -> None:
    (problem,) = event_problems(event)
    assert (problem.code, problem.path, problem.hint) == (code, path, hint)


def test_members_of_segments_products_and_of_rudderstack_are_no_problem() -> None:
    assert event_problems({**TRACK, "__segment_entities": {}, "rudderId": "r", "channel": "server"}) == ()


@given(st.text(max_size=12), st.lists(st.text(max_size=12)))
def test_the_word_that_was_written_is_never_offered(word: str, known: list[str]) -> None:
    assert near_word(word, [word, *known]) != word

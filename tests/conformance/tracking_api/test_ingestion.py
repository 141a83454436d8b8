"""What Segment adds to a message and what it drops, rule by rule."""

from __future__ import annotations

import copy
import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conformance.tracking_api.ingestion import SeenMessages, ingest
from conformance.tracking_api.instants import read_instant, write_instant
from conformance.tracking_api.messages import NO_ENVELOPE, Dropped, Envelope, PassedOn, Receipt, numbered_ids
from conformance.tracking_api.rules import RULES
from conformance.tracking_api.settings import SourceSettings
from conformance.tracking_api.sources import Source
from destination.javascript.dates import parse_date

HOUR = 3_600_000
NINE = read_instant("2026-03-01T09:00:00.000Z") or 0
TRACK: dict[str, Any] = {"type": "track", "event": "Mug Bought", "userId": "ada"}
BROWSER: dict[str, Any] = {"library": {"name": "analytics.js", "version": "next-1.84.3"}}
SERVER: dict[str, Any] = {"library": {"name": "@segment/analytics-node", "version": "3.1.0"}}


def receive(
    message: Any,
    envelope: Envelope = NO_ENVELOPE,
    *,
    at: int = NINE,
    ip: str = "203.0.113.7",
    seen: SeenMessages | None = None,
    **settings: Any,
) -> PassedOn | Dropped:
    source = Source("shop", ("email",), settings=SourceSettings(**settings))
    receipt = Receipt(at, numbered_ids("made"), ip)
    return ingest(message, envelope, source, receipt, SeenMessages() if seen is None else seen)


def passed(message: Any, envelope: Envelope = NO_ENVELOPE, **options: Any) -> dict[str, Any]:
    outcome = receive(message, envelope, **options)
    assert isinstance(outcome, PassedOn), outcome
    return outcome.message


def dropped(message: Any, envelope: Envelope = NO_ENVELOPE, **options: Any) -> tuple[str, str]:
    outcome = receive(message, envelope, **options)
    assert isinstance(outcome, Dropped), outcome
    return outcome.rule, outcome.reason


def test_a_bare_message_is_given_every_field_that_segment_sets() -> None:
    now = "2026-03-01T09:00:00.000Z"
    assert passed(TRACK) == {
        **TRACK,
        "messageId": "made-1",
        "originalTimestamp": now,
        "sentAt": now,
        "receivedAt": now,
        "timestamp": now,
        "version": 2,
        "channel": "server",
        "projectId": Source("shop", ()).project_id,
        "writeKey": "shop",
    }


def test_the_message_that_was_received_is_not_changed() -> None:
    message = {**TRACK, "context": BROWSER, "integrations": {"All": True}}
    before = copy.deepcopy(message)
    receive(message, Envelope(None, "2026-03-01T09:00:00Z", {"app": 1}, {"X": True}))
    assert message == before


def test_a_message_without_a_type_has_that_of_the_path_and_its_own_wins() -> None:
    assert passed({"userId": "ada"}, Envelope("identify"))["type"] == "identify"
    assert passed({"userId": "ada", "type": None}, Envelope("page"))["type"] == "page"
    assert passed({"userId": "ada", "type": "page"}, Envelope("identify"))["type"] == "page"


@pytest.mark.parametrize(
    ("original", "sent", "expected"),
    [
        ("2026-03-01T11:00:00.000Z", "2026-03-01T11:00:00.000Z", "2026-03-01T09:00:00.000Z"),
        ("2026-03-01T10:59:58.765Z", "2026-03-01T11:00:00.000Z", "2026-03-01T08:59:58.765Z"),
        ("2026-03-01T06:59:00.001Z", "2026-03-01T07:00:00.000Z", "2026-03-01T08:59:00.001Z"),
        ("2026-03-01T10:00:00+01:00", "2026-03-01T09:00:00.000000+00:00", "2026-03-01T09:00:00.000Z"),
        ("2026-03-01T08:59:59.731+00:00", "2026-03-01T09:00:00.736289+00:00", "2026-03-01T08:59:58.995Z"),
        ("2020-01-01T00:00:00Z", "2026-03-01T11:00:00.000Z", "2019-12-31T22:00:00.000Z"),
    ],
)
def test_timestamp_is_corrected_by_the_skew_of_the_devices_clock(original: str, sent: str, expected: str) -> None:
    message = passed({**TRACK, "timestamp": original}, Envelope(None, sent))
    assert (message["timestamp"], message["originalTimestamp"], message["sentAt"]) == (expected, original, sent)
    assert message["receivedAt"] == "2026-03-01T09:00:00.000Z"


def test_without_clock_correction_timestamp_is_the_original_in_utc() -> None:
    skewed = {**TRACK, "timestamp": "2026-03-01T12:00:00+01:00", "sentAt": "2026-03-01T11:00:00Z"}
    assert passed(skewed, clock_correction=False)["timestamp"] == "2026-03-01T11:00:00.000Z"


def test_a_message_without_a_timestamp_happened_when_it_was_received_however_skewed_its_sent_at() -> None:
    for correction in (True, False):
        message = passed({**TRACK, "sentAt": "2026-03-01T11:00:00Z"}, clock_correction=correction)
        assert message["timestamp"] == message["originalTimestamp"] == "2026-03-01T09:00:00.000Z"


def test_a_message_without_sent_at_keeps_its_timestamp() -> None:
    assert passed({**TRACK, "timestamp": "2020-01-01T00:00:00.5Z"})["timestamp"] == "2020-01-01T00:00:00.500Z"


def test_timestamp_wins_over_the_original_timestamp_of_rudderstack_which_counts_where_it_is_alone() -> None:
    both = {**TRACK, "timestamp": "2026-03-01T08:00:00.000Z", "originalTimestamp": "2026-03-01T07:00:00.000Z"}
    assert passed(both)["originalTimestamp"] == "2026-03-01T08:00:00.000Z"
    del both["timestamp"]
    assert passed(both)["timestamp"] == "2026-03-01T07:00:00.000Z"


def test_the_messages_own_sent_at_wins_over_that_of_the_envelope() -> None:
    own = {**TRACK, "timestamp": "2026-03-01T08:00:00Z", "sentAt": "2026-03-01T10:00:00Z"}
    assert passed(own, Envelope(None, "2026-03-01T08:00:00Z"))["timestamp"] == "2026-03-01T07:00:00.000Z"


@pytest.mark.parametrize("timestamp", ["soon", "", "2026-13-01T00:00:00Z", [], {}, True, math.inf, math.nan, 1e300])
def test_a_timestamp_that_is_no_date_is_replaced_by_the_instant_of_receipt_or_drops_the_message(
    timestamp: Any,
) -> None:
    unreadable = {**TRACK, "timestamp": timestamp, "sentAt": "2026-03-01T07:00:00Z"}
    message = passed(unreadable)
    assert message["timestamp"] == message["originalTimestamp"] == "2026-03-01T09:00:00.000Z"
    assert dropped(unreadable, unreadable_timestamps="drop")[0] == "segment.unreadable-timestamp"


def test_a_number_as_timestamp_is_milliseconds_unless_the_source_takes_it_for_no_date() -> None:
    numeric = {**TRACK, "timestamp": NINE - HOUR}
    assert passed(numeric)["timestamp"] == passed(numeric)["originalTimestamp"] == "2026-03-01T08:00:00.000Z"
    assert passed(numeric, numeric_timestamps="unreadable")["timestamp"] == "2026-03-01T09:00:00.000Z"


def test_given_instants_keep_their_text_or_are_written_in_utc() -> None:
    python = {**TRACK, "timestamp": "2026-03-01T08:00:00.123456+00:00", "sentAt": "2026-03-01T10:00:00+01:00"}
    assert passed(python)["originalTimestamp"] == "2026-03-01T08:00:00.123456+00:00"
    written = passed(python, given_instants="utc")
    assert (written["originalTimestamp"], written["sentAt"]) == (
        "2026-03-01T08:00:00.123Z",
        "2026-03-01T09:00:00.000Z",
    )


def test_a_correction_that_leaves_the_calendar_ends_at_the_instant_of_receipt() -> None:
    extreme = {**TRACK, "timestamp": "+275760-09-13T00:00:00.000Z", "sentAt": "2020-01-01T00:00:00Z"}
    assert passed(extreme)["timestamp"] == "2026-03-01T09:00:00.000Z"


def test_received_at_version_project_and_write_key_are_segments_whatever_the_message_says() -> None:
    given_by_app = {**TRACK, "receivedAt": "then", "version": 7, "projectId": "mine", "writeKey": "mine"}
    message = passed(given_by_app)
    assert message["receivedAt"] == "2026-03-01T09:00:00.000Z"
    assert (message["version"], message["writeKey"], message["projectId"]) == (
        2,
        "shop",
        Source("shop", ()).project_id,
    )


@pytest.mark.parametrize(
    ("context", "channel"),
    [
        (BROWSER, "client"),
        ({"library": "analytics.js"}, "client"),
        ({"library": {"name": "analytics-ios"}}, "client"),
        (SERVER, "server"),
        ({}, "server"),
        (None, "server"),
        ("broken", "server"),
        ({"library": {"name": ["analytics.js"]}}, "server"),
    ],
)
def test_the_channel_follows_from_the_library(context: Any, channel: str) -> None:
    assert passed({**TRACK, "context": context})["channel"] == channel


def test_a_channel_that_the_message_brings_stays_unless_the_source_replaces_it() -> None:
    mobile = {**TRACK, "channel": "mobile"}
    assert passed(mobile)["channel"] == "mobile"
    assert passed(mobile, given_channel="replaced")["channel"] == "server"


def test_the_address_of_the_peer_is_added_for_libraries_of_clients_only_and_only_where_there_is_none() -> None:
    assert passed({**TRACK, "context": BROWSER})["context"] == {**BROWSER, "ip": "203.0.113.7"}
    assert passed({**TRACK, "context": {**BROWSER, "ip": "192.0.2.1"}})["context"]["ip"] == "192.0.2.1"
    assert "ip" not in passed({**TRACK, "context": SERVER})["context"]
    assert "context" not in passed(TRACK)
    assert "ip" not in passed({**TRACK, "context": BROWSER}, ip="")["context"]


def test_context_direct_asks_for_the_address_and_a_source_may_collect_all_or_none() -> None:
    direct = {**TRACK, "context": {"direct": True}}
    assert passed(direct)["context"]["ip"] == "203.0.113.7"
    assert "ip" not in passed(direct, collect_ip="never")["context"]
    assert passed(TRACK, collect_ip="always")["context"] == {"ip": "203.0.113.7"}


def test_context_and_integrations_of_the_envelope_hold_for_a_message_and_its_own_members_win() -> None:
    envelope = Envelope(None, None, {"device": 1, "locale": "en"}, {"All": False, "Iterable (Actions)": False})
    own = {**TRACK, "context": {"locale": "fr"}, "integrations": {"Iterable (Actions)": True}}
    message = passed(own, envelope)
    assert message["context"] == {"device": 1, "locale": "fr"}
    assert message["integrations"] == {"All": False, "Iterable (Actions)": True}
    apart = passed(own, envelope, merge_envelope=False)
    assert (apart["context"], apart["integrations"]) == (own["context"], own["integrations"])


def test_a_library_that_only_the_envelope_names_makes_the_channel() -> None:
    assert passed(TRACK, Envelope(None, None, BROWSER))["channel"] == "client"


@pytest.mark.parametrize("identifier", [{}, {"userId": None, "anonymousId": None}, {"userId": "", "anonymousId": ""}])
def test_a_message_without_an_identifier_is_dropped_unless_the_source_takes_it(identifier: dict[str, Any]) -> None:
    nobody = {"type": "identify", **identifier}
    assert dropped(nobody) == ("segment.no-identifier", "the message has neither userId nor anonymousId")
    assert passed(nobody, require_identifier=False)["type"] == "identify"


@pytest.mark.parametrize("identifier", [{"anonymousId": "a"}, {"userId": 0}, {"userId": None, "anonymousId": "a"}])
def test_one_identifier_is_enough(identifier: dict[str, Any]) -> None:
    assert passed({"type": "page", **identifier}).items() >= identifier.items()


@pytest.mark.parametrize("event", [{}, {"event": None}, {"event": ""}])
def test_a_track_message_without_an_event_name_is_dropped_unless_the_source_takes_it(event: dict[str, Any]) -> None:
    nameless = {"type": "track", "userId": "ada", **event}
    assert dropped(nameless)[0] == "segment.no-event-name"
    assert passed(nameless, require_event_name=False)["type"] == "track"
    assert passed({**nameless, "type": "page"})["type"] == "page"


@pytest.mark.parametrize(
    ("message", "rule", "reason"),
    [
        (5, "segment.not-an-object", "a message must be an object, not a number"),
        ([], "segment.not-an-object", "a message must be an object, not an array"),
        (None, "segment.not-an-object", "a message must be an object, not null"),
        ({"userId": "ada"}, "segment.unknown-type", "the message has no type, and the path names none"),
        ({"userId": "ada", "type": "Track"}, "segment.unknown-type", "`Track` is not a message type"),
        ({"userId": "ada", "type": {}}, "segment.unknown-type", "an object is not a message type"),
    ],
)
def test_what_is_no_message_is_dropped_with_the_reason(message: Any, rule: str, reason: str) -> None:
    assert dropped(message) == (rule, reason)


def test_the_same_message_id_within_24_hours_is_dropped_whatever_the_type_and_taken_again_afterwards() -> None:
    seen = SeenMessages()
    message = {**TRACK, "messageId": "m-1"}
    passed(message, seen=seen)
    rule, reason = dropped({"type": "page", "userId": "b", "messageId": "m-1"}, at=NINE + 24 * HOUR - 1, seen=seen)
    assert (rule, reason) == (
        "segment.duplicate",
        "the messageId m-1 was received before, at 2026-03-01T09:00:00.000Z",
    )
    passed(message, at=NINE + 24 * HOUR, seen=seen)
    dropped(message, at=NINE + 24 * HOUR, seen=seen)


def test_three_identifies_of_which_the_third_repeats_the_first_end_with_the_second() -> None:
    seen = SeenMessages()
    identifies = [
        {"type": "identify", "userId": "ada", "messageId": number, "traits": {"plan": plan}}
        for number, plan in (("1", "pro"), ("2", "free"), ("1", "pro"))
    ]
    outcomes = [receive(message, seen=seen) for message in identifies]
    assert [isinstance(outcome, PassedOn) for outcome in outcomes] == [True, True, False]


def test_a_source_may_remember_for_longer_or_not_deduplicate_at_all() -> None:
    seen = SeenMessages()
    message = {**TRACK, "messageId": "m-1"}
    passed(message, seen=seen)
    passed(message, seen=seen, deduplicate=False)
    dropped(message, at=NINE + 30 * HOUR, seen=seen, deduplication_window=48 * 3600)


@pytest.mark.parametrize("message_id", [None, ""])
def test_messages_without_an_id_are_each_given_one_and_are_never_duplicates(message_id: str | None) -> None:
    seen = SeenMessages()
    receipt = Receipt(NINE, numbered_ids("made"))
    source = Source("shop", ())
    outcomes = [ingest({**TRACK, "messageId": message_id}, NO_ENVELOPE, source, receipt, seen) for _ in range(2)]
    assert [outcome.message and outcome.message["messageId"] for outcome in outcomes] == ["made-1", "made-2"]


def test_an_invalid_message_does_not_use_up_its_id() -> None:
    seen = SeenMessages()
    dropped({"type": "track", "userId": "ada", "messageId": "m-1"}, seen=seen)
    passed({**TRACK, "messageId": "m-1"}, seen=seen)


def test_ids_that_are_too_old_are_forgotten() -> None:
    seen = SeenMessages()
    for hour in range(100):
        assert seen.first_receipt(f"m-{hour}", NINE + hour * HOUR, 24 * HOUR) is None
    assert len(seen) == 48


def test_messages_that_come_in_no_order_are_known_all_the_same() -> None:
    seen = SeenMessages()
    assert seen.first_receipt("evening", NINE + 12 * HOUR, 24 * HOUR) is None
    # As in an archive, where those of a day stand in no order.
    assert seen.first_receipt("next evening", NINE + 37 * HOUR, 24 * HOUR) is None
    assert seen.first_receipt("evening", NINE + 24 * HOUR, 24 * HOUR) == NINE + 12 * HOUR
    assert seen.first_receipt("next evening", NINE + 12 * HOUR, 24 * HOUR) is None


def test_a_clock_that_was_set_back_does_not_make_repeats_new() -> None:
    seen = SeenMessages()
    assert seen.first_receipt("m", NINE, 24 * HOUR) is None
    assert seen.first_receipt("m", NINE - HOUR, 24 * HOUR) == NINE


@pytest.mark.parametrize(
    ("integrations", "reason"),
    [
        ({"All": False}, "integrations has All: false and no entry for Iterable (Actions)"),
        ({"All": False, "Iterable": True}, "integrations has All: false and no entry for Iterable (Actions); `Iterable` is another destination"),
        ({"All": False, "iterable (actions)": True}, "integrations has All: false and no entry for Iterable (Actions)"),
        ({"Iterable (Actions)": False}, "integrations has false for Iterable (Actions)"),
        ({"All": True, "Iterable (Actions)": False}, "integrations has false for Iterable (Actions)"),
    ],
)  # fmt: skip
def test_integrations_keep_a_message_from_the_destination(integrations: dict[str, Any], reason: str) -> None:
    message = {**TRACK, "integrations": integrations}
    outcome = receive(message)
    assert isinstance(outcome, Dropped)
    assert (outcome.rule, outcome.reason) == ("segment.integrations", reason)
    assert outcome.message == passed(message, respect_integrations=False)


@pytest.mark.parametrize(
    "integrations",
    [
        {},
        None,
        False,
        {"All": True},
        {"Iterable": False},
        {"Mixpanel": False},
        {"All": False, "Iterable (Actions)": True},
        {"All": False, "Iterable (Actions)": {"option": 1}},
        {"Segment.io": True},
    ],
)
def test_a_message_goes_to_the_destination_unless_integrations_say_false(integrations: Any) -> None:
    assert passed({**TRACK, "integrations": integrations})["integrations"] == integrations


def test_a_message_that_integrations_kept_away_uses_up_its_id() -> None:
    seen = SeenMessages()
    dropped({**TRACK, "messageId": "m-1", "integrations": {"All": False}}, seen=seen)
    assert dropped({**TRACK, "messageId": "m-1"}, seen=seen)[0] == "segment.duplicate"


def test_the_name_of_the_destination_is_a_setting() -> None:
    other = {**TRACK, "integrations": {"All": False, "Iterable": True}}
    assert passed(other, destination_name="Iterable")["type"] == "track"


def test_every_change_is_told_with_its_rule_and_what_stood_there_before() -> None:
    message = {**TRACK, "messageId": "m-1", "timestamp": "2026-03-01T09:00:00.000Z", "context": BROWSER, "version": 1}
    outcome = receive(message, Envelope(None, None, {"locale": "en"}, {"X": True}))
    assert isinstance(outcome, PassedOn)
    told = {change.field: (change.rule, change.before) for change in outcome.changes}
    assert told == {
        "originalTimestamp": ("segment.original-timestamp", None),
        "sentAt": ("segment.sent-at", None),
        "receivedAt": ("segment.received-at", None),
        "version": ("segment.version", 1),
        "channel": ("segment.channel", None),
        "projectId": ("segment.project-id", None),
        "writeKey": ("segment.write-key-field", None),
        "context.locale": ("segment.envelope-context", None),
        "context.ip": ("segment.ip", None),
        "integrations.X": ("segment.envelope-integrations", None),
    }


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=6),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=4), inner, max_size=2),
    max_leaves=4,
)
fields = st.sampled_from(
    ["type", "event", "userId", "anonymousId", "messageId", "timestamp", "originalTimestamp", "sentAt", "context",
     "integrations", "channel", "receivedAt", "version"]
)  # fmt: skip
messages = json_values | st.dictionaries(fields, json_values | st.sampled_from(["track", "page"]), max_size=13)


@given(
    messages, st.sampled_from([None, "track", "page"]), json_values, st.dictionaries(st.text(max_size=4), json_values)
)
def test_any_message_is_passed_on_or_dropped_by_a_rule_of_the_book(
    message: Any, event_type: str | None, sent_at: Any, context: dict[str, Any]
) -> None:
    before = repr(message)
    outcome = receive(message, Envelope(event_type, sent_at, context, context))
    assert repr(message) == before
    if isinstance(outcome, Dropped):
        assert outcome.rule in RULES
        assert outcome.reason
    else:
        assert {change.rule for change in outcome.changes} <= RULES.keys()
        assert parse_date(str(outcome.message["timestamp"])) is not None


@given(st.datetimes().map(lambda moment: moment.isoformat(timespec="milliseconds") + "Z"))
def test_an_instant_that_is_read_is_written_as_the_same_text(text: str) -> None:
    instant = read_instant(text)
    assert instant is not None
    assert write_instant(instant) == text


@given(
    st.text("0123456789-:.TZ+ ", max_size=32)
    | st.from_regex(
        r"\A20[0-9]{2}-[0-3][0-9]-[0-3][0-9]T[0-2][0-9]:[0-6][0-9]:[0-6][0-9]\.[0-9]{0,7}(Z|\+00:00|\+0[0-9]:30)\Z"
    )
)
def test_texts_are_read_as_javascript_reads_dates(text: str) -> None:
    assert read_instant(text) == parse_date(text)


def test_every_rule_has_a_sentence_a_source_and_an_id_of_its_own() -> None:
    assert list(RULES) == sorted(RULES)
    for identifier, rule in RULES.items():
        assert identifier == rule.id
        assert identifier.startswith("segment.")
        assert rule.statement.endswith(".")
        assert rule.source

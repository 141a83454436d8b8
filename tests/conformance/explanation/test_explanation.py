from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conformance.explanation import conditions, explain_batch, explain_event
from conformance.explanation.conditions import compile_reasons
from destination import CompiledSubscription, Destination, Subscription
from destination.fql import compile_condition

SCALARS = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=8)
    | st.sampled_from(["", "a@b.co", "5"])
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=8,
)
KEYS = ("type", "event", "userId", "anonymousId", "messageId", "timestamp", "properties", "traits", "context", "name")
KINDS = st.sampled_from(["track", "identify", "page"]) | VALUES
NAMES = st.sampled_from(["Order Completed", "Cart Updated", "Seen"]) | VALUES
INNER = st.dictionaries(st.sampled_from(["email", "phone", "products", "total", "items", "plan"]), VALUES) | VALUES
EVENTS = st.fixed_dictionaries(
    {},
    optional={
        **dict.fromkeys(KEYS, VALUES),
        "type": KINDS,
        "event": NAMES,
        "properties": INNER,
        "traits": INNER,
        "context": INNER,
    },
)
DESTINATION = Destination({"apiKey": "key"})


@given(
    events=st.lists(EVENTS, min_size=1, max_size=3),
    field=st.sampled_from([None, "email", "dataFields.plan", "items.0.id"]),
)
def test_every_event_can_be_explained(events: list[dict[str, Any]], field: str | None) -> None:
    for event in events:
        explained = explain_event(DESTINATION, event, field=field)
        for route in explained.routes:
            assert route.matched != bool(route.against)
            assert not (route.requests and route.error)
    assert len(explain_batch(DESTINATION, events, field=field).routes) == 4


@given(event=EVENTS)
def test_a_change_is_listed_exactly_where_the_two_payloads_differ(event: dict[str, Any]) -> None:
    for route in explain_event(DESTINATION, event).routes:
        for resolved, payload, changes in zip(route.resolved, route.payloads, route.changes, strict=False):
            if not changes:
                assert json.dumps(resolved, sort_keys=True) == json.dumps(payload, sort_keys=True)


@pytest.mark.parametrize(
    ("trigger", "event", "reasons"),
    [
        (
            "()",
            {"type": "track"},
            ("the trigger cannot be read: the trigger has no condition that Segment knows",),
        ),
        ('type = "track"', {}, ('type = "track" does not hold: type is absent',)),
        (
            'type = "track" and properties.total > 5',
            {"type": "track", "properties": {"total": "9"}},
            ('properties.total > 5 does not hold: properties.total is "9"',),
        ),
        (
            '(event = "A" or event = "B") and type = "track"',
            {"type": "track", "event": "C"},
            ('event = "A" does not hold: event is "C"', 'event = "B" does not hold: event is "C"'),
        ),
        (
            "",
            {"type": "track"},
            ("the trigger cannot be read: the trigger has no condition that Segment knows",),
        ),
        (
            'type = "track" and ()',
            {"type": "track"},
            ("the trigger breaks: a pair of parentheses in it has no condition that Segment knows",),
        ),
        (
            "userId != null",
            {"userId": None},
            ("userId != null does not hold: userId is null",),
        ),
    ],
)
def test_the_conditions_that_do_not_hold_are_named_with_what_the_event_has(
    trigger: str, event: dict[str, Any], reasons: tuple[str, ...]
) -> None:
    assert compile_reasons(subscribed_by(trigger))(event) == reasons


@pytest.mark.parametrize("trigger", [None, 5, ["type"]])
def test_no_reason_is_given_against_a_trigger_that_is_no_text(trigger: Any) -> None:
    assert compile_reasons(subscribed_by(trigger))({"type": "track"}) == ()


def test_the_conditions_of_a_trigger_are_compiled_once_for_all_events(monkeypatch: pytest.MonkeyPatch) -> None:
    compiled: list[object] = []

    def compile_and_count(node: Any) -> Any:
        compiled.append(node)
        return compile_condition(node)

    monkeypatch.setattr(conditions, "compile_condition", compile_and_count)
    reasons = compile_reasons(subscribed_by('type = "track" and event = "A"'))
    before = len(compiled)
    assert [len(reasons({"type": kind})) for kind in ("identify", "page", "track")] == [2, 2, 1]
    assert before == len(compiled) == 3


def subscribed_by(trigger: Any) -> CompiledSubscription:
    return CompiledSubscription(Subscription("One", "trackEvent", trigger))

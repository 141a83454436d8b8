"""Which types of events a trigger may match at all."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from destination import Destination, Subscription, TriggerError
from destination.fql import Condition, Group, Node, compile_condition, types_of

CONDITIONS = st.builds(
    Condition,
    type=st.sampled_from(["event-type", "event-type", "event", "userId"]),
    operator=st.sampled_from(["=", "=", "!=", "exists"]),
    name=st.none(),
    value=st.sampled_from(["track", "identify", "Seen"]),
)
NODES: st.SearchStrategy[Node] = st.recursive(
    st.none() | CONDITIONS,
    lambda inner: st.builds(Group, st.sampled_from(["and", "or", "xor"]), st.lists(inner, max_size=3).map(tuple)),
    max_leaves=6,
)
EVENTS: list[dict[str, Any]] = [
    {"type": kind, **more}
    for kind in ("track", "identify", "page", "Seen", 5, None)
    for more in ({}, {"event": "Seen"}, {"userId": "u1"})
]


@given(node=NODES)
def test_an_event_of_another_type_never_matches_nor_breaks_the_trigger(node: Node) -> None:
    kinds, holds = types_of(node), compile_condition(node)
    if kinds is not None:
        assert not any(holds(event) for event in EVENTS if event["type"] not in kinds)


@pytest.mark.parametrize(
    ("trigger", "kinds"),
    [
        ('type = "track"', {"track"}),
        ('type = "track" and event = "Seen"', {"track"}),
        ('type = "track" or type = "page"', {"track", "page"}),
        ('(type = "track" or type = "page") and event = "Seen"', {"track", "page"}),
        ('event = "Seen" and type = "track"', None),
        ('type = "track" or event = "Seen"', None),
        ('type != "track"', None),
    ],
)
def test_the_types_are_those_that_the_trigger_asks_for_first(trigger: str, kinds: set[str] | None) -> None:
    [compiled] = Destination({"apiKey": "k"}, [Subscription("Mine", "trackEvent", trigger, {})]).subscriptions
    assert compiled.trigger is not None
    assert types_of(compiled.trigger) == kinds


def test_the_subscriptions_that_match_are_in_their_order_whatever_they_ask_for() -> None:
    triggers = [
        'event = "Seen"',
        'type = "track"',
        'type = "page" or type = "track"',
        'type = "track" and (anonymousId = "a")',
        'type = "page"',
        "",
    ]
    destination = Destination(
        {"apiKey": "k"}, [Subscription(trigger, "trackEvent", trigger, {}) for trigger in triggers]
    )
    for event in EVENTS:
        expected = []
        for item in destination.subscriptions:
            try:
                if item.matches(event):
                    expected.append(item.subscription.name)
            except TriggerError:
                expected.append(item.subscription.name)
        assert [item.subscription.name for item in destination.matching(event)] == expected

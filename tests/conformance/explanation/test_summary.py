"""What becomes of many events, counted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hypothesis import given, settings
from hypothesis import strategies as st

from conformance.explanation import Explainer, Summary
from destination import PRESETS, Destination, Subscription

if TYPE_CHECKING:
    from conformance.explanation import SummaryRow

EVENTS = st.fixed_dictionaries(
    {"type": st.sampled_from(["track", "identify", "page"])},
    optional={
        "event": st.sampled_from(["Seen", "Order Completed", "Cart Updated", 5]),
        "userId": st.sampled_from(["u1", "", 7]),
        "properties": st.sampled_from([{}, {"email": "x"}, {"total": 1, "products": [{}]}]),
        "traits": st.sampled_from([{}, {"email": "ada@example.com"}]),
    },
)


def destination(*subscriptions: Subscription) -> Destination:
    return Destination({"apiKey": "k"}, subscriptions or PRESETS)


def counted(subscriptions: Destination, *events: dict[str, Any]) -> list[SummaryRow]:
    summary = Summary(subscriptions)
    for number, event in enumerate(events, start=1):
        summary.add(event, f"events:{number}")
    return summary.rows


@settings(max_examples=50)
@given(events=st.lists(EVENTS, max_size=20))
def test_the_figures_are_those_of_the_explanations(events: list[dict[str, Any]]) -> None:
    summary, explainer = Summary(destination()), Explainer(destination())
    for event in events:
        summary.add(event, "")
    explained = [explainer.explain(event) for event in events]
    assert summary.refused == sum(item.refused for item in explained)
    assert summary.not_subscribed == sum(not item.matched and not item.refused for item in explained)
    assert summary.mapped + summary.refused + summary.not_subscribed == len(events)
    routes = [route for item in explained for route in item.routes if route.matched]
    assert sum(row.count for row in summary.rows if row.subscription) == len(routes)


def test_the_first_event_of_each_kind_is_its_example() -> None:
    rows = counted(
        destination(),
        {"type": "track", "event": "Seen", "userId": "u1"},
        {"type": "track", "event": "Lost"},
        {"type": "track", "event": "Heard", "userId": "u2"},
    )
    assert [(row.outcome, row.count, row.place, row.title) for row in rows] == [
        ("mapped", 2, "events:1", "track Seen u1"),
        ("refused", 1, "events:2", "track Lost"),
    ]


def test_a_trigger_that_breaks_counts_as_a_refusal() -> None:
    broken = Subscription("Mine", "trackEvent", 'type = "track" and (anonymousId = "a")', {})
    [row] = counted(destination(broken), {"type": "track", "event": "Seen"})
    assert (row.subscription, row.outcome) == ("Mine", "refused")


def test_two_subscriptions_of_the_same_name_are_counted_apart() -> None:
    twice = [Subscription("Mine", action, 'type = "track"', {}) for action in ("trackEvent", "updateUser")]
    rows = counted(destination(*twice), {"type": "track", "event": "Seen"})
    assert [(row.subscription, row.action) for row in rows] == [("Mine", "trackEvent"), ("Mine", "updateUser")]

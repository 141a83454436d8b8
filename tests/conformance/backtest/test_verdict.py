"""Whether anything differs, held against a naive account: all requests and refusals of each event, side by side."""

from __future__ import annotations

import json
from typing import Any, Final

from hypothesis import given
from hypothesis import strategies as st

from conformance.backtest import Located, Mappings, Position, count
from conformance.backtest.figures import total
from destination import PRESETS, Destination, Subscription

USER: Final[dict[str, Any]] = {"userId": {"@path": "$.userId"}}
SUBSCRIPTIONS: Final = (
    *PRESETS,
    Subscription("People", "updateUser", 'type = "identify"', USER),
    Subscription("People", "updateUser", 'type = "identify"', {**USER, "email": {"@path": "$.traits.email"}}),
    Subscription("Others", "updateUser", 'type = "identify"', USER),
    Subscription("Visits", "trackEvent", 'type = "page"', {**USER, "eventName": "Visit", "createdAt": 1000}),
    Subscription("Visits", "trackEvent", 'type = "page"', {**USER, "eventName": "Visit", "createdAt": "1000"}),
    Subscription("Visits now", "trackEvent", 'type = "page"', {**USER, "eventName": "Visit"}),
    Subscription("Nothing", "trackEvent", "type is broken", {}),
)
EVENTS: Final[tuple[dict[str, Any], ...]] = (
    {"type": "identify", "userId": "u1", "traits": {"email": "ada@example.com"}},
    {"type": "identify", "userId": "u1", "traits": {"email": "nobody"}},
    {"type": "identify"},
    {"type": "page", "userId": "u1", "receivedAt": "2026-03-01T09:00:00Z"},
    {"type": "page", "userId": "u1", "receivedAt": "1970-01-01T00:00:01Z"},
    {"type": "track", "event": "Order Completed", "userId": "u1", "properties": {"total": 5}},
)
MAPPINGS: Final = st.lists(st.sampled_from(SUBSCRIPTIONS), max_size=4)


def told(subscriptions: list[Subscription], event: dict[str, Any]) -> list[str]:
    """Everything that goes out for an event, and every refusal, as texts in order."""
    instants = {"2026-03-01T09:00:00Z": 1_772_355_600_000, "1970-01-01T00:00:01Z": 1000}
    now = instants.get(str(event.get("receivedAt")), 0)
    texts = []
    for outcome in Destination({"apiKey": "key"}, subscriptions, now=lambda: now).plan(event):
        for exchange in outcome.exchanges:
            texts.append(f"{exchange.request.url} {json.dumps(exchange.request.json, sort_keys=True)}")
        if outcome.error is not None:
            texts.append(f"{outcome.subscription.partner_action} {outcome.error.message}")
    return sorted(texts)


@given(MAPPINGS, MAPPINGS, st.lists(st.sampled_from(EVENTS), max_size=4))
def test_something_differs_exactly_for_events_of_which_not_all_requests_and_refusals_are_the_same(
    new: list[Subscription], old: list[Subscription], events: list[dict[str, Any]]
) -> None:
    located = [Located(Position("e", number, 1), event) for number, event in enumerate(events)]
    figures = count(located, Mappings(new, old))
    assert total(figures.changed) == sum(told(new, event) != told(old, event) for event in events)
    assert figures.differs is bool(figures.changes)


@given(MAPPINGS, MAPPINGS, st.lists(st.sampled_from(EVENTS), max_size=4))
def test_what_appears_one_way_disappears_the_other(
    new: list[Subscription], old: list[Subscription], events: list[dict[str, Any]]
) -> None:
    located = [Located(Position("e", number, 1), event) for number, event in enumerate(events)]
    there, back = count(located, Mappings(new, old)), count(located, Mappings(old, new))

    def number(figures: Any, kind: str) -> int:
        return sum(tally.count for change, tally in figures.changes.items() if change.kind == kind)

    assert number(there, "appears") == number(back, "disappears")
    assert number(there, "refused now") == number(back, "no longer refused")
    assert number(there, "differs") == number(back, "differs")
    # Requests that are made before, less those that go, and those that come, are those that are made after.
    before, after = (
        sum(tally.count for (side, _), tally in there.requests.items() if side == wanted) for wanted in ("old", "new")
    )
    assert before - number(there, "disappears") + number(there, "appears") == after

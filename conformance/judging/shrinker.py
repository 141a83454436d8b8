"""The smallest history that still shows a violation.

A history is shrunk as a history: deliveries are left out, batches taken apart, members of events removed. Many
properties judge the same histories, and each finding is shrunk by itself; that takes some dozens of plays.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from typing import Any, Final

from conformance.shrinking import Shrinker, one_by_one
from conformance.strategies.history import Delivery, Event, History, HistoryEvent, KnownPerson

#: Plays at the most; histories are small, and few need a fifth of it.
_MOST_PLAYS: Final = 400
#: Without these an event is none, or is about nobody, or an order is none.
_NEEDED: Final = frozenset(
    {"type", "event", "messageId", "timestamp", "traits", "properties", "userId", "email"}
    | {"products", "product_id", "id", "name", "price", "quantity", "total", "revenue", "order_id"}
)


def shrink(history: History, still_shows: Callable[[History], bool], needed: Iterable[str] = ()) -> History:
    """The history with everything left out that is not needed.

    What the mapping reads stays: without it the history would show something else, namely that it is missing.

    Args:
        history: One that shows the violation.
        still_shows: Whether a smaller one shows it, too.
        needed: Members of events that stay wherever they are.
    """
    kept = _NEEDED.union(needed)
    shrinker = Shrinker(history, still_shows, budget=_MOST_PLAYS)
    shrinker.consider(_renamed(history))
    return shrinker.shrink(one_by_one(lambda smallest: _smaller(smallest, kept)))


def _renamed(history: History) -> History:
    """The same history of people whose userIds are as short as they can be."""
    # Whoever appears by another id too, or by a number, keeps theirs.
    others = {
        item.persona
        for item in history.history_events
        if item.event.get("userId") not in {None, item.persona.user_id}
    }
    personas = {
        persona: persona if persona in others else replace(persona, user_id=f"u{persona.number + 1}")
        for persona in (*history.personas, *(known.persona for known in history.known))
    }

    def renamed(history_event: HistoryEvent) -> HistoryEvent:
        persona = personas[history_event.persona]
        return HistoryEvent(persona, _replaced(history_event.event, history_event.persona.user_id, persona.user_id))

    def known_again(known: KnownPerson) -> KnownPerson:
        persona = personas[known.persona]
        return replace(
            known, persona=persona, user_id=_replaced(known.user_id, known.persona.user_id, persona.user_id)
        )

    deliveries = (
        replace(part, history_events=tuple(map(renamed, part.history_events))) for part in history.deliveries
    )
    return replace(history, deliveries=tuple(deliveries), known=tuple(map(known_again, history.known)))


def _replaced(value: Any, old: str, new: str) -> Any:
    if isinstance(value, dict):
        return {key: _replaced(inner, old, new) for key, inner in value.items()}
    return new if value == old else value


def _smaller(history: History, kept: frozenset[str]) -> Iterator[History]:
    """Histories that lack one thing, the largest things first."""
    deliveries = history.deliveries
    if len(deliveries) > 1:
        for index in reversed(range(len(deliveries))):
            yield replace(history, deliveries=(*deliveries[:index], *deliveries[index + 1 :]))
    for index in reversed(range(len(history.known))):
        yield replace(history, known=(*history.known[:index], *history.known[index + 1 :]))
    for index, delivery in enumerate(deliveries):
        for changed in _smaller_deliveries(delivery, kept):
            yield replace(history, deliveries=(*deliveries[:index], changed, *deliveries[index + 1 :]))


def _smaller_deliveries(delivery: Delivery, kept: frozenset[str]) -> Iterator[Delivery]:
    history_events = delivery.history_events
    if len(history_events) > 1:
        for index in reversed(range(len(history_events))):
            yield replace(delivery, history_events=(*history_events[:index], *history_events[index + 1 :]))
    elif delivery.is_batch:
        yield replace(delivery, is_batch=False)
    for index, history_event in enumerate(history_events):
        for event in _smaller_events(history_event.event, kept):
            changed = HistoryEvent(history_event.persona, event)
            yield replace(delivery, history_events=(*history_events[:index], changed, *history_events[index + 1 :]))


def _smaller_events(value: Event, kept: frozenset[str]) -> Iterator[Event]:
    for key, inner in value.items():
        if key not in kept:
            yield {name: item for name, item in value.items() if name != key}
        for smaller in _smaller_values(inner, kept):
            yield {**value, key: smaller}


def _smaller_values(value: Any, kept: frozenset[str]) -> Iterator[Any]:
    if isinstance(value, dict):
        yield from _smaller_events(value, kept)
    elif isinstance(value, list):
        for index in reversed(range(len(value))):
            if len(value) > 1:
                yield [*value[:index], *value[index + 1 :]]
            for smaller in _smaller_values(value[index], kept):
                yield [*value[:index], smaller, *value[index + 1 :]]

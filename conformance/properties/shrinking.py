"""The smallest history that still shows a violation.

A history is shrunk as a history: deliveries are left out, batches taken apart, members of events removed. Many
properties judge the same histories, and each finding is shrunk by itself; that takes some dozens of plays.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any, Final

from conformance.strategies.history import Delivery, Event, Happening, History

#: Plays at the most; histories are small, and few need a fifth of it.
_MOST_PLAYS: Final = 400
#: Without these an event is none.
_NEEDED: Final = frozenset({"type", "event", "messageId", "timestamp", "traits", "properties", "products"})


def shrink(history: History, still_shows: Callable[[History], bool]) -> History:
    """The history with everything left out that is not needed.

    Args:
        history: One that shows the violation.
        still_shows: Whether a smaller one shows it, too.
    """
    smallest, plays = history, 0
    progress = True
    while progress and plays < _MOST_PLAYS:
        progress = False
        for candidate in _smaller(smallest):
            plays += 1
            if still_shows(candidate):
                smallest, progress = candidate, True
                break
            if plays >= _MOST_PLAYS:
                break
    return smallest


def _smaller(history: History) -> Iterator[History]:
    """Histories that lack one thing, the largest things first."""
    deliveries = history.deliveries
    if len(deliveries) > 1:
        for index in reversed(range(len(deliveries))):
            yield replace(history, deliveries=(*deliveries[:index], *deliveries[index + 1 :]))
    for index, delivery in enumerate(deliveries):
        for changed in _smaller_deliveries(delivery):
            yield replace(history, deliveries=(*deliveries[:index], changed, *deliveries[index + 1 :]))


def _smaller_deliveries(delivery: Delivery) -> Iterator[Delivery]:
    happenings = delivery.happenings
    if len(happenings) > 1:
        for index in reversed(range(len(happenings))):
            yield replace(delivery, happenings=(*happenings[:index], *happenings[index + 1 :]))
    elif delivery.is_batch:
        yield replace(delivery, is_batch=False)
    for index, happening in enumerate(happenings):
        for event in _smaller_events(happening.event):
            changed = Happening(happening.human, event)
            yield replace(delivery, happenings=(*happenings[:index], changed, *happenings[index + 1 :]))


def _smaller_events(value: Event) -> Iterator[Event]:
    for key, inner in value.items():
        if key not in _NEEDED:
            yield {name: item for name, item in value.items() if name != key}
        for smaller in _smaller_values(inner):
            yield {**value, key: smaller}


def _smaller_values(value: Any) -> Iterator[Any]:
    if isinstance(value, dict):
        yield from _smaller_events(value)
    elif isinstance(value, list) and len(value) > 1:
        for index in reversed(range(len(value))):
            yield [*value[:index], *value[index + 1 :]]

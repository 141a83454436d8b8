"""Segment events, whose members are those that a mapping and a trigger look at."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from hypothesis import strategies as st

from conformance.segment_build.values import member

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from hypothesis.strategies import SearchStrategy

    from destination import Subscription

Path = tuple[str, ...]

#: The members that the default mappings read, and some that hold traps.
USUAL_PATHS: Final[tuple[Path, ...]] = tuple(
    tuple(path.split("."))
    for path in (
        "userId",
        "event",
        "messageId",
        "timestamp",
        "traits",
        "traits.email",
        "traits.phone",
        "traits.phoneNumber",
        "traits.since",
        "context.traits",
        "context.traits.email",
        "context.traits.phone",
        "context.traits.plan",
        "properties",
        "properties.email",
        "properties.campaignId",
        "properties.templateId",
        "properties.total",
        "properties.order_id",
        "properties.products",
        "properties.plan",
        "properties.when",
        "properties.0",
    )
)
_USUAL_NAMES: Final = ("Signed In", "Order Completed", "Cart Updated")
_MOST_CHANGES: Final = 7
_INSIDE: Final = ("plan", "since", "phoneNumber", "products")


def events(
    paths: Sequence[Path] = USUAL_PATHS,
    types: Sequence[str] = ("track", "identify"),
    names: Sequence[str] = _USUAL_NAMES,
) -> SearchStrategy[dict[str, Any]]:
    """Events.

    Args:
        paths: The members that vary.
        types: What stands under `type`.
        names: What stands under `event`, unless `event` is among the paths that were drawn.
    """
    changes = st.lists(st.sampled_from(paths).flatmap(_change), max_size=_MOST_CHANGES) if paths else st.just([])
    return st.builds(_event, st.sampled_from(types), st.sampled_from(names), st.booleans(), changes)


def _change(path: Path) -> SearchStrategy[tuple[Path, Any]]:
    return st.tuples(st.just(path), member(path[-1]))


def _event(kind: str, name: str, identified: bool, changes: list[tuple[Path, Any]]) -> dict[str, Any]:  # noqa: FBT001  # called by Hypothesis
    event: dict[str, Any] = {"type": kind, "event": name}
    if identified:
        event["userId"] = "u1"
    for path, value in changes:
        _put(event, path, value)
    return event


def _put(event: dict[str, Any], path: Path, value: Any) -> None:
    place = event
    for key in path[:-1]:
        inner = place.get(key)
        if not isinstance(inner, dict):
            inner = place[key] = {}
        place = inner
    place[path[-1]] = value


def paths_of(subscriptions: Sequence[Subscription]) -> tuple[Path, ...]:
    """The members of an event that mappings and triggers name, in order; the usual ones when they name none.

    Where a mapping takes all traits or all properties, there are some members of them as well.
    """
    texts = [text for subscription in subscriptions for text in _texts(subscription.mapping)]
    texts += [str(subscription.subscribe) for subscription in subscriptions]
    named = [path for text in texts for path in _paths_in(text)]
    whole = [path for path in named if path[-1] in {"traits", "properties"}]
    found = dict.fromkeys([*named, *((*path, inner) for path in whole for inner in _INSIDE)])
    return tuple(found) or USUAL_PATHS


def words_of(subscriptions: Sequence[Subscription]) -> tuple[str, ...]:
    """The texts between double quotes in triggers, in order."""
    triggers = (str(subscription.subscribe) for subscription in subscriptions)
    return tuple(dict.fromkeys(word for trigger in triggers for word in re.findall(r'"([^"]*)"', trigger)))


def _texts(mapping: Any) -> Iterator[str]:
    if isinstance(mapping, str):
        yield mapping
    elif isinstance(mapping, dict):
        for item in mapping.values():
            yield from _texts(item)
    elif isinstance(mapping, list):
        for item in mapping:
            yield from _texts(item)


#: A member that Segment events have, and what follows it; brackets count as dots.
_PATH: Final = re.compile(
    r"\b(?:userId|messageId|timestamp|anonymousId|(?:properties|traits|context)(?:[.\[][\w\"'\]-]+)*)"
)


def _paths_in(text: str) -> Iterator[Path]:
    for found in _PATH.findall(text):
        yield tuple(piece for piece in re.split(r"[.\[\]\"']+", found) if piece)

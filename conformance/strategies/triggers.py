"""What a trigger is meant for: the events that its author had in mind, read from its text.

What fires it is another matter, and the two are kept apart on purpose: Segment's parser skips what it does not
understand, so a trigger that was meant for some event may match none, or every one.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

from conformance.strategies.history import Event, with_value
from destination import TriggerError
from destination.fql import Condition, FqlError, Node, compile_condition, parse

_TYPE: Final = re.compile(r"\btype\s*={1,2}\s*[\"'](\w+)[\"']")
_EVENT: Final = re.compile(r"\bevent\s*={1,2}\s*[\"']([^\"']*)[\"']")
_FUNCTION: Final = re.compile(r"(!?)\s*\b(contains|match)\s*\(\s*event\s*,\s*[\"']([^\"']*)[\"']\s*\)")
_TYPES: Final = frozenset({"identify", "track", "page", "screen", "group", "alias"})
_TYPE_OF_ACTION: Final = {"updateUser": "identify"}
_EVENT_OF_ACTION: Final = {"updateCart": "Cart Updated", "trackPurchase": "Order Completed"}
#: A name that no trigger asks for.
_ANY_EVENT: Final = "Page Liked"
_ROOTS: Final = {"event-property": "properties", "event-trait": "traits", "event-context": "context"}


@dataclass(frozen=True, slots=True)
class Trigger:
    """A trigger.

    Attributes:
        text: As configured.
        names: The event names, or parts of names, that its author asks for; empty for none in particular.
        intended: Events that its author has in mind: one for each name, or one when no name is given.
    """

    text: str
    names: tuple[str, ...]
    intended: tuple[Event, ...]

    def fires(self, event: Event) -> bool:
        """Whether an event fires it."""
        return _compiled(self.text)(event)


def read_trigger(text: Any, action: str) -> Trigger:
    """What a trigger asks for.

    Args:
        text: The trigger, as configured.
        action: The action behind it, which says what a trigger without names is for.
    """
    text = text if isinstance(text, str) else ""
    parts = [part.strip("*") for negated, _, part in _FUNCTION.findall(text) if not negated]
    names = tuple(dict.fromkeys([*_EVENT.findall(text), *parts]))
    # Segment's libraries write types in small letters; who writes another has one of those in mind.
    types = [name.lower() for name in _TYPE.findall(text) if name.lower() in _TYPES]
    types = types or ["track" if names else _TYPE_OF_ACTION.get(action, "track")]
    bases: list[Event] = [{"type": types[0]}]
    if types[0] == "track":
        bases = [{"type": "track", "event": name} for name in names or (_EVENT_OF_ACTION.get(action, _ANY_EVENT),)]
    return Trigger(text, names, tuple(_with_needs(base, text) for base in bases))


def _with_needs(event: Event, text: str) -> Event:
    """The event with the properties, traits and context that the trigger asks for beside the name."""
    try:
        tree = parse(text)
    except FqlError:
        return event
    for path, value in _satisfying(tree)[0].items():
        if "." in path:
            event = with_value(event, path, value)
    return event


@lru_cache(maxsize=256)
def _compiled(text: str) -> Callable[[object], bool]:
    try:
        predicate = compile_condition(parse(text))
    except FqlError:
        return lambda _: False

    def matches(event: object) -> bool:
        try:
            return predicate(event)
        except TriggerError:
            return False

    return matches


def _satisfying(node: Node) -> list[dict[str, Any]]:
    if node is None:
        return [{}]
    if isinstance(node, Condition):
        return [_value_for(node)]
    if node.operator == "or":
        return [need for child in node.children for need in _satisfying(child)]
    merged: dict[str, Any] = {}
    for child in node.children:
        merged.update(_satisfying(child)[0])
    return [merged]


def _value_for(condition: Condition) -> dict[str, Any]:
    root = _ROOTS.get(condition.type)
    path = f"{root}.{condition.name}" if root else condition.type.removeprefix("event-")
    wanted = condition.value
    match condition.operator:
        case "=" | "contains" | "starts_with" | "ends_with":
            return {path: wanted}
        case "number_equals" | ">=" | "<=":
            return {path: _number(wanted)}
        case ">":
            return {path: _number(wanted) + 1}
        case "<":
            return {path: _number(wanted) - 1}
        case "exists":
            return {path: "something"}
        case "is_true":
            return {path: True}
        case "is_false":
            return {path: False}
        case _:
            return {}


def _number(value: object) -> float:
    try:
        number = float(str(value))
    except ValueError:
        return 0
    return int(number) if number.is_integer() else number

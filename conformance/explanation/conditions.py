"""Why a trigger does not hold for an event, condition by condition."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from destination import TriggerError
from destination.fql import Condition, FqlError, Group, Node, compile_condition, generate, parse
from destination.javascript import json_text
from destination.javascript.values import UNDEFINED, member

if TYPE_CHECKING:
    from collections.abc import Iterator

_ROOTS: Final = {"event-property": "properties", "event-trait": "traits", "event-context": "context"}
_OWN: Final = {"event-type": "type"}
_SEPARATORS: Final = re.compile(r"[.\[\]]+")
_LONGEST: Final = 60


def reasons_against(trigger: str, event: Any) -> tuple[str, ...]:
    """Why an event does not match: the conditions that do not hold, each with what the event has in that place."""
    try:
        tree = parse(trigger)
    except FqlError as error:
        return (f"the trigger cannot be read: {error.explanation}",)
    try:
        return tuple(_failing(tree, event)) or ("the trigger has no condition that an event could meet",)
    except TriggerError:
        return ("the trigger breaks: a pair of parentheses in it holds no condition that Segment knows",)


def _holds(node: Node, event: Any) -> bool:
    return compile_condition(node)(event)


def _failing(node: Node, event: Any) -> Iterator[str]:
    if node is None or _holds(node, event):
        return
    if isinstance(node, Group):
        for child in node.children:
            yield from _failing(child, event)
    else:
        path, value = _looked_at(node, event)
        shown = "absent" if value is UNDEFINED else json_text.stringify(value)
        shown = shown if len(shown) <= _LONGEST else f"{shown[:_LONGEST]}..."
        yield f"{_text(node)} does not hold: {path} is {shown}"


def _text(condition: Condition) -> str:
    try:
        return generate(Group("and", (condition,)))
    except FqlError:
        return f"{condition.type} {condition.operator}"


def _looked_at(condition: Condition, event: Any) -> tuple[str, object]:
    """The path that a condition is about, and what the event has there."""
    keys = [_ROOTS.get(condition.type) or _OWN.get(condition.type, condition.type)]
    keys += [key for key in _SEPARATORS.split(condition.name or "") if key]
    value: object = event
    for key in keys:
        value = member(value, key)
    return ".".join(keys), value

"""Why a trigger does not hold for an event, condition by condition."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

from destination import TriggerError
from destination.fql import Condition, FqlError, Group, Node, compile_condition, generate
from destination.javascript import UNDEFINED, json_text, member

if TYPE_CHECKING:
    from collections.abc import Iterator

    from destination import CompiledSubscription

#: The reasons why an event does not match.
Reasons = Callable[[Any], tuple[str, ...]]
#: The same for a part of a trigger, which has none where it holds.
_Failing = Callable[[Any], "Iterator[str]"]

_ROOTS: Final = {"event-property": "properties", "event-trait": "traits", "event-context": "context"}
_OWN: Final = {"event-type": "type"}
_SEPARATORS: Final = re.compile(r"[.\[\]]+")
_LONGEST: Final = 60
_NO_CONDITION: Final = "the trigger has no condition that Segment knows"


def compile_reasons(subscription: CompiledSubscription) -> Reasons:
    """A function that says why an event does not match the trigger of a subscription.

    It names the conditions that do not hold, each with what the event has in that place. Everything that does not
    depend on the event is done here, once.
    """
    if subscription.trigger is not None:
        return _reasons_of(subscription.trigger)
    if not isinstance(subscription.subscription.subscribe, str):
        return lambda _: ()
    error = subscription.trigger_error
    unreadable = (f"the trigger cannot be read: {_NO_CONDITION if error is None else error.explanation}",)
    return lambda _: unreadable


def _reasons_of(trigger: Group) -> Reasons:
    failing = _compile(trigger)

    def reasons(event: Any) -> tuple[str, ...]:
        try:
            return tuple(failing(event)) or ("the trigger has no condition that an event could match",)
        except TriggerError:
            return ("the trigger breaks: a pair of parentheses in it has no condition that Segment knows",)

    return reasons


def _compile(node: Node) -> _Failing:
    if node is None:
        return lambda _: iter(())
    holds = compile_condition(node)
    explain = _compile_group(node) if isinstance(node, Group) else _compile_condition(node)
    return lambda event: iter(()) if holds(event) else explain(event)


def _compile_group(group: Group) -> _Failing:
    children = tuple(map(_compile, group.children))
    return lambda event: (reason for child in children for reason in child(event))


def _compile_condition(condition: Condition) -> _Failing:
    text, keys = _text(condition), _keys(condition)
    path = ".".join(keys)

    def explain(event: Any) -> Iterator[str]:
        yield f"{text} does not hold: {path} is {_shown(_value(event, keys))}"

    return explain


def _text(condition: Condition) -> str:
    try:
        return generate(Group("and", (condition,)))
    except FqlError:
        return f"{condition.type} {condition.operator}"


def _keys(condition: Condition) -> tuple[str, ...]:
    """The path that a condition is about."""
    root = _ROOTS.get(condition.type) or _OWN.get(condition.type, condition.type)
    return (root, *(key for key in _SEPARATORS.split(condition.name or "") if key))


def _value(event: Any, keys: tuple[str, ...]) -> object:
    value: object = event
    for key in keys:
        value = member(value, key)
    return value


def _shown(value: object) -> str:
    if value is UNDEFINED:
        return "absent"
    text = json_text.stringify(value)
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}..."

"""A syntax tree compiled into a function of the event.

Source: observed in `@segment/destination-subscriptions` 3.37.0; comparisons have been strict about types
since Segment's pull requests 637, 2030 and 2457.
"""

from __future__ import annotations

import operator as operators
import re
from collections.abc import Callable
from typing import Final

from destination.errors import TriggerError
from destination.fql.syntax import Condition, Node
from destination.javascript.values import UNDEFINED, is_number, member, to_number, to_text, truthy

Predicate = Callable[[object], bool]
Getter = Callable[[object], object]

_ROOTS: Final = {
    "event-type": "type",
    "event": "event",
    "name": "name",
    "userId": "userId",
    "event-property": "properties",
    "event-trait": "traits",
    "event-context": "context",
}
_SEPARATORS: Final = re.compile(r"[.\[\]]+")
_NUMERIC: Final[dict[str, Callable[[float, float], bool]]] = {
    "number_equals": operators.eq,
    "number_not_equals": operators.ne,
    "<": operators.lt,
    "<=": operators.le,
    ">": operators.gt,
    ">=": operators.ge,
}
_TEXTUAL: Final[dict[str, Callable[[str, str], bool]]] = {
    "contains": operators.contains,
    "starts_with": str.startswith,
    "ends_with": str.endswith,
}


def compile_condition(node: Node) -> Predicate:
    """A function that says whether an event matches; an event that is `UNDEFINED` never does.

    The function raises a `TriggerError` when it comes to parentheses in which no condition was left.
    """
    predicate = _compile(node)
    if types_of(node) is not None:
        # What asks for a type first does not match what has none.
        return predicate
    return lambda event: event is not UNDEFINED and predicate(event)


def types_of(node: Node) -> frozenset[str] | None:
    """The types of the only events that may match, where the first thing that is asked is the type; None for any.

    For an event of another type the condition does not hold, and nothing else of it is looked at, nor breaks.
    """
    if isinstance(node, Condition):
        return frozenset({to_text(node.value)}) if (node.type, node.operator) == ("event-type", "=") else None
    if node is None or not node.children:
        return None
    if node.operator == "and":
        return types_of(node.children[0])
    kinds = [types_of(child) for child in node.children] if node.operator == "or" else [None]
    return None if None in kinds else frozenset().union(*(kind or () for kind in kinds))


def _compile(node: Node) -> Predicate:
    if node is None:
        return _broken
    if isinstance(node, Condition):
        root = _ROOTS.get(node.type)
        if root is not None and node.name is None and node.operator in {"=", "!="}:
            return _root_comparison(root, to_text(node.value), equal=node.operator == "=")
        return _comparison(_getter(node), node.operator, node.value)
    predicates = tuple(_compile(child) for child in node.children)
    if node.operator == "and":
        return _stops_at(predicates, stop=False)
    if node.operator == "or":
        return _stops_at(predicates, stop=True)
    return _never


def _stops_at(predicates: tuple[Predicate, ...], *, stop: bool) -> Predicate:
    """Whether any predicate gives `stop`, or else the opposite; a plain loop is the fastest way to say it."""

    def joined(event: object) -> bool:
        for predicate in predicates:  # a generator for each event would cost more than the loop
            if predicate(event) is stop:
                return stop
        return not stop

    return joined


def _broken(_: object) -> bool:
    """What parentheses without a condition that Segment knows leave behind: nothing, which cannot be evaluated."""
    raise TriggerError("Cannot read properties of undefined (reading 'type')")


def _never(_: object) -> bool:
    return False


def _getter(condition: Condition) -> Getter:
    root = _ROOTS.get(condition.type)
    if root is None:
        return lambda _: UNDEFINED
    if condition.name is None:
        return lambda event: event.get(root, UNDEFINED) if type(event) is dict else member(event, root)
    keys = (root, *(key for key in _SEPARATORS.split(condition.name) if key))

    def get(event: object) -> object:
        value = event
        for key in keys:
            if not truthy(value):
                return value
            value = member(value, key)
        return value

    return get


def _root_comparison(root: str, text: str, *, equal: bool) -> Predicate:
    """Whether a member of the event is a text, or is not: what nearly every trigger asks, in one call."""

    def compares(event: object) -> bool:
        value = event.get(root, UNDEFINED) if type(event) is dict else member(event, root)
        return (value == text) is equal

    return compares


def _comparison(get: Getter, operator: str, expected: object) -> Predicate:
    if operator in _NUMERIC:
        return _numeric(get, _NUMERIC[operator], expected)
    if operator in _TEXTUAL:
        return _textual(get, _TEXTUAL[operator], to_text(expected), negated=False)
    if operator.startswith("not_") and operator[4:] in _TEXTUAL:
        return _textual(get, _TEXTUAL[operator[4:]], to_text(expected), negated=True)
    if operator == "=":
        text = to_text(expected)
        return lambda event: get(event) == text
    if operator == "!=":
        text = to_text(expected)
        return lambda event: get(event) != text
    return _SIMPLE.get(operator, _unknown)(get)


def _numeric(get: Getter, compare: Callable[[float, float], bool], expected: object) -> Predicate:
    number = to_number(expected)

    def holds(event: object) -> bool:
        actual = get(event)
        return is_number(actual) and compare(actual, number)

    return holds


def _textual(get: Getter, compare: Callable[[str, str], bool], expected: str, *, negated: bool) -> Predicate:
    def holds(event: object) -> bool:
        actual = get(event)
        return isinstance(actual, str) and compare(actual, expected) is not negated

    return holds


def _unknown(_: Getter) -> Predicate:
    return _never


_SIMPLE: Final[dict[str, Callable[[Getter], Predicate]]] = {
    "exists": lambda get: lambda event: get(event) not in (None, UNDEFINED),
    "not_exists": lambda get: lambda event: get(event) in (None, UNDEFINED),
    "is_true": lambda get: lambda event: get(event) is True,
    "is_false": lambda get: lambda event: get(event) is False,
}

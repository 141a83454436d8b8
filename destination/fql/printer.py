"""A syntax tree back to text, as Segment's editor prints it: quotes inside a text are not escaped."""

from __future__ import annotations

import re
from typing import Final

from destination.fql.syntax import Condition, FqlError, Group, Node
from destination.javascript.values import is_number, number_to_text, to_number, to_text

_PATHS: Final = {"event": "event", "name": "name", "userId": "userId", "event-type": "type"}
_NESTED: Final = {"event-property": "properties", "event-trait": "traits", "event-context": "context"}
_TO_ESCAPE: Final = re.compile(r"[^A-Za-z0-9._-]")
_FUNCTIONS: Final = {
    "contains": "contains({path}, {value})",
    "starts_with": 'match({path}, "{text}*")',
    "ends_with": 'match({path}, "*{text}")',
}
_FIXED: Final = {"exists": "!= null", "not_exists": "= null", "is_true": "= true", "is_false": "= false"}
_NUMERIC: Final = {
    "number_equals": "=",
    "number_not_equals": "!=",
    "<": "<",
    "<=": "<=",
    ">": ">",
    ">=": ">=",
}
_ONE_PAIR: Final = 2


def generate(tree: Node) -> str:
    """The text of a tree.

    Raises:
        FqlError: A condition is of an unknown type, or the tree is not a group.
    """
    if not isinstance(tree, Group):
        raise FqlError("the root of a trigger must be a group")
    text = _group(tree)
    parentheses = text.count("(") + text.count(")")
    if text.startswith("(") and text.endswith(")") and parentheses == _ONE_PAIR:
        return text[1:-1]
    return text


def _group(group: Group) -> str:
    parts = (f"({_group(child)})" if isinstance(child, Group) else _condition(child) for child in group.children)
    return f" {group.operator} ".join(parts)


def _condition(condition: Condition | None) -> str:
    path = None if condition is None else _path(condition)
    if condition is None or path is None:
        raise FqlError("Unknown condition type")
    operator, value = condition.operator, condition.value
    positive = operator.removeprefix("not_")
    if positive in _FUNCTIONS:
        call = _FUNCTIONS[positive].format(path=path, value=_value(value), text=to_text(value))
        return call if positive == operator else f"!{call}"
    if operator in _FIXED:
        return f"{path} {_FIXED[operator]}"
    if operator in _NUMERIC:
        return f"{path} {_NUMERIC[operator]} {number_to_text(to_number(value))}"
    return f"{path} {operator} {_value(value)}"


def _path(condition: Condition) -> str | None:
    if condition.type in _NESTED:
        return f"{_NESTED[condition.type]}.{_TO_ESCAPE.sub(_escaped, to_text(condition.name or ''))}"
    return _PATHS.get(condition.type)


def _escaped(match: re.Match[str]) -> str:
    return f"\\{match[0]}"


def _value(value: object) -> str:
    if isinstance(value, bool) or is_number(value):
        return to_text(value)
    return f'"{to_text(value)}"'

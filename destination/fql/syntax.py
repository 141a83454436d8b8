"""The syntax tree of a trigger, and its JSON form."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from destination.javascript.values import UNDEFINED, Undefined

if TYPE_CHECKING:
    from pydantic import JsonValue


class FqlError(Exception):
    """The trigger cannot be parsed or printed.

    Attributes:
        message: Segment's text, which for most mistakes is that of a JavaScript engine.
        explanation: What is wrong with the trigger, for whoever wrote it.
    """

    def __init__(self, message: str, explanation: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.explanation = explanation or message


@dataclass(frozen=True, slots=True)
class Condition:
    """One comparison.

    Attributes:
        type: `event-type`, `event`, `name`, `userId`, `event-property`, `event-trait` or `event-context`.
        operator: Such as `=`, `number_equals`, `contains`, `exists`; nonsense is kept and never holds.
        name: The path inside properties, traits or context; None for the others.
        value: What is compared with; `UNDEFINED` where the operator needs nothing.
    """

    type: str
    operator: str
    name: str | None = None
    value: object = UNDEFINED


@dataclass(frozen=True, slots=True)
class Group:
    """Conditions and groups joined by one operator, `and` or `or`."""

    operator: str
    children: tuple[Node, ...]


#: An empty pair of parentheses leaves nothing behind, here None.
Node = Condition | Group | None


def to_json(node: Node) -> JsonValue:
    """The JSON form of a tree, as Segment's parser gives it."""
    if node is None:
        return None
    if isinstance(node, Group):
        return {
            "type": "group",
            "operator": node.operator,
            "children": [to_json(child) for child in node.children],
        }
    members: dict[str, JsonValue] = {"type": node.type}
    if node.name is not None:
        members["name"] = node.name
    members["operator"] = node.operator
    if not isinstance(node.value, Undefined):
        members["value"] = node.value  # type: ignore[assignment]  # parsed from JSON or text: a scalar
    return members


def from_json(tree: JsonValue) -> Node:
    """The tree that a JSON form stands for.

    Raises:
        FqlError: It is an error tree, or not a tree at all.
    """
    if tree is None:
        return None
    if not isinstance(tree, dict):
        raise FqlError(f"A condition must be an object, not {tree!r}")
    if tree.get("error"):
        raise FqlError(_error_text(tree["error"]))
    operator = str(tree.get("operator", ""))
    children = tree.get("children")
    if tree.get("type") == "group" or (isinstance(children, list) and "type" not in tree):
        if not isinstance(children, list):
            raise FqlError("A group must have a list of children")
        return Group(operator, tuple(from_json(child) for child in children))
    name = tree.get("name")
    return Condition(
        type=str(tree.get("type")),
        operator=operator,
        name=None if name is None else str(name),
        value=tree.get("value", UNDEFINED),
    )


def _error_text(error: JsonValue) -> str:
    return str(error.get("message", "")) if isinstance(error, dict) else str(error)

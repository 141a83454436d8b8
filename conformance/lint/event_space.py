"""The events on which a trigger can decide one way or the other, and what it says of each.

For every path that a trigger is about, the values that make a difference are tried: none, each value that it is
compared with, the neighbours of a number, and something else. What holds for all of these events holds for all.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from math import prod
from typing import Any, Final

from destination import TriggerError
from destination.fql import Condition, Group, Node, compile_condition
from destination.javascript import UNDEFINED, to_number, to_text

TYPES: Final = ("identify", "track", "page", "screen", "group", "alias")
#: What an event of each type has beside what all of them have.
ROOTS: Final = {
    "identify": frozenset({"traits"}),
    "track": frozenset({"event", "properties"}),
    "page": frozenset({"name", "category", "properties"}),
    "screen": frozenset({"name", "category", "properties"}),
    "group": frozenset({"groupId", "traits"}),
    "alias": frozenset({"previousId"}),
}
SPECIFIC: Final = frozenset().union(*ROOTS.values())
ROOT_OF: Final = {
    "event-type": "type",
    "event": "event",
    "name": "name",
    "userId": "userId",
    "event-property": "properties",
    "event-trait": "traits",
    "event-context": "context",
}
OTHER: Final = "something else"
_MOST_EVENTS: Final = 5_000
_TEXTUAL: Final = frozenset({"contains", "starts_with", "ends_with"})

Path = tuple[str, ...]
Event = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Space:
    """Events that make a difference.

    Attributes:
        events: Events such as Segment's libraries send.
        others: Those that have what no event of their type has.
    """

    events: tuple[Event, ...]
    others: tuple[Event, ...]


def conditions(node: Node) -> Iterator[Condition]:
    """The conditions of a tree."""
    if isinstance(node, Condition):
        yield node
    elif isinstance(node, Group):
        for child in node.children:
            yield from conditions(child)


def groups(node: Node) -> Iterator[Group]:
    """The groups of a tree, the outermost first."""
    if isinstance(node, Group):
        yield node
        for child in node.children:
            yield from groups(child)


def path_of(condition: Condition) -> Path:
    """The path that a condition is about."""
    name = (condition.name or "").replace("[", ".").replace("]", ".")
    return (ROOT_OF.get(condition.type, condition.type), *(key for key in name.split(".") if key))


def holds(node: Node, event: Event) -> bool:
    """Whether an event meets a tree; empty parentheses hold for none."""
    try:
        return compile_condition(node)(event)
    except TriggerError:
        return False


def matching(node: Node, events: Iterable[Event]) -> list[Event]:
    """Those of the events that meet a tree."""
    condition = compile_condition(node)
    found = []
    for event in events:
        try:
            if condition(event):
                found.append(event)
        except TriggerError:
            return []
    return found


def space(*trees: Node) -> Space | None:
    """The events on which the trees can differ; None where there are too many to try."""
    values: dict[Path, list[Any]] = {("type",): list(TYPES), ("event",): [UNDEFINED, OTHER]}
    asked = [condition for tree in trees for condition in conditions(tree)]
    for condition in asked:
        known = values.setdefault(path_of(condition), [UNDEFINED, OTHER])
        for value in _values(condition):
            if not any(value is item or (type(value) is type(item) and value == item) for item in known):
                known.append(value)
    values[("type",)] = list(TYPES)
    _join_beginnings_and_ends(values, asked)
    if _nested_in_each_other(values) or prod(map(len, values.values())) > _MOST_EVENTS:
        return None
    return _space(values)


def _values(condition: Condition) -> Iterator[Any]:
    value = condition.value
    if condition.operator in {"is_true", "is_false"}:
        yield from (True, False)
    elif condition.operator in {"exists", "not_exists"} or value is UNDEFINED:
        return
    else:
        number = to_number(value)
        if condition.operator not in {"=", "!=", *_TEXTUAL, *(f"not_{name}" for name in _TEXTUAL)}:
            yield from (number - 1, number, number + 1)
        else:
            yield to_text(value)
        if isinstance(value, bool):
            yield from (True, False)


def _join_beginnings_and_ends(values: dict[Path, list[Any]], asked: Sequence[Condition]) -> None:
    """Let there be texts that begin with one value, have others in them and end with another."""
    for path, known in values.items():
        parts: dict[str, list[str]] = {"starts_with": [], "contains": [], "ends_with": []}
        for condition in asked:
            if path_of(condition) == path and condition.operator in parts:
                parts[condition.operator].append(to_text(condition.value))
        if sum(map(len, parts.values())) > 1:
            middle = " ".join(parts["contains"])
            known += [
                f"{start} {middle} {end}"
                for start, end in product(parts["starts_with"] or [""], parts["ends_with"] or [""])
            ]


def _nested_in_each_other(values: dict[Path, list[Any]]) -> bool:
    return any(one != two and two[: len(one)] == one for one in values for two in values)


def _space(values: dict[Path, list[Any]]) -> Space:
    events: list[Event] = []
    others: list[Event] = []
    for chosen in product(*values.values()):
        pairs = [(path, value) for path, value in zip(values, chosen, strict=True) if value is not UNDEFINED]
        event: Event = {}
        for path, value in pairs:
            _set(event, path, value)
        (events if _usual(event) else others).append(event)
    return Space(tuple(events), tuple(others))


def _set(event: Event, path: Path, value: Any) -> None:
    for key in path[:-1]:
        event = event.setdefault(key, {})
    event[path[-1]] = value


def _usual(event: Event) -> bool:
    """Whether it has what events of its type have: nothing of other types, and a name if it is a track."""
    own = ROOTS[event["type"]]
    return all(key in own or key not in SPECIFIC for key in event) and ("event" in event) == (
        event["type"] == "track"
    )

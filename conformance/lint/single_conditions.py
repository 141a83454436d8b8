"""Checks of single conditions: what never holds, or always, whatever stands beside it."""

from __future__ import annotations

import difflib
import math
from collections.abc import Iterator, Sequence
from typing import Final

from conformance.lint.event_space import TYPES, path_of
from conformance.lint.model import Complaint
from conformance.lint.near_misses import same_but_written_otherwise
from conformance.lint.specification import specification
from destination.fql import Condition, FqlError, Group, Node, generate
from destination.javascript import to_number, to_text

#: Where a trigger is.
AT: Final = ("subscribe",)
_NUMERIC: Final = frozenset({"<", "<=", ">", ">=", "number_equals", "number_not_equals"})
_TEXTUAL: Final = frozenset(
    {"contains", "starts_with", "ends_with", "not_contains", "not_starts_with", "not_ends_with"}
)
OPERATORS: Final = _NUMERIC | _TEXTUAL | {"=", "!=", "exists", "not_exists", "is_true", "is_false"}
_ROOTS: Final = ("type", "event", "name", "userId", "properties", "traits", "context")
_OPERATOR_SIGNS: Final = frozenset({"=", "!=", "<", "<=", ">", ">="})
_TEXTS: Final = frozenset({"event-type", "event", "name"})


def shown(node: Node) -> str:
    """A part of a trigger as Segment prints it."""
    if node is None:
        return "()"
    try:
        return generate(node if isinstance(node, Group) else Group("and", (node,)))
    except FqlError:
        return "it"


def check_condition(condition: Condition) -> Iterator[Complaint]:
    """What is wrong with a condition whatever stands beside it."""
    text = shown(condition)
    value = condition.value
    operator = condition.operator
    if operator == "=" and value == "=":
        path = ".".join(path_of(condition))
        yield Complaint(
            "trigger.double-equals", AT, f'`{path} == …` compares with the string "="', "write a single ="
        )
    elif isinstance(value, str) and len(value) > 1 and value[0] == value[-1] == "'":
        message = f"in {text} the single quotes are part of the value"
        yield Complaint("trigger.quotes", AT, message, f'write "{value[1:-1]}"')
    elif operator not in OPERATORS:
        message = f"there is no operator `{operator}`, so {text} never matches"
        yield Complaint("trigger.comparison", AT, message, "join several `=` with `or`, in parentheses")
    elif condition.type == "event-type" and operator in {"=", "!="} and value not in TYPES:
        yield Complaint("trigger.comparison", AT, _about_type(text, operator), _types(to_text(value)))
    else:
        yield from _value(condition, text)


def _about_type(text: str, operator: str) -> str:
    return f"no event has this type, so {text} {'never' if operator == '=' else 'always'} matches"


def _types(value: str) -> str:
    close = difflib.get_close_matches(value.casefold(), TYPES, n=1)
    return f'write "{close[0]}"' if close else f"types are {', '.join(TYPES)}"


def _value(condition: Condition, text: str) -> Iterator[Complaint]:
    operator, value = condition.operator, condition.value
    root, *rest = path_of(condition)
    if operator in _NUMERIC and condition.type in _TEXTS:
        yield Complaint(
            "trigger.comparison", AT, f"`{root}` is a string, so {text} never matches", "compare with = or !="
        )
    elif operator in _NUMERIC and math.isnan(to_number(value)):
        message = f'"{to_text(value)}" is not a number, so {text.partition(operator)[0]}{operator} it never matches'
        yield Complaint("trigger.comparison", AT, message, "compare with a number")
    elif isinstance(value, bool) and operator == "!=":
        message = f'{text} compares with the string "{to_text(value)}", so it also matches {to_text(value)}'
        yield Complaint("trigger.comparison", AT, message, f"write = {to_text(not value)}")
    elif condition.type == "event" and operator == "=" and value in TYPES:
        message = f'{text} matches a track event named "{value}"'
        yield Complaint("trigger.comparison", AT, message, f'write type = "{value}"', "warning")
    elif condition.type in {"event-type", "event"} and value == "null" and operator in {"=", "!="}:
        message = f'{text} compares `{root}` with the string "null"'
        yield Complaint("trigger.comparison", AT, message, "remove the condition; these are always present")
    elif rest == [root]:
        message = f"{text} looks for `{root}.{root}`, not for {root} as a whole"
        yield Complaint("trigger.comparison", AT, message, f"name one key, such as {root}.plan", "warning")
    elif _is_number_as_text(condition):
        message = f"{text} never matches a number, and Segment's specification has one there"
        yield Complaint("trigger.number", AT, message, f"write {to_text(value)} without quotation marks")
    elif operator == "=" and condition.type not in _TEXTS and value in ("true", "false"):
        message = f"{text} never matches a boolean"
        yield Complaint("trigger.number", AT, message, f"write {value} without quotation marks, if it is one", "note")
    elif operator in _NUMERIC and condition.type == "event-property" and condition.name in specification().texts:
        message = f"{text} never matches a string, and Segment's specification has one there"
        yield Complaint("trigger.number", AT, message, f'write "{to_text(value)}"')


def _is_number_as_text(condition: Condition) -> bool:
    value = condition.value
    return (
        condition.operator == "="
        and condition.type == "event-property"
        and isinstance(value, str)
        and value != ""
        and not math.isnan(to_number(value))
        and condition.name in specification().numbers
    )


def root_advice(run: Sequence[str], types: frozenset[str]) -> str:
    """What to write for a condition that is about nothing that Segment knows.

    Args:
        run: The tokens of the condition.
        types: The types of event that the trigger takes.
    """
    root, *rest = run[0].split(".")
    near = same_but_written_otherwise(root, _ROOTS)
    if near is not None:
        return f"write {'.'.join((near, *rest))}"
    advice = "conditions can test type, event, name, userId, properties, traits and context"
    if len(run) > 1 and run[1] in _OPERATOR_SIGNS:
        home = "traits" if types <= {"identify", "group"} else "properties"
        advice += f": write {home}.{run[0]}"
    return advice

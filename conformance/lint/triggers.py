"""Checks of triggers: what Segment skips, what never holds, and what always does."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator
from typing import Final

from conformance.lint.event_space import (
    OTHER,
    ROOTS,
    SPECIFIC,
    TYPES,
    conditions,
    groups,
    holds,
    matching,
    path_of,
)
from conformance.lint.model import Complaint
from conformance.lint.specification import specification
from conformance.lint.subject import AUDIENCE_EVENTS, Subject, Trigger
from destination.fql import Condition, FqlError, Group, Node, generate
from destination.javascript import text_to_number, to_text

AT: Final = ("subscribe",)
_NUMERIC: Final = frozenset({"<", "<=", ">", ">=", "number_equals", "number_not_equals"})
_TEXTUAL: Final = frozenset(
    {"contains", "starts_with", "ends_with", "not_contains", "not_starts_with", "not_ends_with"}
)
_KNOWN: Final = _NUMERIC | _TEXTUAL | {"=", "!=", "exists", "not_exists", "is_true", "is_false"}
_TEXTS: Final = frozenset({"event-type", "event", "name"})
_COMMERCE: Final = frozenset({"updateCart", "trackPurchase"})
_TAIL: Final = re.compile(r"(?<![\w.\\])(event|type|name|userId)(\.\w[\w.]*)")
_QUOTED: Final = re.compile(r"\"[^\"]*\"")
_ONE_LEVEL: Final = "parentheses make a level of their own; one in another is not possible"


def check_trigger(subject: Subject) -> Iterator[Complaint]:
    """What is wrong with the trigger of a subscription."""
    trigger = subject.trigger
    if trigger is None:
        return
    skipped = [*_skipped(trigger)]
    yield from skipped
    single = [complaint for condition in conditions(trigger.tree) for complaint in _condition(condition)]
    yield from dict.fromkeys(single)
    if any(None in group.children for group in groups(trigger.tree)):
        message = "a pair of parentheses holds no condition that Segment knows, so the trigger breaks"
        yield Complaint("trigger.empty-parentheses", AT, message, "remove the parentheses")
        return
    if trigger.space is not None:
        known = bool(skipped) or any((item.severity or "error") == "error" for item in single)
        yield from _as_a_whole(subject, trigger, known=known)


def shown(node: Node) -> str:
    """A part of a trigger as Segment prints it."""
    if node is None:
        return "()"
    try:
        return generate(node if isinstance(node, Group) else Group("and", (node,)))
    except FqlError:
        return "it"


def _skipped(trigger: Trigger) -> Iterator[Complaint]:
    if trigger.trace.split_groups:
        message = f"a group ends at the parenthesis of a function in it; Segment reads {shown(trigger.tree)}"
        yield Complaint("trigger.group", AT, message, "put the function last in its group")
    else:
        for operator in trigger.trace.mixed:
            message = (
                f"`and` and `or` stand on one level, and the last one, `{operator}`, holds for all of it; "
                f"Segment reads {shown(trigger.tree)}"
            )
            yield Complaint("trigger.mixed", AT, message, f"put what belongs together in parentheses ({_ONE_LEVEL})")
    for run in trigger.trace.skipped:
        if not (run[0][0] in "\"'(," and _misread(trigger)):
            yield _ignored(run, trigger)
    for root, tail in _TAIL.findall(_QUOTED.sub('""', trigger.text)):
        message = f"`{root}` is a text: Segment ignores `{tail}` and reads {shown(trigger.tree)}"
        yield Complaint("trigger.ignored", AT, message, f"write properties{tail}, or {root} alone")


def _misread(trigger: Trigger) -> bool:
    """Whether an operator was misread, so that the value behind it was skipped; the operator is told of."""
    return any(item.operator not in _KNOWN or item.value == "=" for item in conditions(trigger.tree))


def _ignored(run: tuple[str, ...], trigger: Trigger) -> Complaint:
    text = " ".join(run)
    first = run[0]
    if first in {"AND", "OR"}:
        advice = f"write {first.lower()} in lower case"
    elif first in {"!", "not", "NOT"}:
        advice = "write `!=`, or `!contains(…)`; nothing else can be negated"
    elif first[0] in "\"'" or first[0].isupper():
        advice = "put a text of several words in double quotation marks, and join several with `or`"
    elif first in {"contains", "match"}:
        advice = "these functions take event, name, userId, properties, traits and context"
    else:
        advice = "conditions are about type, event, name, userId, properties, traits and context"
    message = f"Segment skips `{text}` and reads {shown(trigger.tree)}"
    return Complaint("trigger.ignored", AT, message, advice)


def _condition(condition: Condition) -> Iterator[Complaint]:
    """What is wrong with a condition whatever stands beside it."""
    text = shown(condition)
    value = condition.value
    operator = condition.operator
    if operator == "=" and value == "=":
        path = ".".join(path_of(condition))
        yield Complaint("trigger.double-equals", AT, f'`{path} == …` compares with the text "="', "write a single =")
    elif isinstance(value, str) and len(value) > 1 and value[0] == value[-1] == "'":
        message = f"in {text} the single quotation marks are part of the value"
        yield Complaint("trigger.quotes", AT, message, f'write "{value[1:-1]}"')
    elif operator not in _KNOWN:
        message = f"there is no operator `{operator}`, so {text} never holds"
        yield Complaint("trigger.comparison", AT, message, "join several `=` with `or`, in parentheses")
    elif condition.type == "event-type" and operator in {"=", "!="} and value not in TYPES:
        yield Complaint("trigger.comparison", AT, _about_type(text, operator), _types(to_text(value)))
    else:
        yield from _value(condition, text)


def _about_type(text: str, operator: str) -> str:
    return f"no event has such a type, so {text} {'never' if operator == '=' else 'always'} holds"


def _types(value: str) -> str:
    close = difflib.get_close_matches(value.casefold(), TYPES, n=1)
    return f'write "{close[0]}"' if close else f"types are {', '.join(TYPES)}"


def _value(condition: Condition, text: str) -> Iterator[Complaint]:
    operator, value = condition.operator, condition.value
    root, *rest = path_of(condition)
    if operator in _NUMERIC and condition.type in _TEXTS:
        yield Complaint(
            "trigger.comparison", AT, f"`{root}` is a text, so {text} never holds", "compare with = or !="
        )
    elif operator in _NUMERIC and text_to_number(to_text(value)) != text_to_number(to_text(value)):
        message = f'"{to_text(value)}" is no number, so {text.partition(operator)[0]}{operator} it never holds'
        yield Complaint("trigger.comparison", AT, message, "compare with a number")
    elif isinstance(value, bool) and operator == "!=":
        message = f'{text} compares with the text "{to_text(value)}", so it holds for {to_text(value)} too'
        yield Complaint("trigger.comparison", AT, message, f"write = {to_text(not value)}")
    elif condition.type in {"event-type", "event"} and value == "null" and operator in {"=", "!="}:
        message = f'{text} compares `{root}` with the text "null"'
        yield Complaint("trigger.comparison", AT, message, "leave the condition out; these are always there")
    elif rest == [root]:
        message = f"{text} looks for `{root}.{root}`, not for {root} as a whole"
        yield Complaint("trigger.comparison", AT, message, f"name one of them: {root}.plan", "warning")
    elif _is_number_as_text(condition):
        message = f"{text} never holds for a number, and Segment's specification has one there"
        yield Complaint("trigger.number", AT, message, f"write {to_text(value)} without quotation marks")
    elif operator in _NUMERIC and condition.type == "event-property" and condition.name in specification().texts:
        message = f"{text} never holds for a text, and Segment's specification has one there"
        yield Complaint("trigger.number", AT, message, f'write "{to_text(value)}"')


def _is_number_as_text(condition: Condition) -> bool:
    value = condition.value
    return (
        condition.operator == "="
        and condition.type == "event-property"
        and isinstance(value, str)
        and value != ""
        and text_to_number(value) == text_to_number(value)
        and condition.name in specification().numbers
    )


def _as_a_whole(subject: Subject, trigger: Trigger, *, known: bool) -> Iterator[Complaint]:
    """What is wrong with the conditions together.

    Args:
        subject: The subscription.
        trigger: Its trigger.
        known: Whether something was found that may be the cause.
    """
    wrong = [] if subject.is_reverse_etl else [*_wrong_roots(trigger)]
    yield from wrong
    if not trigger.taken and not (wrong or known):
        yield Complaint("trigger.never", AT, _why_never(trigger), "join what excludes each other with `or`")
    elif trigger.taken:
        always = [*_always(trigger)]
        yield from always
        if not always and not known:
            yield from _redundant(trigger)
            yield from _too_wide(subject, trigger)


def _why_never(trigger: Trigger) -> str:
    values: dict[str, list[str]] = {}
    for condition in conditions(trigger.tree):
        if condition.operator in {"=", "number_equals", "is_true", "is_false", "not_exists", "exists"}:
            values.setdefault(".".join(path_of(condition)), []).append(shown(condition))
    double = next((texts for texts in values.values() if len(set(texts)) > 1), None)
    if double and trigger.tree.operator == "and":
        return f"no event meets {' and '.join(dict.fromkeys(double))}"
    return f"no event meets {shown(trigger.tree)}"


def _wrong_roots(trigger: Trigger) -> Iterator[Complaint]:
    """Conditions about what the events that the others leave do not have."""
    types = _types_asked_for(trigger.tree) or trigger.types
    for condition in dict.fromkeys(conditions(trigger.tree)):
        root = path_of(condition)[0]
        if root not in SPECIFIC or not types or any(root in ROOTS[kind] for kind in types):
            continue
        events = " and ".join(sorted(types))
        effect = "always" if condition.operator in {"!=", "not_exists"} else "never"
        message = f"{shown(condition)} is about `{root}`, which no {events} event has, so it {effect} holds"
        yield Complaint("trigger.root", AT, message, _instead(root, types))


def _types_asked_for(node: Node) -> frozenset[str]:
    """The types that a trigger names with `=`, if every event that it could take has one of them."""
    if isinstance(node, Condition):
        asked = node.type == "event-type" and node.operator == "=" and node.value in TYPES
        return frozenset({str(node.value)}) if asked else frozenset()
    if node is None:
        return frozenset()
    parts = [_types_asked_for(child) for child in node.children]
    if node.operator == "and":
        return next(filter(None, parts), frozenset())
    return frozenset().union(*parts) if all(parts) else frozenset()


def _instead(root: str, types: frozenset[str]) -> str:
    if root == "traits" and types <= {"track", "page", "screen"}:
        return "write context.traits, or properties"
    if root == "properties" and types <= {"identify", "group"}:
        return "write traits"
    if root == "event":
        return 'only type = "track" has a name there' if "page" not in types else "a page has its name in name"
    return "leave the condition out"


def _always(trigger: Trigger) -> Iterator[Complaint]:
    if trigger.space is None:
        return
    for group in groups(trigger.tree):
        several = group.operator == "or" and len(group.children) > 1
        if several and len(matching(group, trigger.space.events)) == len(trigger.space.events):
            message = f"{shown(group)} holds for every event"
            yield Complaint("trigger.always", AT, message, "join what is to be excluded with `and`")


def _redundant(trigger: Trigger) -> Iterator[Complaint]:
    if trigger.space is None:
        return
    for group in groups(trigger.tree):
        if group.operator != "or":
            continue
        for child in dict.fromkeys(group.children):
            wider = _wider(child, group, trigger)
            if wider is not None and not _names_an_audience(child):
                message = f"{shown(child)} changes nothing, as {shown(wider)} holds whenever it does"
                yield Complaint("trigger.redundant", AT, message, "write `and` if both must hold, or leave it out")
                break


def _wider(child: Node, group: Group, trigger: Trigger) -> Node:
    """Another part of the group that holds for whatever event this one holds for."""
    if trigger.space is None:
        return None
    own = matching(child, trigger.space.events)
    for other in group.children:
        if other is not child and other != child and own and all(holds(other, event) for event in own):
            return other
    return None


def _names_an_audience(node: Node) -> bool:
    """Whether it names events of audiences, as those do who are not sure that these are tracks."""
    return all(condition.value in AUDIENCE_EVENTS for condition in conditions(node))


def _too_wide(subject: Subject, trigger: Trigger) -> Iterator[Complaint]:
    anything = {"type": "track", "event": OTHER}
    if subject.slug in _COMMERCE and holds(trigger.tree, anything) and not subject.is_reverse_etl:
        message = f"every track event is taken for {subject.slug}, and those without products are refused"
        name = "Cart Updated" if subject.slug == "updateCart" else "Order Completed"
        yield Complaint("trigger.too-wide", AT, message, f'name the event: type = "track" and event = "{name}"')

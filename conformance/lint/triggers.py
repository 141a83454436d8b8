"""Checks of triggers: what Segment skips, what never holds, and what always does."""

from __future__ import annotations

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
from conformance.lint.rules import RULES
from conformance.lint.single_conditions import AT, OPERATORS, check_condition, root_advice, shown
from conformance.lint.subject import AUDIENCE_EVENTS, COMMERCE, Subject, Trigger
from destination.fql import Condition, Group, Node

_TAIL: Final = re.compile(r"(?<![\w.\\])(event|type|name|userId)(\.\w[\w.]*)")
_QUOTED: Final = re.compile(r"\"[^\"]*\"")
#: A conditional at the beginning or at the end.
_DANGLING: Final = re.compile(r"\A\s*(and|or)\s|\s(and|or)\s*\Z")
_FUNCTIONS: Final = frozenset({"contains", "match"})
_PUNCTUATION: Final = frozenset({",", "(", ")"})
_ONE_LEVEL: Final = "parentheses form a level of their own and cannot be nested"


def check_trigger(subject: Subject) -> Iterator[Complaint]:
    """What is wrong with the trigger of a subscription."""
    trigger = subject.trigger
    if trigger is None:
        return
    skipped = [*_skipped(trigger)]
    yield from skipped
    # What an unknown function leaves behind is not its author's condition.
    own = [item for item in conditions(trigger.tree) if not (skipped and item.operator in _PUNCTUATION)]
    single = [complaint for condition in own for complaint in check_condition(condition)]
    yield from dict.fromkeys(single)
    if any(None in group.children for group in groups(trigger.tree)):
        message = "a pair of parentheses has no condition that Segment knows, which breaks the trigger"
        yield Complaint("trigger.empty-parentheses", AT, message, "remove the parentheses")
        return
    if trigger.space is not None:
        known = bool(skipped) or any((item.severity or RULES[item.rule].severity) == "error" for item in single)
        yield from _as_a_whole(subject, trigger, known=known)


def _skipped(trigger: Trigger) -> Iterator[Complaint]:
    if trigger.trace.split_groups:
        message = f"a group ends at the closing parenthesis of a function in it; Segment reads {shown(trigger.tree)}"
        yield Complaint("trigger.group", AT, message, "put the function last in its group")
    else:
        for operator in trigger.trace.mixed:
            message = (
                f"`and` and `or` are mixed on one level, and the last one, `{operator}`, applies to all of it; "
                f"Segment reads {shown(trigger.tree)}"
            )
            yield Complaint("trigger.mixed", AT, message, f"put what belongs together in parentheses ({_ONE_LEVEL})")
    for run in trigger.trace.skipped:
        if not (run[0][0] in "\"'(," and _misread(trigger)):
            yield _ignored(run, trigger)
    if dangling := _DANGLING.search(_QUOTED.sub('""', trigger.text)):
        word = dangling[1] or dangling[2]
        message = f"one side of `{word}` is missing; Segment reads {shown(trigger.tree)}"
        yield Complaint(
            "trigger.ignored", AT, message, "add the missing condition, or remove the operator", "warning"
        )
    for root, tail in _TAIL.findall(_QUOTED.sub('""', trigger.text)):
        message = f"`{root}` is a string: Segment ignores `{tail}` and reads {shown(trigger.tree)}"
        yield Complaint("trigger.ignored", AT, message, f"write properties{tail}, or just {root}")


def _misread(trigger: Trigger) -> bool:
    """Whether an operator was misread, so that the value behind it was skipped; the operator is told of."""
    return any(item.operator not in OPERATORS or item.value == "=" for item in conditions(trigger.tree))


def _ignored(run: tuple[str, ...], trigger: Trigger) -> Complaint:
    text = " ".join(run)
    first = run[0]
    if "\r" in trigger.text:
        message = f"Segment reads only {shown(trigger.tree)}: a Windows line ending is not whitespace in a trigger"
        return Complaint("trigger.ignored", AT, message, "write it on one line, or with line feeds only")
    if run == ("AND",) and all(group.operator == "and" for group in groups(trigger.tree)):
        message = (
            "Segment skips `AND`; the trigger only works because conditions without an operator are joined by `and`"
        )
        return Complaint("trigger.ignored", AT, message, "write `and` in lower case", "warning")
    if first in {"AND", "OR"}:
        advice = f"write `{first.lower()}` in lower case"
    elif first in {"!", "not", "NOT"}:
        advice = "write `!=`, or `!contains(…)`; nothing else can be negated"
    elif f"{first}(" in trigger.text and first not in _FUNCTIONS:
        advice = "the functions are contains and match"
    elif first[0] in "\"'" or first[0].isupper():
        advice = "put a string of several words in double quotation marks, and join several strings with `or`"
    elif first in _FUNCTIONS:
        advice = "these functions take event, name, userId, properties, traits and context"
    else:
        advice = root_advice(run, trigger.types)
    message = f"Segment skips `{text}` and reads {shown(trigger.tree)}"
    return Complaint("trigger.ignored", AT, message, advice)


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
        yield Complaint("trigger.never", AT, _why_never(trigger), "join conditions that exclude each other with `or`")
    elif trigger.taken:
        always = [*_always(trigger)]
        yield from always
        if not always and not known and not wrong:
            yield from _missing(trigger)
            yield from _redundant(trigger)
            yield from _too_wide(subject, trigger)


def _why_never(trigger: Trigger) -> str:
    values: dict[str, list[str]] = {}
    for condition in conditions(trigger.tree):
        if condition.operator in {"=", "number_equals", "is_true", "is_false", "not_exists", "exists"}:
            values.setdefault(".".join(path_of(condition)), []).append(shown(condition))
    double = next((texts for texts in values.values() if len(set(texts)) > 1), None)
    if double and trigger.tree.operator == "and":
        return f"no event can match {' and '.join(dict.fromkeys(double))}"
    return f"no event can match {shown(trigger.tree)}"


def _wrong_roots(trigger: Trigger) -> Iterator[Complaint]:
    """Conditions about what the events that the others leave do not have."""
    types = _types_asked_for(trigger.tree) or trigger.types
    for condition in dict.fromkeys(conditions(trigger.tree)):
        root = path_of(condition)[0]
        if root not in SPECIFIC or not types or any(root in ROOTS[kind] for kind in types):
            continue
        events = " and ".join(sorted(types))
        effect = "always" if condition.operator in {"!=", "not_exists"} else "never"
        message = f"{shown(condition)} tests `{root}`, which no {events} event has, so it {effect} matches"
        yield Complaint("trigger.root", AT, message, _instead(root, types))
    if types == {"identify"}:
        for path in dict.fromkeys(path_of(condition) for condition in conditions(trigger.tree)):
            if path[:2] == ("context", "traits") and len(path) > len(("context", "traits")):
                message = f"an identify has its traits at the top level, and rarely {'.'.join(path)}"
                yield Complaint("path.context-traits", AT, message, f"write {'.'.join(path[1:])}")


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
        return "only track events have it" if "page" not in types else "a page has its name in `name`"
    return "remove the condition"


def _always(trigger: Trigger) -> Iterator[Complaint]:
    if trigger.space is None:
        return
    for group in groups(trigger.tree):
        several = group.operator == "or" and len(group.children) > 1
        if several and len(matching(group, trigger.space.events)) == len(trigger.space.events):
            message = f"{shown(group)} matches every event"
            yield Complaint("trigger.always", AT, message, "join the exclusions with `and`")


def _redundant(trigger: Trigger) -> Iterator[Complaint]:
    if trigger.space is None:
        return
    for group in groups(trigger.tree):
        if group.operator != "or":
            continue
        for child in dict.fromkeys(group.children):
            wider = _wider(child, group, trigger)
            if wider is not None and not _names_an_audience(child):
                message = f"{shown(child)} changes nothing: {shown(wider)} matches whenever it does"
                yield Complaint("trigger.redundant", AT, message, "write `and` if both must match, or remove it")
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


def _missing(trigger: Trigger) -> Iterator[Complaint]:
    """Conditions that hold for an event without what they are about."""
    about = [item for item in conditions(trigger.tree) if item.operator == "!=" and item.name is not None]
    paths = list(dict.fromkeys(".".join(path_of(item)) for item in about))
    if paths:
        message = f"{shown(about[0])} also matches events without {paths[0]}"
        more = f", and so do the conditions on {', '.join(paths[1:])}" if len(paths) > 1 else ""
        advice = f"add {paths[0]} != null if you do not want those"
        yield Complaint("trigger.missing", AT, f"{message}{more}", advice)


def _too_wide(subject: Subject, trigger: Trigger) -> Iterator[Complaint]:
    anything = {"type": "track", "event": OTHER}
    if subject.slug in COMMERCE and holds(trigger.tree, anything) and not subject.is_reverse_etl:
        message = f"every track event goes to {subject.slug}, and those without products are rejected"
        name = "Cart Updated" if subject.slug == "updateCart" else "Order Completed"
        yield Complaint("trigger.too-wide", AT, message, f'name the event: type = "track" and event = "{name}"')

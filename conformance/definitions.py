"""What names in the harness mean: rules, error codes, properties, rules of lint, settings."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from simulator.rulebook import ErrorCode, Rule

#: Codes that are about one person: a bulk call lists the person, and answers 200 all the same.
_OF_ONE_PERSON: Final = frozenset(
    {
        "UnknownUserIdError",
        "UnknownEmailError",
        "BadParams",
        "EmailAlreadyExists",
        "UserIdAlreadyExists",
        "InvalidEmailAddressError",
        "InvalidUserIdError",
        "ExternalKeyConflict",
        "ForgottenUserError",
    }
)
#: Codes that are about a request, whomever it names.
_OF_A_REQUEST: Final = frozenset(
    {
        "BadJsonBody",
        "RequestFieldsTypesMismatched",
        "UniqueFieldsLimitExceeded",
        "BatchTooLarge",
        "Unauthorized",
        "BadApiKey",
        "BadAuthorizationHeader",
    }
)
#: In the id of a rule about identifiers: the project type.
_OF_IDENTIFIERS: Final = re.compile(r"\.(?:email-based|userid-based|hybrid)\.")
#: Rules of a code that are named to a person: those of the calls that the destination makes are the first.
_MOST_RULES: Final = 4
_OF_THE_DESTINATION: Final = ("users.update.", "events.track.", "commerce.", "rename.")
_SHOWN_BY_SEGMENT: Final = (
    "sent on its own, the event is shown as failed; in a batch it is shown as delivered. "
    "Purchases and carts have no batch form."
)
_FAILED_BY_SEGMENT: Final = "the event, or every event of the batch, is shown as failed, and is not delivered again."
_RETRIED_BY_SEGMENT: Final = (
    "the event, or the whole batch, is delivered again later, a few times; then it is shown as failed."
)


@dataclass(frozen=True, slots=True)
class Definition:
    """What an id or a code means.

    Attributes:
        id: The id or code.
        lines: What it means, line by line, the sentence first.
        document: The same as a JSON object.
        kind: What it is the definition of: a heading over several.
        more: Lines that are too many to be read by everybody.
    """

    id: str
    lines: tuple[str, ...]
    document: Mapping[str, Any]
    kind: str = "rules"
    more: tuple[str, ...] = ()


def definitions(text: str) -> list[Definition]:
    """What a text stands for: the thing with that id or code, else everything whose id begins with it.

    Args:
        text: An id, a code in any case, what ids begin with, or the message of a refusal.
    """
    replies = list(_of_replies())
    if found := _exact(text, replies) or (_within(text, replies) if "." in text else []):
        return found
    # Lint and properties take longer to import than all the rest.
    others = [*_of_settings(), *_of_lint(), *_of_properties()]
    found = _exact(text, others) or [*_beginning(text, replies), *_beginning(text, others)]
    return found or list(_of_messages(text, replies))


def similar_ids(text: str) -> list[str]:
    """Up to three ids and codes that resemble a text, the most similar first."""
    from difflib import get_close_matches

    ids = [item.id for item in (*_of_replies(), *_of_settings(), *_of_lint(), *_of_properties())]
    folded = {identifier.casefold(): identifier for identifier in ids}
    return [folded[near] for near in get_close_matches(text.casefold(), folded, 3, 0.5)]


def _exact(text: str, known: Sequence[Definition]) -> list[Definition]:
    folded = text.casefold()
    return next(([item] for item in known if item.id.casefold() == folded), [])


def _within(text: str, known: Sequence[Definition]) -> list[Definition]:
    return [item for item in known if item.id.startswith(f"{text.rstrip('.')}.")]


def _beginning(text: str, known: Sequence[Definition]) -> list[Definition]:
    return _within(text, known) or [item for item in known if item.id.startswith(text)]


def _of_replies() -> Iterator[Definition]:
    from conformance.tracking_api.rules import RULES as SEGMENT_RULES
    from simulator.rulebook import CODES, RULES
    from simulator.rulebook.questions import question_of
    from simulator.rulebook.rule_document import rule_to_json, settings_of

    for rule in (*RULES.values(), *SEGMENT_RULES.values()):
        question = question_of(rule.id)
        open_question = () if question is None else (f"open: {question.text}",)
        # Some sources only say again that the behaviour is assumed.
        confidence = rule.confidence.value
        certainty = confidence if rule.source == confidence else f"{confidence}: {rule.source}"
        settings = settings_of(rule)
        named = (f"settings: {', '.join(settings)}",) if settings else ()
        lines = (rule.statement, certainty, *open_question, *named)
        yield Definition(rule.id, lines, rule_to_json(rule))
    for code in CODES.values():
        ids = _rules_of(code)
        in_segment = _in_segment(code)
        shown = (f"in Segment: {in_segment}",) if in_segment else ()
        lines = (f"{code.status}: {code.statement}", code.advice, *shown, *_naming(ids), f"source: {code.source}")
        document = {**code.to_json(), "rules": ids, **({"inSegment": in_segment} if in_segment else {})}
        yield Definition(code.code, lines, document, "error codes", tuple(ids[_MOST_RULES:]))


def _of_messages(text: str, replies: Sequence[Definition]) -> Iterator[Definition]:
    """The messages that a text contains, each followed by its code."""
    from simulator.rulebook.messages import messages_in

    codes = {one.id: one for one in replies if one.kind == "error codes"}
    for message in messages_in(text):
        ids = sorted(message.decided(), key=lambda rule: not rule.startswith(_OF_THE_DESTINATION))
        lines = (f"a message of {message.code}", *_naming(ids))
        document = {"id": message.text, "code": message.code, "rules": ids}
        yield Definition(message.text, lines, document, "error codes", tuple(ids[_MOST_RULES:]))
        yield codes[message.code]


def _naming(ids: Sequence[str]) -> tuple[str, ...]:
    """A line with the first few rules; the rest are details."""
    left = len(ids) - _MOST_RULES
    more = f" and {left} more (-v lists them)" if left > 0 else ""
    return (f"rules: {', '.join(ids[:_MOST_RULES])}{more}",) if ids else ()


def _in_segment(code: ErrorCode) -> str:
    """What Segment does about a code; empty for codes of calls that it does not make."""
    if code.code in _OF_ONE_PERSON:
        return _SHOWN_BY_SEGMENT
    if code.code in _OF_A_REQUEST:
        return _FAILED_BY_SEGMENT
    return _RETRIED_BY_SEGMENT if code.code == "RateLimitExceeded" else ""


def _rules_of(code: ErrorCode) -> list[str]:
    """The rules that answer with a code: those that it names, and what other calls do in the same words."""
    from simulator.rulebook import RULES

    by_statement = _ids_by_statement()
    same = {identifier for rule in code.rules for identifier in by_statement[_said(RULES[rule])]}
    return [*code.rules, *sorted(same.difference(code.rules))]


@cache
def _ids_by_statement() -> Mapping[str, list[str]]:
    from simulator.rulebook import RULES

    found: dict[str, list[str]] = {}
    for rule in RULES.values():
        found.setdefault(_said(rule), []).append(rule.id)
    return found


def _said(rule: Rule) -> str:
    """What a rule says, without the call that it says it of: a rule about identifiers begins with its call."""
    return rule.statement.partition(": ")[2] if _OF_IDENTIFIERS.search(rule.id) else rule.statement


def _of_settings() -> Iterator[Definition]:
    from conformance.tracking_api.rules import RULES as SEGMENT_RULES
    from conformance.tracking_api.settings import SourceSettings
    from simulator.project import ProjectSettings
    from simulator.rulebook import RULES
    from simulator.rulebook.rule_document import settings_of

    rules: dict[str, list[str]] = {}
    for rule in (*RULES.values(), *SEGMENT_RULES.values()):
        for name in settings_of(rule):
            rules.setdefault(name, []).append(rule.id)
    for owner, model in (("project", ProjectSettings), ("source", SourceSettings)):
        for name, field in model.model_json_schema(by_alias=True)["properties"].items():
            yield _of_setting(name, owner, field, rules.get(name, []))


def _of_setting(name: str, owner: str, field: Mapping[str, Any], rules: Sequence[str]) -> Definition:
    statement, _, source = field["description"].rpartition(" [")
    default, values = field.get("default"), field.get("enum", [])
    others = ", ".join(value for value in values if value != default)
    shown = f"default: {json.dumps(default)}" if not others else f"values: {default} (the default), {others}"
    lines = (f"setting of a {owner}: {statement}", shown, *_naming(rules), f"source: {source[:-1]}")
    document = {"id": name, "statement": statement, "default": default, "values": values, "source": source[:-1]}
    return Definition(name, lines, {**document, "rules": list(rules)}, "settings", tuple(rules[_MOST_RULES:]))


def _of_lint() -> Iterator[Definition]:
    from conformance.lint import RULES

    for rule in RULES.values():
        document = {"id": rule.id, "statement": rule.statement, "severity": rule.severity, "source": rule.source}
        advice = (rule.advice,) if rule.advice else ()
        lines = (f"{rule.severity}: {rule.statement}", *advice, f"source: {rule.source}")
        yield Definition(rule.id, lines, document | ({"advice": rule.advice} if advice else {}), "lint rules")


def _of_properties() -> Iterator[Definition]:
    from conformance.properties import PROPERTIES

    for one in PROPERTIES.values():
        types = ", ".join(one.project_types)
        lines = (f"{one.severity.value}: {one.description}", f"judged in: {types}", f"source: {one.source}")
        document = {
            "id": one.id,
            "statement": one.description,
            "severity": one.severity.value,
            "projectTypes": list(one.project_types),
            "source": one.source,
        }
        yield Definition(one.id, lines, document, "properties of conform")

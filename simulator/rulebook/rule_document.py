"""A rule as JSON, with the question that it depends on and the settings that change it.

The settings are known by the rule's words: their model takes longer to import than all rules.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from simulator.rulebook.questions import question_of

if TYPE_CHECKING:
    from pydantic import JsonValue

    from simulator.project.rules import Rule

_NAMED: Final = re.compile(r"\bthe settings? (\w+)(?: and (\w+))?")


def rule_to_json(rule: Rule) -> dict[str, JsonValue]:
    """The rule, with `open` and `settings` where there are any."""
    question, settings = question_of(rule.id), settings_of(rule)
    is_open: dict[str, JsonValue] = {} if question is None else {"open": question.text}
    deciding: dict[str, JsonValue] = {"settings": list(settings)} if settings else {}
    return {**rule.to_json(), **is_open, **deciding}


def settings_of(rule: Rule) -> tuple[str, ...]:
    """The names of the settings that a rule names; where it names none, of those that its open question does."""
    question = question_of(rule.id)
    return _named(rule.statement) or (() if question is None else _named(question.settles))


def _named(text: str) -> tuple[str, ...]:
    return tuple(name for names in _NAMED.findall(text) for name in names if name)

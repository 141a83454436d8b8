"""What a linter says: rules, and findings about a configuration."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from pydantic import JsonValue

#: `error`: it does not do what it says; `warning`: it hardly can be meant; `note`: a trap to know of.
Severity = Literal["error", "warning", "note"]
Key = str | int
Keys = tuple[Key, ...]


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule.

    Attributes:
        id: A stable name, the subject first: `trigger.never`.
        severity: How bad it is; a finding may be less or more.
        statement: What is wrong, in a sentence.
        source: Where that is known from.
        advice: What to do about it, where that is the same for every mapping.
    """

    id: str
    severity: Severity
    statement: str
    source: str
    advice: str = ""


@dataclass(frozen=True, slots=True)
class Complaint:
    """What a check says of one subscription.

    Attributes:
        rule: The id of the rule.
        keys: Where: `("mapping", "email", "@path")`, `("subscribe",)`.
        message: What is wrong there, in a sentence.
        advice: What to write instead.
        severity: Where it is not that of the rule.
        instead: The word that is wrong there, and the right one, where it is no more than that.
    """

    rule: str
    keys: Keys
    message: str
    advice: str
    severity: Severity | None = None
    instead: tuple[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """What is wrong with one place of a configuration.

    Attributes:
        rule: The id of the rule.
        severity: How bad it is.
        subscription: The name of the subscription.
        action: The slug of its action.
        field: The dotted path of the place, in the words of the form that was given.
        file: The file, as it was named; empty for the presets.
        line: The line, counted from 1; 0 without a file.
        column: The column, counted from 1; 0 without a file.
        message: What is wrong, in a sentence.
        advice: What to write instead.
        source: Where it is known from.
        keys: Where it is in the subscription: `("mapping", "email", "@path")`, `("subscribe",)`.
        instead: The word that is wrong there, and the right one, where it is no more than that.
    """

    rule: str
    severity: Severity
    subscription: str
    action: str
    field: str
    file: str
    line: int
    column: int
    message: str
    advice: str
    source: str
    keys: Keys = ()
    instead: tuple[str, str] | None = None

    @property
    def place(self) -> str:
        """The dotted path of the place in its subscription, the same in every form: `mapping.email.@path`."""
        return ".".join(map(str, self.keys))

    def to_json(self) -> dict[str, JsonValue]:
        """The finding as JSON."""
        return {
            "rule": self.rule,
            "severity": self.severity,
            "subscription": self.subscription,
            "action": self.action,
            "field": self.field,
            "file": self.file,
            "line": self.line,
            "column": self.column,
            "message": self.message,
            "advice": self.advice,
            "source": self.source,
        }

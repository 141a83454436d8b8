"""What is known about a rule: its stable id, its statement, its source and how sure it is."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Confidence(StrEnum):
    """How sure a rule is."""

    DOCUMENTED = "documented"
    RECORDED = "recorded"
    INFERRED = "inferred"
    ASSUMED = "assumed"


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule of Iterable's behaviour.

    Attributes:
        id: The stable id that the journal shows, such as `body.not-json`.
        statement: What the rule says, as a sentence.
        source: Where it is documented or was observed.
        confidence: How sure it is.
    """

    id: str
    statement: str
    source: str
    confidence: Confidence

    def to_json(self) -> dict[str, str]:
        """The rule as the control surface and `explain --json` show it."""
        return {
            "id": self.id,
            "statement": self.statement,
            "source": self.source,
            "confidence": self.confidence.value,
        }

"""What is known about a rule: its stable id, its statement, its source and how sure it is."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

#: Nothing of a request that was answered as a success was carried out.
DROPPED: Final = "dropped"
#: The same of some items of a bulk call; and what became of items that it refuses, whatever its status is.
SOME_DROPPED: Final = "bulk.some-dropped"
SOME_REFUSED: Final = "bulk.some-refused"
ALL_REFUSED: Final = "bulk.all-refused"


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

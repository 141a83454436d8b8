"""What judging a mapping gives: findings, a result for each property and project type, and the whole judgement."""

from __future__ import annotations

from dataclasses import dataclass, field

from conformance.judging.baseline import Baseline, Signature
from conformance.properties import Property, Violation
from conformance.report import Verdict
from conformance.strategies import History
from destination import Subscription


@dataclass(slots=True)
class Finding:
    """A property that does not hold, with the smallest history that shows it.

    The same fault shows in histories with many themes; they make one finding.

    Attributes:
        property: The property.
        project_type: `email`, `userid` or `hybrid`.
        theme: What is peculiar about the histories that show it.
        violation: What is wrong, and what should be; about the smallest history.
        history: The smallest history.
        example: In which of the histories with the theme it was found, counted from 1.
        also: Other themes whose histories show it.
    """

    property: Property
    project_type: str
    theme: str
    violation: Violation
    history: History
    example: int
    also: list[str] = field(default_factory=list)

    def signatures(self) -> list[Signature]:
        """What a baseline lists to accept it, one for each theme."""
        return [
            Signature(self.property.id, self.project_type, theme, self.violation.about)
            for theme in (self.theme, *self.also)
        ]

    def minimal_history(self) -> History:
        """The history that shows the violation; where the property varied the judged one, the variation."""
        return self.violation.history or self.history


@dataclass(frozen=True, slots=True)
class Limit:
    """A finding that is no problem of the mapping.

    Attributes:
        finding: The finding.
        reason: Why: nothing that the mapping could say would change it, or it leaves something out on purpose.
        source: Where that is documented.
    """

    finding: Finding
    reason: str
    source: str


@dataclass(slots=True)
class Result:
    """One property in one project type.

    Attributes:
        property: The property.
        project_type: `email`, `userid` or `hybrid`.
        examples: How many histories the property was about; none means that it says nothing about the mapping.
        findings: What does not hold and is not in the baseline.
        accepted: What does not hold and is in the baseline, with the number of histories that showed it.
        limits: What does not hold, and is no problem of the mapping.
        seconds: How long it took: to hold histories against it, and its share of generating and executing them.
    """

    property: Property
    project_type: str
    examples: int = 0
    findings: list[Finding] = field(default_factory=list)
    accepted: dict[Signature, int] = field(default_factory=dict)
    limits: list[Limit] = field(default_factory=list)
    seconds: float = field(default=0.0, compare=False)

    def verdict(self) -> Verdict:
        """What the histories say; nothing passes that no history was about."""
        if self.findings:
            return Verdict.FAILED
        if self.accepted or self.limits:
            return Verdict.ACCEPTED
        return Verdict.PASSED if self.examples else Verdict.NOT_APPLICABLE


@dataclass(frozen=True, slots=True)
class Judgement:
    """What the properties say about a mapping.

    Attributes:
        subscriptions: The mapping.
        results: One for each property and project type, in the order of the catalogue.
        baseline: What was accepted.
    """

    subscriptions: tuple[Subscription, ...]
    results: tuple[Result, ...]
    baseline: Baseline = field(default_factory=Baseline)

    @property
    def findings(self) -> list[Finding]:
        """Everything that does not hold and is not in the baseline."""
        return [finding for result in self.results for finding in result.findings]

    @property
    def tested_something(self) -> bool:
        """Whether anything is applicable; else it would say the same of any mapping."""
        return any(result.verdict() is not Verdict.NOT_APPLICABLE for result in self.results)

    @property
    def holds(self) -> bool:
        """Whether there is no finding."""
        return not self.findings

    def found(self, property_id: str) -> list[Finding]:
        """The findings of one property."""
        return [finding for finding in self.findings if finding.property.id == property_id]

"""Problems: what is to be mended, each with the findings that show it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from conformance.properties import Severity

if TYPE_CHECKING:
    from collections.abc import Iterable

    from conformance.judging.model import Finding
    from conformance.report import CaseResult


@dataclass(frozen=True, slots=True)
class ShownFinding:
    """A finding, and its scenario as it was saved and run again.

    Attributes:
        finding: The finding.
        case: What came of the scenario; its `file` is where it is saved.
    """

    finding: Finding
    case: CaseResult


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong with a mapping.

    Attributes:
        shown_by: The findings that show it, at least one; the first is the one to look at.
    """

    shown_by: tuple[ShownFinding, ...]

    @property
    def sentence(self) -> str:
        """What is wrong."""
        return self.shown_by[0].finding.violation.detail

    @property
    def severity(self) -> Severity:
        """How bad that is: as bad as the worst that shows it."""
        severities = {item.finding.property.severity for item in self.shown_by}
        return next(severity for severity in Severity if severity in severities)

    @property
    def properties(self) -> tuple[str, ...]:
        """The ids of the properties that showed it."""
        return tuple(dict.fromkeys(item.finding.property.id for item in self.shown_by))

    @property
    def project_types(self) -> tuple[str, ...]:
        """The project types that it hits."""
        return tuple(dict.fromkeys(item.finding.project_type for item in self.shown_by))


def problems_of(shown: Iterable[ShownFinding]) -> tuple[Problem, ...]:
    """Findings as problems: those of one property in one project type are one problem."""
    groups: dict[tuple[str, str], list[ShownFinding]] = {}
    for item in shown:
        groups.setdefault((item.finding.property.id, item.finding.project_type), []).append(item)
    return tuple(Problem(tuple(group)) for group in groups.values())

"""The report of a judgement: problems, and what was accepted, passed or is not applicable, each counted apart."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from conformance.judging.model import Judgement, Result
from conformance.report import Report, Verdict, case_document

if TYPE_CHECKING:
    from conformance.judging.problems import Problem, ShownFinding

#: The version of the JSON document; it changes when a reader would have to.
VERSION: Final = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgementReport(Report):
    """What `conform` reports.

    Its cases are one for each finding, and one for each property without findings in a project type; it counts
    problems, and properties in project types.

    Attributes:
        judgement: What is reported.
        problems: What is to be mended.
    """

    judgement: Judgement
    problems: tuple[Problem, ...]

    @property
    def failed(self) -> int:
        """How many problems there are."""
        return len(self.problems)

    @property
    def accepted(self) -> int:
        """How many properties do not hold in ways that are accepted."""
        return self._count(Verdict.ACCEPTED)

    @property
    def passed(self) -> int:
        """How many properties held in every history that they were about, and were about some."""
        return self._count(Verdict.PASSED)

    @property
    def not_applicable(self) -> int:
        """How many properties no history was about."""
        return self._count(Verdict.NOT_APPLICABLE)

    @property
    def summary(self) -> str:
        """`N problems, M accepted, K passed, L not applicable`."""
        return (
            f"{self.failed} problems, {self.accepted} accepted, "
            f"{self.passed} passed, {self.not_applicable} not applicable"
        )

    @property
    def is_good(self) -> bool:
        """Whether something was tested and nothing is to be mended."""
        return not self.failed and self.not_applicable < len(self.judgement.results)

    def _count(self, verdict: Verdict) -> int:
        return sum(result.verdict() is verdict for result in self.judgement.results)


def judgement_json(report: JudgementReport) -> str:
    """The report as a JSON document: `version`, `summary`, `problems`, and `properties` in their project types."""
    document: dict[str, Any] = {
        "version": VERSION,
        "summary": {
            "problems": report.failed,
            "accepted": report.accepted,
            "passed": report.passed,
            "not_applicable": report.not_applicable,
        },
        "problems": [_problem(problem) for problem in report.problems],
        "properties": [_property(result, report.judgement) for result in report.judgement.results],
    }
    return json.dumps(document, ensure_ascii=False, indent=2, default=str) + "\n"


def _problem(problem: Problem) -> dict[str, Any]:
    return {
        "description": problem.sentence,
        "severity": problem.severity.value,
        "project_types": problem.project_types,
        "properties": problem.properties,
        "file": problem.shown_by[0].case.file,
        "findings": [_finding(item) for item in problem.shown_by],
    }


def _finding(item: ShownFinding) -> dict[str, Any]:
    finding = item.finding
    return {
        "property": finding.property.id,
        "about": finding.violation.about,
        "themes": [finding.theme, *finding.also],
        "description": finding.violation.detail,
        **case_document(item.case),
    }


def _property(result: Result, judgement: Judgement) -> dict[str, Any]:
    return {
        "property": result.property.id,
        "project_type": result.project_type,
        "verdict": result.verdict().value,
        "description": result.property.description,
        "severity": result.property.severity.value,
        "source": result.property.source,
        "histories": result.examples,
        "accepted": [
            {
                "theme": signature.theme,
                "about": signature.about,
                "histories": count,
                "reason": entry.reason if entry is not None else "",
                "source": entry.source if entry is not None else "",
            }
            for signature, count in sorted(result.accepted.items())
            for entry in [judgement.baseline.entry_for(signature)]
        ],
    }

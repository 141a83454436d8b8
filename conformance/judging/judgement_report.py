"""The report of a judgement: problems, and what was accepted, passed or is not applicable, each counted apart."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, replace
from importlib import resources
from typing import TYPE_CHECKING, Any, Final

from conformance.judging.assumptions import Assumption, assumptions
from conformance.judging.model import Judgement, Result
from conformance.report import CaseResult, Report, Verdict, case_document
from iterable_harness import __version__

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from conformance.inputs.configuration import Configuration
    from conformance.inputs.errors import InputProblem
    from conformance.judging.baseline import LintEntry
    from conformance.judging.problems import Problem, ShownFinding
    from conformance.lint import Finding as LintFinding

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
        configuration: The mapping as it was read; None for one that was made by a program.
        accepted_lint: The entries of baselines that accept something of what `lint` found.
    """

    judgement: Judgement
    problems: tuple[Problem, ...]
    configuration: Configuration | None = None
    accepted_lint: tuple[LintEntry, ...] = ()

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
        """`N problems, M accepted, K passed, L not applicable`; of one, `1 problem`."""
        return self._figures("problem" if self.failed == 1 else "problems")

    @property
    def last_line(self) -> str:
        """The summary with the same words for any number, so that a program can read it."""
        return self._figures("problems")

    @property
    def assumptions(self) -> tuple[Assumption, ...]:
        """What was assumed of the events of a mapping; nothing where the presets are judged as such."""
        return (
            () if self.configuration is None else assumptions(self.judgement.subscriptions, self.configuration.models)
        )

    def remarks(self, *, quiet: bool = False) -> list[str]:
        """What a reader of the figures must know: what was assumed, and how many properties failed in project types.

        Saved scenarios that do not show their finding are named.

        Args:
            quiet: Only name those scenarios.
        """
        unshown = [f"{case.file}: {case.message}" for case in self.cases if case.verdict is Verdict.ERROR]
        if quiet:
            return unshown
        assumed = [f"assumed: {item.sentence}" for item in self.assumptions]
        failed, checks = self._count(Verdict.FAILED), len(self.judgement.results)
        counted = [f"{failed} of {checks} {'check' if checks == 1 else 'checks'} failed"] if failed else []
        return [*assumed, *unshown, *counted]

    @property
    def is_good(self) -> bool:
        """Whether something was tested and nothing is to be mended."""
        return not self.failed and self.judgement.tested_something

    @property
    def suites(self) -> Mapping[str, tuple[CaseResult, ...]]:
        """The cases of the properties, and one for what shows without an event, where that was looked for.

        A case that failed says which problem it shows.
        """
        sentences = {
            id(item.case): _sentence(item, problem) for problem in self.problems for item in problem.shown_by
        }
        mapping = "" if self.configuration is None else self.configuration.file
        # A property takes the time of its search as well, but for that of the counterexamples run again.
        search = {(item.property.id, item.project_type): item.seconds for item in self.judgement.results}
        cases = []
        for case in self.cases:
            told = sentences.get(id(case), "")
            seconds = search.pop((case.test, case.project_type), 0.0) if told else 0.0
            # TAP has a severity of its own, of the test.
            details = tuple(("priority" if name == "severity" else name, text) for name, text in case.details)
            time = case.seconds + seconds
            cases.append(replace(case, sentence=told, seconds=time, details=details, tested_file=mapping))
        named = {"iterable-harness": tuple(cases)}
        return (
            named
            if self.configuration is None
            else {**named, "lint": (_lint_case(self.configuration, self.problems, self.accepted_lint),)}
        )

    def _figures(self, noun: str) -> str:
        return (
            f"{self.failed} {noun}, {self.accepted} accepted, {self.passed} passed, "
            f"{self.not_applicable} not applicable"
        )

    def _count(self, verdict: Verdict) -> int:
        return sum(result.verdict() is verdict for result in self.judgement.results)


def _sentence(item: ShownFinding, problem: Problem) -> str:
    """What does not hold, the cause, which other properties may share, and what to do about it."""
    # Without a change and without `lint`, the sentence of a problem is the violation of one of its properties.
    cause = problem.sentence if problem.change is not None or problem.linted else ""
    return "; ".join(text for text in (item.finding.violation.detail.rstrip("."), cause, problem.advice) if text)


def _lint_case(
    configuration: Configuration, problems: Sequence[Problem], accepted: Sequence[LintEntry]
) -> CaseResult:
    """What shows without an event, as one case with the same name whatever comes of it."""
    found = [finding for problem in problems for finding in problem.linted]
    first = _linted(found[0]) if found else ""
    more = f" (and {len(found) - 1} more)" if len(found) > 1 else ""
    told = [f"{item.file}:{item.line}:{item.column}: {_linted(item)}" for item in found]
    reasons = [f"{entry.rule}: {entry.reason.rstrip('.')} ({entry.source})" for entry in accepted]
    return CaseResult(
        name="The mapping has no mistake that shows without an event",
        file=configuration.file,
        project_type="",
        verdict=Verdict.FAILED if found else Verdict.ACCEPTED if accepted else Verdict.PASSED,
        seconds=0.0,
        message="\n".join(told or reasons),
        test="lint",
        sentence=f"{first}{more}",
        tested_file=configuration.file,
        line=found[0].line if found else 0,
    )


def _linted(finding: LintFinding) -> str:
    return f"{finding.subscription}: {finding.message}; {finding.advice}"


def judgement_json(report: JudgementReport) -> str:
    """The report as a JSON document: versions, `summary`, `problems`, and `properties` in their project types."""
    document: dict[str, Any] = {
        "version": VERSION,
        "harnessVersion": __version__,
        "summary": {
            "problems": report.failed,
            "accepted": report.accepted,
            "passed": report.passed,
            "not_applicable": report.not_applicable,
        },
        "problems": [_problem(problem) for problem in report.problems],
        "properties": [_property(result, report.judgement) for result in report.judgement.results],
        "assumptions": [asdict(item) | {"description": item.sentence} for item in report.assumptions],
        "accepted_lint": [entry.model_dump() for entry in report.accepted_lint],
    }
    return json.dumps(document, ensure_ascii=False, indent=2, default=str) + "\n"


def problems_json(problems: Sequence[InputProblem]) -> str:
    """The document of a run in which nothing was judged: `judgement_json` without figures, and `mistakes`.

    Args:
        problems: Why nothing was.
    """
    document: dict[str, Any] = {
        "version": VERSION,
        "harnessVersion": __version__,
        "summary": {"problems": 0, "accepted": 0, "passed": 0, "not_applicable": 0},
        "problems": [],
        "properties": [],
        "assumptions": [],
        "mistakes": [asdict(problem) for problem in problems],
    }
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"


def judgement_schema() -> dict[str, Any]:
    """The JSON Schema (draft 2020-12) of what `judgement_json` gives, as it ships in `report.schema.json`."""
    file = resources.files("conformance.judging") / "report.schema.json"
    schema: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    return schema


def _problem(problem: Problem) -> dict[str, Any]:
    return {
        "description": problem.sentence,
        "consequence": problem.consequence,
        "advice": problem.advice,
        "severity": problem.severity.value,
        "project_types": problem.project_types,
        "properties": problem.shown,
        "place": problem.place,
        "patches": [asdict(patch) for patch in problem.patches],
        "file": problem.replay,
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
                "baseline": judgement.baseline.file_of(entry) if entry is not None else "",
            }
            for signature, count in sorted(result.accepted.items())
            for entry in [judgement.baseline.entry_for(signature)]
        ]
        + [
            {
                "theme": limit.finding.theme,
                "about": limit.finding.violation.about,
                "histories": 1,
                "reason": limit.reason,
                "source": limit.source,
                "baseline": "",
            }
            for limit in result.limits
        ],
    }

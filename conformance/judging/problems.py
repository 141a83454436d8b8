"""Problems: decisions of a mapping that are to be mended, each with what shows it and what to write instead."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from conformance.diagnosis import Change, Patch, advice, decision, patches
from conformance.judging.lint_changes import gone_with, mending_change
from conformance.properties import Severity

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from conformance.inputs.configuration import Configuration
    from conformance.judging.model import Finding
    from conformance.judging.verdict import DiagnosedJudgement, Diagnosis
    from conformance.lint import Finding as LintFinding
    from conformance.report import CaseResult

_NO_CHANGE: Final = "no single change of the mapping was found that mends it"
_SEVERITY_OF_LINT: Final = {"error": Severity.HIGH, "warning": Severity.MEDIUM, "note": Severity.LOW}


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
    """One decision of a mapping that is to be mended.

    Attributes:
        sentence: What the mapping does, in its own words: `Identify Calls: userId reads $.traits.email`.
        consequence: What comes of it.
        advice: What to do instead.
        severity: As bad as the worst that shows it.
        project_types: Those that it hits.
        shown: The ids of the properties that show it, and of the rules of `lint` that know it.
        patches: What to write where, in the customer's own form.
        place: `file:line:column`; empty for the presets and for what is to be added.
        shown_by: The findings that show it; none for what shows without an event.
        change: The change of the mapping with which it is gone; None where none was found.
    """

    sentence: str
    consequence: str
    advice: str
    severity: Severity
    project_types: tuple[str, ...]
    shown: tuple[str, ...]
    patches: tuple[Patch, ...] = ()
    place: str = ""
    shown_by: tuple[ShownFinding, ...] = ()
    change: Change | None = None

    @property
    def replay(self) -> str:
        """The scenario that shows it; empty where it shows without an event."""
        return self.shown_by[0].case.file if self.shown_by else ""


def problems_of(
    diagnosed: DiagnosedJudgement,
    shown: Iterable[ShownFinding],
    configuration: Configuration | None = None,
    linted: Sequence[LintFinding] = (),
) -> tuple[Problem, ...]:
    """The problems of a mapping, the worst first; what `lint` knows of a decision is not told twice.

    Args:
        diagnosed: The findings with their causes.
        shown: The findings with their scenarios.
        configuration: The mapping as it was read; None for the presets.
        linted: What `lint` calls errors.
    """
    cases = {id(item.finding): item for item in shown}
    found = [_of_diagnosis(item, diagnosed, cases, configuration) for item in diagnosed.diagnoses]
    types = tuple(dict.fromkeys(result.project_type for result in diagnosed.judgement.results))
    for finding in linted:
        known = next((index for index, item in enumerate(found) if _knows(item, finding, types, configuration)), None)
        if known is None:
            place = _place(finding.file, finding.line, finding.column)
            found.append(_of_lint(finding, types, place, configuration))
        elif finding.rule not in found[known].shown:
            found[known] = replace(found[known], shown=(*found[known].shown, finding.rule))
    order = list(Severity)
    return tuple(sorted(found, key=lambda item: order.index(item.severity)))


def _of_diagnosis(
    diagnosis: Diagnosis,
    diagnosed: DiagnosedJudgement,
    cases: Mapping[int, ShownFinding],
    configuration: Configuration | None,
) -> Problem:
    findings, change = diagnosis.findings, diagnosis.change
    first = findings[0]
    written = () if change is None else patches(change, configuration)
    return Problem(
        sentence=first.violation.detail if change is None else decision(change, diagnosed.judgement.subscriptions),
        consequence=first.property.description.rstrip(".") if change is None else first.violation.detail,
        advice=_NO_CHANGE if change is None else advice(change),
        severity=first.property.severity,
        project_types=tuple(_in_order(finding.project_type for finding in findings)),
        shown=tuple(dict.fromkeys(finding.property.id for finding in findings)),
        patches=written,
        place=next((_place(item.file, item.line, item.column) for item in written if item.line), ""),
        shown_by=tuple(cases[id(finding)] for finding in findings if id(finding) in cases),
        change=change,
    )


def _in_order(types: Iterable[str]) -> Iterator[str]:
    found = set(types)
    return (name for name in ("email", "userid", "hybrid") if name in found)


def _knows(problem: Problem, finding: LintFinding, types: Sequence[str], configuration: Configuration | None) -> bool:
    """Whether a problem is what `lint` tells: it is about that place, or mended by what mends it."""
    if _is_about(problem, finding):
        return True
    if problem.change is None or configuration is None:
        return False
    return bool(gone_with(problem.change, configuration, types, [finding]))


def _is_about(problem: Problem, finding: LintFinding) -> bool:
    """Whether a problem is about the place that `lint` names, or about what it stands in."""
    if not problem.sentence.startswith(f"{finding.subscription}: "):
        return False
    places = [patch.path for patch in problem.patches if patch.path]
    return any(
        f"{one}.".startswith(f"{other}.")
        for path in places
        for one, other in ((finding.field, path), (path, finding.field))
    )


def _of_lint(
    finding: LintFinding, types: tuple[str, ...], place: str, configuration: Configuration | None
) -> Problem:
    change = None if configuration is None else mending_change(finding, configuration, types)
    sentence, consequence = f"{finding.subscription}: {finding.message}", ""
    if configuration is not None and change is not None:
        sentence, consequence = decision(change, configuration.plain), finding.message
    return Problem(
        sentence=sentence,
        consequence=consequence,
        advice=finding.advice,
        severity=_SEVERITY_OF_LINT[finding.severity],
        project_types=types,
        shown=(finding.rule,),
        patches=() if change is None else patches(change, configuration),
        place=place,
        change=change,
    )


def _place(file: str, line: int, column: int) -> str:
    return f"{file}:{line}:{column}" if file and line else ""

"""Problems: decisions of a mapping that are to be mended, each with what shows it and what to write instead."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from conformance.diagnosis import Change, Likelihood, Patch, advice, decision, patches, shows_with
from conformance.judging.lint_changes import gone_with, mending_change
from conformance.judging.verdict import symptom_of
from conformance.lint import lint
from conformance.properties import Severity
from conformance.strategies.mapping_analysis import analyse

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from conformance.inputs.configuration import Configuration
    from conformance.judging.baseline import Baseline
    from conformance.judging.model import Finding
    from conformance.judging.verdict import DiagnosedJudgement, Diagnosis
    from conformance.lint import Finding as LintFinding
    from conformance.report import CaseResult
    from destination import Subscription

_NO_CHANGE: Final = "no single change of the mapping was found that fixes it"
_SEVERITIES: Final = tuple(Severity)
#: Sentences about what comes of one problem.
_MOST_CONSEQUENCES: Final = 2
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
        linted: What `lint` says of it.
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
    linted: tuple[LintFinding, ...] = ()
    change: Change | None = None

    @property
    def location(self) -> tuple[str, int, int]:
        """File, line and column, as far as there are such; the line is 0 for what is to be added."""
        places = [(patch.file, patch.line, patch.column) for patch in self.patches]
        places += [(finding.file, finding.line, finding.column) for finding in self.linted]
        return next((place for place in places if place[1]), places[0] if places else ("", 0, 0))

    @property
    def replay(self) -> str:
        """The scenario that shows it; empty where it shows without an event."""
        return self.shown_by[0].case.file if self.shown_by else ""


def problems_of(
    diagnosed: DiagnosedJudgement,
    shown: Iterable[ShownFinding],
    configuration: Configuration | None = None,
    linted: Sequence[Problem] = (),
) -> tuple[Problem, ...]:
    """The problems of a mapping: first those that `lint` knows, in its order, then the others, the worst first.

    So they have the numbers with which a terminal tells of them as they are found. What `lint` knows of a decision
    is not told twice.

    Args:
        diagnosed: The findings with their causes.
        shown: The findings with their scenarios.
        configuration: The mapping as it was read; None for the presets.
        linted: What shows without an event, as `problems_of_lint` has it.
    """
    cases = {id(item.finding): item for item in shown}
    types = tuple(dict.fromkeys(result.project_type for result in diagnosed.judgement.results))
    models = () if configuration is None else configuration.models
    linted, follows = _with_what_follows(linted, diagnosed, cases, models)
    found = [
        _of_diagnosis(item, diagnosed, cases, configuration) for item in diagnosed.diagnoses if item not in follows
    ]
    first: list[Problem] = []
    for told in linted:
        known = next((item for item in found if _knows(item, told, types, configuration)), None)
        if known is None:
            first.append(told)
        else:
            # What was told with numbers of its own stays apart, though one change may mend both.
            found.remove(known)
            first.append(_with_lint(known, told))
    return (*first, *sorted(found, key=lambda item: _SEVERITIES.index(item.severity)))


def _with_lint(problem: Problem, told: Problem) -> Problem:
    """A problem that histories show, together with what `lint` tells of it."""
    worst = min((problem, told), key=lambda item: _SEVERITIES.index(item.severity))
    return replace(
        problem,
        severity=worst.severity,
        consequence=worst.consequence or problem.consequence,
        project_types=tuple(_in_order((*problem.project_types, *told.project_types))),
        shown=tuple(dict.fromkeys((*problem.shown, *told.shown))),
        linted=(*problem.linted, *told.linted),
        shown_by=(*problem.shown_by, *told.shown_by),
    )


def _with_what_follows(
    linted: Sequence[Problem],
    diagnosed: DiagnosedJudgement,
    cases: Mapping[int, ShownFinding],
    models: Sequence[str | None],
) -> tuple[list[Problem], list[Diagnosis]]:
    """The problems of `lint` with what follows from them, and the diagnoses that do.

    Where two required fields are missing, no single change mends what comes of it, and both are told already. Nor is
    something a cause of its own that no longer shows once what `lint` knows is mended.
    """
    subscriptions = diagnosed.judgement.subscriptions
    told = list(linted)
    follows: list[Diagnosis] = []
    for diagnosis in diagnosed.diagnoses:
        if diagnosis.change is not None:
            continue
        taking = _taking(diagnosis, subscriptions)
        place = next((index for index, item in enumerate(told) if _refuses_all_of(item, taking)), None)
        if place is None:
            gone = (index for index, item in enumerate(told) if _mends(item, diagnosis, subscriptions, models))
            place = next(gone, None)
        if place is not None:
            follows.append(diagnosis)
            told[place] = _shown_by(told[place], diagnosis.findings, cases)
    return told, follows


def _taking(diagnosis: Diagnosis, subscriptions: Sequence[Subscription]) -> set[str]:
    """The names of the subscriptions that take the events of some findings."""
    analysis = analyse(subscriptions)
    events = [item.event for finding in diagnosis.findings for item in finding.minimal_history().history_events]
    return {item.subscription.name for event in events for item in analysis.taking(event)}


def _mends(
    problem: Problem, diagnosis: Diagnosis, subscriptions: Sequence[Subscription], models: Sequence[str | None]
) -> bool:
    """Whether findings are gone with what mends a problem."""
    change = problem.change
    return change is not None and not any(
        shows_with(change, subscriptions, symptom_of(finding), models) for finding in diagnosis.findings
    )


def _refuses_all_of(problem: Problem, names: set[str]) -> bool:
    """Whether some of these subscriptions refuse every event because of a problem."""
    return any(finding.rule == "fields.missing" and finding.subscription in names for finding in problem.linted)


def _shown_by(problem: Problem, findings: Sequence[Finding], cases: Mapping[int, ShownFinding]) -> Problem:
    return replace(
        problem,
        consequence=problem.consequence or findings[0].violation.detail,
        shown=tuple(dict.fromkeys((*problem.shown, *(finding.property.id for finding in findings)))),
        shown_by=(*problem.shown_by, *(cases[id(finding)] for finding in findings if id(finding) in cases)),
    )


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


def _knows(problem: Problem, told: Problem, types: Sequence[str], configuration: Configuration | None) -> bool:
    """Whether a problem is what `lint` tells: it is about that place, or mended by what mends it."""
    if any(_is_about(problem, finding) for finding in told.linted):
        return True
    if problem.change is None or configuration is None:
        return False
    return bool(gone_with(problem.change, configuration, types, told.linted))


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


def problems_of_lint(
    configuration: Configuration, project_types: Sequence[str], baseline: Baseline | None = None
) -> tuple[Problem, ...]:
    """What `lint` calls errors and warnings as problems, the errors first; notes are no problems.

    What one change mends is one problem.

    Args:
        configuration: The mapping.
        project_types: Those that are judged.
        baseline: What is accepted, and no problem.
    """
    types: dict[LintFinding, list[str]] = {}
    for project_type in project_types:
        for finding in lint(configuration, [project_type]):
            if baseline is None or baseline.lint_entry_for(finding) is None:
                types.setdefault(finding, []).append(project_type)
    in_order = sorted(types, key=lambda item: (item.line, item.column))
    found = [
        _of_lint(finding, tuple(types[finding]), configuration)
        for severity in ("error", "warning")
        for finding in in_order
        if finding.severity == severity
    ]
    return _one_for_each_change(found, configuration, project_types)


def _one_for_each_change(
    problems: Sequence[Problem], configuration: Configuration, project_types: Sequence[str]
) -> tuple[Problem, ...]:
    """Problems of `lint`, of which those that the change of one of them mends are one problem."""
    linted = [finding for problem in problems for finding in problem.linted]
    mended = {id(item): _mended(item, configuration, project_types, linted) for item in problems}
    groups: list[list[Problem]] = []
    for problem in problems:
        group = next((item for item in groups if _leader([*item, problem], mended) is not None), None)
        if group is None:
            groups.append([problem])
        else:
            group.append(problem)
    return tuple(_together(group, mended) for group in groups)


def _mended(
    problem: Problem, configuration: Configuration, project_types: Sequence[str], linted: Sequence[LintFinding]
) -> set[LintFinding]:
    """What the change of a problem mends of what `lint` found; at least the problem itself."""
    change = problem.change
    # What gives something up takes more with it than what was wrong with it.
    if change is None or change.likelihood is Likelihood.LOSS:
        return set(problem.linted)
    return {*problem.linted, *gone_with(change, configuration, project_types, linted)}


def _leader(group: Sequence[Problem], mended: Mapping[int, set[LintFinding]]) -> Problem | None:
    """The problem of which the change mends all of some, the one with the most exact place; None without such."""
    all_of_them = {finding for problem in group for finding in problem.linted}
    leaders = [problem for problem in group if all_of_them <= mended[id(problem)]]
    return max(leaders, key=lambda item: len(item.linted[0].keys), default=None)


def _together(group: Sequence[Problem], mended: Mapping[int, set[LintFinding]]) -> Problem:
    """Problems that one change mends, as one."""
    leader = _leader(group, mended)
    if leader is None or len(group) == 1:
        return group[0]
    in_order = [leader, *(problem for problem in group if problem is not leader)]
    consequences = dict.fromkeys(problem.consequence for problem in in_order if problem.consequence)
    return replace(
        leader,
        severity=min((item.severity for item in group), key=_SEVERITIES.index),
        consequence="; ".join(list(consequences)[:_MOST_CONSEQUENCES]),
        project_types=tuple(_in_order(name for item in group for name in item.project_types)),
        shown=tuple(dict.fromkeys(rule for item in in_order for rule in item.shown)),
        linted=tuple(finding for item in in_order for finding in item.linted),
    )


def _of_lint(finding: LintFinding, types: tuple[str, ...], configuration: Configuration) -> Problem:
    change = mending_change(finding, configuration, types)
    sentence, consequence = f"{finding.subscription}: {finding.message}", ""
    if change is not None:
        sentence, consequence = decision(change, configuration.plain), finding.message
    return Problem(
        sentence=sentence,
        consequence=consequence,
        advice=finding.advice,
        severity=_SEVERITY_OF_LINT[finding.severity],
        project_types=types,
        shown=(finding.rule,),
        patches=() if change is None else patches(change, configuration),
        place=_place(finding.file, finding.line, finding.column),
        linted=(finding,),
        change=change,
    )


def _place(file: str, line: int, column: int) -> str:
    return f"{file}:{line}:{column}" if file and line else ""

"""The verdict: what of the findings is a problem of the mapping, by its cause, and what is accepted."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final

from conformance.diagnosis import Broken, Cause, Change, Symptom, find_causes
from conformance.judging.baseline import Signature, shipped_baseline
from conformance.judging.model import Finding, Judgement, Limit, Result
from conformance.properties import Severity

_SHARED: Final = "The destination's presets show the same, and none of the changes that were tried fixes it."
_OMITTED: Final = "the mapping itself"


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """Findings that one decision of the mapping explains.

    Attributes:
        findings: The findings, at least one; the worst and simplest first.
        change: The change with which all of them are gone; None where none was found.
    """

    findings: tuple[Finding, ...]
    change: Change | None = None


@dataclass(frozen=True, slots=True)
class DiagnosedJudgement:
    """A judgement whose findings have causes.

    Attributes:
        judgement: The judgement; what no change of the mapping mends is among the limits of its results.
        diagnoses: The causes of what is left, those that explain the most first.
    """

    judgement: Judgement
    diagnoses: tuple[Diagnosis, ...]


def diagnose(
    judgement: Judgement,
    progress: Callable[[], None] = lambda: None,
    models: Sequence[str | None] = (),
    *,
    accept_limits: bool = True,
) -> DiagnosedJudgement:
    """Find the cause of every finding of a judgement.

    Args:
        judgement: The judgement.
        progress: Called after every change of the mapping that was tried.
        models: The Reverse ETL model of each subscription, or None.
        accept_limits: Whether what the destination's own presets show too, and no change mends, is accepted.
    """
    findings = judgement.findings
    shipped = shipped_baseline()

    def is_accepted(item: Broken) -> bool:
        signature = Signature(item.property_id, item.project_type, item.theme, item.about)
        return shipped.accepts(signature) or judgement.baseline.accepts(signature)

    symptoms = [symptom_of(finding) for finding in findings]
    causes = find_causes(judgement.subscriptions, symptoms, progress, models, is_accepted)
    tolerated = [cause for cause in causes if cause.is_omission or (cause.is_limit and accept_limits)]
    limits = [_limit(findings[index], cause) for cause in tolerated for index in cause.symptoms]
    accepted = {id(limit.finding) for limit in limits}
    results = tuple(_without(result, accepted, limits) for result in judgement.results)
    diagnoses = tuple(
        Diagnosis(tuple(_worst_first(findings[index] for index in cause.symptoms)), cause.change)
        for cause in causes
        if cause not in tolerated
    )
    return DiagnosedJudgement(replace(judgement, results=results), diagnoses)


def symptom_of(finding: Finding) -> Symptom:
    """A finding as something whose cause is looked for."""
    return Symptom(finding.property, finding.project_type, finding.violation.about, (finding.history,))


def _limit(finding: Finding, cause: Cause) -> Limit:
    if cause.is_omission and cause.change is not None:
        return Limit(finding, _left_out(cause.change), _OMITTED)
    entries = [
        entry
        for entry in shipped_baseline().entries
        if entry.property_id == finding.property.id and finding.project_type in entry.project_types
    ]
    if len({entry.reason for entry in entries}) == 1:
        return Limit(finding, entries[0].reason, entries[0].source)
    return Limit(finding, _SHARED, finding.property.source)


def _left_out(change: Change) -> str:
    what = change.field or f"a subscription with the action {change.after.partner_action}"
    return f"The mapping leaves out {what}." if change.is_addition else f"The mapping says so with {what}."


def _without(result: Result, accepted: set[int], limits: Sequence[Limit]) -> Result:
    return replace(
        result,
        findings=[finding for finding in result.findings if id(finding) not in accepted],
        limits=[limit for limit in limits if any(limit.finding is finding for finding in result.findings)],
    )


def _worst_first(findings: Iterable[Finding]) -> list[Finding]:
    order = list(Severity)
    return sorted(
        findings, key=lambda item: (order.index(item.property.severity), len(item.minimal_history().history_events))
    )

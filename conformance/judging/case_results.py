"""Findings and properties without findings as cases of a report."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from conformance.judging.baseline import Baseline
from conformance.judging.model import Finding, Result
from conformance.report import CaseResult, Verdict
from conformance.scenario import Backend, LoadedScenario, run_scenario

_NOT_APPLICABLE: Final = "not applicable: no generated history exercises it"


def failed_case(finding: Finding, loaded: LoadedScenario, backend: Backend) -> CaseResult:
    """A finding as a case that failed, with the trace of its saved scenario, which is run again for it.

    Args:
        finding: The finding.
        loaded: Its scenario, as it was saved.
        backend: Where the scenario is run.
    """
    case = run_scenario(loaded, finding.project_type, backend)
    details = (
        ("property", finding.property.id),
        ("severity", finding.property.severity.value),
        ("theme", "; also: ".join([finding.theme, *([", ".join(finding.also)] if finding.also else [])])),
        ("what", finding.violation.detail),
        ("source", finding.property.source),
        ("found in", f"generated case {finding.example} of the theme; minimal example: {_size(finding)}"),
    )
    # The mapping is that of the run, which the report names.
    case = replace(case, details=details, test=finding.property.id, mapping="", subscriptions=None)
    if case.verdict is Verdict.PASSED:
        message = "the saved scenario does not reproduce the finding: a bug in the harness, please report it"
        return replace(case, verdict=Verdict.ERROR, message=message)
    if case.verdict is Verdict.SKIPPED:
        # It was found all the same.
        return replace(case, verdict=Verdict.FAILED, message=f"the saved scenario was not run again: {case.message}")
    return case


def _size(finding: Finding) -> str:
    count = len(finding.minimal_history().history_events)
    return "1 event" if count == 1 else f"{count} events"


def case_without_findings(result: Result, baseline: Baseline) -> CaseResult:
    """A property without findings as a case that passed, is accepted, or is not applicable.

    Args:
        result: The property in a project type.
        baseline: What says why something is accepted.
    """
    details = [("property", result.property.id), ("histories", str(result.examples))]
    details += [("accepted", signature.theme) for signature in sorted(result.accepted)]
    return CaseResult(
        name=result.property.description.rstrip("."),
        file=result.property.id,
        project_type=result.project_type,
        verdict=result.verdict(),
        seconds=result.seconds,
        message=_reason(result, baseline),
        details=tuple(details),
        test=result.property.id,
    )


def _reason(result: Result, baseline: Baseline) -> str:
    """Why a property neither passed nor failed; empty when it passed."""
    if result.verdict() is Verdict.NOT_APPLICABLE:
        return _NOT_APPLICABLE
    entries = [baseline.entry_for(signature) for signature in sorted(result.accepted)]
    reasons = [f"{entry.reason.rstrip('.')} ({entry.source})" for entry in entries if entry is not None]
    reasons += [f"{limit.reason.rstrip('.')} ({limit.source})" for limit in result.limits]
    return "; ".join(dict.fromkeys(reasons))

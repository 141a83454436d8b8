"""Findings and properties that hold as cases of a report."""

from __future__ import annotations

from dataclasses import replace

from conformance.judging.model import Finding, Result
from conformance.report import CaseResult, Verdict
from conformance.scenario import Backend, LoadedScenario, run_scenario


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
    case = replace(case, details=details)
    if case.verdict is Verdict.PASSED:
        message = "the saved scenario does not show the finding: a fault of the harness, please report it"
        return replace(case, verdict=Verdict.ERROR, message=message)
    return case


def _size(finding: Finding) -> str:
    count = len(finding.minimal_history().history_events)
    return "1 event" if count == 1 else f"{count} events"


def passed_case(result: Result) -> CaseResult:
    """A property without findings as a case that passed; what the baseline accepts stands in its details."""
    details = [("property", result.property.id), ("histories", str(result.examples))]
    details += [("known", signature.theme) for signature in sorted(result.accepted)]
    return CaseResult(
        name=result.property.description.rstrip("."),
        file=result.property.id,
        project_type=result.project_type,
        verdict=Verdict.PASSED,
        seconds=0.0,
        details=tuple(details),
    )

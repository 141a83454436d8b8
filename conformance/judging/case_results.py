"""A judgement as a report: each finding is played again from its scenario file, and told step by step."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Final

from conformance.judging.runner import Finding, Result
from conformance.report import CaseResult, Verdict
from conformance.scenario import Backend, LoadedScenario, run_scenario

_NOT_IN_NAMES: Final = re.compile(r"[^a-z0-9]+")


def file_name(finding: Finding) -> str:
    """The name of the file that a finding is saved in: the same for the same sort of finding."""
    words = f"{finding.theme} {finding.violation.about}".lower()
    slug = _NOT_IN_NAMES.sub("-", words).strip("-")
    return f"{finding.subject.id}.{finding.project_type}.{slug}.scenario.yaml"


def told(finding: Finding, loaded: LoadedScenario, backend: Backend) -> CaseResult:
    """A finding as a case that failed, with the trace of its saved scenario.

    Args:
        finding: The finding.
        loaded: Its scenario, as it was saved.
        backend: Where the scenario is played.
    """
    case = run_scenario(loaded, finding.project_type, backend)
    details = (
        ("property", finding.subject.id),
        ("severity", finding.subject.severity.value),
        ("theme", "; also: ".join([finding.theme, *([", ".join(finding.also)] if finding.also else [])])),
        ("what", finding.violation.detail),
        ("source", finding.subject.source),
        ("found in", f"history {finding.example} of the theme; the smallest has {_size(finding)}"),
    )
    case = replace(case, details=details)
    if case.verdict is Verdict.PASSED:
        message = "the saved scenario does not show the finding: a fault of the harness, please report it"
        return replace(case, verdict=Verdict.ERROR, message=message)
    return case


def _size(finding: Finding) -> str:
    count = len((finding.violation.history or finding.history).history_events)
    return "1 event" if count == 1 else f"{count} events"


def held(result: Result) -> CaseResult:
    """A property without findings as a case that passed; what is known stands in its details."""
    details = [("property", result.subject.id), ("histories", str(result.examples))]
    details += [("known", sort.theme) for sort in sorted(result.known)]
    return CaseResult(
        name=result.subject.sentence.rstrip("."),
        file=result.subject.id,
        project_type=result.project_type,
        verdict=Verdict.PASSED,
        seconds=0.0,
        details=tuple(details),
    )

"""What `lint` found as test cases, one for each subscription, for reports that list tests."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conformance.report import CaseResult, Verdict

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from conformance.inputs.configuration import Configuration
    from conformance.judging import Baseline
    from conformance.lint import Finding


def lint_cases(
    configuration: Configuration, findings: Sequence[Finding], accepted: Sequence[Finding], baseline: Baseline | None
) -> Iterator[CaseResult]:
    """A case for each subscription, with the same name whatever is found.

    Args:
        configuration: What was read.
        findings: What makes a subscription fail.
        accepted: What a baseline accepts.
        baseline: That baseline, which says why.
    """
    for name in dict.fromkeys(item.name for item in configuration.subscriptions):
        found = [item for item in findings if item.subscription == name]
        entries = (
            []
            if baseline is None
            else [baseline.lint_entry_for(item) for item in accepted if item.subscription == name]
        )
        reasons = dict.fromkeys(
            f"{entry.rule}: {entry.reason} ({entry.source})" for entry in entries if entry is not None
        )
        file = configuration.file or "presets"
        yield CaseResult(
            name=name,
            file=file,
            project_type="",
            verdict=Verdict.FAILED if found else Verdict.ACCEPTED if reasons else Verdict.PASSED,
            seconds=0.0,
            message="\n".join(map(_told, found) if found else reasons),
            sentence=f"{found[0].message}; {found[0].advice}" if found else "",
            line=found[0].line if found else 0,
        )


def _told(item: Finding) -> str:
    return f"{item.line}:{item.column}: {item.severity}: {item.message}; {item.advice} [{item.rule}]"

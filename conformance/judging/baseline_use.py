"""What a run made of a baseline: entries that match nothing any more, and what `lint` finds that it accepts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from conformance.judging.baseline import Baseline
from conformance.lint import lint

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from conformance.inputs.configuration import Configuration
    from conformance.judging.model import Judgement
    from conformance.lint import Finding as LintFinding

_PROJECT_TYPES: Final = ("email", "userid", "hybrid")


def lint_findings(configuration: Configuration, project_types: Sequence[str]) -> list[LintFinding]:
    """What `lint` calls errors and warnings in any of some project types, each once; notes need no acceptance."""
    found = dict.fromkeys(finding for kind in project_types for finding in lint(configuration, [kind]))
    return [finding for finding in found if finding.severity != "note"]


def lint_to_accept(
    configuration: Configuration, baseline: Baseline, project_types: Sequence[str]
) -> list[LintFinding]:
    """What `lint` finds in the project types that were judged, and what is accepted already of the others."""
    others = [item for item in lint_findings(configuration, _PROJECT_TYPES) if baseline.lint_entry_for(item)]
    return list(dict.fromkeys([*lint_findings(configuration, project_types), *others]))


def unmatched(baseline: Baseline, judgement: Judgement) -> Baseline:
    """The entries about properties that match nothing any more.

    An entry whose property was not judged in one of its project types, or was not applicable there, may still match.
    """
    judged = {(result.property.id, result.project_type) for result in judgement.results if result.examples}
    shown = {signature for result in judgement.results for signature in result.accepted}
    shown |= {signature for finding in judgement.findings for signature in finding.signatures()}
    return Baseline(
        tuple(
            entry
            for entry in baseline.entries
            if all((entry.property_id, kind) in judged for kind in entry.project_types)
            and not entry.signatures & shown
        )
    )


def unmatched_lint(baseline: Baseline, configurations: Iterable[Configuration]) -> Baseline:
    """The entries about `lint` that match nothing any more, whatever the project type."""
    found = [
        finding
        for configuration in configurations
        for chosen in ((), *((kind,) for kind in _PROJECT_TYPES))
        for finding in lint(configuration, chosen)
    ]
    return Baseline((), tuple(entry for entry in baseline.lint if not any(map(entry.accepts, found))))


def without(baseline: Baseline, entries: Baseline) -> Baseline:
    """A baseline without some of its entries."""
    return Baseline(
        tuple(entry for entry in baseline.entries if entry not in entries.entries),
        tuple(entry for entry in baseline.lint if entry not in entries.lint),
    )

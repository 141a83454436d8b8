"""A baseline after a run: what was found is in it, and what no longer shows is not."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from conformance.judging.baseline import TODO, Baseline, Entry, LintEntry, Signature
from conformance.judging.model import Judgement, Result

if TYPE_CHECKING:
    from collections.abc import Sequence

    from conformance.lint import Finding as LintFinding

#: Id of the property, `about`, reason and source: what the signatures of one entry share.
_Key = tuple[str, str, str, str]
_PROJECT_TYPES = ("email", "userid", "hybrid")


def updated_baseline(
    baseline: Baseline, judgement: Judgement, linted: Sequence[LintFinding] | None = None
) -> Baseline:
    """The baseline that accepts what a judgement found.

    Reasons and sources of entries that stay are kept; those of new entries begin with `TODO`, and say what was found
    and where the property is from. What was judged and no longer shows is left out; what was not judged, or not
    applicable, stays.

    Args:
        baseline: The baseline that the mapping was judged with.
        judgement: The judgement.
        linted: What `lint` found, accepted or not; None where it was not asked.
    """
    judged = {(result.property.id, result.project_type) for result in judgement.results if result.examples}
    entries: dict[_Key, set[Signature]] = {}
    for entry in baseline.entries:
        kept = {item for item in entry.signatures if (item.property_id, item.project_type) not in judged}
        entries.setdefault((entry.property_id, entry.about, entry.reason, entry.source), set()).update(kept)
    for result in judgement.results:
        for signature in result.accepted:
            if (accepting := baseline.entry_for(signature)) is not None:
                key = (signature.property_id, signature.about, accepting.reason, accepting.source)
                entries.setdefault(key, set()).add(signature)
    for finding in judgement.findings:
        for signature in finding.signatures():
            reason, source = _to_be_written(finding.violation.detail, finding.property.source)
            entries.setdefault((signature.property_id, signature.about, reason, source), set()).add(signature)
    accepted = tuple(entry for key, signatures in entries.items() for entry in _entries(key, signatures))
    return Baseline(accepted, baseline.lint if linted is None else _of_lint(baseline, linted))


def accepted_judgement(judgement: Judgement, baseline: Baseline) -> Judgement:
    """A judgement as it is with a baseline that accepts everything it found.

    Args:
        judgement: The judgement.
        baseline: What is accepted, as `updated_baseline` gives it, with what ships.
    """
    return replace(judgement, results=tuple(map(_accepted, judgement.results)), baseline=baseline)


def _accepted(result: Result) -> Result:
    found = {signature: 1 for finding in result.findings for signature in finding.signatures()}
    return replace(result, findings=[], accepted={**result.accepted, **found})


def _of_lint(baseline: Baseline, linted: Sequence[LintFinding]) -> tuple[LintEntry, ...]:
    """An entry for each place and rule, in the order of the file."""
    return tuple(
        dict.fromkeys(
            baseline.lint_entry_for(finding) or _lint_entry(finding)
            for finding in sorted(linted, key=lambda item: (item.line, item.column))
        )
    )


def _lint_entry(finding: LintFinding) -> LintEntry:
    reason, source = _to_be_written(finding.message, finding.source)
    return LintEntry(
        rule=finding.rule, subscription=finding.subscription, place=finding.place, reason=reason, source=source
    )


def _to_be_written(found: str, known_from: str) -> tuple[str, str]:
    """Reason and source of an entry, which are for somebody to write."""
    return (
        f"{TODO}: say why this is accepted; found: {found}",
        f"{TODO}: say who decided that, or where it is written; the expectation is from: {known_from}",
    )


def _entries(key: _Key, signatures: set[Signature]) -> list[Entry]:
    """Entries that accept exactly these signatures: one for each set of project types."""
    property_id, about, reason, source = key
    by_types: dict[tuple[str, ...], list[str]] = {}
    for theme in dict.fromkeys(signature.theme for signature in sorted(signatures)):
        types = {signature.project_type for signature in signatures if signature.theme == theme}
        by_types.setdefault(tuple(kind for kind in _PROJECT_TYPES if kind in types), []).append(theme)
    return [
        Entry.model_validate(
            {
                "property": property_id,
                "projectTypes": types,
                "themes": tuple(themes),
                "about": about,
                "reason": reason,
                "source": source,
            }
        )
        for types, themes in by_types.items()
    ]

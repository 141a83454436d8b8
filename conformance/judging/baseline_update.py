"""A baseline after a run: what was found is in it, and what no longer shows is not."""

from __future__ import annotations

from conformance.judging.baseline import Baseline, Entry, Signature
from conformance.judging.model import Judgement

#: Id of the property, `about`, reason and source: what the signatures of one entry share.
_Key = tuple[str, str, str, str]
_PROJECT_TYPES = ("email", "userid", "hybrid")


def updated_baseline(baseline: Baseline, judgement: Judgement) -> Baseline:
    """The baseline that accepts what a judgement found.

    Reasons and sources of entries that stay are kept; new entries get the text of the violation and the source of
    the property. What was judged and no longer shows is left out; what was not judged, or not applicable, stays.

    Args:
        baseline: The baseline that the mapping was judged with.
        judgement: The judgement.
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
            key = (signature.property_id, signature.about, finding.violation.detail, finding.property.source)
            entries.setdefault(key, set()).add(signature)
    return Baseline(tuple(entry for key, signatures in entries.items() for entry in _entries(key, signatures)))


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

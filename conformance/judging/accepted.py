"""What does not hold and is accepted: limits of Segment, Iterable and the mapping, and what the customer accepts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from conformance.judging.baseline import LintEntry
    from conformance.judging.model import Judgement

_LIMITS: Final = "Accepted, because no change of the mapping fixes it"


@dataclass(frozen=True, slots=True)
class AcceptedReasons:
    """Why things are accepted, by who says so.

    Attributes:
        file: The customer's baseline that accepts them; empty for what ships and for what no change mends.
        reasons: Each reason once, with its source, the most frequent first.
    """

    file: str
    reasons: tuple[tuple[str, str], ...]

    @property
    def heading(self) -> str:
        """What they are."""
        return f"Accepted in {self.file}" if self.file else _LIMITS

    @property
    def count(self) -> str:
        """How many there are, in words."""
        number = len(self.reasons)
        if self.file:
            return f"{number} accepted in {self.file}"
        return f"{number} {'limit' if number == 1 else 'limits'} of Segment, Iterable and this mapping accepted"


def accepted_reasons(judgement: Judgement, linted: Iterable[LintEntry] = ()) -> list[AcceptedReasons]:
    """Why something that does not hold is accepted: the limits first, then what each file of the customer accepts.

    Args:
        judgement: The judgement.
        linted: The entries that accept something of what `lint` found.
    """
    sources: dict[str, dict[str, str]] = {}
    counts: dict[tuple[str, str], int] = {}
    for file, reason, source in _found(judgement, linted):
        sources.setdefault(file, {}).setdefault(reason, source)
        counts[file, reason] = counts.get((file, reason), 0) + 1
    return [
        AcceptedReasons(file, tuple(sorted(reasons.items(), key=lambda item: -counts[file, item[0]])))
        for file, reasons in sorted(sources.items())
    ]


def _found(judgement: Judgement, linted: Iterable[LintEntry]) -> Iterator[tuple[str, str, str]]:
    """The file, the reason and the source of everything that is accepted."""
    for accepted in linted:
        yield judgement.baseline.file_of(accepted), accepted.reason, accepted.source
    for result in judgement.results:
        for signature in result.accepted:
            entry = judgement.baseline.entry_for(signature)
            if entry is not None:
                yield judgement.baseline.file_of(entry), entry.reason, entry.source
        for limit in result.limits:
            yield "", limit.reason, limit.source

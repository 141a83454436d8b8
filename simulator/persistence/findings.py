"""What an examination of a directory found, and how that is told: without anything that is stored."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from simulator.persistence.commit_record import Committed

Ranges = list[tuple[int, int]]


@dataclass
class Findings:
    """What an examination found.

    Attributes:
        problems: What is wrong, each as the part of a sentence, with nothing that is stored in it.
        lost: The numbers of the requests that are lost.
        known_lost: The numbers of those that earlier salvages have told of.
        is_uncertain: Whether requests may be missing that nothing shows.
        record: What was committed last, as far as a file says so.
        generation: How often the journal had been emptied, by whatever knows it best.
        snapshot: The number of the newest sound snapshot; 0 for none.
        last: The number of the last request that is known of.
        unreadable: Snapshots that are damaged, by generation and number.
    """

    problems: list[str] = field(default_factory=list)
    lost: Ranges = field(default_factory=list)
    known_lost: Ranges = field(default_factory=list)
    is_uncertain: bool = False
    record: Committed | None = None
    generation: int = 0
    snapshot: int = 0
    last: int = 0
    unreadable: Ranges = field(default_factory=list)

    def is_of_generation(self, facts: Mapping[str, str]) -> bool:
        """Whether the entries beside these facts are of the journal as it was last; unknown is taken for yes."""
        return int(facts.get("generation", self.generation)) == self.generation

    def summary(self) -> str:
        """What is wrong, what is lost, and what is not, in one sentence."""
        return f"{'; '.join(self.problems)}; {self.losses()}"

    def losses(self) -> str:
        """What is lost, and what is not."""
        uncertain = f"; it is unknown whether there were requests after {self.last}" if self.is_uncertain else ""
        return self._losses() + uncertain

    def _losses(self) -> str:
        if not self.lost:
            return f"none of {self.last} requests is lost" if self.last else "no request is lost"
        told = f"lost: {_shown(self.lost)} of {self.last}"
        if self.snapshot >= self.lost[-1][1]:
            return f"{told}, whose effects a snapshot still has"
        if self.snapshot >= self.lost[0][0]:
            return f"{told}; a snapshot has the effects of those up to {self.snapshot}"
        return told


def merged(ranges: Iterable[tuple[int, int]]) -> Ranges:
    """The same numbers in as few ranges as can be, ascending."""
    result: Ranges = []
    for first, last in sorted(ranges):
        if result and first <= result[-1][1] + 1:
            result[-1] = (result[-1][0], max(last, result[-1][1]))
        else:
            result.append((first, last))
    return result


def without(ranges: Ranges, taken: Ranges) -> Ranges:
    """The numbers of ranges that are in none of others."""
    result = ranges
    for first, last in taken:
        pieces = [
            piece for low, high in result for piece in ((low, min(high, first - 1)), (max(low, last + 1), high))
        ]
        result = merged((low, high) for low, high in pieces if low <= high)
    return result


def _shown(ranges: Ranges) -> str:
    """Ranges in words; of many, the first ones."""
    most = 5
    shown = [str(first) if first == last else f"{first} to {last}" for first, last in ranges[:most]]
    more = sum(last - first + 1 for first, last in ranges[most:])
    text = ", ".join(shown) + (f" and {more} more" if more else "")
    is_one = len(ranges) == 1 and ranges[0][0] == ranges[0][1]
    return f"{'request' if is_one else 'requests'} {text}"

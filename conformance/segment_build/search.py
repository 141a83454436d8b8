"""A search for differences between Segment's build and ours, with what is to be reported of it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from conformance.segment_build.comparison import Disagreement, compare
from conformance.segment_build.installation import VERSION

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from conformance.segment_build.process import SegmentBuild
    from destination import Subscription


@dataclass(frozen=True, slots=True)
class SearchResult:
    """What a search found.

    Attributes:
        found: At most one disagreement for each family of cases, the smallest.
        tried: How many cases were tried.
        seed: Where the search began.
    """

    found: Sequence[Disagreement]
    tried: int
    seed: int

    def to_json(self) -> dict[str, Any]:
        """The figures, and each disagreement as a vector with its differences."""
        shown = [{**item.vector(), "differences": item.differences_to_json()} for item in self.found]
        return {
            "build": VERSION,
            "seed": self.seed,
            "cases": self.tried,
            "differing": len(self.found),
            "found": shown,
        }

    def vectors_text(self) -> str:
        """The text of a file of vectors that keeps what was found, to be replayed."""
        return "".join(f"{json.dumps(item.vector())}\n" for item in self.found)


def search_differences(
    examples: int,
    seed: int,
    subscriptions: Sequence[Subscription] | None = None,
    *,
    advance: Callable[[], None] = lambda: None,
    build: SegmentBuild | None = None,
) -> SearchResult:
    """Search for cases on which Segment's build and our destination differ.

    Args:
        examples: How many cases to try in each family of cases.
        seed: Where the search begins.
        subscriptions: A customer's subscriptions, or None for the presets and generated mappings and triggers.
        advance: Called before every case of those that were asked for.
        build: Segment's build, running; without it one is started, and ended afterwards.

    Raises:
        InputError: There is no Node, or the package cannot be installed.
    """
    tried = 0

    def count(_family: str, before: int, of: int) -> None:
        nonlocal tried
        if before < of:
            tried += 1
            advance()

    found = compare(examples, seed, subscriptions, count, build)
    return SearchResult(found, tried, seed)

"""The search for an event and a mapping on which Segment's build and our destination differ."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from conformance.segment_build.cases import Case, families, try_cases
from conformance.segment_build.differences import Difference
from conformance.segment_build.process import SegmentBuild
from conformance.segment_build.replay import replay
from conformance.segment_build.vectors import Vector
from destination.javascript import json_text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from hypothesis.strategies import SearchStrategy

    from destination import Subscription

#: Called with a family, how many of its cases have been tried, and how many there will be.
Progress = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class Disagreement:
    """One case, made as small as it could be, on which the two differ.

    Attributes:
        family: What was searched when it turned up.
        kind: `event`, `batch`, `mapping` or `fql`.
        given: The input, in the form of the recorded vectors.
        recorded: What Segment's build did.
        differences: Where ours does something else.
    """

    family: str
    kind: str
    given: Mapping[str, Any]
    recorded: Mapping[str, Any]
    differences: Sequence[Difference]

    def __str__(self) -> str:
        """The case and its differences, over several lines."""
        lines = [f"{self.family} ({self.kind})"]
        lines += [f"  {name}: {json.dumps(value, ensure_ascii=False)}" for name, value in self.given.items()]
        for item in self.differences:
            lines += [f"  at {item.path}", f"    Segment  {item.recorded}", f"    ours     {item.ours}"]
        return "\n".join(lines)

    def vector(self) -> dict[str, Any]:
        """The case in the recorded format, with what Segment's build did."""
        name = f"against-{self.family}".replace(" ", "-").replace(",", "")
        given, out = dict(self.given), dict(self.recorded)
        return {"id": name, "family": self.family, "kind": self.kind, "in": given, "out": out}

    def differences_to_json(self) -> list[dict[str, str]]:
        """The differences in JSON: `path`, `recorded`, `ours`."""
        return [asdict(item) for item in self.differences]


class _Differs(Exception):
    def __init__(self, disagreement: Disagreement) -> None:
        super().__init__(str(disagreement))
        self.disagreement = disagreement


def compare(
    examples: int,
    seed: int,
    mapping: Sequence[Subscription] | None = None,
    progress: Progress = lambda *_: None,
    build: SegmentBuild | None = None,
) -> list[Disagreement]:
    """Cases on which Segment's build and our destination differ: at most one for each family, the smallest found.

    The same arguments try the same cases, in the same harness: Hypothesis also draws from the constants of the
    modules that are loaded.

    Args:
        examples: How many cases to try in each family (a preset, an action with any mapping, triggers …).
        seed: Where the search begins.
        mapping: A customer's subscriptions, which stay as they are; with None presets, mappings and triggers vary.
        progress: Called before every case with its family, how many were tried before, and how many there will be.
        build: Segment's build, running; without it one is started, and ended afterwards.

    Raises:
        InputError: There is no Node, or the package cannot be installed.
    """
    if build is None:
        with SegmentBuild() as started:
            return compare(examples, seed, mapping, progress, started)
    found = []
    for family, strategy in families(mapping).items():
        disagreement = _search(family, strategy, examples, seed, build, progress)
        if disagreement is not None:
            found.append(disagreement)
    return found


def case_count(examples: int, mapping: Sequence[Subscription] | None = None) -> int:
    """How many cases `compare` tries with these arguments when nothing differs, at most."""
    return examples * len(families(mapping))


def differing(case: Case, build: SegmentBuild, family: str = "") -> Disagreement | None:
    """How the two differ on one case, or None when they do the same."""
    # What both are given has been JSON, so that neither sees what JSON cannot say.
    text = json.dumps(case.given)
    shared = json_text.parse(text)
    if not isinstance(shared, dict):
        raise TypeError("a case is an object")
    recorded = build.answer(case.kind, shared)
    differences = replay(Vector("", family, case.kind, shared, recorded, "", 0))
    return Disagreement(family, case.kind, shared, recorded, differences) if differences else None


def _search(
    family: str,
    strategy: SearchStrategy[Case],
    examples: int,
    seed: int,
    build: SegmentBuild,
    progress: Progress,
) -> Disagreement | None:
    tried = 0

    def look(case: Case) -> None:
        nonlocal tried
        progress(family, min(tried, examples), examples)
        tried += 1
        disagreement = differing(case, build, family)
        if disagreement is not None:
            raise _Differs(disagreement)

    try:
        try_cases(strategy, examples, seed, look)
    except _Differs as found:
        return found.disagreement
    return None

"""What came of replaying vectors: how many pass, of which kind, and where ours differs."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

from conformance.report.model import CaseResult, Failure, Report, Verdict
from conformance.segment_build.replay import replay
from iterable_harness import __version__

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from conformance.inputs.errors import InputProblem
    from conformance.segment_build.differences import Difference
    from conformance.segment_build.vectors import Vector


@dataclass(frozen=True, slots=True)
class ReplayedVector:
    """A vector with where ours differs from it; without differences it passed."""

    vector: Vector
    differences: Sequence[Difference]

    def to_json(self) -> dict[str, Any]:
        """Its name, its place and its differences."""
        return {
            "id": self.vector.id,
            "kind": self.vector.kind,
            "family": self.vector.family,
            "file": self.vector.file,
            "line": self.vector.line,
            "passed": not self.differences,
            "differences": [asdict(difference) for difference in self.differences],
        }

    def to_case(self) -> CaseResult:
        """The vector as a case of a report, its kind in the place of a project type."""
        return CaseResult(
            name=self.vector.id,
            file=self.vector.file,
            project_type=self.vector.kind,
            verdict=Verdict.FAILED if self.differences else Verdict.PASSED,
            seconds=0.0,
            failures=tuple(
                Failure("out", self.vector.line, item.path, item.recorded, item.ours) for item in self.differences
            ),
        )


@dataclass(slots=True)
class ReplayTally:
    """Counts vectors as they are replayed, and keeps none.

    Attributes:
        kinds: How many passed and failed of each kind, in the order in which the kinds appear.
    """

    kinds: dict[str, tuple[int, int]] = field(default_factory=dict)

    def add(self, result: ReplayedVector) -> None:
        """Count one more."""
        passed, failed = self.kinds.get(result.vector.kind, (0, 0))
        self.kinds[result.vector.kind] = (passed + (not result.differences), failed + bool(result.differences))

    @property
    def passed(self) -> int:
        """How many do not differ."""
        return sum(passed for passed, _ in self.kinds.values())

    @property
    def failed(self) -> int:
        """How many differ."""
        return sum(failed for _, failed in self.kinds.values())


@dataclass(frozen=True, slots=True)
class ReplayReport:
    """Vectors that were replayed, in order, and what was wrong with lines that are none."""

    results: Sequence[ReplayedVector]
    problems: tuple[InputProblem, ...] = ()

    @property
    def failed(self) -> int:
        """How many differ."""
        return sum(1 for result in self.results if result.differences)

    @property
    def passed(self) -> int:
        """How many do not."""
        return len(self.results) - self.failed

    def kinds(self) -> dict[str, tuple[int, int]]:
        """How many passed and failed of each kind, in the order in which the kinds appear."""
        tally = ReplayTally()
        for result in self.results:
            tally.add(result)
        return tally.kinds

    def to_json(self) -> dict[str, Any]:
        """The figures, and every vector with its differences."""
        kinds = {kind: {"passed": passed, "failed": failed} for kind, (passed, failed) in self.kinds().items()}
        vectors = [result.to_json() for result in self.results]
        return {
            "harnessVersion": __version__,
            "kinds": kinds,
            "passed": self.passed,
            "failed": self.failed,
            "mistakes": [asdict(problem) for problem in self.problems],
            "vectors": vectors,
        }

    def to_report(self) -> Report:
        """The same in the form of the reports, a case a vector."""
        return Report(tuple(result.to_case() for result in self.results), mistakes=self.problems)


def replay_vectors(vectors: Iterable[Vector]) -> ReplayReport:
    """Replay vectors, in order.

    Args:
        vectors: Such as `load_vectors(vector_files(["tests/vectors/"]))` gives.
    """
    return ReplayReport(list(replay_each(vectors)))


def replay_each(vectors: Iterable[Vector]) -> Iterator[ReplayedVector]:
    """Replay vectors one after the other, each when its result is wanted."""
    return (ReplayedVector(vector, replay(vector)) for vector in vectors)

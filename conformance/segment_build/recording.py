"""New vectors in the recorded format: what Segment's build makes of given or generated cases."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import seed as seeded

from conformance.segment_build.cases import Case, families

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from conformance.segment_build.process import SegmentBuild
    from conformance.vectors import Vector


def record(vectors: Iterable[Vector], build: SegmentBuild) -> Iterator[dict[str, Any]]:
    """The vectors again, each with what the build does now in the place of what was recorded."""
    for vector in vectors:
        yield _vector(vector.id, vector.family, Case(vector.kind, vector.given), build)


def record_generated(examples: int, seed: int, build: SegmentBuild) -> Iterator[dict[str, Any]]:
    """Vectors of new cases: up to `examples` for each family of cases, none twice; the same seed, the same cases."""
    for family, strategy in families(None).items():
        for number, case in enumerate(_drawn(strategy, examples, seed), start=1):
            yield _vector(f"{family}-{number}", family, case, build)


def _vector(name: str, family: str, case: Case, build: SegmentBuild) -> dict[str, Any]:
    out = build.answer(case.kind, case.given)
    return {"id": name, "family": family, "kind": case.kind, "in": case.given, "out": out}

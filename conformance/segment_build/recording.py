"""New vectors in the recorded format: what Segment's build makes of given or generated cases."""

from __future__ import annotations

import json
from functools import partial
from typing import TYPE_CHECKING, Any

from conformance.inputs.errors import InputError, InputProblem
from conformance.segment_build.cases import Case, families, try_cases
from conformance.segment_build.process import SegmentBuildFault

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from conformance.segment_build.process import SegmentBuild
    from conformance.segment_build.vectors import Vector


def record(vectors: Iterable[Vector], build: SegmentBuild) -> Iterator[dict[str, Any]]:
    """The vectors again, each with what the build does in the place of what was recorded.

    Raises:
        InputError: The build has no answer to one of them, which is named.
    """
    for vector in vectors:
        try:
            yield _vector(vector.id, vector.family, Case(vector.kind, vector.given), build)
        except SegmentBuildFault as fault:
            hint = "fix its `in`"
            raise InputError([InputProblem(vector.file, vector.line, 1, vector.id, str(fault), hint)]) from fault


def record_generated(examples: int, seed: int, build: SegmentBuild) -> Iterator[dict[str, Any]]:
    """Vectors of new cases: up to `examples` for each family of cases, none twice; the same seed, the same cases.

    Raises:
        SegmentBuildFault: The build has no answer to one of them.
    """
    for family, strategy in families(None).items():
        found: dict[str, Case] = {}
        try_cases(strategy, examples, seed, partial(_keep, found))
        for number, case in enumerate(found.values(), start=1):
            yield _vector(f"{family}-{number}".replace(" ", "-").replace(",", ""), family, case, build)


def _keep(found: dict[str, Case], case: Case) -> None:
    found.setdefault(json.dumps([case.kind, case.given]), case)


def _vector(name: str, family: str, case: Case, build: SegmentBuild) -> dict[str, Any]:
    out = build.answer(case.kind, case.given)
    return {"id": name, "family": family, "kind": case.kind, "in": case.given, "out": out}

"""Everything that was recorded of Segment's own build: a test for each vector."""

from __future__ import annotations

from pathlib import Path

import pytest

from conformance.segment_build.replay import replay
from conformance.segment_build.vectors import Vector, load_vectors

RECORDINGS = sorted((Path(__file__).parents[1] / "vectors").glob("*.jsonl"))
VECTORS = load_vectors(RECORDINGS)


@pytest.mark.parametrize("vector", VECTORS, ids=[f"{vector.family}:{vector.id}" for vector in VECTORS])
def test_the_destination_does_what_was_recorded(vector: Vector) -> None:
    assert replay(vector) == []


def test_every_kind_of_recording_is_replayed() -> None:
    kinds = {"mapping", "mapping_batch", "fql", "fql_generate", "event", "batch", "auth"}
    assert {vector.kind for vector in VECTORS} == kinds

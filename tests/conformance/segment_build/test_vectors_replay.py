from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conformance.segment_build import replay as replay_module
from conformance.segment_build.differences import Difference
from conformance.segment_build.replay import replay
from conformance.segment_build.replay_report import replay_vectors
from conformance.segment_build.vectors import KINDS, Vector, load_vectors

RECORDED = Path(__file__).parents[2] / "vectors"
VECTORS = load_vectors(sorted(RECORDED.glob("*.jsonl")))


def made(kind: str, given: dict[str, Any], observed: dict[str, Any]) -> Vector:
    return Vector("made", "made", kind, given, observed, "made.jsonl", 1)


def mapping(value: Any, observed: dict[str, Any]) -> list[Difference]:
    return replay(made("mapping", {"mapping": {"v": value}, "input": {}}, observed))


def test_every_kind_is_among_the_recordings() -> None:
    kinds = {vector.kind for vector in VECTORS}
    assert kinds == {"mapping", "mapping_batch", "fql", "fql_generate", "event", "batch", "auth"}


def test_numbers_are_compared_by_value_and_objects_without_order() -> None:
    assert mapping({"a": 1, "b": 2.0}, {"output": {"v": {"b": 2, "a": 1.0}}}) == []


@pytest.mark.parametrize(
    ("ours", "recorded", "path"),
    [
        (1, True, "output.v"),
        (0, False, "output.v"),
        ("1", 1, "output.v"),
        (None, 0, "output.v"),
        ([1, 2], [2, 1], "output.v[0]"),
        ([1], [1, 2], "output.v[1]"),
        ([1, 2], [1], "output.v[1]"),
        ({"a": None}, {}, "output.v.a"),
        ({}, {"a": None}, "output.v.a"),
        ({"error": 1}, {}, "output.v.error"),
        ({}, [], "output.v"),
    ],
)
def test_values_that_differ_are_found_at_their_path(ours: Any, recorded: Any, path: str) -> None:
    assert path in [difference.path for difference in mapping(ours, {"output": {"v": recorded}})]


def test_a_null_message_stands_for_any_error_but_not_for_none() -> None:
    bad = {"fql": '((type = "track"))', "event": {}}
    assert replay(made("fql", bad, {"error": {"message": None}})) == []
    assert replay(made("fql", {"fql": 'type = "track"', "event": {}}, {"error": {"message": None}})) != []


def test_null_in_data_does_not_stand_for_anything() -> None:
    assert mapping({"message": "x"}, {"output": {"v": {"message": None}}}) != []


def test_an_input_that_breaks_us_is_a_difference_and_no_crash() -> None:
    [difference] = replay(made("event", {"nothing": 1}, {"subscriptions": []}))
    assert "broke with KeyError" in difference.ours


@pytest.mark.parametrize("kind", ["event", "batch", "auth", "mapping", "mapping_batch", "fql", "fql_generate"])
def test_a_planted_fault_in_a_recording_is_found(kind: str) -> None:
    """The comparison can fail: whatever scalar of an output is changed, replaying shows it."""
    vector = next(vector for vector in VECTORS if vector.kind == kind and "error" not in vector.observed)
    document = json.loads(json.dumps(vector.observed))
    planted = _changed(document)
    assert replay(vector) == []
    assert replay(made(kind, dict(vector.given), planted)) != []


def _changed(value: Any) -> Any:
    """The same document with its first scalar replaced."""
    if isinstance(value, dict) and value:
        key = next(iter(value))
        return {**value, key: _changed(value[key])}
    if isinstance(value, list) and value:
        return [_changed(value[0]), *value[1:]]
    return "planted"


@given(text=st.text(max_size=30))
def test_only_a_newline_ends_a_vector(text: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    path = tmp_path_factory.mktemp("vectors") / "one.jsonl"
    line = {"id": "a", "kind": "mapping", "in": {"mapping": {"v": text}, "input": {}}, "out": {"output": {"v": text}}}
    path.write_text(json.dumps(line, ensure_ascii=False) + "\n", encoding="utf-8")
    [vector] = load_vectors([path])
    assert replay(vector) == []


def test_every_kind_that_a_file_may_name_can_be_replayed() -> None:
    assert tuple(replay_module._REPLAYS) == KINDS


def test_a_python_caller_gets_the_figures_of_each_kind() -> None:
    vectors = [
        Vector(
            "right", "", "fql_generate", {"ast": {}}, replay_module._replay_fql_generate({"ast": {}}), "a.jsonl", 1
        ),
        Vector("wrong", "", "fql_generate", {"ast": {}}, {"fql": "another"}, "a.jsonl", 2),
    ]
    report = replay_vectors(vectors)
    assert (report.passed, report.failed, report.kinds()) == (1, 1, {"fql_generate": (1, 1)})
    assert [case["id"] for case in report.to_json()["vectors"] if not case["passed"]] == ["wrong"]

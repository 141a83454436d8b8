from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from conformance.cli import main
from conformance.cli.against import judge_against_segment
from conformance.segment_build import SegmentBuildFault, case_count, compare, record
from conformance.segment_build.replay import replay
from conformance.segment_build.vectors import load_vectors
from destination import PRESETS, Subscription
from destination.javascript import to_json_value
from destination.mapping import LIQUIDJS_VERSIONS

if TYPE_CHECKING:
    from conformance.segment_build import SegmentBuild

RECORDED = Path(__file__).parents[2] / "vectors"
IDENTIFY = PRESETS[1]


@pytest.mark.usefixtures("installed")
def test_ours_and_segments_build_agree_on_thousands_of_cases() -> None:
    assert case_count(101) > 2000
    # In a process of its own: Hypothesis draws from the constants of whatever modules are loaded.
    script = (
        "from conformance.cli.against import judge_against_segment as judge; raise SystemExit(judge(101, 20, None))"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)  # our own code
    assert (
        done.stdout
        == f"{case_count(101)} cases tried against Segment's build 3.497.0, seed 20: 0 found that differ\n"
    )
    assert done.returncode == 0


def test_a_customers_mapping_is_compared_with_the_members_that_it_reads(build: SegmentBuild) -> None:
    mapping: Any = {
        "userId": {"@path": "$.traits.account.id"},
        "newEmail": {"@path": "$.traits.changed"},
        "dataFields": {"seen": {"@path": "$.context.seen"}, "name": {"@case": {"operator": "upper", "value": "é"}}},
    }
    mine = Subscription("Mine", "updateUser", 'type = "identify" or type = "page"', mapping)
    assert compare(200, 3, [mine], build=build) == []


def test_a_customers_templates_are_rendered_by_the_liquidjs_that_they_name(build: SegmentBuild) -> None:
    mapping: Any = {
        "userId": {"@path": "$.userId"},
        "dataFields": {"name": {"@liquid": "{{ traits.name | squish }}."}},
    }
    for version in LIQUIDJS_VERSIONS:
        mine = Subscription("Mine", "updateUser", 'type = "identify"', mapping, version)
        assert compare(60, 3, [mine], build=build) == []


def test_every_recorded_vector_but_those_of_the_newer_field_is_what_the_build_does(build: SegmentBuild) -> None:
    vectors = load_vectors(sorted(RECORDED.glob("*.jsonl")))
    differing = {
        vector.id
        for vector, again in zip(vectors, record(vectors, build), strict=True)
        if again["out"] != vector.observed
    }
    assert len(differing) == 10
    assert all("newEmail" in json.dumps(vector.given) for vector in vectors if vector.id in differing)


def test_a_problem_of_ours_is_found_and_made_small(build: SegmentBuild, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("destination.delivery.json_with_dates", to_json_value)
    found = compare(150, 5, [IDENTIFY], build=build)
    assert [item.family for item in found] == ["Identify Calls, single events", "Identify Calls, batches"]
    [event] = found[0].given["events"]
    assert len(json.dumps(event)) < 150
    assert "dataFields" in found[0].differences[0].path


@pytest.mark.usefixtures("installed")
def test_the_command_line_prints_keeps_and_replays_what_differs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with monkeypatch.context() as planted:
        planted.setattr("destination.delivery.json_with_dates", to_json_value)
        assert judge_against_segment(150, 5, [IDENTIFY], save=str(tmp_path), quiet=True) == 1
        shown = capsys.readouterr().out
        assert "DIFFERS Identify Calls, single events (event)" in shown
        assert shown.endswith("seed 5: 2 found that differ\n")
        saved = str(tmp_path / "against-segment.jsonl")
        assert main(["vectors", saved]) == 1
    assert main(["vectors", saved]) == 0


@pytest.mark.usefixtures("installed")
def test_the_machine_readable_report_counts_the_cases(capsys: pytest.CaptureFixture[str]) -> None:
    assert judge_against_segment(20, 1, [IDENTIFY], as_json=True, quiet=True) == 0
    report = json.loads(capsys.readouterr().out)
    assert (report["build"], report["differing"], report["found"]) == ("3.497.0", 0, [])
    assert 20 < report["cases"] <= 40


@pytest.mark.usefixtures("installed")
def test_new_vectors_are_recorded_from_cases_without_answers_and_from_generated_ones(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    cases = tmp_path / "cases.jsonl"
    cases.write_text(
        '{"id": "mine", "kind": "fql", "in": {"fql": "type = \\"track\\"", "event": {"type": "track"}}}\n'
    )
    new = tmp_path / "new.jsonl"
    assert main(["vectors", str(cases), "--record", str(new), "--generate", "3", "--seed", "9"]) == 0
    recorded = load_vectors([new])
    assert recorded[0].observed["matches"] is True
    assert len(recorded) > 30
    assert len({vector.id for vector in recorded}) == len(recorded)
    assert all(replay(vector) == [] for vector in recorded)
    assert f"{len(recorded)} recorded in {new}" in capsys.readouterr().out


@pytest.mark.usefixtures("installed")
def test_a_case_that_the_build_cannot_answer_is_named_with_its_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    cases = tmp_path / "cases.jsonl"
    cases.write_text('\n{"id": "mine", "kind": "event", "in": {"settings": {}}}\n')
    assert main(["vectors", str(cases), "--record", str(tmp_path / "new.jsonl")]) == 2
    assert f"{cases}:2:1: mine: Segment's build has no answer" in capsys.readouterr().err


def test_a_case_after_one_without_an_answer_is_answered(build: SegmentBuild) -> None:
    with pytest.raises(SegmentBuildFault, match="no kind"):
        build.answer("nonsense", {})
    assert build.answer("fql", {"fql": 'type = "a"', "event": {"type": "a"}})["matches"] is True

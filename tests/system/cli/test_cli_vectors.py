from __future__ import annotations

import json
import xml.etree.ElementTree as ET
from pathlib import Path
from typing import Any

import pytest

from conformance.cli import main

RECORDED = Path(__file__).parents[2] / "vectors"


def vector(name: str, **output: Any) -> dict[str, Any]:
    given = {"mapping": {"a": {"@path": "$.n"}}, "input": {"n": 1}}
    return {"id": name, "family": "paths", "kind": "mapping", "in": given, "out": output}


@pytest.fixture
def file(tmp_path: Path) -> str:
    path = tmp_path / "some.jsonl"
    good, wrong = vector("good", output={"a": 1.0}), vector("wrong", output={"a": 2, "b": 3})
    tree = {"type": "group", "operator": "and", "children": []}
    fql = {"id": "f", "kind": "fql", "in": {"fql": "", "event": {}}, "out": {"ast": tree, "matches": True}}
    path.write_text("\n".join(map(json.dumps, (good, wrong, fql))) + "\n")
    return str(path)


def test_the_recorded_vectors_pass_and_the_report_ends_with_a_line_a_kind(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["vectors", str(RECORDED)]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert "mapping: 3285 passed, 0 failed" in lines
    assert lines[-1] == "4624 passed, 0 failed"
    assert len(lines) == 8


def test_a_difference_is_shown_path_by_path(file: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["vectors", file]) == 1
    shown = capsys.readouterr().out
    assert f"FAILED wrong (mapping, {file}:2)" in shown
    assert "  output.a\n    recorded  2\n    ours      1\n" in shown
    assert "  output.b\n    recorded  3\n    ours      (absent)\n" in shown
    assert "mapping: 1 passed, 1 failed" in shown


def test_one_vector_is_printed_with_its_difference(file: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["vectors", file, "--show", "wrong"]) == 1
    shown = capsys.readouterr().out
    assert '"@path": "$.n"' in shown
    assert shown.endswith("mapping: 0 passed, 1 failed\n0 passed, 1 failed\n")


def test_an_unknown_vector_is_answered_with_the_nearest(file: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["vectors", file, "--show", "wrang"]) == 2
    assert "did you mean wrong?" in capsys.readouterr().err


def test_quiet_leaves_the_figures(file: str, capsys: pytest.CaptureFixture[str]) -> None:
    main(["vectors", "-q", file])
    assert "FAILED" not in capsys.readouterr().out


def test_the_json_report_names_every_difference(file: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["vectors", file, "--json"]) == 1
    report = json.loads(capsys.readouterr().out)
    assert report["kinds"]["mapping"] == {"passed": 1, "failed": 1}
    [wrong] = [item for item in report["vectors"] if item["id"] == "wrong"]
    assert wrong["differences"][0] == {"path": "output.a", "recorded": "2", "ours": "1"}


def test_the_junit_report_counts_them(file: str, tmp_path: Path) -> None:
    junit = tmp_path / "reports" / "junit.xml"
    main(["vectors", file, "--junit", str(junit), "-q"])
    [suite] = ET.parse(junit).getroot()  # noqa: S314  # our own file
    assert suite.get("failures") == suite.get("tests") == "3" or suite.get("tests") == "3"
    assert len(suite.findall("testcase/failure")) == int(str(suite.get("failures")))


def test_a_report_that_cannot_be_written_is_a_problem_of_the_option(
    file: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["vectors", file, "--junit", str(tmp_path)]) == 2
    assert "--junit: cannot be written" in capsys.readouterr().err


def test_a_report_is_never_written_over_the_vectors(file: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["vectors", file, "--junit", file]) == 2
    assert "--junit: is read by this very command" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        ("{", "vectors.jsonl:2:1"),
        ("[]", "must be a JSON object"),
        ('{"id": "a", "kind": "nope", "in": {}, "out": {}}', "unknown kind 'nope'"),
        ('{"id": "a", "kind": "fql", "in": {}}', "a vector needs `out`"),
        ('{"id": 5, "kind": "fql", "in": {}, "out": {}}', "a vector needs `id`"),
        ("[" * 100_000, "vectors.jsonl:2:1"),
    ],
    ids=["cut", "list", "kind", "out", "id", "deep"],
)
def test_a_line_that_is_no_vector_is_named(
    line: str, complaint: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "vectors.jsonl"
    path.write_text(f"\n{line}\n")
    assert main(["vectors", str(path)]) == 2
    [shown] = capsys.readouterr().err.splitlines()
    assert complaint in shown


def test_a_folder_without_vectors_is_a_problem(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["vectors", str(tmp_path)]) == 2
    assert "there is no .jsonl file" in capsys.readouterr().err

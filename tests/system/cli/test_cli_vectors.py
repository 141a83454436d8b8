from __future__ import annotations

import itertools
import json
import xml.etree.ElementTree as ET
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from conformance.cli import main
from conformance.segment_build.vectors import Vector, read_vectors

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from conformance.inputs.errors import InputProblem

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
    assert len(lines) == 8 + len([*RECORDED.glob("*.jsonl")])
    assert lines[0] == f"38 replayed from {RECORDED}/auth.jsonl, 0 differ"


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


def test_what_differs_is_shown_before_the_next_vector_is_read(
    file: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    shown = []

    def read(paths: Iterable[Path]) -> Iterator[Vector | InputProblem]:
        for item in read_vectors(paths):
            shown.append(capsys.readouterr().out)
            yield item

    monkeypatch.setattr("conformance.segment_build.vectors.read_vectors", read)
    assert main(["vectors", file]) == 1
    good, wrong, after_wrong = shown
    assert (good, wrong) == ("", "")
    assert after_wrong.startswith("FAILED wrong (")


def test_each_of_several_files_has_a_line_as_soon_as_it_has_been_replayed(
    file: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    other = tmp_path / "other.jsonl"
    other.write_text(json.dumps(vector("good", output={"a": 1})))
    assert main(["vectors", file, str(other)]) == 1
    lines = capsys.readouterr().out.splitlines()
    [last] = [index for index, line in enumerate(lines) if line == f"3 replayed from {file}, 2 differ"]
    assert lines[last + 1] == f"1 replayed from {other}, 0 differ"
    assert main(["vectors", "-q", file, str(other)]) == 1
    assert "replayed from" not in capsys.readouterr().out


def test_the_others_are_replayed_where_a_line_is_no_vector(
    file: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    Path(file).write_text("{\n" + Path(file).read_text())
    assert main(["vectors", file]) == 2
    printed = capsys.readouterr()
    assert "FAILED wrong" in printed.out
    assert printed.out.splitlines()[-1] == "1 passed, 2 failed"
    [told] = printed.err.splitlines()
    assert told.startswith(f"error: {file}:1:1: ")
    junit = tmp_path / "report.xml"
    assert main(["vectors", file, "--json", "--junit", str(junit)]) == 2
    [mistake] = json.loads(capsys.readouterr().out)["mistakes"]
    assert (mistake["file"], mistake["line"]) == (file, 1)
    assert ET.parse(junit).getroot().get("errors") == "1"  # noqa: S314  # our own file


def test_recording_says_how_far_it_is(
    file: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = itertools.count(step=4)
    monkeypatch.setattr("conformance.cli.progress.time.monotonic", lambda: next(clock))
    monkeypatch.setattr("conformance.segment_build.SegmentBuild", lambda **_: nullcontext())
    monkeypatch.setattr("conformance.segment_build.record", lambda vectors, _: ({"id": item.id} for item in vectors))
    assert main(["vectors", file, "--record", str(tmp_path / "new.jsonl")]) == 0
    assert "recording: 2 of 3" in capsys.readouterr().err.splitlines()


def test_a_folder_without_vectors_is_a_problem(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["vectors", str(tmp_path)]) == 2
    assert "there is no .jsonl file" in capsys.readouterr().err

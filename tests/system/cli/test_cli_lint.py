"""`lint`: exit codes, forms of the report, and what it imports."""

from __future__ import annotations

import io
import json
import subprocess
import sys
import xml.etree.ElementTree as ET
from pathlib import Path
from typing import Any, Final

import pytest

from conformance.cli import main

ROOT: Final = Path(__file__).parents[3]
MAPPING: Final[list[dict[str, Any]]] = [
    {
        "name": "Orders",
        "partnerAction": "trackPurchase",
        "subscribe": 'type = "track" and event = "Order completed"',
        "mapping": {
            "orderId": {"@path": "$.properties.order_id"},
            "user": {"userId": {"@path": "$.userId"}},
            "items": {"@path": "$.properties.products"},
            "total": {"@path": "$.properties.total"},
            "createdAt": {"@path": "$.receivedAt"},
        },
    },
    {"name": "Off", "partnerAction": "updateUser", "subscribe": 'type = "identify"', "mapping": {}, "enabled": False},
]


@pytest.fixture
def mapping(tmp_path: Path) -> str:
    file = tmp_path / "mapping.json"
    file.write_text(json.dumps(MAPPING, indent=2), encoding="utf-8")
    return str(file)


def test_the_presets_are_linted_without_a_mapping(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["lint"]) == 0
    assert capsys.readouterr().out == "presets: 0 errors, 0 warnings in 4 subscriptions\n"


def test_mistakes_have_their_place_and_an_error_makes_the_exit_code_1(
    mapping: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["lint", mapping]) == 1
    out, err = capsys.readouterr()
    lines = out.splitlines()
    assert lines[0].startswith(f'{mapping}:5:5: warning: "Orders" [0].subscribe: "Order completed" is almost')
    assert lines[2].startswith(f'{mapping}:7:7: error: "Orders" [0].mapping.orderId: trackPurchase has no field')
    assert lines[3] == "    did you mean `id`?"
    assert lines[4] == "1 error, 1 warning, 1 note (-v shows it) in 1 subscription"
    assert err == f'note: {mapping}: left out 1 subscription: 1 disabled ("Off")\n'


def test_standard_input_is_a_mapping_too(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    content = io.BytesIO(json.dumps(MAPPING).encode())
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(content))
    assert main(["lint", "-"]) == 1
    out, err = capsys.readouterr()
    assert "standard input:1:" in out
    assert err.startswith("note: standard input: left out 1 subscription")


def test_each_of_several_mappings_is_named(mapping: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    example = "examples/mappings/all-three.yaml"
    assert main(["lint", mapping, "--mapping", str(ROOT / example)]) == 1
    lines = capsys.readouterr().out.splitlines()
    assert f"{mapping}: 1 error, 1 warning, 1 note (-v shows it) in 1 subscription" in lines
    assert lines[-1] == f"{ROOT / example}: 0 errors, 0 warnings in 4 subscriptions"
    assert main(["lint", "--json", mapping, str(ROOT / example)]) == 1
    assert [one["file"] for one in json.loads(capsys.readouterr().out)["files"]] == [mapping, str(ROOT / example)]
    assert main(["lint", str(tmp_path / "none.yaml"), mapping, str(tmp_path / "no.yaml")]) == 2
    captured = capsys.readouterr()
    assert "fields.unknown" in captured.out
    assert [line.split(": ")[1] for line in captured.err.splitlines() if line.startswith("error: ")] == [
        str(tmp_path / "none.yaml"),
        str(tmp_path / "no.yaml"),
    ]


def test_a_mapping_is_named_as_in_other_commands(mapping: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["lint", "--mapping", mapping]) == 1
    named = capsys.readouterr().out
    assert main(["lint", mapping]) == 1
    assert capsys.readouterr().out == named


def test_json_and_annotations_do_not_go_together(mapping: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["lint", mapping, "--json", "--github"]) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert "--github does not go with --json" in captured.err


def test_the_summary_of_a_step_tells_of_a_mapping_that_cannot_be_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(tmp_path / "summary.md"))
    (tmp_path / "broken.yaml").write_text("- {name: x\n")
    assert main(["lint", str(tmp_path / "broken.yaml"), "--github"]) == 2
    assert "broken.yaml:" in (tmp_path / "summary.md").read_text()


def test_warnings_alone_make_the_exit_code_0(tmp_path: Path) -> None:
    fields = {key: value for key, value in MAPPING[0]["mapping"].items() if key != "orderId"}
    orders = {**MAPPING[0], "mapping": fields}
    file = tmp_path / "mapping.json"
    file.write_text(json.dumps([orders]), encoding="utf-8")
    assert main(["lint", str(file)]) == 0
    assert main(["lint", str(file), "--strict"]) == 1


def test_junit_has_a_case_for_each_subscription(mapping: str, tmp_path: Path) -> None:
    file = tmp_path / "lint.xml"
    assert main(["lint", mapping, str(ROOT / "examples/mappings/all-three.yaml"), "--junit", str(file)]) == 1
    suites = ET.fromstring(file.read_text())  # noqa: S314  # our own report
    assert (suites.get("tests"), suites.get("failures"), suites.get("skipped")) == ("5", "1", "0")
    (failed,) = [case for case in suites.iter("testcase") if case.find("failure") is not None]
    assert failed.get("name") == "Orders"
    failure = failed.find("failure")
    assert failure is not None
    assert (failure.get("message") or "").startswith("trackPurchase has no field `orderId`")
    assert "spec.event" not in (failure.text or "")
    assert main(["lint", mapping, "--junit", str(file), "--strict"]) == 1
    assert "[spec.event]" in file.read_text()


def test_junit_tells_of_a_mapping_that_cannot_be_read_and_is_never_written_over_one(
    mapping: str, tmp_path: Path
) -> None:
    file = tmp_path / "lint.xml"
    assert main(["lint", mapping, str(tmp_path / "none.yaml"), "--junit", str(file)]) == 2
    suites = ET.fromstring(file.read_text())  # noqa: S314  # our own report
    assert (suites.get("tests"), suites.get("failures"), suites.get("errors")) == ("2", "1", "1")
    before = Path(mapping).read_bytes()
    assert main(["lint", mapping, "--junit", mapping]) == 2
    assert Path(mapping).read_bytes() == before


def test_quiet_shows_errors_and_verbose_everything(mapping: str, capsys: pytest.CaptureFixture[str]) -> None:
    main(["lint", "-q", mapping])
    assert [line.split(": ")[1] for line in capsys.readouterr().out.splitlines() if ": " in line] == ["error"]
    main(["lint", "-v", mapping])
    out = capsys.readouterr().out
    assert "note: " in out
    assert "    source: " in out


def test_the_json_is_one_document(mapping: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["lint", "--json", mapping]) == 1
    document = json.loads(capsys.readouterr().out)
    assert [item["rule"] for item in document["findings"]] == ["spec.event", "fields.unknown", "created-at.received"]
    assert document["summary"]["errors"] == 1


def test_github_gets_annotations_on_the_lines_of_the_file(mapping: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["lint", "--github", mapping]) == 1
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith(f'::warning file={mapping},line=5,col=5,title=spec.event::"Orders" [0].subscribe: ')
    assert lines[1].startswith(f"::error file={mapping},line=7,col=7,title=fields.unknown::")
    assert lines[2] == "1 error, 1 warning, 1 note (-v shows it) in 1 subscription"


def test_a_file_that_cannot_be_read_is_exit_code_2_and_an_annotation(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "mapping.json"
    file.write_text('[{"name": "x"}]', encoding="utf-8")
    assert main(["lint", "--github", str(file)]) == 2
    out, err = capsys.readouterr()
    assert all(line.startswith(f"::error file={file},line=1,") for line in out.splitlines())
    assert err.startswith(f"error: {file}:1:")
    assert main(["lint", str(tmp_path / "none.json")]) == 2


def test_a_project_type_asks_for_its_identifier(mapping: str, capsys: pytest.CaptureFixture[str]) -> None:
    main(["lint", "--project-type", "email", mapping])
    assert "an email-based project creates people by email" in capsys.readouterr().out
    main(["lint", "--project-type", "userid", mapping])
    assert "identifier.project-type" not in capsys.readouterr().out


@pytest.mark.parametrize("file", [(), ("examples/mappings/all-three.yaml",)], ids=str)
def test_lint_imports_neither_a_simulator_nor_what_takes_long(file: tuple[str, ...]) -> None:
    code = (
        "import sys\nfrom iterable_harness import main\n"
        f"sys.argv[1:] = ['lint', *{file!r}]\nmain()\n"
        "print(*{name.split('.')[0] for name in sys.modules}, file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    heavy = {"aiohttp", "httpx", "hypothesis", "liquid", "pydantic", "rich", "simulator", "hcl2", "asyncio"}
    assert not heavy & set(done.stderr.split())

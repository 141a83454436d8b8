"""Reports of runs that could not do their work: they say why, and no earlier report stands in their place."""

from __future__ import annotations

import json
import xml.etree.ElementTree as ET
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from conformance.cli import main
from conformance.judging import judgement_schema

_WRONG = {
    "a mapping that is not there": ["conform", "--mapping", "gone.yaml"],
    "a baseline that is not there": ["conform", "--baseline", "gone.yaml"],
    "a number out of range": ["conform", "--examples", "0"],
    "a property that nobody knows": ["conform", "--property", "nope"],
    "options that do not go together": ["conform", "--url", "http://127.0.0.1:9"],
    "an option that nobody knows": ["conform", "--sead", "1"],
    "a project that does not answer": [
        *("conform", "--url", "http://127.0.0.1:9", "--api-key", "key"),
        *("--sandbox", "ours", "--project-type", "hybrid"),
    ],
    "a project type that nobody knows": ["run", ".", "--project-type", "both"],
    "a scenario that is not there": ["run", "gone.scenario.yaml"],
    "an option of run that goes with another": ["run", ".", "--output", "small.yaml"],
}


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def _told(capsys: pytest.CaptureFixture[str]) -> str:
    return capsys.readouterr().err.removeprefix("error: ").split("; see ")[0].strip()


@pytest.mark.parametrize("arguments", _WRONG.values(), ids=_WRONG)
def test_reports_say_what_kept_the_command_from_its_work(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("report.xml", "report.html", "report.tap"):
        Path(name).write_text("0 problems, of an earlier run")
    reports = ("--junit", "report.xml", "--html", "report.html", "--tap", "report.tap")
    assert main([*arguments, *reports]) == 2
    told = _told(capsys).split(": ", 1)[1]
    error = ET.parse("report.xml").getroot().find("testsuite/testcase/error")  # noqa: S314  # our own file
    assert error is not None
    assert told in str(error.text)
    page = Path("report.html").read_text()
    assert "Could not be used" in page
    assert "an earlier run" not in page
    assert Path("report.tap").read_text().splitlines()[-1].startswith("Bail out!")


@pytest.mark.parametrize(
    "arguments", [["conform", "--examples", "0"], ["conform", "--mapping", "gone.yaml"]], ids=["usage", "file"]
)
def test_the_json_of_conform_says_it_too(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*arguments, "--json"]) == 2
    printed = capsys.readouterr()
    document: dict[str, Any] = json.loads(printed.out)
    jsonschema.validate(document, judgement_schema())
    [mistake] = document["mistakes"]
    assert mistake["message"] in printed.err


def test_the_json_of_run_says_it_once(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["run", "gone.scenario.yaml", "--json"]) == 2
    assert [item["file"] for item in json.loads(capsys.readouterr().out)["mistakes"]] == ["gone.scenario.yaml"]
    assert main(["run", "gone.scenario.yaml", "--json", "--project-type", "both"]) == 2
    [mistake] = json.loads(capsys.readouterr().out)["mistakes"]
    assert mistake["file"] == "iterable-harness run"


@pytest.mark.parametrize(
    ("arguments", "report"),
    [
        (["vectors", "gone.jsonl", "--junit"], "report.xml"),
        (["backtest", "gone.jsonl", "--html"], "report.html"),
        (["backtest", "gone.jsonl", "--markdown"], "report.md"),
        (["backtest", "gone.jsonl", "--workers", "0", "--html"], "report.html"),
    ],
)
def test_reports_of_other_commands_say_it_too(arguments: list[str], report: str, folder: Path) -> None:
    (folder / report).write_text("an earlier run")
    assert main([*arguments, report]) == 2
    assert "an earlier run" not in (folder / report).read_text()
    assert "gone.jsonl" in (folder / report).read_text() or "--workers" in (folder / report).read_text()


def test_an_interrupted_run_of_conform_leaves_no_earlier_report(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupt(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("conformance.judging.judge", interrupt)
    (folder / "report.xml").write_text("an earlier run")
    assert main(["conform", "--property", "identity", "--junit", "report.xml"]) == 1
    assert "interrupted" in (folder / "report.xml").read_text()


def test_what_is_read_is_not_written_over_for_wrong_usage(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for name in ("mapping.yaml", "bug.scenario.yaml"):
        (folder / name).write_text("kept")
    main(["conform", "--mapping", "mapping.yaml", "--junit", "mapping.yaml", "--examples", "0"])
    assert "--junit: is read by this very command" in capsys.readouterr().err
    main(["run", ".", "--junit", "bug.scenario.yaml", "--project-type", "both"])
    assert [(folder / name).read_text() for name in ("mapping.yaml", "bug.scenario.yaml")] == ["kept", "kept"]


def test_a_report_that_was_written_stays_when_nothing_was_tested() -> None:
    assert main(["conform", "--property", "rows", "--examples", "1", "--junit", "report.xml"]) == 2
    suites = {suite.get("name") for suite in ET.parse("report.xml").getroot()}  # noqa: S314  # our own file
    assert suites == {"iterable-harness"}

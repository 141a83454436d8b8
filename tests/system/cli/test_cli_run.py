from __future__ import annotations

import json
import xml.etree.ElementTree as ET
from typing import TYPE_CHECKING

import pytest

from conformance.cli import main

if TYPE_CHECKING:
    from pathlib import Path

GOOD = """\
name: An identify creates the person
description: With both identifiers there is a person in every project type.
source: Segment's page of the destination
project: {type: all}
steps:
  - send: {type: identify, userId: u1, traits: {email: ada@example.com, plan: pro}}
    expect: {counts: {users: 1}}
"""
MAPPING = """\
- name: Identify
  partnerAction: updateUser
  subscribe: type = "identify"
  mapping: {userId: {"@path": $.userId}, email: {"@path": $.traits.email}}
"""
WRONG = GOOD.replace("users: 1", "users: 2").replace("creates", "doubles").replace("all", "hybrid")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "good.scenario.yaml").write_text(GOOD)
    (tmp_path / "wrong.scenario.yaml").write_text(WRONG)
    return tmp_path


def test_a_scenario_runs_in_every_type_that_it_is_about(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["run", str(folder / "good.scenario.yaml")]) == 0
    assert capsys.readouterr().out.splitlines()[-1] == "3 passed, 0 failed"


def test_a_failure_shows_what_was_expected_and_the_exit_code_is_1(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["run", str(folder)]) == 1
    shown = capsys.readouterr().out
    assert "expected  2" in shown
    assert "actual    1" in shown
    assert shown.splitlines()[-1] == "3 passed, 1 failed"


def test_the_verdicts_are_the_same_against_a_running_server(
    folder: Path, server: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["run", str(folder), "--json"]) == 1
    here = json.loads(capsys.readouterr().out)
    assert main(["run", str(folder), "--json", "--url", server]) == 1
    there = json.loads(capsys.readouterr().out)
    assert [case["verdict"] for case in here["cases"]] == [case["verdict"] for case in there["cases"]]
    assert [case["failures"] for case in here["cases"]] == [case["failures"] for case in there["cases"]]


def test_project_types_can_be_chosen(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["run", str(folder), "--project-type", "email", "--project-type", "userid"]) == 0
    assert capsys.readouterr().out.splitlines()[-1] == "2 passed, 0 failed"


def test_nothing_to_run_does_not_pass_for_success(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["run", str(folder / "wrong.scenario.yaml"), "--project-type", "email"]) == 2
    assert "none of these scenarios covers the project types email" in capsys.readouterr().err


def test_a_mapping_takes_the_place_of_the_presets(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    mapping = folder / "mapping.json"
    mapping.write_text(json.dumps([{"partnerAction": "updateUser", "subscribe": 'type = "group"'}]))
    assert main(["run", str(folder / "good.scenario.yaml"), "--mapping", str(mapping)]) == 1
    assert capsys.readouterr().out.splitlines()[-1] == "0 passed, 3 failed"


def test_reports_are_written_as_junit_and_html(folder: Path) -> None:
    junit, html = folder / "reports" / "report.xml", folder / "reports" / "report.html"
    main(["run", str(folder), "-q", "--junit", str(junit), "--html", str(html)])
    [suite] = ET.parse(junit).getroot()  # noqa: S314  # our own file
    assert (suite.get("tests"), suite.get("failures")) == ("4", "1")
    assert "An identify doubles the person" in html.read_text()


def test_every_problem_of_every_file_is_one_line_with_its_place(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bad = folder / "bad.scenario.yaml"
    bad.write_text(GOOD.replace("name:", "nmae:").replace("type: all", "type: emial"))
    assert main(["run", str(folder)]) == 2
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) >= 2
    assert all(line.startswith(f"error: {bad}:") for line in lines)


def test_where_no_simulator_answers_is_one_line(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["run", str(folder), "--url", "http://127.0.0.1:1"]) == 2
    assert len(capsys.readouterr().err.splitlines()) == 1


def test_where_no_simulator_answers_no_earlier_report_stays(folder: Path) -> None:
    junit = folder / "report.xml"
    junit.write_text("<testsuites/>")
    assert main(["run", str(folder), "--url", "http://127.0.0.1:1", "--junit", str(junit)]) == 2
    [case] = ET.parse(junit).getroot().iter("testcase")  # noqa: S314  # our own file
    assert (case.get("name"), case.get("file"), case[0].tag) == ("http://127.0.0.1:1", None, "error")


def test_a_report_that_cannot_be_written_in_the_end_is_told_and_hides_no_verdict(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def full(_option: str, name: str, _text: str) -> None:
        raise OSError(f"no space left for {name}")

    monkeypatch.setattr("conformance.cli.reporting_command.write_file", full)
    assert main(["run", str(folder / "good.scenario.yaml"), "--junit", str(folder / "report.xml")]) == 2
    captured = capsys.readouterr()
    assert captured.out.splitlines()[-1] == "3 passed, 0 failed"
    assert captured.err.startswith("error: a report could not be made: OSError: no space left for")
    assert main(["run", str(folder), "--junit", str(folder / "report.xml")]) == 1


@pytest.mark.parametrize("options", [["--junit", "good.scenario.yaml"], ["--html", "mapping.yaml"]])
def test_a_report_is_never_written_over_what_is_read(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], options: list[str]
) -> None:
    monkeypatch.chdir(folder)
    (folder / "mapping.yaml").write_text(MAPPING)
    assert main(["run", "good.scenario.yaml", "--mapping", "mapping.yaml", *options]) == 2
    assert f"{options[1]}: {options[0]}: is read by this very command" in capsys.readouterr().err
    assert (folder / "good.scenario.yaml").read_text() == GOOD
    assert (folder / "mapping.yaml").read_text() == MAPPING


def test_a_scenario_is_not_made_small_in_its_own_place(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = str(folder / "wrong.scenario.yaml")
    assert main(["run", path, "--minimise", "--output", path]) == 2
    assert "is read by this very command" in capsys.readouterr().err


def test_two_reports_go_to_two_files(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    report = str(folder / "report")
    assert main(["run", str(folder / "good.scenario.yaml"), "--junit", report, "--html", report]) == 2
    assert "--html: is what --junit writes, too (name another file)" in capsys.readouterr().err
    assert not (folder / "report").exists()


def test_two_reports_may_both_go_nowhere(folder: Path) -> None:
    assert main(["run", str(folder / "good.scenario.yaml"), "--junit", "/dev/null", "--html", "/dev/null"]) == 0

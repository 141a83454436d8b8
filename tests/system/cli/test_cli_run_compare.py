from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from conformance.cli import main

if TYPE_CHECKING:
    from pathlib import Path

SCENARIO = """\
name: An event before the identify
description: The event comes first.
source: s
project: {type: hybrid}
steps:
  - send: {type: track, event: Seen, userId: u1}
    expect: {counts: {events: 99}}
"""


@pytest.fixture
def scenario(tmp_path: Path) -> str:
    file = tmp_path / "early.scenario.yaml"
    file.write_text(SCENARIO)
    return str(file)


def test_three_columns_show_what_differs_and_the_exit_code_is_0(
    scenario: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["run", scenario, "--compare"]) == 0
    lines = [line.split() for line in capsys.readouterr().out.splitlines()]
    assert ["email", "userid", "hybrid"] in lines
    assert ["Seen", "-", "u1", "u1"] in lines
    assert lines[-1] == ["1", "of", "1", "scenarios", "differs"]


def test_a_server_gives_the_same_comparison(scenario: str, server: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["run", scenario, "--compare", "--json"]) == 0
    here = json.loads(capsys.readouterr().out)
    assert main(["run", scenario, "--compare", "--json", "--url", server]) == 0
    assert json.loads(capsys.readouterr().out) == here
    assert here["scenarios"][0]["people"][1] == {"what": "u1", "email": False, "userid": True, "hybrid": True}


def test_columns_can_be_chosen(scenario: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["run", scenario, "--compare", "--project-type", "userid", "--project-type", "hybrid"]) == 0
    assert capsys.readouterr().out.splitlines()[-1] == "0 of 1 scenarios differ"


def test_a_mapping_is_compared_in_place_of_the_presets(
    scenario: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    mapping = tmp_path / "mapping.json"
    mapping.write_text(json.dumps([{"partnerAction": "trackEvent", "subscribe": 'type = "page"'}]))
    assert main(["run", scenario, "--compare", "--mapping", str(mapping)]) == 0
    assert capsys.readouterr().out.splitlines()[-1] == "0 of 1 scenarios differ"


def test_a_scenario_that_cannot_be_played_is_told_and_the_exit_code_is_1(
    scenario: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    broken = tmp_path / "broken.scenario.yaml"
    broken.write_text(SCENARIO.replace("type: hybrid", "type: hybrid, users: [{email: no address}]"))
    assert main(["run", scenario, str(broken), "--compare"]) == 1
    shown = capsys.readouterr().out
    assert shown.count("could not be played") == 3
    assert "is not an email address" in shown


@pytest.mark.parametrize("option", ["--junit", "--tap"])
def test_reports_of_verdicts_are_refused_and_say_so(
    option: str, scenario: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    report = tmp_path / "report"
    report.write_text("0 failed, of an earlier run")
    assert main(["run", scenario, "--compare", option, str(report)]) == 2
    assert f"--compare gives no verdicts for {option}" in capsys.readouterr().err
    assert "--compare gives no verdicts" in report.read_text()


def test_a_page_has_the_columns_and_how_the_run_came_about(
    scenario: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    page = tmp_path / "types.html"
    assert main(["run", scenario, "--compare", "--html", str(page)]) == 0
    assert capsys.readouterr().out.splitlines()[-1] == "1 of 1 scenarios differs"
    text = page.read_text()
    assert "<h1>1 of 1 scenarios differs</h1>" in text
    assert '<td class="what">Seen</td><td class="differs">-</td><td>u1</td><td>u1</td>' in text
    for fact in ("mapping", "version", "command", "date"):
        assert f"<dt>{fact}</dt>" in text
    assert f"--compare --html {page}" in text


def test_a_page_is_not_written_over_the_scenario(scenario: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["run", scenario, "--compare", "--html", scenario]) == 2
    assert "--html: is read by this very command" in capsys.readouterr().err


def test_the_summary_of_a_step_has_the_table(scenario: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(tmp_path / "summary.md"))
    assert main(["run", scenario, "--compare", "--github"]) == 0
    lines = (tmp_path / "summary.md").read_text().splitlines()
    assert lines[0] == "### Project types: 1 of 1 scenarios differs"
    assert "| whose events | Seen | - | u1 | u1 |" in lines


def test_one_column_is_no_comparison(scenario: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["run", scenario, "--compare", "--project-type", "email"]) == 2
    assert "two project types or more" in capsys.readouterr().err

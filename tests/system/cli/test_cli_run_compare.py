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
    assert lines[-1] == ["1", "differs,", "0", "identical"]


def test_a_server_gives_the_same_comparison(scenario: str, server: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["run", scenario, "--compare", "--json"]) == 0
    here = json.loads(capsys.readouterr().out)
    assert main(["run", scenario, "--compare", "--json", "--url", server]) == 0
    assert json.loads(capsys.readouterr().out) == here
    assert here["scenarios"][0]["people"][1] == {"what": "u1", "email": False, "userid": True, "hybrid": True}


def test_columns_can_be_chosen(scenario: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["run", scenario, "--compare", "--project-type", "userid", "--project-type", "hybrid"]) == 0
    assert capsys.readouterr().out.splitlines()[-1] == "0 differ, 1 identical"


def test_a_mapping_is_compared_in_place_of_the_presets(
    scenario: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    mapping = tmp_path / "mapping.json"
    mapping.write_text(json.dumps([{"partnerAction": "trackEvent", "subscribe": 'type = "page"'}]))
    assert main(["run", scenario, "--compare", "--mapping", str(mapping)]) == 0
    assert capsys.readouterr().out.splitlines()[-1] == "0 differ, 1 identical"


def test_a_scenario_that_cannot_be_played_is_told_and_the_exit_code_is_1(
    scenario: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    broken = tmp_path / "broken.scenario.yaml"
    broken.write_text(SCENARIO.replace("type: hybrid", "type: hybrid, users: [{email: no address}]"))
    assert main(["run", scenario, str(broken), "--compare"]) == 1
    shown = capsys.readouterr().out
    assert shown.count("could not be played") == 3
    assert "is not an email address" in shown


@pytest.mark.parametrize("option", ["--junit", "--html"])
def test_reports_of_verdicts_are_refused_before_anything_is_written(
    option: str, scenario: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    report = tmp_path / "report"
    assert main(["run", scenario, "--compare", option, str(report)]) == 2
    assert "--compare" in capsys.readouterr().err
    assert not report.exists()


def test_one_column_is_no_comparison(scenario: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["run", scenario, "--compare", "--project-type", "email"]) == 2
    assert "two project types or more" in capsys.readouterr().err

"""A scenario that cannot fail, or whose event no subscription could ever match, is never reported as passed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from conformance.cli import main
from conformance.inputs.errors import InputError
from conformance.scenario import load_scenario, run_paths

Run = Callable[..., tuple[int, str]]

SCENARIO = """\
name: A person is created
description: One identify.
source: Segment's documentation
project: {type: hybrid}
steps:
  - send: {type: identify, userId: u1, traits: {plan: pro}}
"""
EXPECTATION = "expect: {users: [{userId: u1}]}\n"


def written(folder: Path, text: str) -> Path:
    path = folder / "case.scenario.yaml"
    path.write_text(text, encoding="utf-8")
    return path


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    return lambda *arguments: (main(["run", *map(str, arguments)]), capsys.readouterr().err)


@pytest.mark.parametrize("nothing", ["", "expect: {}\n"])
def test_a_scenario_that_expects_nothing_is_an_input_error(run: Run, tmp_path: Path, nothing: str) -> None:
    path = written(tmp_path, SCENARIO + nothing)
    code, told = run(path)
    assert (code, "expects nothing, so it cannot fail" in told) == (2, True)
    with pytest.raises(InputError, match="expects nothing"):
        run_paths([path])


def test_a_comparison_of_project_types_needs_no_expectation(run: Run, tmp_path: Path) -> None:
    assert run(written(tmp_path, SCENARIO), "--compare")[0] == 0


@pytest.mark.parametrize(
    ("event", "told"),
    [
        ("{type: indentify, userId: u1}", "did you mean identify?"),
        ("{userId: u1, traits: {plan: pro}}", "identify"),
        ("[]", "an empty list"),
        ("[{type: identify, userId: u1}, {email: ada@example.com, dataFields: {}}]", "Iterable"),
    ],
)
def test_a_step_that_sends_no_segment_event_is_a_problem_with_its_line(
    run: Run, tmp_path: Path, event: str, told: str
) -> None:
    text = SCENARIO.replace("{type: identify, userId: u1, traits: {plan: pro}}", event)
    code, error = run(written(tmp_path, text + EXPECTATION))
    assert (code, "case.scenario.yaml:6" in error, told in error) == (2, True, True)


def test_a_member_that_no_event_has_is_a_warning_with_the_near_word(run: Run, tmp_path: Path) -> None:
    path = written(tmp_path, SCENARIO.replace("userId: u1,", "userId: u1, trats: {},") + EXPECTATION)
    code, told = run(path)
    assert (code, told.count("warning: "), "did you mean traits?" in told) == (0, 1, True)
    assert len(load_scenario(path).doubts) == 1

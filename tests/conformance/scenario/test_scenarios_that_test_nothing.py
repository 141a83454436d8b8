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


@pytest.mark.parametrize(
    "nothing",
    [
        "",
        "expect: {}\n",
        "expect: {counts: {}}\n",
        "expect: {users: [], events: []}\n",
        "expect: {projects: {}}\n",
        "expect: {by_type: {hybrid: {users: []}}}\n",
        "wanted: {says: One profile., expect: {}}\n",
    ],
)
def test_a_scenario_that_expects_nothing_is_an_input_error(run: Run, tmp_path: Path, nothing: str) -> None:
    path = written(tmp_path, SCENARIO + nothing)
    code, told = run(path)
    assert (code, "expects nothing, so it cannot fail" in told) == (2, True)
    with pytest.raises(InputError, match="expects nothing"):
        run_paths([path])


def test_a_scenario_that_expects_nothing_in_one_of_its_project_types_names_that_type(
    run: Run, tmp_path: Path
) -> None:
    text = SCENARIO.replace("type: hybrid", "type: all") + "expect: {by_type: {hybrid: {users: [{userId: u1}]}}}\n"
    code, told = run(written(tmp_path, text))
    assert (code, "expects nothing in email and userid, so it cannot fail" in told) == (2, True)


def test_that_there_is_no_request_is_an_expectation(run: Run, tmp_path: Path) -> None:
    assert run(written(tmp_path, SCENARIO + "    expect: {requests: []}\n"))[0] == 1


def test_a_scenario_without_a_connection_is_an_input_error(run: Run, tmp_path: Path) -> None:
    assert run(written(tmp_path, SCENARIO + EXPECTATION + "destination: []\n"))[0] == 2


def test_a_comparison_of_project_types_needs_no_expectation(run: Run, tmp_path: Path) -> None:
    assert run(written(tmp_path, SCENARIO), "--compare")[0] == 0


@pytest.mark.parametrize(
    ("event", "told"),
    [
        ("{type: indentify, userId: u1}", "did you mean identify?"),
        ("{userId: u1, traits: {plan: pro}}", "identify"),
        ("[]", "an empty list"),
        ("{event: {type: identify, userId: u1}, subscriptions: [Identify Calls]}", "an undelivered line"),
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


@pytest.mark.parametrize("envelope", ["{batch: [EVENT], sentAt: '2026-08-20T12:00:00Z'}", "[{batch: [EVENT]}]"])
def test_a_body_of_v1_batch_stands_for_its_events(run: Run, tmp_path: Path, envelope: str) -> None:
    event = "{type: identify, userId: u1, traits: {plan: pro}}"
    text = SCENARIO.replace(event, envelope.replace("EVENT", event))
    assert run(written(tmp_path, text + EXPECTATION)) == (0, "")


@pytest.mark.parametrize(
    ("event", "told"),
    [
        ("{type: indentify, userId: u1}", "did you mean identify?"),
        ("{batch: [{type: identify, userId: u1}]}", "a body of /v1/batch"),
        ("[]", "a list"),
        ("null", "null"),
    ],
)
def test_an_item_of_a_batch_that_is_no_segment_event_is_a_problem_with_its_line(
    run: Run, tmp_path: Path, event: str, told: str
) -> None:
    text = SCENARIO.replace("send: {type: identify, userId: u1, traits: {plan: pro}}", f"batch: [{event}]")
    code, error = run(written(tmp_path, text + EXPECTATION))
    assert code == 2
    assert all(words in error for words in ("case.scenario.yaml:6", "steps[0].batch[0]", told))

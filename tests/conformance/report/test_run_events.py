from __future__ import annotations

import io
import json
from typing import TYPE_CHECKING

import pytest
from rich.console import Console

from conformance.report import (
    CaseFinished,
    CaseResult,
    CaseStarted,
    Dispatcher,
    DocumentReport,
    Event,
    Listener,
    Report,
    RunFinished,
    RunStarted,
    TerminalReport,
    Verdict,
    to_json,
    to_junit,
)
from conformance.scenario import SimulatorBackend, cases_of, load_suite, run_cases, run_paths

if TYPE_CHECKING:
    from pathlib import Path

RESULT = CaseResult("Fine", "b.scenario.yaml", "hybrid", Verdict.PASSED, 0.1)
SCENARIO = """\
name: An identify creates the person
description: With both identifiers there is a person in every project type.
source: Segment's page of the destination
project: {type: all}
steps:
  - send: {type: identify, userId: u1, traits: {email: ada@example.com, plan: pro}}
    expect: {counts: {users: 1}}
"""


@pytest.fixture
def scenario(tmp_path: Path) -> Path:
    path = tmp_path / "good.scenario.yaml"
    path.write_text(SCENARIO, encoding="utf-8")
    return path


def test_a_run_tells_of_each_case_before_and_after_it(scenario: Path) -> None:
    events: list[Event] = []
    report = run_paths([scenario], project_types=["email", "hybrid"], listeners=[events.append])
    name = "An identify creates the person"
    assert events == [
        RunStarted(2),
        CaseStarted(name, str(scenario), "email"),
        CaseFinished(report.cases[0]),
        CaseStarted(name, str(scenario), "hybrid"),
        CaseFinished(report.cases[1]),
        RunFinished(report),
    ]


def test_the_terminal_shows_a_case_when_it_ends_and_not_at_the_end_of_all() -> None:
    out = io.StringIO()
    terminal = TerminalReport(Console(file=out, width=60, no_color=True))
    terminal(CaseFinished(RESULT))
    assert out.getvalue() == "passed  hybrid  Fine  (b.scenario.yaml)\n"
    terminal(RunFinished(Report((RESULT,))))
    assert out.getvalue().splitlines()[1:] == ["1 passed, 0 failed"]


def test_a_listener_that_fails_is_reported_once_and_hides_no_verdict(scenario: Path) -> None:
    told: list[str] = []
    documents: list[str] = []

    def broken(_: Event) -> None:
        raise OSError("the disk is full")

    cases = cases_of(load_suite([scenario]))
    with SimulatorBackend.in_process() as backend:
        listeners: list[Listener] = [broken, DocumentReport(to_json, documents.append)]
        report = run_cases(cases, lambda _: backend, Dispatcher(listeners, told.append))
    assert report.passed == 3
    assert told == ["a report could not be made: OSError: the disk is full"]
    assert json.loads(documents[0])["passed"] == 3


def test_a_listener_that_fails_is_reported_on_stderr_unless_said_otherwise(
    scenario: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken(_: Event) -> None:
        raise ValueError("no")

    assert run_paths([scenario], listeners=[broken]).failed == 0
    assert capsys.readouterr().err == "error: a report could not be made: ValueError: no\n"


def test_a_reader_of_one_report_who_has_seen_enough_does_not_end_the_others(scenario: Path) -> None:
    documents: list[str] = []

    def closed(_: Event) -> None:
        raise BrokenPipeError

    run_paths([scenario], listeners=[closed, DocumentReport(to_junit, documents.append)])
    assert 'tests="3"' in documents[0]


def test_an_interruption_ends_with_a_report_of_what_was_done(scenario: Path) -> None:
    documents: list[str] = []

    def interrupt(event: Event) -> None:
        if event == CaseStarted("An identify creates the person", str(scenario), "userid"):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run_paths([scenario], listeners=[interrupt, DocumentReport(to_json, documents.append)])
    document = json.loads(documents[0])
    assert (document["passed"], document["failed"], document["not_run"]) == (1, 0, 2)

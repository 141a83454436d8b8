"""Scenarios whose events go through Segment before the destination sees them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from conformance.inputs.errors import InputError
from conformance.inputs.yaml_file import document_of
from conformance.report import Verdict
from conformance.scenario import SimulatorBackend, load_suite, run_scenario, scenario_in
from conformance.scenario.scaffold import scenario_of_events

if TYPE_CHECKING:
    from conformance.report.model import CaseResult

HEAD = """\
name: n
description: d
source: s
project: {type: hybrid}
"""
TWICE = """\
steps:
  - send: {type: track, event: Seen, userId: u1, messageId: m}
    SEGMENT
  - send: {type: track, event: Seen, userId: u1, messageId: m}
    SEGMENT
expect: {events: [{eventName: Seen, count: COUNT}], counts: {requests: COUNT}}
"""


def run(text: str) -> CaseResult:
    loaded = scenario_in(document_of("one.scenario.yaml", HEAD + text), Path())
    with SimulatorBackend.in_process() as backend:
        return run_scenario(loaded, "hybrid", backend)


def twice(count: int, of_step: str = "", of_file: str = "") -> str:
    return of_file + TWICE.replace("SEGMENT", of_step or "name: s").replace("COUNT", str(count))


@pytest.mark.parametrize(
    "text",
    [
        twice(1, of_file="segment: true\n"),
        twice(1, of_step="segment: true"),
        twice(2, of_step="segment: false", of_file="segment: true\n").replace("count: 2", "count: 1"),
    ],
)
def test_a_repeat_is_dropped_where_events_go_through_segment(text: str) -> None:
    result = run(text)
    assert (result.verdict, result.failures) == (Verdict.PASSED, ())


def test_the_clock_of_a_device_is_corrected_by_the_instant_of_the_step() -> None:
    result = run(
        """\
segment: true
steps:
  - at: 2026-08-20T12:00:00Z
    send: {type: track, event: Seen, userId: u1, timestamp: '2026-08-20T14:00:00Z', sentAt: '2026-08-20T14:00:05Z'}
expect: {events: [{eventName: Seen, createdAt: '2026-08-20T11:59:55Z'}]}
"""
    )
    assert result.failures == ()
    stages = [line.stage for line in result.trace[0].lines]
    assert stages[:3] == ["clock", "event", "segment"]


def test_what_is_dropped_of_a_batch_leaves_the_rest() -> None:
    result = run(
        """\
segment: true
steps:
  - batch:
      - {type: identify, userId: u1, traits: {email: a@example.com}}
      - {type: identify, traits: {email: b@example.com}}
    expect: {result: [{nodes: [{status: 200}]}]}
  - batch: [{type: identify, traits: {email: c@example.com}}]
    expect: {requests: []}
expect: {counts: {users: 1}}
"""
    )
    assert result.failures == ()
    told = [line.text for line in result.trace[1].lines if line.stage == "segment"]
    assert told == ["dropped (segment.no-identifier): the message has neither userId nor anonymousId"]


def test_a_step_that_sends_nothing_has_no_segment() -> None:
    with pytest.raises(InputError, match="use it with send or batch"):
        run("steps: [{clock: {advance: 1}, segment: true, expect: {counts: {users: 0}}}]\n")


def test_a_suite_can_be_run_as_through_segment(tmp_path: Path) -> None:
    file = tmp_path / "one.scenario.yaml"
    file.write_text(HEAD + twice(1), encoding="utf-8")
    [loaded] = load_suite([file], through_segment=True)
    with SimulatorBackend.in_process() as backend:
        assert run_scenario(loaded, "hybrid", backend).verdict is Verdict.PASSED


def test_a_scenario_made_of_events_can_go_through_segment() -> None:
    event: dict[str, Any] = {"type": "track", "event": "Seen", "userId": "u1", "messageId": "m"}
    made = scenario_of_events([event, event], ["hybrid"], None, Path(), segment=True, clock=1_787_227_200_000)
    assert (made["segment"], made["clock"]) == (True, "2026-08-20T12:00:00.000Z")
    assert [step["expect"]["replies"] for step in made["steps"]] == [[{"status": 200, "code": "Success"}], []]


#: Two requests, of which the second takes the place of the first: its event has the same id.
TWICE_DELIVERED = twice(2, of_file="segment: {deduplicate: false}\n").replace("count: 2", "count: 1")


def test_settings_of_the_source_hold_for_the_whole_file() -> None:
    assert run(TWICE_DELIVERED).failures == ()


def test_settings_of_the_source_may_be_those_of_a_step_and_what_came_in_is_remembered() -> None:
    result = run(
        """\
segment: {requireIdentifier: false}
steps:
  - send: {type: track, event: Seen, userId: u1, messageId: m}
  - send: {type: track, event: Seen, userId: u1, messageId: m}
    segment: {deduplicate: false}
  - send: {type: track, event: Seen, userId: u1, messageId: m}
    segment: true
expect: {events: [{eventName: Seen, count: 1}], counts: {requests: 2}}
"""
    )
    assert result.failures == ()
    told = [line.text.split(":")[0] for trace in result.trace for line in trace.lines if line.stage == "segment"]
    assert [text.partition(" with ")[0] for text in told] == [
        "passed on",
        "passed on",
        "dropped (segment.duplicate)",
    ]


@pytest.mark.parametrize(
    ("segment", "told"),
    [
        ("{clockCorection: false}", "unknown key 'clockCorection' (did you mean 'clockCorrection'?)"),
        ("{batchLimit: 5}", "unknown key 'batchLimit'"),
        ("{deduplicate: perhaps}", "not 'perhaps'"),
        ("yes please", "not 'yes please'"),
    ],
)
def test_a_setting_that_is_none_of_a_scenario_is_refused_with_its_line(segment: str, told: str) -> None:
    with pytest.raises(InputError) as refused:
        run(twice(1, of_file=f"segment: {segment}\n"))
    [problem] = refused.value.problems
    assert problem.line == 5
    assert told in str(problem)


def test_a_suite_that_is_run_through_segment_keeps_the_settings_of_a_file(tmp_path: Path) -> None:
    file = tmp_path / "one.scenario.yaml"
    file.write_text(HEAD + TWICE_DELIVERED, encoding="utf-8")
    [loaded] = load_suite([file], through_segment=True)
    with SimulatorBackend.in_process() as backend:
        assert run_scenario(loaded, "hybrid", backend).verdict is Verdict.PASSED

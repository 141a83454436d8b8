"""What the commands do, called from Python."""

from __future__ import annotations

from typing import TYPE_CHECKING

import httpx
import pytest

from conformance.control_client import ControlClient
from conformance.inputs.errors import InputError
from conformance.recorder import RecordingSelection, record, record_text
from conformance.report import Verdict
from conformance.scenario import SimulatorBackend, run_paths
from conformance.scenario.comparison import compare_paths
from conformance.scenario.minimiser import NothingToShowError, minimise_path
from simulator import Clock, ProjectConfiguration, ProjectType, Request, Simulator
from simulator.service import Service

if TYPE_CHECKING:
    from pathlib import Path

STORY = """\
name: The second address
description: A userId gets another address.
source: a test
project: {type: all}
steps:
  - send: {type: identify, userId: u2, traits: {email: other@example.com}}
  - send: {type: identify, userId: u1, traits: {email: old@example.com}}
  - send: {type: identify, userId: u1, traits: {email: new@example.com}}
expect: {users: [{email: old@example.com, absent: true}]}
"""


@pytest.fixture
def story(tmp_path: Path) -> Path:
    path = tmp_path / "story.scenario.yaml"
    path.write_text(STORY, encoding="utf-8")
    return path


def test_scenarios_of_a_folder_are_run(story: Path) -> None:
    report = run_paths([story.parent])
    assert [case.verdict for case in report.cases] == [Verdict.FAILED, Verdict.PASSED, Verdict.PASSED]


def test_a_backend_that_was_given_stays_open(story: Path) -> None:
    with SimulatorBackend.in_process() as backend:
        assert run_paths([story], backend=backend).summary == run_paths([story], backend=backend).summary


def test_a_mapping_takes_the_place_of_the_presets(story: Path, tmp_path: Path) -> None:
    mapping = tmp_path / "mapping.json"
    mapping.write_text('[{"partnerAction": "updateUser", "subscribe": "type = \\"group\\""}]', encoding="utf-8")
    assert run_paths([story], mapping=mapping).passed == 3


def test_nothing_to_run_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="has no scenario files"):
        run_paths([tmp_path])


def test_project_types_are_compared(story: Path) -> None:
    [comparison] = compare_paths([story], project_types=["email", "hybrid"])
    assert comparison.project_types == ("email", "hybrid")
    assert comparison.differs


def test_a_failing_scenario_is_made_small(story: Path) -> None:
    small = minimise_path(story)
    assert (small.project_type, small.before[0], small.after[0]) == ("email", 3, 1)
    with pytest.raises(NothingToShowError, match="it passes in every project type"):
        minimise_path(story, project_types=["hybrid"])


@pytest.mark.parametrize(
    "expected",
    ["users: [{userId: u1, absent: true}]", "events: [{eventName: Seen, user: {userId: u1}, absent: true}]"],
)
def test_what_should_not_be_there_can_be_made_small_whatever_ids_the_project_gives(
    expected: str, tmp_path: Path
) -> None:
    file = tmp_path / "there.scenario.yaml"
    file.write_text(
        "name: There\ndescription: d\nsource: s\nproject: {type: hybrid}\nsteps:\n"
        "  - send: {type: identify, userId: u9}\n  - clock: {advance: 60}\n"
        f"  - send: {{type: track, event: Seen, userId: u1}}\nexpect: {{{expected}}}\n"
    )
    assert minimise_path(file).after == (1, 1, 0)


def test_what_is_intended_moves_with_its_event_when_a_scenario_is_made_small(tmp_path: Path) -> None:
    file = tmp_path / "moved.scenario.yaml"
    file.write_text(
        "name: Nobody\ndescription: d\nsource: s\nproject: {type: hybrid}\n"
        "intended: ['steps[0].send.trait', 'steps[2].send[1].trait', 'steps[2].send[1].plan']\n"
        "steps:\n"
        "  - send: {type: track, event: Seen, userId: u9, trait: {}}\n"
        "  - send: {type: track, event: Seen, userId: u8}\n"
        "  - send:\n"
        "      - {type: page, userId: u7, trait: {}}\n"
        "      - {type: identify, userId: u1, trait: {}, plan: pro}\n"
        "expect: {users: [{userId: u1, absent: true}]}\n"
    )
    small = minimise_path(file).scenario
    assert [step["send"] for step in small["steps"]] == [
        [{"type": "identify", "userId": "u1", "trait": {}, "plan": "pro"}]
    ]
    assert small["intended"] == ["steps[0].send[0].trait", "steps[0].send[0].plan"]


def test_nothing_is_intended_where_nothing_of_it_is_left(story: Path) -> None:
    story.write_text(story.read_text() + "intended: ['steps[9].send.trait']\n")
    assert "intended" not in minimise_path(story).scenario


def test_a_running_simulator_is_recorded(tmp_path: Path) -> None:
    simulator = Simulator([ProjectConfiguration("shop", ProjectType.EMAIL, ("key",))])
    service = Service(simulator, Clock(0), recorder=record_text)
    for plan in ("pro", "team"):
        body = b'{"email": "ada@example.com", "dataFields": {"plan": "%s"}}' % plan.encode()
        simulator.handle(Request("POST", "/api/users/update", headers={"api-key": "key"}, body=body), 0)

    def respond(request: httpx.Request) -> httpx.Response:
        path, _, query = request.url.raw_path.decode().partition("?")
        reply = service.respond(Request(request.method, path, query, {}, request.read())).reply
        assert reply is not None
        return httpx.Response(reply.status, content=reply.body)

    with ControlClient("http://simulator", transport=httpx.MockTransport(respond)) as control:
        recording = record(control, RecordingSelection(first=2, keep_personal_data=True))
    file = tmp_path / "recorded.scenario.yaml"
    file.write_text(recording.text, encoding="utf-8")
    assert recording.lost == ()
    assert run_paths([file]).summary == "1 passed, 0 failed"

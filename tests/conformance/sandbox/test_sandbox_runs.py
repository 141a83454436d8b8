"""Scenarios in a real project: judged as in a simulator, with nobody left behind and nobody else touched."""

from __future__ import annotations

import itertools
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from conformance.inputs.errors import InputError
from conformance.report import Verdict
from conformance.sandbox import SandboxBackend
from conformance.scenario import NotPlayableError, load_scenarios, project_types, run_scenario
from simulator.faults import Fault
from tests.conformance.sandbox.conftest import PassingTime, Service

if TYPE_CHECKING:
    from collections.abc import Callable

    from conformance.sandbox import Session
    from conformance.scenario import LoadedScenario, SimulatorBackend

    OpenSession = Callable[..., Session]
    Write = Callable[[str], LoadedScenario]

TYPES = ("email", "userid", "hybrid")
IDENTITY = Path(__file__).parents[3] / "scenarios" / "identity"
ONE_PERSON = """
project: {type: hybrid}
steps:
  - send: {type: identify, userId: u1, traits: {email: ada@example.com, plan: pro}}
    expect: {users: [{userId: u1, email: ada@example.com, dataFields: {plan: pro}}]}
  - send: {type: track, event: Seen, userId: u1, messageId: m1}
expect: {counts: {users: 1, events: 1}, events: [{eventName: Seen, user: {userId: u1}}]}
"""


def run(
    service: Service, open_session: OpenSession, loaded: LoadedScenario, simulator: SimulatorBackend, **how: Any
) -> Any:
    with open_session(service, **how) as session:
        return run_scenario(loaded, service.project.type.value, SandboxBackend(session, loaded, simulator))


@pytest.mark.parametrize("kind", TYPES)
def test_the_scenarios_about_identity_hold_as_in_a_simulator_and_leave_the_project_as_it_was(
    kind: str, open_session: OpenSession, simulator: SimulatorBackend, time: PassingTime
) -> None:
    service = Service(kind, time)
    before = service.shown()
    verdicts = []
    with open_session(service) as session:
        for loaded in load_scenarios([IDENTITY]):
            for name in project_types(loaded, [kind]):
                result = run_scenario(loaded, name, SandboxBackend(session, loaded, simulator))
                assert result.verdict in {Verdict.PASSED, Verdict.SKIPPED}, result
                verdicts.append(result.verdict)
                assert service.shown() == before
    assert verdicts.count(Verdict.PASSED) > len(verdicts) / 2


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (
            "project: {type: hybrid, settings: {enforceRateLimits: true}}\nsteps: [{send: {type: identify}}]\n",
            "it sets enforceRateLimits",
        ),
        (
            "project: {type: hybrid, lists: [{id: 1, name: All}]}\nsteps: [{send: {type: identify}}]\n",
            "starts with lists",
        ),
        (
            "project: {type: hybrid}\nother_projects: [{name: other}]\nsteps: [{send: {type: identify}}]\n",
            "other projects",
        ),
        ("project: {type: hybrid}\nsteps: [{clock: {advance: 5}}]\n", "moves the clock"),
        ("project: {type: hybrid}\nsteps: [{fault: {action: {status: 500}}}]\n", "injects a fault"),
        (
            "project: {type: hybrid}\nsteps: [{send: {type: identify}, expect: {counts: {lists: 0}}}]\n",
            "counts lists",
        ),
        (
            "project: {type: hybrid}\nsteps: [{call: {method: DELETE, path: /api/lists/7}}]\n",
            "DELETE /api/lists/7 may touch more",
        ),
        (
            "project: {type: hybrid}\nsteps: [{call: {method: GET, path: /api/users/getByEmail, query: {email: a@b.example}}}]\n",
            "may touch more",
        ),
        (
            "project: {type: hybrid}\nsteps: [{call: {method: POST, path: /api/users/update, body: {userId: 7}}}]\n",
            "userId is 7",
        ),
        (
            "project: {type: hybrid}\nsteps: [{call: {method: POST, path: /api/users/update, raw: '{\"userId\"'}}]\n",
            "is not JSON",
        ),
        (
            f"project: {{type: hybrid}}\nsteps: [{{send: {{type: identify, userId: {'u' * 50}}}}}]\n",
            "too long with a prefix",
        ),
    ],
)
def test_what_a_real_project_cannot_play_is_skipped_with_the_reason(
    text: str, reason: str, open_session: OpenSession, simulator: SimulatorBackend, scenario: Write, time: PassingTime
) -> None:
    service = Service("hybrid", time)
    before = service.shown()
    result = run(service, open_session, scenario(text), simulator)
    assert result.verdict is Verdict.SKIPPED
    assert reason in result.message
    assert service.shown() == before


def test_what_does_not_hold_there_fails_in_the_words_of_the_scenario(
    open_session: OpenSession, simulator: SimulatorBackend, scenario: Write, time: PassingTime
) -> None:
    service = Service("hybrid", time, trackCreates="never")
    loaded = scenario(
        "project: {type: hybrid}\n"
        "steps: [{send: {type: track, event: Seen, userId: u9, messageId: m}}]\n"
        "expect: {users: [{userId: u9}]}\n"
    )
    result = run(service, open_session, loaded, simulator)
    assert [(failure.path, failure.expected) for failure in result.failures] == [
        ("users[0]", 'exactly one person with {"userId": "u9"}')
    ]
    assert "harness-" not in str(result)


def test_a_service_that_shows_writes_late_is_waited_for(
    open_session: OpenSession, simulator: SimulatorBackend, scenario: Write, time: PassingTime
) -> None:
    service = Service("hybrid", time, visibilityLag=20)
    result = run(service, open_session, scenario(ONE_PERSON), simulator, wait_timeout=60)
    assert result.verdict is Verdict.PASSED, result
    assert "harness" not in service.shown().replace("harness-x-1-", "")


def test_waiting_has_an_end(
    open_session: OpenSession, simulator: SimulatorBackend, scenario: Write, time: PassingTime
) -> None:
    service = Service("hybrid", time, visibilityLag=20)
    began = time.now()
    result = run(service, open_session, scenario(ONE_PERSON), simulator, wait_timeout=5)
    assert result.verdict is Verdict.ERROR or result.failures
    assert time.now() - began < 60


def test_rate_limits_are_kept(
    open_session: OpenSession, simulator: SimulatorBackend, scenario: Write, time: PassingTime
) -> None:
    service = Service("hybrid", time, enforceRateLimits=True)
    batches = "\n".join(
        f"  - batch: [{{type: identify, userId: u{number}, traits: {{plan: pro}}}}, {{type: identify, userId: v{number}}}]"
        for number in range(12)
    )
    result = run(service, open_session, scenario(f"project: {{type: hybrid}}\nsteps:\n{batches}\n"), simulator)
    assert result.verdict is Verdict.PASSED, result
    assert 429 not in service.statuses


def test_too_many_requests_of_others_are_waited_out(
    open_session: OpenSession, simulator: SimulatorBackend, scenario: Write, time: PassingTime
) -> None:
    service = Service("hybrid", time)
    fault = {
        "match": {"path": "/api/users/*"},
        "action": {"status": 429, "headers": {"Retry-After": "3"}},
        "times": 4,
    }
    service.simulator.faults.add(Fault.model_validate(fault))
    began = time.now()
    result = run(service, open_session, scenario(ONE_PERSON), simulator)
    assert result.verdict is Verdict.PASSED, result
    assert time.now() - began >= 12


def test_a_run_that_is_broken_off_removes_its_people(
    open_session: OpenSession, time: PassingTime, ledger_file: Path
) -> None:
    service = Service("hybrid", time)
    before = service.shown()

    def break_off(session: Session) -> None:
        with session.visit():
            session.post("/api/users/update", {"userId": "u1"})
            assert service.shown() != before
            raise KeyboardInterrupt

    with open_session(service) as session, pytest.raises(KeyboardInterrupt):
        break_off(session)
    assert service.shown() == before
    assert not ledger_file.exists()


@pytest.mark.parametrize("kind", TYPES)
def test_whoever_a_killed_run_left_behind_is_removed_by_the_next(
    kind: str, open_session: OpenSession, time: PassingTime, ledger_file: Path
) -> None:
    service = Service(kind, time)
    before = service.shown()
    killed = open_session(service)
    visit = killed.visit()
    visit.__enter__()
    killed.post("/api/users/update", {"email": "ada@example.com", "userId": "u1", "dataFields": {"plan": "ours"}})
    killed.post(
        "/api/users/updateEmail",
        {"currentEmail": "ada@example.com", "currentUserId": "u1", "newEmail": "new@example.com"},
    )
    assert service.shown() != before
    assert ledger_file.exists()
    del visit
    with open_session(service, run="def"):
        assert service.shown() == before
    assert not ledger_file.exists()


def test_nobody_is_made_whom_the_ledger_cannot_name(
    open_session: OpenSession, time: PassingTime, ledger_file: Path
) -> None:
    service = Service("hybrid", time)
    before = service.shown()
    with open_session(service) as session, session.visit():
        ledger_file.parent.write_text("a file in the place of the folder")
        with pytest.raises(InputError, match="cannot be written"):
            session.post("/api/users/update", {"userId": "u1"})
    assert service.shown() == before


def test_people_who_cannot_be_removed_stay_in_the_ledger_and_are_named(
    open_session: OpenSession, simulator: SimulatorBackend, scenario: Write, time: PassingTime, ledger_file: Path
) -> None:
    service = Service("hybrid", time)
    fault = {"match": {"method": "DELETE"}, "action": {"status": 503}}
    service.simulator.faults.add(Fault.model_validate(fault))
    result = run(service, open_session, scenario(ONE_PERSON), simulator)
    assert result.verdict is Verdict.ERROR
    assert "could not be removed from sandbox" in result.message
    assert "harness-abc-1-u1" in ledger_file.read_text()
    service.simulator.faults.clear()
    with open_session(service, run="def"):
        assert "harness-abc" not in service.shown()


def test_a_service_that_goes_away_is_an_error_and_the_ledger_remembers(
    open_session: OpenSession, simulator: SimulatorBackend, scenario: Write, time: PassingTime, ledger_file: Path
) -> None:
    service = Service("hybrid", time)
    service.broken_after = 6
    result = run(service, open_session, scenario(ONE_PERSON), simulator)
    assert result.verdict is Verdict.ERROR
    assert ledger_file.exists()
    service.broken_after = None
    with open_session(service, run="def"):
        assert "harness-abc" not in service.shown()


def test_each_visit_has_a_prefix_of_its_own(open_session: OpenSession, time: PassingTime) -> None:
    service = Service("hybrid", time)
    seen = []
    with open_session(service) as session:
        for _ in range(2):
            with session.visit():
                session.post("/api/users/update", {"userId": "u1"})
                seen += [person.user_id for person in service.project.people if "abc" in (person.user_id or "")]
    assert seen == ["harness-abc-1-u1", "harness-abc-2-u1"]


def test_nothing_is_sent_outside_of_a_visit(open_session: OpenSession, time: PassingTime) -> None:
    service = Service("hybrid", time)
    session = open_session(service)
    with pytest.raises(NotPlayableError, match="nothing is sent without a prefix"):
        session.post("/api/users/update", {"userId": "u1"})
    assert list(itertools.chain(service.requests)) == []
    session.close()

"""Where the real service does otherwise than the simulator, `run --compare --url` shows it, and nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from conformance.judging import judge, shipped_baseline
from conformance.report import Verdict
from conformance.sandbox import SandboxExecutor, compare_with_sandbox
from conformance.scenario import BackendError
from conformance.strategies import History, KnownPerson, Persona
from destination import PRESETS
from tests.conformance.sandbox.conftest import PassingTime, Service

if TYPE_CHECKING:
    from collections.abc import Callable

    from conformance.sandbox import Session
    from conformance.scenario import LoadedScenario, SimulatorBackend
    from conformance.scenario.comparison import Comparison

    OpenSession = Callable[..., Session]
    Write = Callable[[str], LoadedScenario]

ADA = Persona(0, "u1", "ada@example.com", "+14155550100", ("laptop",))
STORY = """
project:
  type: all
  users: [{email: ada@example.com, userId: u1, dataFields: {tier: free}}]
  events: [{email: ada@example.com, userId: u1, eventName: Seen, createdAt: "2026-08-01T00:00:00Z", id: e-9}]
steps:
  - name: another plan
    send: {type: identify, userId: u1, traits: {email: ada@example.com, tier: pro}}
  - name: a stranger
    send: {type: track, event: Tried, userId: u2, messageId: m-1, properties: {email: bob@example.com}}
  - name: an order
    send:
      type: track
      event: Order Completed
      userId: u1
      messageId: m-2
      properties: {order_id: o-1, total: 3.5, products: [{product_id: p, name: Pen, price: 3.5, quantity: 1}]}
  - name: the same event once more
    call: {method: POST, path: /api/events/track, body: {userId: u1, email: ada@example.com, eventName: Seen, id: e-9, dataFields: {page: 2}}}
"""


def compare(
    kind: str,
    open_session: OpenSession,
    simulator: SimulatorBackend,
    loaded: LoadedScenario,
    time: PassingTime,
    **settings: Any,
) -> Comparison:
    service = Service(kind, time, **settings)
    before = service.shown()
    with open_session(service) as session:
        comparison = compare_with_sandbox(loaded, session, simulator)
    assert service.shown() == before
    return comparison


@pytest.mark.parametrize("kind", ["email", "userid", "hybrid"])
def test_a_service_that_does_as_the_simulator_does_shows_no_difference(
    kind: str, open_session: OpenSession, simulator: SimulatorBackend, scenario: Write, time: PassingTime
) -> None:
    comparison = compare(kind, open_session, simulator, scenario(STORY), time)
    assert comparison.project_types == ("simulator", "sandbox")
    assert comparison.differences == ()
    assert not comparison.differs


@pytest.mark.parametrize(
    ("kind", "settings", "difference"),
    [
        ("hybrid", {"trackCreates": "never"}, "bob@example.com / u2"),
        ("email", {"trackCreates": "always"}, "bob@example.com / u2"),
        ("email", {"trackUnknownEmail": "error"}, "a stranger: POST /api/events/track"),
        ("hybrid", {"cartEvent": "none", "eventIdUpdate": "merge"}, ""),
        ("userid", {"normaliseDates": False, "updateMessage": "done"}, ""),
        ("hybrid", {"disallowedEventNames": ["Tried"]}, "Tried"),
        ("hybrid", {"unknownFields": "drop"}, "ada@example.com / u1: tier"),
    ],
)
def test_a_planted_difference_is_found(
    kind: str,
    settings: dict[str, Any],
    difference: str,
    open_session: OpenSession,
    simulator: SimulatorBackend,
    scenario: Write,
    time: PassingTime,
) -> None:
    comparison = compare(kind, open_session, simulator, scenario(STORY), time, **settings)
    if difference:
        assert difference in {row.what for row in comparison.differences}
    else:
        assert comparison.differences == ()


def test_a_scenario_that_the_project_cannot_play_has_one_column_and_the_reason(
    open_session: OpenSession, simulator: SimulatorBackend, scenario: Write, time: PassingTime
) -> None:
    loaded = scenario("project: {type: hybrid}\nsteps: [{clock: {advance: 5}}]\n")
    comparison = compare("hybrid", open_session, simulator, loaded, time)
    assert comparison.project_types == ("simulator",)
    assert comparison.unplayable == {"sandbox": "step 1 moves the clock"}
    assert not comparison.differences


@pytest.mark.parametrize(("settings", "found"), [({}, False), ({"hybridRenameByTopLevel": "409"}, True)])
def test_a_mapping_is_judged_by_what_the_service_does(
    settings: dict[str, Any], found: bool, open_session: OpenSession, time: PassingTime
) -> None:
    service = Service("hybrid", time, **settings)
    before = service.shown()
    with open_session(service, wait_timeout=1) as session:
        judgement = judge(
            PRESETS,
            examples=6,
            project_types=["hybrid"],
            properties=["identity.event-is-theirs", "identity.new-address"],
            baseline=shipped_baseline(),
            executor=SandboxExecutor(PRESETS, session),
        )
    assert service.shown() == before
    assert bool(judgement.findings) is found
    assert all(result.examples for result in judgement.results)


def test_histories_for_a_mapping_without_identifies_begin_with_people_in_the_service(
    open_session: OpenSession, time: PassingTime
) -> None:
    service = Service("email", time)
    before = service.shown()
    with open_session(service, wait_timeout=1) as session:
        judgement = judge(
            PRESETS[:1],
            examples=4,
            project_types=["email"],
            properties=["events.name-arrives", "identity.one-profile-per-person"],
            executor=SandboxExecutor(PRESETS[:1], session),
        )
    assert service.shown() == before
    assert [result.verdict() for result in judgement.results] == [Verdict.PASSED, Verdict.PASSED]


def test_a_history_whose_people_the_service_refuses_does_not_begin(
    open_session: OpenSession, time: PassingTime
) -> None:
    history = History("theme", (), (KnownPerson(ADA, "no address", None),))
    with open_session(Service("email", time), wait_timeout=0) as session:
        executor = SandboxExecutor(PRESETS[:1], session)
        with pytest.raises(BackendError, match="a history cannot start: /api/users/update was answered 400"):
            executor.execute(history, "email")

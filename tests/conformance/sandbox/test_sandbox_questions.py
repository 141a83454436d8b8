"""The questions are asked in a real project as in a simulator, and leave nobody behind."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from conformance.report import Verdict
from conformance.sandbox import SandboxBackend
from conformance.scenario import load_scenarios, project_types, run_scenario
from tests.conformance.sandbox.conftest import PassingTime, Service

if TYPE_CHECKING:
    from collections.abc import Callable

    from conformance.sandbox import Session
    from conformance.scenario import SimulatorBackend

QUESTIONS = Path(__file__).parents[3] / "scenarios" / "questions"


@pytest.mark.parametrize("kind", ["email", "userid", "hybrid"])
def test_every_question_is_asked_and_none_is_skipped(
    kind: str, open_session: Callable[..., Session], simulator: SimulatorBackend, time: PassingTime
) -> None:
    service = Service(kind, time)
    before = service.shown()
    with open_session(service) as session:
        for loaded in load_scenarios([QUESTIONS]):
            for name in project_types(loaded, [kind]):
                result = run_scenario(loaded, name, SandboxBackend(session, loaded, simulator))
                assert result.verdict is Verdict.PASSED, (loaded.file, result.message, result.failures)
                assert service.shown() == before


def test_a_service_that_answers_otherwise_fails_the_question(
    open_session: Callable[..., Session], simulator: SimulatorBackend, time: PassingTime
) -> None:
    service = Service("hybrid", time, hybridConflict="userIdWins")
    (loaded,) = load_scenarios([QUESTIONS / "hybrid-two-users.scenario.yaml"])
    with open_session(service) as session:
        result = run_scenario(loaded, "hybrid", SandboxBackend(session, loaded, simulator))
    assert result.verdict is Verdict.FAILED

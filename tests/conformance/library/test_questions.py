"""What is not known is asked: every assumed rule belongs to a question, and a scenario asks it where one can."""

from __future__ import annotations

from pathlib import Path

import pytest

from conformance.report import Verdict
from conformance.scenario import LoadedScenario, SimulatorBackend, load_scenarios, project_types, run_scenario
from simulator.rulebook import RULES, Confidence
from simulator.rulebook.questions import QUESTIONS, question_of

FOLDER = Path(__file__).parents[3] / "scenarios" / "questions"
SCENARIOS = load_scenarios([FOLDER])
MOST_REQUESTS = 10


def name_of(loaded: LoadedScenario) -> str:
    return Path(loaded.file).name.removesuffix(".scenario.yaml")


def test_every_assumed_rule_belongs_to_a_question_and_every_question_decides_rules() -> None:
    assumed = [rule.id for rule in RULES.values() if rule.confidence is Confidence.ASSUMED]
    assert [rule for rule in assumed if question_of(rule) is None] == []
    assert [question.id for question in QUESTIONS if not list(question.decided())] == []


def test_a_rule_that_is_settled_belongs_to_no_question() -> None:
    assert question_of("body.empty") is None


def test_an_email_alone_in_a_userid_based_project_is_the_same_question_for_every_call() -> None:
    alone = [rule for rule in RULES if rule.endswith(".userid-based.email-only")]
    assert {"commerce.track-purchase.userid-based.email-only", "events.track.userid-based.email-only"} <= set(alone)
    assert {question.id for rule in alone if (question := question_of(rule))} == {"userid-based-email-only"}
    assert [rule for rule in alone if question_of(rule) is None] == []


def test_every_question_is_asked_by_the_scenario_of_its_name_or_says_why_not() -> None:
    asked = {question.id for question in QUESTIONS if not question.by_hand}
    assert {name_of(loaded) for loaded in SCENARIOS} == asked
    assert len({question.id for question in QUESTIONS}) == len(QUESTIONS)


def test_less_than_a_fifth_of_the_rules_is_assumed() -> None:
    assumed = sum(rule.confidence is Confidence.ASSUMED for rule in RULES.values())
    assert assumed < len(RULES) / 5


@pytest.mark.parametrize("loaded", SCENARIOS, ids=name_of)
def test_a_question_takes_ten_requests_at_the_most_and_no_destination(loaded: LoadedScenario) -> None:
    scenario = loaded.scenario
    assert all(step.call is not None for step in scenario.steps)
    assert len(scenario.project.users) + len(scenario.project.events) + len(scenario.steps) <= MOST_REQUESTS


@pytest.mark.parametrize("loaded", SCENARIOS, ids=name_of)
def test_a_question_expects_what_the_simulator_does(loaded: LoadedScenario) -> None:
    with SimulatorBackend.in_process() as backend:
        results = [run_scenario(loaded, name, backend) for name in project_types(loaded)]
    assert [(case.failures, case.message) for case in results if case.verdict is not Verdict.PASSED] == []

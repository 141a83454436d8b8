"""Slips in scenario files: a wrong key, a wrong place, a number that was meant as a text."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, get_args

import pytest

from conformance.inputs.errors import InputError
from conformance.scenario import load_scenario
from conformance.scenario.model.values import Countable
from simulator.project.state import StateDocument

if TYPE_CHECKING:
    from pathlib import Path

START: Final = "name: A\ndescription: x\nsource: x\n"
SEND: Final = "  - send: {type: identify, userId: u1, traits: {email: a@x.test}}\n"


def written(folder: Path, text: str) -> Path:
    path = folder / "case.scenario.yaml"
    path.write_text(START + text, encoding="utf-8")
    return path


def problems(folder: Path, text: str) -> list[str]:
    path = written(folder, text)
    with pytest.raises(InputError) as caught:
        load_scenario(path)
    return [str(problem).removeprefix(f"{path}:") for problem in caught.value.problems]


def test_what_can_be_counted_are_requests_and_the_lists_of_a_project() -> None:
    fields = StateDocument.model_json_schema(by_alias=True)["properties"]
    lists = {name for name, field in fields.items() if "array" in str(field)}
    assert {*get_args(Countable)} == {"requests", *lists}


@pytest.mark.parametrize(
    ("expectation", "field"),
    [
        ("expect: {counts: {user: 1}}", "expect.counts.user"),
        ("expect: {by_type: {email: {counts: {user: 1}}}}", "expect.by_type.email.counts.user"),
        ("wanted: {says: x, expect: {counts: {user: 1}}}", "wanted.expect.counts.user"),
        (
            "other_projects: [{name: b}]\nexpect: {projects: {b: {counts: {user: 1}}}}",
            "expect.projects.b.counts.user",
        ),
    ],
)
def test_a_misspelt_count_is_a_problem_wherever_it_stands(tmp_path: Path, expectation: str, field: str) -> None:
    [problem] = problems(tmp_path, f"project: {{type: all}}\nsteps:\n{SEND}{expectation}\n")
    assert problem.endswith(f": {field}: unknown key 'user' (did you mean 'users'?)")


def test_a_count_that_resembles_nothing_is_told_what_can_be_counted(tmp_path: Path) -> None:
    [problem] = problems(tmp_path, f"project: {{type: all}}\nsteps:\n{SEND}expect: {{counts: {{zzz: 1}}}}\n")
    assert "unknown key 'zzz' (it is one of requests, users, events, lists" in problem


def test_an_expectation_of_a_project_that_is_not_there_is_a_problem(tmp_path: Path) -> None:
    others = "project: {type: all}\nother_projects: [{name: second}]\nsteps:\n"
    [problem] = problems(tmp_path, f"{others}{SEND}expect: {{projects: {{secnd: {{counts: {{users: 1}}}}}}}}\n")
    assert problem.endswith("expect.projects.secnd: 'secnd' is not in other_projects (did you mean second?)")
    [problem] = problems(tmp_path, f"{others}{SEND}expect: {{projects: {{second: {{counts: {{requests: 1}}}}}}}}\n")
    assert problem.endswith(": requests are not counted by project (count them outside `projects`)")


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (
            "project: {type: all}\nsteps:\n  - sent: {type: identify, userId: u1}\n",
            "steps[0].sent: unknown key 'sent' (did you mean 'send'?)",
        ),
        (
            "project: {type: all}\nsteps:\n  - send:\n      type: track\n      event: A\n      userId: u\n"
            "    properties: {a: 1}\n",
            "steps[0].properties: unknown key 'properties' (it belongs to the event: indent it under `send`)",
        ),
        (
            f"project: {{type: all}}\nsteps:\n{SEND}expect: {{user: [{{userId: u1}}]}}\n",
            "expect.user: unknown key 'user' (did you mean 'users'?)",
        ),
        (
            f"project: {{type: all}}\nsteps:\n{SEND}expect: {{by_type: {{email: {{count: {{users: 1}}}}}}}}\n",
            "expect.by_type.email.count: unknown key 'count' (did you mean 'counts'?)",
        ),
        (
            "project: {type: all}\nsteps:\n  -send: {type: identify, userId: u1}\n",
            "steps: should be a list, not an object (put a space after the dash: - send)",
        ),
        (
            f"project: email\nsteps:\n{SEND}",
            "project: should be an object (key: value), not 'email' (write {type: email})",
        ),
    ],
)
def test_a_slip_is_told_with_what_to_write(tmp_path: Path, text: str, problem: str) -> None:
    found = problems(tmp_path, text)
    assert any(line.endswith(f": {problem}") for line in found), found


@pytest.mark.parametrize("number", ["8e10", "0x1f", "0123", "1e3", "1.50", "12345678901234567890"])
def test_an_identifier_that_yaml_takes_for_another_number_is_doubted(tmp_path: Path, number: str) -> None:
    step = f"  - send: {{type: identify, userId: {number}, traits: {{email: a@x.test}}}}\n"
    [doubt] = load_scenario(written(tmp_path, f"project: {{type: all}}\nsteps:\n{step}")).doubts
    assert doubt.field == "steps[0].send.userId"
    assert doubt.message.startswith(f"{number} is read as the number ")
    assert doubt.hint == f'put it in quotes: "{number}"'


@pytest.mark.parametrize("number", ["7", "123", "-5", "1.5", '"0123"', "8f2c", "9007199254740991"])
def test_an_identifier_that_keeps_its_digits_is_not_doubted(tmp_path: Path, number: str) -> None:
    step = f"  - send: {{type: identify, userId: {number}, traits: {{email: a@x.test}}}}\n"
    assert load_scenario(written(tmp_path, f"project: {{type: all}}\nsteps:\n{step}")).doubts == []


def test_doubtful_numbers_are_found_in_batches_and_calls_and_inside_objects(tmp_path: Path) -> None:
    text = (
        "project: {type: all}\nsteps:\n  - batch:\n      - type: track\n        event: A\n        userId: u\n"
        "        properties: {order_id: 007, price: 12.50}\n"
        '  - call: {method: POST, path: /api/users/update, body: {"userId": 1e3}}\n'
    )
    assert [doubt.field for doubt in load_scenario(written(tmp_path, text)).doubts] == [
        "steps[0].batch[0].properties.order_id",
        "steps[1].call.body.userId",
    ]


def test_a_number_for_a_text_is_quoted_as_it_is_written(tmp_path: Path) -> None:
    text = f"project: {{type: all}}\nsteps:\n{SEND}expect: {{users: [{{userId: 8e10}}]}}\n"
    [problem] = problems(tmp_path, text)
    assert problem.endswith('users[0].userId: should be a string, not 80000000000.0 (put it in quotes: "8e10")')

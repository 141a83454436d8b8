"""What a customer expected, held against what happens."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from conformance.inputs.errors import InputError
from conformance.report import CaseResult, Verdict
from conformance.scenario import SimulatorBackend, load_scenario, run_scenario

ROOT = Path(__file__).parents[3]
STORY = """\
name: A changed email address makes a second profile
description: In an email-based project a new address is a new person.
source: Iterable support article 208499956
known_issue: Iterable, by design.
wanted:
  says: One profile.
  met_in: [userid, hybrid]
  expect: {counts: {users: 1}}
project: {type: all}
steps:
  - send: {type: identify, userId: u1, traits: {email: old@x.test}}
  - send: {type: identify, userId: u1, traits: {email: new@x.test}}
"""


def written(folder: Path, text: str) -> Path:
    path = folder / "case.scenario.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def run(path: Path, project_type: str) -> CaseResult:
    with SimulatorBackend.in_process() as backend:
        return run_scenario(load_scenario(path), project_type, backend)


@pytest.mark.parametrize("project_type", ["email", "userid", "hybrid"])
def test_a_wish_comes_about_where_the_file_says_so_and_nowhere_else(tmp_path: Path, project_type: str) -> None:
    assert run(written(tmp_path, STORY), project_type).verdict is Verdict.PASSED


def test_a_known_issue_that_is_gone_fails_the_scenario(tmp_path: Path) -> None:
    [failure] = run(written(tmp_path, STORY.replace("[userid, hybrid]", "[userid]")), "hybrid").failures
    assert (failure.where, failure.path, failure.line) == ("what the customer expected", "wanted.met_in", 5)
    assert failure.actual == "it was met"


def test_a_wish_that_is_missed_fails_at_its_line(tmp_path: Path) -> None:
    [failure] = run(written(tmp_path, STORY.replace("[userid, hybrid]", "[email, hybrid]")), "email").failures
    assert (failure.path, failure.expected, failure.actual, failure.line) == ("counts.users", "1", "2", 8)


def test_what_was_fixed_must_hold_in_every_project_type(tmp_path: Path) -> None:
    fixed = STORY.replace("known_issue: Iterable, by design.", "fixed_in: never").replace(
        "  met_in: [userid, hybrid]\n", ""
    )
    verdicts = [run(written(tmp_path, fixed), name).verdict for name in ("email", "userid", "hybrid")]
    assert verdicts == [Verdict.FAILED, Verdict.PASSED, Verdict.PASSED]


def test_the_trace_tells_whether_the_wish_came_about(tmp_path: Path) -> None:
    path = written(tmp_path, STORY)
    shown = {name: run(path, name).trace[-1].lines[0].text for name in ("email", "hybrid")}
    assert shown == {
        "email": "One profile. Not met here.",
        "hybrid": "One profile. Met here.",
    }


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        ("source:", "fixed_in: PR 1\nsource:", "a fixed bug is no known issue"),
        ("{type: all}", "{type: [email, userid]}", "wanted.met_in names hybrid, which the scenario does not run in"),
        ("known_issue: Iterable, by design.\n", "", "known_issue must say whose behaviour that is"),
        ("[userid, hybrid]", "[email, userid, hybrid]", "so known_issue does not apply"),
    ],
)
def test_a_story_that_contradicts_itself_is_a_problem(tmp_path: Path, old: str, new: str, complaint: str) -> None:
    with pytest.raises(InputError, match=re.escape(complaint)):
        load_scenario(written(tmp_path, STORY.replace(old, new)))


def test_the_story_in_the_document_of_the_format_passes(tmp_path: Path) -> None:
    document = (ROOT / "docs" / "scenario-format.md").read_text(encoding="utf-8")
    [story] = [block for block in re.findall(r"```yaml\n(.*?)```", document, re.DOTALL) if "wanted:" in block]
    verdicts = {run(written(tmp_path, story), name).verdict for name in ("email", "userid", "hybrid")}
    assert verdicts == {Verdict.PASSED}

"""Whole suites of somebody else, with the plugin."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from importlib.metadata import entry_points
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.conformance.pytest_plugin.conftest import Suite

ROOT = Path(__file__).parents[3]
GOOD = """\
name: An event for a stranger
description: d
source: s
tags: [strangers]
project: {type: [userid, hybrid]}
steps:
  - send: {type: track, event: Seen, userId: u1}
    expect: {counts: {users: 1}}
"""
WRONG = GOOD.replace("[userid, hybrid]", "all")
BAD = GOOD.replace("steps:", "stpes:").replace("[userid, hybrid]", "emial")
ONE_TEST = "def test_it(iterable_simulator):\n    assert iterable_simulator.users() == []\n"
MARKED = "import pytest\n@pytest.mark.iterable({})\n" + ONE_TEST


def test_a_scenario_is_a_test_in_each_of_its_project_types(suite: Suite) -> None:
    suite.write(good__scenario__yaml=GOOD)
    outcome = suite.run("-v")
    assert (outcome.code, outcome.counts) == (0, {"passed": 2})
    assert "good.scenario.yaml::userid PASSED" in outcome.output
    assert "good.scenario.yaml::hybrid PASSED" in outcome.output


def test_a_failure_is_told_by_what_was_expected_and_the_trace_without_a_traceback(suite: Suite) -> None:
    suite.write(wrong__scenario__yaml=WRONG)
    outcome = suite.run()
    assert (outcome.code, outcome.counts) == (1, {"failed": 1, "passed": 2})
    for line in (
        "An event for a stranger [email]",
        "wrong.scenario.yaml:8: step 1: counts.users",
        "    expected  1",
        "    actual    0",
        '    event: track "Seen" of u1',
        "    reply: 400",
        "    state: no change",
    ):
        assert line in outcome.output
    assert ".py" not in outcome.output.partition("FAILURES")[2]


def test_a_bad_file_is_an_error_with_the_line_of_each_problem_and_all_other_tests_run(suite: Suite) -> None:
    suite.write(bad__scenario__yaml=BAD, good__scenario__yaml=GOOD, tab__scenario__yaml="project:\n\ttype: all\n")
    suite.write(test_one__py="def test_it(): pass\n")
    outcome = suite.run()
    assert (outcome.code, outcome.counts) == (1, {"passed": 3, "error": 2})
    lines = [line for line in outcome.output.splitlines() if line.startswith("bad.scenario.yaml:")]
    assert [line.split(":")[1] for line in lines] == ["1", "5", "6"]
    assert "\ntab.scenario.yaml:2:1: invalid YAML: a tab in the indentation" in outcome.output
    assert "ERROR bad.scenario.yaml::file" in outcome.output
    assert "Traceback" not in outcome.output


def test_what_is_doubtful_in_a_scenario_is_a_warning(suite: Suite) -> None:
    bare = "".join(line for line in GOOD.splitlines(keepends=True) if line != "source: s\n")
    suite.write(bare__scenario__yaml=bare)
    outcome = suite.run("-W", "default")
    assert (outcome.code, outcome.counts) == (0, {"passed": 2, "warning": 1})
    assert "ScenarioWarning: bare.scenario.yaml:1:1: has no source (say what it shows" in outcome.output
    outcome = suite.run()
    assert (outcome.code, outcome.counts) == (1, {"error": 1})
    assert "bare.scenario.yaml:1:1: has no source" in outcome.output


def test_a_failed_test_shows_the_requests_to_its_project(suite: Suite) -> None:
    suite.write(
        test_one__py="""\
import pytest
@pytest.fixture
def shop(iterable_server):
    iterable_server.client.post("/api/users/update", json={"email": "a@x.test", "userId": "u1"})
    return iterable_server
@pytest.mark.iterable(project_type="hybrid")
def test_it(shop):
    shop.client.get("/api/users/getByEmail?email=a", headers={"Api-Key": "wrong"})
    assert not shop.users()
"""
    )
    outcome = suite.run()
    assert outcome.counts == {"failed": 1}
    shown = outcome.output.partition(" Iterable project (hybrid): 2 requests ")[2].splitlines()
    assert shown[1] == '  1  POST /api/users/update  {"email": "a@x.test", "userId": "u1"}'
    assert shown[2].startswith('     200  {"msg": "User successfully created/updated."')
    assert shown[3] == "  2  GET /api/users/getByEmail?email=a"
    assert shown[4].startswith("     401  ")
    assert shown[4].endswith("[no project has this key]")
    suite.write(
        test_two__py="def test_it(iterable_simulator):\n    iterable_simulator.fail(503)\n    assert iterable_simulator.client.get('/api/lists').is_success\n"
    )
    assert "\n     503  [injected fault]\n" in suite.run("test_two.py").output
    assert "Iterable project" not in suite.run("--show-capture", "no").output


def test_a_failed_test_shows_which_requests_came_to_nothing_and_by_which_rule(suite: Suite) -> None:
    suite.write(
        test_one__py="""\
import pytest
@pytest.mark.iterable(project_type="email")
def test_it(iterable_simulator):
    client = iterable_simulator.client
    client.post("/api/events/track", json={"email": "nobody@x.test", "eventName": "Seen"})
    client.post("/api/users/update", json={"userId": "nobody"})
    users = [{"email": "a@x.test"}, {"userId": "nobody"}]
    client.post("/api/users/bulkUpdate", json={"users": users})
    client.post("/api/users/bulkUpdate", json={"users": users[1:]})
    client.post("/api/users/update", json={"email": "a@x.test"})
    raise AssertionError
"""
    )
    lines = suite.run().output.partition(" Iterable project (email): 5 requests ")[2].splitlines()
    assert [line.partition("  [")[2] for line in lines[2:11:2]] == [
        "dropped] events.track.email-based.unknown-email",
        "refused] users.update.email-based.unknown-user-id",
        "refused in part] users.bulk-update.email-based.unknown-email, users.bulk-update.email-based.unknown-user-id",
        "dropped] users.bulk-update.email-based.unknown-user-id",
        "",
    ]


def test_the_marker_is_described_among_those_of_pytest(suite: Suite) -> None:
    assert "hybrid, all), and those of its settings that differ from the defaults." in suite.run("--markers").output


def test_a_failed_fixture_shows_the_requests_and_a_passed_test_does_not(suite: Suite) -> None:
    suite.write(
        test_one__py="""\
import pytest
@pytest.fixture
def shop(iterable_simulator):
    assert iterable_simulator.client.get("/api/webhooks").status_code == 404
@pytest.mark.iterable(project_type="email")
def test_set_up(shop): pass
@pytest.mark.iterable(project_type="email")
def test_passes(iterable_simulator): iterable_simulator.client.get("/api/webhooks")
"""
    )
    outcome = suite.run("-rA")
    assert outcome.counts == {"error": 1, "passed": 1}
    assert outcome.output.count("Iterable project (email): 1 request ") == 1


SHARED = """\
import pytest
@pytest.fixture(scope="{scope}")
def shop({scope}_iterable_server):
    {scope}_iterable_server.client.post("/api/users/update", json={{"email": "a@x.test", "userId": "u1"}})
    yield {scope}_iterable_server
class TestShop:
    def test_first(self, shop):
        assert len(shop.requests()) == 1
        shop.client.get("/api/lists")
    def test_second(self, shop, {scope}_segment_source):
        assert {scope}_segment_source.project is shop
        shop.client.get("/api/channels")
        assert [request["path"] for request in shop.requests()] == ["/api/users/update", "/api/channels"]
"""


@pytest.mark.parametrize("scope", ["class", "module", "package", "session"])
def test_a_server_is_shared_in_any_scope_and_a_failure_shows_what_the_test_itself_asked(
    suite: Suite, scope: str
) -> None:
    suite.write(test_one__py=SHARED.format(scope=scope))
    outcome = suite.run("-p", "no:randomly")
    assert outcome.counts == {"failed": 3, "passed": 3}
    for project_type in ("email", "userid", "hybrid"):
        shown = outcome.output.partition(f" Iterable project ({project_type}): 1 request ")[2].splitlines()
        assert shown[1] == "  3  GET /api/channels"


def test_settings_of_one_test_for_a_shared_project_are_refused_and_those_of_its_module_hold(suite: Suite) -> None:
    body = "def test_it(module_iterable_simulator):\n    module_iterable_simulator.client.post('/api/events/track', json={'userId': 'u', 'eventName': 'A'})\n    assert module_iterable_simulator.users() == []\n"
    marker = "pytest.mark.iterable(project_type='hybrid', settings={'trackCreates': 'never'})\n"
    suite.write(test_one__py=f"import pytest\npytestmark = {marker}{body}")
    assert suite.run().counts == {"passed": 1}
    suite.write(test_one__py=f"import pytest\n@{marker}{body}")
    outcome = suite.run()
    assert outcome.counts == {"error": 1}
    assert "do not reach a project that its module shares; give them to the module" in outcome.output


def test_problems_of_a_mapping_beside_the_scenario_are_told_with_its_name(suite: Suite) -> None:
    suite.write(
        one__scenario__yaml=GOOD + "destination: {mapping: mapping.yaml}\n", mapping__yaml="- {subscribe: type = 1}\n"
    )
    outcome = suite.run()
    assert outcome.counts == {"error": 1}
    assert "\nmapping.yaml:1:3: [0]: `partnerAction` is missing" in outcome.output


def test_the_other_endings_of_scenario_files_are_taken_and_other_files_left_alone(suite: Suite) -> None:
    suite.write(a__scenario__yml=GOOD, b__scenario__txt="not ours", c__yaml="- not ours")
    document = {"name": "n", "description": "d", "source": "s", "project": {"type": "email"}}
    suite.write(
        c__scenario__json=json.dumps(
            {**document, "steps": [{"clock": {"advance": 1}, "expect": {"counts": {"users": 0}}}]}
        )
    )
    assert suite.run().counts == {"passed": 3}


def test_scenarios_are_chosen_by_tag_name_and_marker(suite: Suite) -> None:
    suite.write(good__scenario__yaml=GOOD, test_one__py="def test_it(): pass\n")
    assert suite.run("-k", "strangers").counts == {"passed": 2, "deselected": 1}
    assert suite.run("-m", "not iterable").counts == {"passed": 1, "deselected": 2}
    assert suite.run("good.scenario.yaml::hybrid").counts == {"passed": 1}


def test_a_test_runs_in_every_project_type_unless_the_run_asks_for_some(suite: Suite) -> None:
    suite.write(test_one__py=ONE_TEST, good__scenario__yaml=GOOD)
    assert suite.run().counts == {"passed": 5}
    assert suite.run("--iterable-project-type", "hybrid").counts == {"passed": 2}
    assert suite.run("--iterable-project-type=email", "--iterable-project-type=userid").counts == {"passed": 3}
    assert suite.run("--iterable-project-type", "all").counts == {"passed": 5}


def test_the_configuration_says_the_types_and_the_command_line_says_otherwise(suite: Suite) -> None:
    suite.write(test_one__py=ONE_TEST, pytest__ini="[pytest]\niterable_project_type = email hybrid\n")
    assert suite.run().counts == {"passed": 2}
    assert suite.run("--iterable-project-type", "userid").counts == {"passed": 1}


def test_what_is_about_other_types_is_deselected_and_nothing_left_is_no_success(suite: Suite) -> None:
    suite.write(test_one__py=MARKED.format('project_type="email"'), good__scenario__yaml=GOOD)
    assert suite.run("--iterable-project-type", "email").counts == {"passed": 1, "deselected": 2}
    suite.write(test_one__py="")
    outcome = suite.run("--iterable-project-type", "email")
    assert (outcome.code, outcome.counts) == (5, {"deselected": 2})


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ('project_type="emial"', "'emial' is not a project type; it is one of email, userid, hybrid, all"),
        ("project_type=[]", "[] is not a project type"),
        ('"email"', "takes project_type= and settings=, not 'email' without a name"),
        ('projecttype="email"', "takes project_type= and settings=, not the argument projecttype"),
        ('settings={"trackCreates": "nevr"}', "settings.trackCreates: should be 'byProjectType'"),
        (
            'settings={"trackCreate": "never"}',
            "settings.trackCreate: unknown key 'trackCreate' (did you mean 'trackCreates'?)",
        ),
        ('settings="never"', "settings is a dict such as"),
    ],
)
def test_a_problem_in_a_marker_is_told_in_one_line(suite: Suite, arguments: str, told: str) -> None:
    suite.write(test_one__py=MARKED.format(arguments))
    outcome = suite.run("--iterable-project-type", "email")
    assert outcome.code in {1, 2}
    assert told in outcome.output
    assert "During handling" not in outcome.output
    assert "plugin.py" not in outcome.output


def test_an_unknown_type_in_the_configuration_is_a_usage_error(suite: Suite) -> None:
    suite.write(test_one__py=ONE_TEST, pytest__ini="[pytest]\niterable_project_type = emial\n")
    outcome = suite.run()
    assert outcome.code == pytest.ExitCode.USAGE_ERROR
    assert "pytest.ini: iterable_project_type: 'emial' is not a project type" in outcome.output


def test_a_fixture_that_pytest_cannot_give_a_parameter_says_so(suite: Suite) -> None:
    suite.write(test_one__py="def test_it(request):\n    request.getfixturevalue('iterable_simulator')\n")
    outcome = suite.run()
    assert outcome.counts == {"failed": 1}
    assert "the project type is not known here: request the fixture" in outcome.output


def test_several_workers_run_the_same_tests(suite: Suite) -> None:
    body = "def test_it(iterable_server):\n    iterable_server.begin_with(users=[{'email': 'a@x.test', 'userId': 'u1'}])\n"
    suite.write(test_one__py=body, test_two__py=body, wrong__scenario__yaml=WRONG)
    outcome = suite.run("-n", "2", plugins=("xdist", "conformance.pytest_plugin.plugin"))
    assert outcome.counts == {"passed": 8, "failed": 1}
    assert "wrong.scenario.yaml:8: step 1: counts.users" in outcome.output


def test_servers_leave_no_threads_behind(suite: Suite) -> None:
    suite.write(
        test_one__py="import threading\ndef test_served(iterable_server): pass\n"
        "def test_then(): assert [thread.name for thread in threading.enumerate()] == ['MainThread']\n"
    )
    assert suite.run().counts == {"passed": 4}


def test_a_suite_that_does_not_use_the_plugin_is_as_it_was(suite: Suite) -> None:
    suite.write(
        test_one__py="import sys\n"
        "def test_it():\n"
        "    heavy = {'simulator', 'destination', 'httpx', 'aiohttp', 'pydantic', 'ruamel', 'rich', 'click'}\n"
        "    assert not heavy & set(sys.modules)\n"
    )
    with_plugin = suite.run("-v", "--strict-markers", "--iterable-project-type", "email")
    without = suite.run("-v", "--strict-markers", plugins=())
    assert with_plugin.counts == {"passed": 1}
    assert [line for line in with_plugin.output.splitlines() if "::" in line] == [
        line for line in without.output.splitlines() if "::" in line
    ]


def test_the_plugin_is_found_by_its_entry_point() -> None:
    from conformance.pytest_plugin import plugin

    [found] = entry_points(group="pytest11", name="iterable")
    assert found.load().__file__ == plugin.__file__


def test_the_example_suite_passes_as_its_owner_would_run_it(tmp_path: Path) -> None:
    folder = tmp_path / "shop"
    shutil.copytree(ROOT / "examples" / "pytest_suite", folder, ignore=shutil.ignore_patterns("__pycache__"))
    environment = {**os.environ, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    command = [sys.executable, "-m", "pytest", "-p", "iterable"]
    run = subprocess.run(  # our own interpreter
        command, cwd=folder, env=environment, capture_output=True, text=True, check=False
    )
    assert run.returncode == 0, run.stdout + run.stderr
    assert "14 passed" in run.stdout


def test_a_fault_that_was_not_used_up_is_a_warning_of_its_test(suite: Suite) -> None:
    suite.write(
        test_one__py="import pytest\n"
        "@pytest.mark.iterable(project_type='hybrid')\n"
        "def test_it(iterable_simulator):\n"
        "    iterable_simulator.fail(503, path='/api/events/*', times=2)\n"
        "    assert iterable_simulator.client.get('/api/lists').status_code == 200\n"
    )
    outcome = suite.run("-W", "default")
    assert (outcome.code, outcome.counts) == (0, {"passed": 1, "warning": 1})
    told = 'FaultWarning: a fault was not used up: {"status": 503} for /api/events/* happened 0 of 2 times'
    assert told in outcome.output


def test_a_mistake_in_what_is_to_go_wrong_points_at_the_line_of_the_test_and_at_nothing_of_ours(suite: Suite) -> None:
    suite.write(
        test_one__py="import pytest\n"
        "@pytest.mark.iterable(project_type='hybrid')\n"
        "def test_it(iterable_simulator):\n"
        "    iterable_simulator.fail(503, path='events/track')\n"
    )
    outcome = suite.run()
    assert (outcome.code, outcome.counts) == (1, {"failed": 1})
    shown = outcome.output.partition("FAILURES")[2]
    assert "test_one.py:4: ValueError" in shown
    assert "simulated_project.py" not in shown
    assert "control_client.py" not in shown


@pytest.mark.parametrize(
    ("fault", "told"),
    [
        ("503", "503  [injected fault]"),
        ("delay=90", "[injected fault: answered 90 s late]"),
        ("delay=0.25", "[injected fault: answered 0.25 s late]"),
        ("drop='after'", "[injected fault: reply lost]"),
    ],
)
def test_a_failed_test_shows_how_a_fault_got_in_the_way(suite: Suite, fault: str, told: str) -> None:
    suite.write(
        test_one__py="import pytest\n"
        "@pytest.mark.iterable(project_type='hybrid')\n"
        "def test_it(iterable_simulator):\n"
        f"    iterable_simulator.fail({fault}, times=1)\n"
        "    try:\n"
        "        iterable_simulator.client.get('/api/lists')\n"
        "    finally:\n"
        "        raise AssertionError\n"
    )
    outcome = suite.run()
    assert outcome.code == 1
    assert told in outcome.output

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import jsonschema
import pytest

import conformance.scenario
from conformance.inputs.errors import InputError
from conformance.inputs.yaml_file import read_document
from conformance.report import Verdict
from conformance.scenario import (
    SimulatorBackend,
    json_schema,
    json_schema_text,
    load_mapping,
    load_scenario,
    load_scenarios,
    project_types,
    run_scenario,
)
from conformance.scenario.files import scenario_files

ROOT = Path(__file__).parents[3]
GOOD = """\
name: A person is created
description: One identify.
source: Segment's documentation
project: {type: all}
steps:
  - send: {type: identify, userId: u1, traits: {email: a@x.test, since: 2024-01-02}}
expect:
  users: [{userId: u1, email: a@x.test}]
"""


def written(folder: Path, text: str, name: str = "case.scenario.yaml") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def problems(path: Path) -> list[str]:
    with pytest.raises(InputError) as caught:
        load_scenario(path)
    return [str(problem).replace(str(path), "FILE") for problem in caught.value.problems]


def test_every_problem_of_a_file_is_named_at_once_with_its_place(tmp_path: Path) -> None:
    text = """\
name: Wrong in many ways
description: 5
source: x
clock: 2024-02-30T00:00:00Z
project: {type: e-mail, settings: {trackUnknownUserID: drop}}
steps:
  - send: {type: identify}
    expct: {}
  - clock: {advance: -1}
  - call: {method: GET, path: users}
    batch: []
  - fault: {match: {path: events/track}, action: {status: 503}}
zzz: 1
"""
    assert problems(written(tmp_path, text)) == [
        'FILE:2:1: description: should be a string, not 5 (put it in quotes: "5")',
        "FILE:4:1: clock: '2024-02-30T00:00:00Z' is not a date and time (day is out of range for month); "
        "write one like 2026-08-20T12:00:00Z",
        "FILE:5:11: project.type: should be 'email', 'userid', 'hybrid', 'all' or a list, not 'e-mail' (did you mean 'email'?)",
        "FILE:5:36: project.settings.trackUnknownUserID: unknown key 'trackUnknownUserID' (did you mean "
        "'trackUnknownUserId'?)",
        "FILE:8:5: steps[0].expct: unknown key 'expct' (did you mean 'expect'?)",
        "FILE:9:13: steps[1].clock.advance: should be greater than or equal to 0, not -1",
        "FILE:10:5: steps[2]: a step has exactly one of send, batch, call, clock, fault, test_authentication; "
        "this one has batch and call",
        "FILE:10:25: steps[2].call.path: should be a string that starts with /, not 'users'",
        "FILE:12:21: steps[3].fault.match.path: 'events/track' matches no request: a path starts with /, as in "
        "/api/events/track",
        "FILE:13:1: zzz: unknown key 'zzz' (remove it)",
    ]


def test_a_scenario_that_says_neither_why_nor_whence_runs_with_a_warning(tmp_path: Path) -> None:
    lines = GOOD.splitlines(keepends=True)
    bare = load_scenario(written(tmp_path, "".join([lines[0], *lines[3:]])))
    assert run_scenario(bare, "hybrid", SimulatorBackend.in_process()).verdict is Verdict.PASSED
    [doubt] = bare.doubts
    assert (doubt.line, doubt.message) == (1, "has no description and no source")
    [doubt] = load_scenario(written(tmp_path, "".join([*lines[:2], *lines[3:]]))).doubts
    assert doubt.message == "has no source"


def test_every_shipped_scenario_says_why_and_whence() -> None:
    told = {
        item.file: (item.scenario.description, item.scenario.source) for item in load_scenarios([ROOT / "scenarios"])
    }
    assert [file for file, texts in told.items() if not all(texts)] == []


@pytest.mark.parametrize(
    ("project", "problem"),
    [
        (
            "{type: emial}",
            "type: should be 'email', 'userid', 'hybrid', 'all' or a list, not 'emial' (did you mean 'email'?)",
        ),
        (
            "{type: [userID]}",
            "type[0]: should be 'email', 'userid' or 'hybrid', not 'userID' (did you mean 'userid'?)",
        ),
        ("{typ: all}", "typ: unknown key 'typ' (did you mean 'type'?)"),
        ("{type:all}", "type:all: unknown key 'type:all' (put a space after the colon: type: all)"),
        ("{type: all, users: }", "users: is empty; should be a list"),
        ("{type: all, users: [{userId: 5}]}", 'users[0].userId: should be a string, not 5 (put it in quotes: "5")'),
        ("{type: all, users: [{userid: a}]}", "users[0].userid: unknown key 'userid' (did you mean 'userId'?)"),
        ("{type: all, id: '12345'}", "id: should be a whole number, not '12345' (remove the quotes: 12345)"),
    ],
)
def test_a_mistyped_project_is_named_with_what_to_write(tmp_path: Path, project: str, problem: str) -> None:
    found = problems(written(tmp_path, GOOD.replace("{type: all}", project)))
    assert any(line.endswith(f": project.{problem}") for line in found), found


def test_an_unknown_setting_is_named_with_the_nearest_known(tmp_path: Path) -> None:
    text = GOOD.replace("{type: all}", "{type: all, settings: {trackUnknownUserID: drop}}")
    assert problems(written(tmp_path, text)) == [
        "FILE:4:33: project.settings.trackUnknownUserID: unknown key 'trackUnknownUserID' (did you mean 'trackUnknownUserId'?)"
    ]


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("a: [1\n", "1:4"),
        ("a: 1\na: 2\n", "2:1"),
        ("\ta: 1\n", "1:1"),
        ("a: b: c\n", "1:5"),
    ],
)
def test_a_file_that_is_no_yaml_says_where_reading_stopped(tmp_path: Path, text: str, place: str) -> None:
    assert problems(written(tmp_path, text))[0].startswith(f"FILE:{place}: invalid YAML: ")


def test_a_file_that_is_empty_binary_or_missing_is_a_problem(tmp_path: Path) -> None:
    assert problems(written(tmp_path, ""))
    (tmp_path / "binary").write_bytes(b"\xff\xfe")
    assert "is not UTF-8" in problems(tmp_path / "binary")[0]
    assert "cannot be read: No such file" in problems(tmp_path / "missing")[0]


def test_aliases_that_explode_are_refused(tmp_path: Path) -> None:
    levels = [
        f"{name}: &{name} [{', '.join([f'*{before}'] * 9)}]"
        for before, name in zip("abcdefgh", "bcdefghi", strict=True)
    ]
    text = "\n".join(["a: &a [x, x, x, x, x, x, x, x, x]", *levels])
    assert len(text) < 450
    assert "values, with its aliases expanded" in problems(written(tmp_path, text))[0]


def test_many_aliases_of_something_small_are_read(tmp_path: Path) -> None:
    text = "a: &a [x]\nb: [" + "*a, " * 1100 + "*a]\n"
    assert "aliases" not in problems(written(tmp_path, text))[0]


def test_the_problems_of_all_files_come_together(tmp_path: Path) -> None:
    written(tmp_path, "name: 1\n", "one.scenario.yaml")
    written(tmp_path, GOOD + "more: 1\n", "two.scenario.yaml")
    with pytest.raises(InputError) as caught:
        load_scenarios([tmp_path, tmp_path / "none"])
    assert {Path(problem.file).name for problem in caught.value.problems} == {
        "one.scenario.yaml",
        "two.scenario.yaml",
        "none",
    }


def test_dates_and_words_in_events_stay_the_texts_that_were_written(tmp_path: Path) -> None:
    path = written(tmp_path, "a: 2024-01-02\nb: 2024-01-02T03:04:05Z\nc: no\nd: 1e3\n1: x\n")
    expected = {"a": "2024-01-02", "b": "2024-01-02T03:04:05Z", "c": "no", "d": 1000.0, "1": "x"}
    assert read_document(path).value == expected


def test_a_mapping_may_stand_in_a_file_of_its_own(tmp_path: Path) -> None:
    written(
        tmp_path,
        '[{"name": "N", "partnerAction": "updateUser", "subscribe": "type = \\"identify\\"", "mapping": {}}]',
        "m.json",
    )
    assert load_mapping(tmp_path / "m.json")[0].name == "N"
    path = written(tmp_path, GOOD.replace("steps:", "destination: {mapping: m.json}\nsteps:"))
    assert load_scenario(path).mappings[0][0].partner_action == "updateUser"


def test_a_mapping_may_stand_in_a_folder_below(tmp_path: Path) -> None:
    (tmp_path / "mappings").mkdir()
    written(
        tmp_path / "mappings",
        '[{"name": "N", "partnerAction": "updateUser", "subscribe": "type = \\"identify\\""}]',
        "m.json",
    )
    path = written(tmp_path, GOOD.replace("steps:", "destination: {mapping: mappings/m.json}\nsteps:"))
    assert load_scenario(path).mappings[0][0].name == "N"


def test_a_mapping_may_stand_anywhere_below_the_working_directory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "scenarios").mkdir()
    written(
        tmp_path, '[{"name": "N", "partnerAction": "updateUser", "subscribe": "type = \\"identify\\""}]', "m.json"
    )
    path = written(tmp_path / "scenarios", GOOD.replace("steps:", "destination: {mapping: ../m.json}\nsteps:"))
    assert load_scenario(path).mappings[0][0].name == "N"


@pytest.mark.parametrize("how", ["../secret.yaml", "x/../../secret.yaml", "ABSOLUTE", "link.yaml", '"a\\0b"'])
def test_a_mapping_outside_of_the_folder_of_the_scenario_is_not_read(tmp_path: Path, how: str) -> None:
    folder = tmp_path / "scenarios"
    folder.mkdir()
    secret = written(tmp_path, "password: hunter2\n", "secret.yaml")
    (folder / "link.yaml").symlink_to(secret)
    name = str(secret) if how == "ABSOLUTE" else how
    path = written(folder, GOOD.replace("steps:", f"destination:\n  mapping: {name}\nsteps:"))
    with pytest.raises(InputError) as refused:
        load_scenario(path)
    [problem] = refused.value.problems
    assert problem.field == "destination.mapping"
    assert "is outside the scenario's folder" in problem.message
    assert "hunter2" not in str(problem)


@pytest.mark.parametrize(
    "value",
    [
        "!!python/object/apply:os.mkdir [{target}]",
        "!!python/object/new:os.mkdir [{target}]",
        "!!python/object/apply:subprocess.call [[mkdir, {target}]]",
        "!!python/name:os.mkdir ''",
        "!!python/module:this ''",
        "!!python/object:pathlib.Path {{}}",
        "!!python/tuple [1, 2]",
    ],
)
@pytest.mark.parametrize("place", ["name: {value}", "extra: {value}", "source: x\n? {value}\n: 1"])
def test_a_tag_that_asks_for_python_executes_nothing(tmp_path: Path, value: str, place: str) -> None:
    target = tmp_path / "made"
    text = place.format(value=value.format(target=target))
    path = written(tmp_path, f"{text}\n{GOOD}")
    with pytest.raises(InputError):
        load_scenario(path)
    assert not target.exists()
    assert "this" not in sys.modules
    with pytest.raises(InputError):
        load_mapping(path)
    assert not target.exists()


def test_the_shipped_schema_is_that_of_the_models() -> None:
    shipped = Path(conformance.scenario.__file__).with_name("scenario.schema.json")
    assert shipped.read_text(encoding="utf-8") == json_schema_text()


def test_every_scenario_that_is_shipped_fits_the_schema() -> None:
    validator = jsonschema.Draft202012Validator(json_schema())
    for loaded in load_scenarios([ROOT / "scenarios"]):
        assert list(validator.iter_errors(loaded.document.value)) == [], loaded.file


def run(path: Path, project_type: str = "hybrid") -> Any:
    with SimulatorBackend.in_process() as backend:
        return run_scenario(load_scenario(path), project_type, backend)


def test_a_scenario_that_holds_passes_in_every_project_type(tmp_path: Path) -> None:
    path = written(tmp_path, GOOD)
    assert project_types(load_scenario(path)) == ["email", "userid", "hybrid"]
    assert [run(path, name).verdict for name in project_types(load_scenario(path))] == [Verdict.PASSED] * 3


def test_every_expectation_that_does_not_hold_is_told_with_its_line_and_the_trace(tmp_path: Path) -> None:
    text = GOOD.replace(
        "users: [{userId: u1, email: a@x.test}]",
        """counts: {users: 2}
  users:
    - {userId: u1, dataFields: {since: 2025}}
    - {userId: u2}
    - {userId: u1, absent: true}
  by_type:
    email: {counts: {users: 9}}""",
    )
    path = written(tmp_path, text)
    result = run(path)
    assert result.verdict is Verdict.FAILED
    assert [(failure.line, failure.path) for failure in result.failures] == [
        (8, "counts.users"),
        (10, "users[0].dataFields.since"),
        (11, "users[1]"),
        (12, "users[2]"),
    ]
    assert (result.failures[1].expected, result.failures[1].actual) == ("2025", '"2024-01-02"')
    stages = [line.stage for line in result.trace[0].lines]
    for stage in ("event", "subscription", "payload", "request", "reply", "state"):
        assert stage in stages
    by_type = run(path, "email").failures[0]
    assert (by_type.line, by_type.expected) == (14, "9")


EXPECTATIONS = """\
name: All kinds of steps
description: One of each.
source: x
project:
  type: hybrid
  users: [{userId: u1, dataFields: {n: 1}}]
  events: [{userId: u1, eventName: Old, createdAt: 2026-08-01T00:00:00Z}]
steps:
  - test_authentication: true
    expect: {error: none}
  - clock: {now: 2026-09-01T00:00:00Z}
  - batch: [{type: identify, userId: u2, traits: {}}, {type: identify, userId: "", traits: {email: bad}}]
    expect:
      result: [{action: updateUser, status: delivered, nodes: [{status: 200}, {status: 400}]}]
  - fault: {match: {path: /api/events/*}, action: {status: 503}, times: 1}
  - send: {type: track, event: Seen, userId: u1, messageId: m1}
    expect:
      error: {name: HTTPError, message: Service Unavailable, status: 503}
      replies: [{status: 503}]
  - fault: {action: {drop: after}, times: 1}
  - send: {type: track, event: Seen, userId: u1, messageId: m1}
    expect: {replies: [{status: null}], counts: {events: 2}}
  - clock: {advance: 60}
  - call: {method: GET, path: /api/events/byUserId/u1}
    expect:
      replies: [{status: 200, body: {events: [{eventName: Seen}, {eventName: Old}]}}]
  - call: {method: POST, path: /api/users/update, raw: "{"}
    expect: {replies: [{status: 400, without: [code]}], counts: {users: 2}}
expect:
  events:
    - {eventName: Seen, createdAt: 2026-09-01T00:00:00Z, count: 1}
    - {eventName: Nothing, absent: true}
"""


def test_every_kind_of_step_works_in_process(tmp_path: Path) -> None:
    result = run(written(tmp_path, EXPECTATIONS))
    assert [(failure.where, failure.path, failure.actual) for failure in result.failures] == []


def test_a_case_leaves_nothing_behind_in_the_simulator(tmp_path: Path) -> None:
    loaded = load_scenario(written(tmp_path, EXPECTATIONS))
    with SimulatorBackend.in_process() as backend:
        before = [backend.control.call("GET", path) for path in ("/_sim/projects", "/_sim/clock", "/_sim/faults")]
        run_scenario(loaded, "hybrid", backend)
        after = [backend.control.call("GET", path) for path in ("/_sim/projects", "/_sim/clock", "/_sim/faults")]
    assert json.dumps(before) == json.dumps(after)


def test_nothing_at_the_address_is_told_in_one_line() -> None:
    with pytest.raises(InputError, match="start it with"):
        SimulatorBackend.over_http("http://127.0.0.1:9")


@pytest.mark.parametrize(
    ("expected", "wanted", "found"),
    [
        ("{events: [{eventName: Seen, count: 1}]}", "1 matching event", "none"),
        ("{events: [{eventName: Seen, count: 2}]}", "2 matching events", "none"),
        ("{events: [{eventName: Seen}]}", 'an event like {"eventName": "Seen"}', "none"),
        ("{users: [{userId: u2}]}", 'exactly one person with {"userId": "u2"}',
         'none; there are [{"email": null, "userId": "u1"}]'),
    ],
)  # fmt: skip
def test_what_is_missing_is_said_in_words(tmp_path: Path, expected: str, wanted: str, found: str) -> None:
    text = (
        "name: n\ndescription: d\nsource: s\nproject: {type: hybrid}\n"
        f"steps: [{{send: {{type: identify, userId: u1}}}}]\nexpect: {expected}\n"
    )
    [failure] = run(written(tmp_path, text)).failures
    assert (failure.expected, failure.actual) == (wanted, found)


@pytest.mark.parametrize(
    "elsewhere", [".harness/failures", "a/_build", "node_modules/pack", "venv/lib", "a/b/.git", "a/node_modules"]
)
def test_a_folder_is_searched_but_for_what_tools_keep_in_it(tmp_path: Path, elsewhere: str) -> None:
    (tmp_path / "venv").mkdir()
    (tmp_path / "venv" / "pyvenv.cfg").write_text("")
    for folder in ("a/b", elsewhere):
        (tmp_path / folder).mkdir(parents=True, exist_ok=True)
        (tmp_path / folder / "x.scenario.yaml").write_text(GOOD)
    assert scenario_files(tmp_path) == [tmp_path / "a/b/x.scenario.yaml"]
    assert scenario_files(tmp_path / elsewhere) == [tmp_path / elsewhere / "x.scenario.yaml"]


def test_a_folder_with_nothing_but_what_tools_keep_says_what_is_not_searched(tmp_path: Path) -> None:
    (tmp_path / ".harness").mkdir()
    (tmp_path / ".harness" / "x.scenario.yaml").write_text(GOOD)
    with pytest.raises(InputError, match=r"has no scenario files \(.*begin with \. or _, node_modules and virtual"):
        scenario_files(tmp_path)


def test_what_is_intended_is_not_warned_of_and_what_is_needlessly_so_is(tmp_path: Path) -> None:
    slip = GOOD.replace("{type: identify, userId: u1,", "{type: track, event: E, userId: u1,")
    [doubt] = load_scenario(written(tmp_path, slip)).doubts
    assert (doubt.field, doubt.hint.endswith("; if it is intended, list it in `intended`")) == (
        "steps[0].send.traits",
        True,
    )
    assert load_scenario(written(tmp_path, f'{slip}intended: ["{doubt.field}"]\n')).doubts == []
    [needless] = load_scenario(written(tmp_path, f'{GOOD}intended: ["{doubt.field}"]\n')).doubts
    assert (needless.line, needless.message) == (9, "no warning is about steps[0].send.traits")


def test_no_shipped_scenario_is_warned_of() -> None:
    assert [doubt for item in load_scenarios([ROOT / "scenarios"]) for doubt in item.doubts] == []

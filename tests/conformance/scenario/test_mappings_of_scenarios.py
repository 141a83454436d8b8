"""A scenario takes what `--mapping` takes, and says the same about it."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from conformance.cli import main
from conformance.inputs.configuration import configuration_of
from conformance.inputs.errors import InputError
from conformance.scenario import load_mapping, load_scenario

SCENARIO = """\
name: A person is created
description: One identify.
source: Segment's documentation
project: {{type: hybrid}}
destination: {{mapping: {mapping}}}
steps:
  - send: {{type: identify, userId: u1}}
expect:
  users: [{{userId: u1}}]
"""
MAPPING = {"userId": {"@path": "$.userId"}}
OWN = {"name": "People", "partnerAction": "updateUser", "subscribe": 'type = "identify"', "mapping": MAPPING}
OF_SEGMENT = {
    "id": "s1",
    "name": "People",
    "actionId": "ifeXsLqNNjJ5HJdRKSJwea",
    "actionSlug": "updateUser",
    "destinationId": "d1",
    "enabled": True,
    "trigger": 'type = "identify"',
    "settings": MAPPING,
}
REPLY = {"data": {"subscriptions": [OF_SEGMENT], "pagination": {"current": "MA==", "totalEntries": 1}}}

Run = Callable[..., tuple[int, str]]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    return lambda *arguments: (main([*map(str, arguments)]), capsys.readouterr().err)


def written(folder: Path, mapping: Any) -> Path:
    path = folder / "case.scenario.yaml"
    path.write_text(SCENARIO.format(mapping=json.dumps(mapping)), encoding="utf-8")
    return path


@pytest.mark.parametrize("mapping", [[OWN], [OF_SEGMENT], REPLY, {"data": {"subscription": OF_SEGMENT}}])
def test_a_mapping_stands_in_a_scenario_in_any_form(tmp_path: Path, run: Run, mapping: Any) -> None:
    path = written(tmp_path, mapping)
    assert load_scenario(path).mappings == (configuration_of("same", json.dumps(mapping)).plain,)
    assert run("run", path) == (0, "")


def test_a_file_beside_a_scenario_may_be_in_any_form(tmp_path: Path, run: Run) -> None:
    (tmp_path / "reply.json").write_text(json.dumps(REPLY), encoding="utf-8")
    assert load_mapping(tmp_path / "reply.json")[0].partner_action == "updateUser"
    assert run("run", written(tmp_path, "reply.json")) == (0, "")


@pytest.mark.parametrize(
    "mapping",
    [
        [{**OWN, "partnerAction": "updateUsers"}],
        [{**OWN, "subscribe": "((x"}],
        [{**OWN, "mapping": {"userId": {"@pth": "$.userId"}}}],
        [{**OWN, "enabled": False}],
        [{**OWN, "mappings": {}}],
        [{key: value for key, value in OWN.items() if key != "subscribe"}],
        [],
        {"data": {"subscriptions": []}},
        "mapping.json",
    ],
)
def test_a_mapping_with_problems_has_the_same_ones_in_a_scenario(tmp_path: Path, mapping: Any) -> None:
    with pytest.raises(InputError) as in_scenario:
        load_scenario(written(tmp_path, mapping))
    file = tmp_path / "mapping.json"
    if not isinstance(mapping, str):
        file.write_text(json.dumps(mapping), encoding="utf-8")
    with pytest.raises(InputError) as alone:
        load_mapping(file)
    assert [(item.message, item.hint) for item in in_scenario.value.problems] == [
        (item.message, item.hint) for item in alone.value.problems
    ]


def test_problems_of_a_mapping_in_a_scenario_have_its_place(tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        load_scenario(written(tmp_path, [{**OWN, "mapping": {"userId": {"@pth": "$.userId"}}}]))
    [problem] = caught.value.problems
    assert (problem.line, problem.field) == (5, "destination.mapping[0].mapping.userId")


def test_a_key_with_a_slash_in_it_is_placed_where_it_stands(tmp_path: Path) -> None:
    mapping = {"userId": {"@path": "$.userId"}, "dataFields": {"size/colour": {"@pth": "$.x"}}}
    with pytest.raises(InputError) as caught:
        load_scenario(written(tmp_path, [{**OWN, "mapping": mapping}]))
    [problem] = caught.value.problems
    assert problem.field == "destination.mapping[0].mapping.dataFields.size/colour"


def test_what_is_left_out_of_a_mapping_is_said(tmp_path: Path, run: Run) -> None:
    code, told = run("run", written(tmp_path, [OWN, {**OWN, "name": "Off", "enabled": False}]))
    assert code == 0
    assert 'left out 1 subscription: 1 disabled ("Off")' in told


@pytest.mark.parametrize(
    "command",
    [
        ["map", '{"type": "identify", "userId": "u1"}'],
        ["send", '{"type": "identify", "userId": "u1"}'],
        ["run", "SCENARIO"],
        ["conform", "--examples", "1", "--property", "identity.person-exists"],
        ["new", "--events", '{"type": "identify", "userId": "u1"}'],
        ["record", "--events", "events.jsonl"],
    ],
)
@pytest.mark.parametrize("items", [[], [{**OWN, "enabled": False}]], ids=["empty", "disabled"])
def test_a_mapping_with_nothing_in_force_is_an_input_error_in_every_command(
    tmp_path: Path, run: Run, command: list[str], items: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("events.jsonl").write_text('{"type": "identify", "userId": "u1"}', encoding="utf-8")
    Path("mapping.json").write_text(json.dumps(items), encoding="utf-8")
    scenario = written(tmp_path, None)
    arguments = [str(scenario) if item == "SCENARIO" else item for item in command]
    code, told = run(*arguments, "--mapping", "mapping.json")
    assert (code, "mapping.json" in told) == (2, True)
    assert "a list" in told or "in force" in told

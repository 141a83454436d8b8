from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from conformance.inputs.errors import InputError, InputProblem
from conformance.inputs.mapping_file import load_subscriptions
from destination import PRESETS

if TYPE_CHECKING:
    from pathlib import Path

GOOD = {"name": "Mine", "partnerAction": "updateUser", "subscribe": 'type = "identify"', "mapping": {}}


def problems(tmp_path: Path, text: str) -> list[InputProblem]:
    path = tmp_path / "mapping.yaml"
    path.write_text(text)
    with pytest.raises(InputError) as caught:
        load_subscriptions(str(path))
    return list(caught.value.problems)


def written(tmp_path: Path, *items: Any) -> str:
    path = tmp_path / "mapping.json"
    path.write_text(json.dumps(items))
    return str(path)


def test_without_a_file_the_presets_are_used() -> None:
    assert load_subscriptions(None) == PRESETS


def test_json_and_yaml_say_the_same(tmp_path: Path) -> None:
    yaml = tmp_path / "mapping.yaml"
    yaml.write_text('- name: Mine\n  partnerAction: updateUser\n  subscribe: type = "identify"\n  mapping: {}\n')
    assert load_subscriptions(str(yaml)) == load_subscriptions(written(tmp_path, GOOD))


def test_json_is_read_as_json(tmp_path: Path) -> None:
    item = {**GOOD, "mapping": {"userId": "\U0001f600", "phoneNumber": None}}
    [subscription] = load_subscriptions(written(tmp_path, item))
    assert subscription.mapping == {"userId": "\U0001f600", "phoneNumber": None}


def test_a_disabled_subscription_is_left_out_as_the_platform_leaves_it_out(tmp_path: Path) -> None:
    found = load_subscriptions(written(tmp_path, {**GOOD, "enabled": False}, {**GOOD, "name": "Other"}))
    assert [item.name for item in found] == ["Other"]


def test_names_become_unique(tmp_path: Path) -> None:
    unnamed = {key: value for key, value in GOOD.items() if key != "name"}
    found = load_subscriptions(written(tmp_path, GOOD, GOOD, unnamed))
    assert [item.name for item in found] == ["Mine", "Mine (2)", "updateUser"]


def test_every_problem_of_a_file_is_named_with_its_line(tmp_path: Path) -> None:
    found = problems(
        tmp_path,
        "- name: One\n"
        "  partnerActoin: updateUser\n"
        "  subscribe: 5\n"
        "- text\n"
        "- partnerAction: trackEvent\n"
        '  subscribe: type = "track"\n'
        "  mapping: []\n",
    )
    assert [(problem.line, problem.field) for problem in found] == [
        (1, "[0]"),
        (2, "[0].partnerActoin"),
        (3, "[0].subscribe"),
        (4, "[1]"),
        (7, "[2].mapping"),
    ]
    assert found[1].hint == "did you mean partnerAction?"


def test_every_problem_of_a_mapping_is_named_where_it_stands(tmp_path: Path) -> None:
    found = problems(
        tmp_path,
        "- partnerAction: updateUser\n"
        '  subscribe: type = "identify"\n'
        "  mapping:\n"
        "    userId:\n"
        "      '@nope': 1\n"
        "    email:\n"
        "      '@path': 5\n"
        "- partnerAction: updateUsers\n"
        '  subscribe: ((type = "track"))\n',
    )
    places = [(problem.line, problem.field) for problem in found]
    assert (7, "[0].mapping.email.@path") in places
    assert (4, "[0].mapping.userId") in places
    assert (8, "[1].partnerAction") in places
    assert (9, "[1].subscribe") in places
    assert any(problem.hint == "did you mean updateUser?" for problem in found)


@pytest.mark.parametrize("text", ["{}", "text", "5", "name: x"])
def test_anything_but_a_list_is_refused(tmp_path: Path, text: str) -> None:
    assert "must be a list of subscriptions" in problems(tmp_path, text)[0].message


def test_an_empty_file_is_named_so_with_what_is_expected(tmp_path: Path) -> None:
    [problem] = problems(tmp_path, "")
    assert problem.message == "is empty"
    assert problem.hint.startswith("expected one of: a list of subscriptions")


@pytest.mark.parametrize("text", ["- [", "- {a: 1", "a: b: c", "- \t- x", "*nothing", "- 'x"])
def test_what_is_neither_yaml_nor_json_is_refused_with_its_place(tmp_path: Path, text: str) -> None:
    [problem] = problems(tmp_path, text)
    assert problem.line >= 1


def test_a_file_that_is_no_text_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "mapping.yaml"
    path.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(InputError):
        load_subscriptions(str(path))


def test_an_empty_trigger_is_refused(tmp_path: Path) -> None:
    path = written(tmp_path, {**GOOD, "subscribe": ""})
    with pytest.raises(InputError, match="a trigger must not be empty"):
        load_subscriptions(path)

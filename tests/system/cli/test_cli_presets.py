"""`--preset` and `--liquidjs`: what stands instead of a mapping, and which LiquidJS renders its templates."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from conformance.cli import main
from destination.mapping import LIQUIDJS_VERSIONS

if TYPE_CHECKING:
    from pathlib import Path

LEFT = '{"type": "track", "event": " Left  it", "userId": "u1", "timestamp": "2026-08-20T12:00:00Z"}'
SQUISHED: dict[str, Any] = {
    "name": "Mine",
    "partnerAction": "trackEvent",
    "subscribe": 'type = "track"',
    "mapping": {"userId": {"@path": "$.userId"}, "eventName": {"@liquid": "{{ event | squish }}"}},
}


def mapped(capsys: pytest.CaptureFixture[str], *arguments: str) -> list[dict[str, Any]]:
    assert main(["map", "--json", LEFT, *arguments]) == 0
    subscriptions: list[dict[str, Any]] = json.loads(capsys.readouterr().out)["events"][0]["subscriptions"]
    return subscriptions


def test_presets_are_named_in_any_letters_and_taken_in_that_order(capsys: pytest.CaptureFixture[str]) -> None:
    names = ("--preset", "entities exited", "--preset", "Identify Calls", "--preset", "Entities Exited")
    found = mapped(capsys, *names)
    assert [(item["name"], item["matched"]) for item in found] == [
        ("Entities Exited", True),
        ("Identify Calls", False),
    ]
    assert found[0]["requests"][0]["body"]["eventName"] == " Left  it"


@pytest.mark.parametrize("command", [["map", LEFT], ["lint"], ["export"]])
def test_a_preset_that_there_is_not_is_named_with_one_that_is_near(
    command: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([*command, "--preset", "Entities Exit"]) == 2
    assert "there is no preset 'Entities Exit', did you mean Entities Exited?" in capsys.readouterr().err


def test_a_preset_does_not_go_with_a_mapping(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "mapping.json"
    file.write_text(json.dumps([SQUISHED]))
    for command in (["map", LEFT, "--mapping", str(file)], ["lint", str(file)], ["export", str(file)]):
        assert main([*command, "--preset", "Entities Exited"]) == 2
        assert "--preset stands instead of a mapping" in capsys.readouterr().err


def test_a_preset_is_written_in_another_form(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["export", "--preset", "Journeys Step Entered", "--as", "json"]) == 0
    [written] = json.loads(capsys.readouterr().out)
    assert (written["name"], written["partnerAction"]) == ("Journeys Step Entered", "updateUser")


def test_templates_are_rendered_by_the_liquidjs_that_is_asked_for(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "mapping.json"
    file.write_text(json.dumps([SQUISHED]))
    for options, name in (([], " Left  it"), (["--liquidjs", "10.30.1"], "Left it")):
        [found] = mapped(capsys, "--mapping", str(file), *options)
        assert found["requests"][0]["body"]["eventName"] == name


def test_a_subscription_says_itself_which_liquidjs_it_has(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "mapping.json"
    file.write_text(json.dumps([{**SQUISHED, "liquidjs": "10.30.1"}]))
    [found] = mapped(capsys, "--mapping", str(file))
    assert found["requests"][0]["body"]["eventName"] == "Left it"
    assert main(["export", str(file), "--as", "json"]) == 0
    assert json.loads(capsys.readouterr().out)[0]["liquidjs"] == "10.30.1"


def test_a_liquidjs_that_there_is_not_is_refused_with_its_place(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "mapping.yaml"
    text = json.dumps([{**SQUISHED, "liquidjs": "10"}], indent=1)
    file.write_text(text)
    assert main(["map", LEFT, "--mapping", str(file)]) == 2
    assert "liquidjs: there is no '10' (write 10.27.2 or 10.30.1, as text)" in capsys.readouterr().err


def test_the_help_names_every_liquidjs(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["map", "--help"]) == 0
    assert f"{', the default, or '.join(LIQUIDJS_VERSIONS)}." in " ".join(capsys.readouterr().out.split())


def test_another_liquidjs_is_a_mistake(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["map", LEFT, "--liquidjs", "10"]) == 2
    assert all(version in capsys.readouterr().err for version in LIQUIDJS_VERSIONS[:1])

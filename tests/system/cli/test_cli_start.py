"""What the program imports, and says of itself, before it does anything."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tomllib
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click
import pytest

from conformance.cli import main
from conformance.cli.program import COMMANDS, program

if TYPE_CHECKING:
    from collections.abc import Mapping

ROOT: Final = Path(__file__).parents[3]
#: Runs the program as its script does, and writes which modules were imported by then.
WATCHED: Final = """
import json, sys
before = set(sys.modules)
from iterable_harness import main
sys.argv[1:] = json.loads(sys.argv[1])
try:
    main()
except SystemExit:
    pass
print(json.dumps(sorted(set(sys.modules) - before)), file=sys.stderr)
"""
STARTING: Final = {
    "conformance",
    "conformance.cli",
    "conformance.cli.lazy_group",
    "conformance.cli.program",
    "conformance.cli.streams",
    "conformance.inputs",
    "conformance.inputs.errors",
    "iterable_harness",
}


def imported(*arguments: str, environment: Mapping[str, str] | None = None) -> set[str]:
    """Our own modules, and the packages of others, that are imported when the program has done something."""
    done = subprocess.run(
        [sys.executable, "-c", WATCHED, json.dumps(arguments)],
        env={**os.environ, **(environment or {})},
        capture_output=True,
        text=True,
        check=True,
    )
    ours = ("conformance", "destination", "simulator", "iterable_harness")
    names = [(name, name.partition(".")[0]) for name in json.loads(done.stderr.splitlines()[-1])]
    others = {first for _, first in names if first not in {*ours, *sys.stdlib_module_names}}
    return {name for name, first in names if first in ours} | others


@pytest.mark.parametrize("arguments", [(), ("--help",), ("--version",), ("no-such-command",)], ids=str)
def test_what_the_program_says_of_itself_needs_click_and_nothing_else(arguments: tuple[str, ...]) -> None:
    assert imported(*arguments) == STARTING | {"click"}


def test_a_shell_that_completes_a_command_needs_click_and_nothing_else() -> None:
    asked = {"_ITERABLE_HARNESS_COMPLETE": "bash_complete", "COMP_WORDS": "iterable-harness ", "COMP_CWORD": "1"}
    assert imported(environment=asked) == STARTING | {"click"}


def test_a_server_imports_what_stands_behind_segment_with_its_first_request_only() -> None:
    names = imported("serve", "--port", "0", "--source", "key:nowhere")
    assert "conformance.tracking_service.service" not in names
    assert "aiohttp" not in names


def test_explain_needs_the_rules_and_neither_the_models_nor_a_server() -> None:
    names = imported("explain", "events.track")
    assert {name for name in names if "." not in name} == {"click", "conformance", "iterable_harness", "simulator"}
    assert not {"simulator.api", "simulator.engine", "simulator.project.settings"} & names


@pytest.mark.parametrize("command", [name for name in COMMANDS if name not in {"run", "conform", "record", "send"}])
def test_the_options_of_a_command_are_known_without_what_it_works_with(command: str) -> None:
    heavy = {"aiohttp", "destination", "httpx", "hypothesis", "pydantic", "rich", "ruamel", "simulator", "yaml"}
    assert not heavy & imported(command, "--help")


@pytest.mark.parametrize("name", COMMANDS)
@pytest.mark.parametrize("limit", [45, 60, 200])
def test_the_list_of_commands_says_what_each_says_of_itself(name: str, limit: int) -> None:
    context = click.Context(program)
    command = program.get_command(context, name)
    assert command is not None
    assert click.Command(name, help=COMMANDS[name].summary).get_short_help_str(limit) == command.get_short_help_str(
        limit
    )
    assert COMMANDS[name].summary.rstrip(".") == command.get_short_help_str(1000).rstrip(".")


def test_a_shell_is_offered_the_commands_with_what_they_do() -> None:
    offered = {item.value: item.help for item in program.shell_complete(click.Context(program), "s")}
    assert offered == {
        "send": "Deliver Segment events to a server.",
        "serve": "Run the simulator over HTTP until SIGINT...",
    }
    assert "--version" in {item.value for item in program.shell_complete(click.Context(program), "-")}


def test_the_version_is_that_of_the_distribution(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--version"]) == 0
    assert capsys.readouterr().out == f"iterable-harness {version('iterable-harness')}\n"
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert ("version" in project, project["dynamic"]) == (False, ["version"])

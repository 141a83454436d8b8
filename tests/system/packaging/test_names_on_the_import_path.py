"""The command and the pytest plugin beside modules of the user's that have the names of our packages."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Final

import pytest

OURS: Final = ("destination", "simulator", "conformance")
EVENT: Final = '{"type": "page", "userId": "u1"}'
MAPPED: Final = "0 mapped, 0 refused, 1 not subscribed"
#: The environment that the tests run in, and the one with the built wheel where `.ci/run` made it.
PYTHONS: Final = [
    sys.executable,
    *(str(Path(folder) / "bin" / "python") for folder in [os.environ.get("INSTALLED")] if folder),
]
SUITE: Final = """
import simulator
import destination
import conformance

def test_own_modules():
    assert (simulator.WHOSE, destination.WHOSE, conformance.WHOSE) == ("the user's",) * 3

def test_in_process(iterable_simulator):
    iterable_simulator.begin_with(users=[{"email": "ada@example.com", "userId": "u1"}])
    assert iterable_simulator.user(email="ada@example.com")["userId"] == "u1"
    saved = iterable_simulator.client.post("/_sim/snapshots", json={"name": "one"})
    assert saved.status_code < 400, saved.text
    restored = iterable_simulator.client.post("/_sim/snapshots/one/restore")
    assert restored.status_code < 400, restored.text

def test_served(iterable_server):
    assert iterable_server.users() == []

def test_own_modules_afterwards():
    import simulator.part
    assert simulator.part.WHOSE == "the user's"
"""
SCENARIO: Final = """
name: An event that no subscription takes
description: Nothing is sent.
source: assumed
tags: [one, two, three, four]
project: {type: email}
steps:
  - send: {type: page}
    expect: {replies: []}
"""


def plant(folder: Path, names: tuple[str, ...] = OURS, content: str = 'WHOSE = "the user\'s"\n') -> None:
    """Put packages of the user's into a folder."""
    for name in names:
        (folder / name).mkdir(parents=True)
        (folder / name / "__init__.py").write_text(content)
        (folder / name / "part.py").write_text(content)


def run(folder: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "PYTEST"))}
    return subprocess.run(
        arguments, cwd=folder, env={**kept, **environment}, capture_output=True, text=True, timeout=110, check=False
    )


@pytest.mark.parametrize("python", PYTHONS)
@pytest.mark.parametrize("started", ["the script", "the module"])
def test_the_command_works_whatever_the_import_path_holds(python: str, started: str, tmp_path: Path) -> None:
    plant(tmp_path, content="raise RuntimeError('the wrong module')\n")
    command = (
        [str(Path(python).parent / "iterable-harness")]
        if started == "the script"
        else [python, "-m", "iterable_harness"]
    )
    done = run(tmp_path, *command, "map", EVENT, PYTHONPATH=str(tmp_path))
    assert (done.returncode, done.stderr) == (0, "")
    assert MAPPED in done.stdout


def test_the_processes_that_a_command_starts_have_our_modules_too(tmp_path: Path) -> None:
    plant(tmp_path, content="raise RuntimeError('the wrong module')\n")
    for name in ("one.jsonl", "two.jsonl"):
        (tmp_path / name).write_text(EVENT)
    events = ["one.jsonl", "two.jsonl", "--workers", "2", "-q"]
    done = run(tmp_path, sys.executable, "-m", "iterable_harness", "backtest", *events, PYTHONPATH=str(tmp_path))
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == "2 events: 0 sent, 0 refused, 2 not subscribed\n"


def test_a_single_file_with_such_a_name_does_not_matter_either(tmp_path: Path) -> None:
    for name in ("destination", "simulator"):
        (tmp_path / f"{name}.py").write_text("raise RuntimeError('the wrong module')\n")
    done = run(tmp_path, sys.executable, "-m", "conformance", "map", EVENT)
    assert (done.returncode, done.stderr) == (0, "")


def test_a_name_that_is_taken_before_the_command_starts_is_said_in_one_sentence(tmp_path: Path) -> None:
    plant(tmp_path, ("simulator",))
    (tmp_path / "sitecustomize.py").write_text("import simulator\n")
    done = run(tmp_path, sys.executable, "-m", "iterable_harness", "map", EVENT, PYTHONPATH=str(tmp_path))
    assert (done.returncode, done.stdout) == (2, "")
    [line] = done.stderr.splitlines()
    assert line.startswith(f"error: {tmp_path / 'simulator' / '__init__.py'} was imported as `simulator` before")
    assert "rename it" in line


@pytest.mark.parametrize(
    ("place", "arguments"),
    [
        (".", ("-m", "pytest")),
        (".", ("-m", "pytest", "--import-mode=importlib")),
        ("src", ("-m", "pytest", "-o", "pythonpath=src")),
        ("src", ("-P", "-m", "pytest", "-o", "pythonpath=src", "--import-mode=importlib")),
        (".", ("-m", "pytest", "-p", "xdist", "-n", "2")),
    ],
    ids=lambda value: value if isinstance(value, str) else " ".join(value),
)
def test_the_plugin_and_the_users_own_modules_live_in_one_process(
    place: str, arguments: tuple[str, ...], tmp_path: Path
) -> None:
    plant(tmp_path / place)
    (tmp_path / "a.scenario.yaml").write_text(SCENARIO)
    (tmp_path / "test_suite.py").write_text(SUITE)
    done = run(
        tmp_path, sys.executable, *arguments, "-q", "-p", "iterable", "-p", "no:cacheprovider",
        PYTEST_DISABLE_PLUGIN_AUTOLOAD="1",
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, ""), done.stdout
    assert "9 passed" in done.stdout


def test_pytest_finds_the_plugin_by_itself_and_leaves_the_names_alone(tmp_path: Path) -> None:
    plant(tmp_path)
    (tmp_path / "test_suite.py").write_text(SUITE)
    done = run(tmp_path, sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:randomly")
    assert done.returncode == 0, done.stdout
    assert "8 passed" in done.stdout


def test_where_nobody_else_has_the_names_fixtures_are_of_the_classes_that_a_test_imports(tmp_path: Path) -> None:
    (tmp_path / "test_suite.py").write_text(
        "from simulator import SimulatorTransport\n"
        "def test_it(iterable_simulator): assert isinstance(iterable_simulator.transport, SimulatorTransport)\n"
    )
    done = run(
        tmp_path, sys.executable, "-m", "pytest", "-q", "-p", "iterable", PYTEST_DISABLE_PLUGIN_AUTOLOAD="1"
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, ""), done.stdout

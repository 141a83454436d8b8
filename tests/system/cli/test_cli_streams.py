"""Every command where nobody can be written to: stdout or stderr full, closed, or not open for writing."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

_SCENARIO = "scenarios/address/address-among-the-data-fields.scenario.yaml"
_EVENT = '{"type":"identify","userId":"u1","traits":{"email":"ada@example.com"}}'
_COMMANDS = [
    ["--version"],
    ["serve", "--help"],
    ["map", _EVENT],
    ["find", "merge"],
    ["explain", "users.update.hybrid"],
    ["new"],
    ["run", _SCENARIO],
    ["run", _SCENARIO, "--json"],
    ["run", _SCENARIO, "--compare"],
    ["vectors", "tests/vectors/fql.jsonl"],
    ["conform", "--examples", "1", "--property", "identity.one-profile-per-person"],
]


def _run(arguments: list[str], redirection: str, folder: Path) -> tuple[int, str]:
    """The exit code, and what went to the one of stdout and stderr that is not redirected."""
    shown = folder / "shown"
    other = f"2>{shown}" if redirection.startswith((">", "1")) else f">{shown}"
    command = [sys.executable, "-m", "iterable_harness", *arguments]
    done = subprocess.run(
        ["/bin/sh", "-c", f'exec "$@" {other} {redirection} </dev/null', "sh", *command], check=False, timeout=60
    )
    return done.returncode, shown.read_text()


@pytest.mark.parametrize("redirection", [">/dev/full", ">&-", "1</dev/null"])
@pytest.mark.parametrize("arguments", _COMMANDS, ids=" ".join)
def test_a_stdout_that_takes_nothing_is_no_fault_of_ours(
    arguments: list[str], redirection: str, tmp_path: Path
) -> None:
    code, told = _run(arguments, redirection, tmp_path)
    assert "itself" not in told
    assert "Traceback" not in told
    assert "Exception ignored" not in told
    if redirection == ">&-":
        assert code == 0
    else:
        assert code == 2
        assert "cannot be written: " in told


@pytest.mark.parametrize("redirection", ["2>/dev/full", "2>&-"])
@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["no-such-command"], 2),
        (["map", "no-such-file"], 2),
        (["new", "pyproject.toml"], 2),
        (["find", "qqqq"], 1),
        (["run", _SCENARIO, "--junit", "/dev/full"], 2),
        (["vectors", "tests/vectors/fql.jsonl", "--html", "/dev/full"], 2),
    ],
    ids=str,
)
def test_the_exit_code_is_the_same_when_nobody_reads_stderr(
    arguments: list[str], code: int, redirection: str, tmp_path: Path
) -> None:
    assert _run(arguments, redirection, tmp_path)[0] == code


def test_a_report_that_a_full_disk_does_not_take_is_named() -> None:
    command = [sys.executable, "-m", "iterable_harness", "run", _SCENARIO, "--html", "/dev/full"]
    done = subprocess.run(command, check=False, capture_output=True, text=True, timeout=60)
    assert done.returncode == 2
    assert "/dev/full: --html: cannot be written: no space left on device" in done.stderr

from __future__ import annotations

import re
import signal
import socket
import subprocess
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

import httpx
import pytest

from conformance.cli import main

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextmanager
def serving(*arguments: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """A server in a process of its own, with the line that it printed."""
    command = [sys.executable, "-m", "conformance", "serve", "--port", "0", *arguments]
    with subprocess.Popen(  # our own module
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        try:
            yield process, process.stdout.readline()
        finally:
            process.kill()


def address(line: str) -> str:
    return line.removeprefix("listening on ").strip()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_one_line_says_where_it_listens_and_a_signal_ends_it_well(number: signal.Signals) -> None:
    with serving("-q") as (process, line):
        assert re.fullmatch(r"listening on http://127\.0\.0\.1:\d+\n", line)
        assert httpx.get(f"{address(line)}/_sim/health").json() == {"status": "ok"}
        process.send_signal(number)
        rest, errors = process.communicate(timeout=20)
        assert (process.returncode, rest, errors) == (0, "", "")


def test_three_projects_are_served_by_default(server: str) -> None:
    projects = httpx.get(f"{server}/_sim/projects").json()
    assert {(item["name"], item["type"], tuple(item["apiKeys"])) for item in projects} == {
        ("email", "email", ("email-key",)),
        ("userid", "userid", ("userid-key",)),
        ("hybrid", "hybrid", ("hybrid-key",)),
    }


def test_projects_settings_and_clock_are_as_asked_for() -> None:
    arguments = (
        "--project", "email:one", "--project", "email:two:colon",
        "--set", "trackUnknownUserId=drop", "--set", "hybridConflict=409", "--set", "updateMessage=123",
        "--set", "maxBatchItems=7", "--clock", "2026-08-20T12:00:00Z",
    )  # fmt: skip
    with serving(*arguments) as (_, line):
        url = address(line)
        projects = httpx.get(f"{url}/_sim/projects").json()
        assert [(item["name"], item["apiKeys"]) for item in projects] == [
            ("email", ["one"]),
            ("email-2", ["two:colon"]),
        ]
        settings = projects[0]["settings"]
        assert settings["trackUnknownUserId"] == "drop"
        assert settings["hybridConflict"] == "409"
        assert settings["updateMessage"] == "123"
        assert settings["maxBatchItems"] == 7
        assert httpx.get(f"{url}/_sim/clock").json()["now"].startswith("2026-08-20T12:00:00")


def test_stderr_says_where_the_inspector_is_and_which_projects_and_keys_there_are() -> None:
    with serving() as (process, line):
        process.terminate()
        _, errors = process.communicate(timeout=20)
    assert errors.splitlines() == [
        f"inspector at {address(line)}/",
        "project email (email), API key email-key",
        "project userid (userid), API key userid-key",
        "project hybrid (hybrid), API key hybrid-key",
    ]


def test_verbose_also_names_settings_that_differ_from_the_defaults() -> None:
    with serving("-v", "--project", "hybrid:hybrid-key", "--set", "enforceRateLimits=true") as (process, _):
        process.terminate()
        _, errors = process.communicate(timeout=20)
    assert errors.splitlines()[1:] == ["project hybrid (hybrid), API key hybrid-key", "  enforceRateLimits: true"]


def test_keys_that_somebody_made_up_are_masked_on_stderr() -> None:
    arguments = (
        "--project",
        "hybrid:hybrid-key",
        "--project",
        "email:very-secret-key",
        "--key",
        "email:mobile:other-secret:s",
    )
    with serving(*arguments) as (process, _):
        process.terminate()
        _, errors = process.communicate(timeout=20)
    assert errors.splitlines()[1:] == [
        "project hybrid (hybrid), API key hybrid-key",
        "project email (email), API keys ve…ey, ot…et",
    ]


def test_a_port_that_is_taken_is_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        assert main(["serve", "--port", port]) == 2
    [line] = capsys.readouterr().err.splitlines()
    assert f"cannot listen on 127.0.0.1:{port}: address already in use" in line


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["--project", "emails:key"], "'emails:key' is not TYPE:KEY"),
        (["--project", "email"], "'email' is not TYPE:KEY"),
        (["--project", "email:"], "'email:' is not TYPE:KEY"),
        (["--project", "email:a", "--project", "hybrid:a"], "the key 'a' is given to two projects"),
        (["--set", "trackUnknownUserId"], "is not NAME=VALUE"),
        (["--set", "trackUnknownUserID=drop"], "did you mean trackUnknownUserId?"),
        (["--set", "trackUnknownUserId=maybe"], "trackUnknownUserId: should be 'error' or 'drop', not 'maybe'"),
        (["--set", "maxBatchItems=-1"], "maxBatchItems: "),
        (["--clock", "noon"], "'noon' is not a date and time"),
        (["--clock", "2026-02-30T12:00:00Z"], "is not a date and time"),
        (["--host", "203.0.113.1"], "cannot listen on 203.0.113.1"),
    ],
)
def test_a_wrong_option_is_one_line_and_exit_code_2(
    arguments: list[str], complaint: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["serve", "--port", "0", *arguments]) == 2
    captured = capsys.readouterr()
    [line] = captured.err.splitlines()
    assert complaint in line
    assert captured.out == ""


def test_what_is_not_offered_is_refused_and_not_ignored(capsys: pytest.CaptureFixture[str]) -> None:
    for option in ("--datum", "--tlss"):
        assert main(["serve", option]) == 2
        assert f"there is no option {option}" in capsys.readouterr().err

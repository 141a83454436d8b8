"""Every command that uses the control surface of a running simulator, against one that wants a token."""

from __future__ import annotations

from typing import TYPE_CHECKING

import httpx
import pytest

from conformance.cli import main

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

TOKEN = "open-sesame"
VARIABLE = "ITERABLE_HARNESS_CONTROL_TOKEN"
FAILING = """\
name: Nobody is gold
description: An identify that does not make the person gold.
source: a test
project: {type: hybrid}
steps:
  - send: {type: identify, userId: u0, traits: {email: other@example.com}}
  - send: {type: identify, userId: u1, traits: {email: ada@example.com, plan: silver}}
expect: {users: [{userId: u1, dataFields: {plan: gold}}]}
"""
EVENT = '{"type": "identify", "userId": "u1", "traits": {"plan": "pro"}, "messageId": "m1"}\n'


def record(server: str, folder: Path) -> list[str]:
    headers = {"Api-Key": "hybrid-key"}
    httpx.post(f"{server}/api/users/update", headers=headers, json={"userId": "u9"}).raise_for_status()
    output = str(folder / "recorded.scenario.yaml")
    return ["record", "--url", server, "--project", "hybrid", "-o", output]


def run(server: str, folder: Path) -> list[str]:
    file = folder / "passing.scenario.yaml"
    file.write_text(FAILING.replace("plan: gold", "plan: silver"), encoding="utf-8")
    return ["run", "--url", server, str(file)]


def minimise(server: str, folder: Path) -> list[str]:
    (folder / "failing.scenario.yaml").write_text(FAILING, encoding="utf-8")
    return ["run", "--minimise", "--url", server, str(folder / "failing.scenario.yaml")]


def send_and_record(server: str, folder: Path) -> list[str]:
    (folder / "events.jsonl").write_text(EVENT, encoding="utf-8")
    recording = str(folder / "sent.scenario.yaml")
    return ["send", str(folder / "events.jsonl"), "--url", server, "--api-key", "hybrid-key", "--record", recording]


COMMANDS = pytest.mark.parametrize("command", [record, run, minimise, send_and_record])


@COMMANDS
def test_it_works_with_the_token_of_the_environment(
    command: Callable[[str, Path], list[str]], guarded_server: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(VARIABLE, TOKEN)
    assert main(command(guarded_server, tmp_path)) == 0


@COMMANDS
@pytest.mark.parametrize(
    ("token", "told"),
    [
        (None, f"the control surface needs its control token (set {VARIABLE} to it)"),
        ("wrong", "the control surface does not accept this control token"),
    ],
)
def test_without_it_one_sentence_says_what_is_missing(
    command: Callable[[str, Path], list[str]],
    token: str | None,
    told: str,
    guarded_server: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    if token is not None:
        monkeypatch.setenv(VARIABLE, token)
    assert main(command(guarded_server, tmp_path)) == 2
    [line] = capsys.readouterr().err.splitlines()
    assert told in line

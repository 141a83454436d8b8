"""`run` and `conform` with `--sandbox`: what they refuse, and what they do to a service on this machine."""

from __future__ import annotations

import asyncio
import http.server
import json
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest

from conformance.cli import main
from simulator import Clock, ProjectConfiguration, ProjectSettings, ProjectType, Simulator
from simulator.http.server import Server

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

CASE = """
name: A stranger's event
description: In a hybrid project who was never identified comes to be with their first event.
source: this test
project: {type: hybrid}
steps: [{send: {type: track, event: Seen, userId: u9, messageId: m}}]
expect: {users: [{userId: u9}], counts: {events: 1}}
"""
LOCAL = ["--api-key", "key", "--sandbox", "ours", "--project-type", "hybrid"]


@contextmanager
def served(**settings: object) -> Iterator[tuple[str, Simulator]]:
    """The address of a service without a control surface."""
    configuration = ProjectConfiguration(
        "real", ProjectType.HYBRID, ("key",), ProjectSettings.model_validate(settings)
    )
    simulator = Simulator([configuration])
    server = Server(simulator, Clock(), port=0, control=False)
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    try:
        yield asyncio.run_coroutine_threadsafe(server.start(), loop).result(10), simulator
    finally:
        asyncio.run_coroutine_threadsafe(server.stop(), loop).result(10)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(10)
        loop.close()


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "case.scenario.yaml").write_text(CASE)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--url", "https://api.iterable.com", "--api-key", "k"], "name the project that may be used"),
        (["--url", "https://api.eu.iterable.com"], "name the project that may be used"),
        (["--sandbox", "ours", "--project-type", "hybrid"], "--sandbox needs --url and --api-key"),
        (["--sandbox", "ours", "--url", "https://api.iterable.com", "--api-key", "k"], "exactly one --project-type"),
        (
            ["--url", "https://api.iterable.com", *LOCAL[:2], "--sandbox", "Acme prod", *LOCAL[4:]],
            "sounds like production",
        ),
        (["--url", "https://api.iterable.com", *LOCAL[:2], "--sandbox", "../x", *LOCAL[4:]], "a name of letters"),
        (["--url", "http://api.iterable.com", *LOCAL], "use https"),
        (["--wait-timeout", "3"], "--wait-timeout goes with --sandbox"),
        (["--api-key", "k"], "--api-key goes with --url"),
    ],
)
def test_what_would_not_be_safe_is_refused_with_what_to_do(
    arguments: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["run", "case.scenario.yaml", *arguments]) == 2
    assert said in capsys.readouterr().err


@pytest.mark.parametrize("command", [["run", "case.scenario.yaml"], ["conform"]])
def test_the_former_name_of_the_wait_timeout_is_taken_with_a_warning(
    command: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([*command, "--patience", "3"]) == 2
    warning, complaint = capsys.readouterr().err.splitlines()
    assert warning == "warning: --patience is now called --wait-timeout"
    assert "--wait-timeout goes with --sandbox" in complaint


def test_the_help_shows_the_wait_timeout_by_its_present_name_only(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["conform", "--help"]) == 0
    text = capsys.readouterr().out
    assert "--wait-timeout" in text
    assert "--patience" not in text


class _Service(http.server.BaseHTTPRequestHandler):
    """What answers as Iterable does to a path that it does not know."""

    def do_GET(self) -> None:
        self.send_response(404)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Say nothing."""


def test_a_service_that_is_no_simulator_is_named_and_the_way_to_a_real_project_told(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with http.server.HTTPServer(("127.0.0.1", 0), _Service) as service:
        thread = threading.Thread(target=service.serve_forever)
        thread.start()
        assert main(["run", "case.scenario.yaml", "--url", f"http://127.0.0.1:{service.server_port}"]) == 2
        service.shutdown()
        thread.join()
    assert "a real project needs --sandbox" in capsys.readouterr().err


def test_a_wrong_key_is_told_at_once_and_not_shown(capsys: pytest.CaptureFixture[str]) -> None:
    with served() as (url, _):
        arguments = [*LOCAL]
        arguments[1] = "a-secret-of-ours"
        assert main(["run", "case.scenario.yaml", "--url", url, *arguments]) == 2
    printed = capsys.readouterr()
    assert "does not take the key: 401" in printed.err
    assert "a-secret-of-ours" not in printed.err + printed.out


def test_run_in_a_sandbox_gives_the_verdict_and_leaves_nobody(capsys: pytest.CaptureFixture[str]) -> None:
    with served() as (url, simulator):
        assert main(["run", "case.scenario.yaml", "--url", url, *LOCAL]) == 0
        assert simulator.projects["real"].counts()["users"] == 0
    assert "1 passed, 0 failed" in capsys.readouterr().out


def test_compare_in_a_sandbox_tells_where_the_service_differs(capsys: pytest.CaptureFixture[str]) -> None:
    with served(trackCreates="never") as (url, simulator):
        arguments = ["run", "case.scenario.yaml", "--compare", "--url", url, *LOCAL, "--wait-timeout", "0", "--json"]
        assert main(arguments) == 1
        assert simulator.projects["real"].counts()["users"] == 0
    [scenario] = json.loads(capsys.readouterr().out)["scenarios"]
    assert {"what": "u9", "simulator": True, "ours": False} in scenario["people"]


def test_conform_in_a_sandbox_judges_the_service_and_saves_what_it_finds(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    what = ["--property", "identity.new-address", "--examples", "3", "--wait-timeout", "0", "--save", "found"]
    with served(hybridRenameByTopLevel="409") as (url, simulator):
        assert main(["conform", "--url", url, *LOCAL, *what]) == 1
        assert simulator.projects["real"].counts()["users"] == 0
    out = capsys.readouterr().out
    assert "no single change of the mapping was found that fixes it" in out
    assert out.splitlines()[-1].startswith("1 problems, ")
    assert list((tmp_path / "found").glob("identity.new-address.hybrid.*.scenario.yaml"))


def test_conform_at_an_address_wants_the_name_of_the_sandbox(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["conform", "--url", "http://127.0.0.1:8585"]) == 2
    assert "--url needs --sandbox" in capsys.readouterr().err

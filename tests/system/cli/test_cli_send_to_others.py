"""`send` to a simulator in which there is somebody already: it says so, and how to get rid of them."""

from __future__ import annotations

import json
import shlex
from typing import TYPE_CHECKING

import httpx
import pytest
import respx

from conformance.cli import main
from conformance.cli.target_contents import warn_of_contents
from conformance.inputs.control_token import CONTROL_TOKEN_VARIABLE

if TYPE_CHECKING:
    from pathlib import Path

EVENTS = (
    {"type": "identify", "userId": "u1", "traits": {"email": "ada@example.com"}},
    {"type": "track", "event": "Seen", "userId": "u1", "timestamp": "2026-08-20T11:00:00Z"},
    {"type": "track", "event": "Seen", "userId": "u1", "timestamp": "2026-08-20T11:01:00Z"},
)


@pytest.fixture
def events(tmp_path: Path) -> str:
    path = tmp_path / "events.jsonl"
    path.write_text("\n".join(map(json.dumps, EVENTS)))
    return str(path)


def test_send_warns_of_who_is_there_and_says_how_to_reset_the_project(
    events: str, server: str, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = ["send", events, "--url", server, "--project-type", "hybrid"]
    assert main(arguments) == 0
    assert capsys.readouterr().err == ""
    assert main(arguments) == 0
    [warning] = capsys.readouterr().err.splitlines()
    start, command = warning.split("; to reset it: ")
    assert start == "warning: the project hybrid is not empty, it has 1 user and 2 events"
    *_, method, address = shlex.split(command)
    httpx.request(method, address).raise_for_status()
    assert main(arguments) == 0
    assert capsys.readouterr().err == ""


def test_only_projects_that_get_events_are_looked_at(
    events: str, server: str, capsys: pytest.CaptureFixture[str]
) -> None:
    main(["send", events, "--url", server, "--project-type", "hybrid"])
    main(["send", events, "--url", server, "--api-key", "userid-key"])
    assert "not empty" not in capsys.readouterr().err
    main(["send", events, "--url", server])
    told = [line.split(" is not empty")[0] for line in capsys.readouterr().err.splitlines()]
    assert told == ["warning: the project userid", "warning: the project hybrid"]


def test_quiet_leaves_the_warning_out(events: str, server: str, capsys: pytest.CaptureFixture[str]) -> None:
    for _ in range(2):
        main(["send", "-q", events, "--url", server, "--project-type", "hybrid"])
    assert "not empty" not in capsys.readouterr().err


@pytest.mark.parametrize(
    "url",
    ["https://api.iterable.com", "https://api.eu.iterable.com", "https://gateway.example.com", "https://8.8.8.8"],
)
def test_iterable_and_hosts_on_the_internet_are_not_asked(url: str, capsys: pytest.CaptureFixture[str]) -> None:
    with respx.mock(assert_all_called=False) as router:
        everything = router.route().respond(json={"status": "ok"})
        warn_of_contents(url, ["key"])
    assert (everything.called, capsys.readouterr().err) == (False, "")


@pytest.mark.parametrize(
    "reply", [httpx.Response(404), httpx.Response(200, json={"up": True}), httpx.ConnectTimeout("")]
)
def test_what_is_no_simulator_gets_no_token_and_makes_no_warning(
    reply: httpx.Response | Exception, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(CONTROL_TOKEN_VARIABLE, "secret")
    with respx.mock() as router:
        health = router.get("http://iterable-mock:8585/_sim/health").mock(side_effect=[reply])
        warn_of_contents("http://iterable-mock:8585", ["key"])
    assert "Authorization" not in health.calls.last.request.headers
    assert capsys.readouterr().err == ""


def test_where_a_token_is_needed_the_command_has_it_from_the_environment(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(CONTROL_TOKEN_VARIABLE, "secret")
    project = {"name": "our shop", "apiKeys": ["key"], "counts": {"users": 0, "events": 1}}
    with respx.mock() as router:
        router.get("http://localhost:8585/_sim/health").respond(json={"status": "ok"})
        router.get("http://localhost:8585/_sim/projects", headers={"Authorization": "Bearer secret"}).respond(
            json=[project]
        )
        warn_of_contents("http://localhost:8585", ["key"])
    told = capsys.readouterr().err
    assert "the project our shop is not empty, it has 1 event;" in told
    assert f'-H "Authorization: Bearer ${CONTROL_TOKEN_VARIABLE}"' in told
    assert "secret" not in told
    assert told.endswith("/_sim/projects/our%20shop/reset\n")

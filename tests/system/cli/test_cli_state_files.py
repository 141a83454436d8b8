"""`serve --import` and `--export`: what was there at the end is there at the start."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from conformance.cli import main
from conformance.inputs.errors import InputError
from conformance.serving.state_files import export_projects
from simulator import Simulator

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@contextmanager
def served(*options: str) -> Iterator[str]:
    command = [sys.executable, "-m", "conformance", "serve", "--port", "0", *options]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        yield process.stdout.readline().removeprefix("listening on ").strip()
        process.send_signal(signal.SIGINT)
        assert process.wait(timeout=30) == 0


def client_of(server: str) -> httpx.Client:
    return httpx.Client(base_url=server, headers={"Api-Key": "my-key"})


def test_what_is_there_at_a_clean_stop_is_there_at_the_next_start(tmp_path: Path) -> None:
    file = tmp_path / "state.json"
    with served("--project", "hybrid:my-key", "--export", str(file)) as server:
        body = {"email": "ada@example.com", "dataFields": {"plan": "pro"}}
        httpx.post(f"{server}/api/users/update", headers={"Api-Key": "my-key"}, json=body).raise_for_status()
    assert file.stat().st_mode & 0o077 == 0
    assert json.loads(file.read_text(encoding="utf-8"))["version"] == 1
    with served("--import", str(file)) as server:
        [user] = httpx.get(f"{server}/_sim/projects/hybrid/state").json()["users"]
        assert (user["email"], user["dataFields"]["plan"]) == ("ada@example.com", "pro")


def test_everybody_keeps_their_ids_from_one_server_to_the_next(tmp_path: Path) -> None:
    file = str(tmp_path / "state.json")
    with served("--project", "hybrid:my-key", "--export", file) as server, client_of(server) as client:
        for name in ("ada", "bob", "cyd"):
            client.post("/api/users/update", json={"email": f"{name}@example.com"}).raise_for_status()
        client.delete("/api/users/ada@example.com").raise_for_status()
        before = client.get("/_sim/projects/hybrid/state").json()
        export = client.get("/_sim/state").json()
    with served("--import", file, "--export", file) as server, client_of(server) as client:
        assert client.get("/_sim/projects/hybrid/state").json() == before
        assert client.get("/_sim/state").json() == export
    assert json.loads((tmp_path / "state.json").read_text(encoding="utf-8")) == export


def document(**members: Any) -> dict[str, Any]:
    return {"format": "iterable-harness-state", "version": 1, "projects": [], **members}


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("{", "state.json:1:2: not JSON"),
        (json.dumps(document(version=3)), "version: unknown version 3; this harness reads version 1"),
        (
            json.dumps(
                document(projects=[{"name": "p", "type": "email", "keys": [{"key": "k"}], "state": {"users": [{}]}}])
            ),
            "projects.0.state.users.0",
        ),
    ],
)
def test_a_file_that_cannot_be_imported_is_refused_by_its_place(
    tmp_path: Path, content: str, told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "state.json"
    file.write_text(content, encoding="utf-8")
    assert main(["serve", "--port", "0", "--import", str(file)]) == 2
    assert told in capsys.readouterr().err


def test_a_file_that_names_the_projects_goes_with_no_others(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "state.json"
    file.write_text(json.dumps(document()), encoding="utf-8")
    assert main(["serve", "--import", str(file), "--project", "email:k"]) == 2
    assert "the file says which projects there are: leave out --project" in capsys.readouterr().err


def test_an_export_that_cannot_be_written_leaves_what_was_there(tmp_path: Path) -> None:
    folder = tmp_path / "taken"
    folder.mkdir()
    with pytest.raises(InputError, match="cannot be written"):
        export_projects(str(folder), Simulator())
    assert list(tmp_path.iterdir()) == [folder]

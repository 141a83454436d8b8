"""`serve --data`: what was answered is there after a kill, and one server at a time uses a directory."""

from __future__ import annotations

import asyncio
import json
import random
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from conformance.cli import main
from simulator.history.replay import rebuilt
from simulator.persistence import Directory, StoredJournal

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

CONNECTIONS = 8


@contextmanager
def serving(data: Path, *arguments: str) -> Iterator[tuple[subprocess.Popen[str], int]]:
    command = [sys.executable, "-m", "conformance", "serve", "--port", "0", "--data", str(data), *arguments]
    with subprocess.Popen(  # our own module
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        try:
            line = process.stdout.readline()
            yield process, int(line.rpartition(":")[2])
        finally:
            process.kill()


def test_what_was_imported_is_there_after_a_kill_that_comes_before_any_request(tmp_path: Path) -> None:
    file, data = tmp_path / "state.json", tmp_path / "data"
    project = {"name": "shop", "type": "hybrid", "keys": [{"key": "k"}], "state": {"users": [{"email": "a@x.test"}]}}
    document = {"format": "iterable-harness-state", "version": 1, "projects": [project]}
    file.write_text(json.dumps(document), encoding="utf-8")
    with serving(data, "--import", str(file)) as (process, _):
        process.kill()
        process.wait()
    with serving(data) as (_, port):
        [user] = httpx.get(f"http://127.0.0.1:{port}/_sim/projects/shop/state").json()["users"]
        assert user["email"] == "a@x.test"


class Shop:
    """Customers of eight connections, who write until the server is gone and remember what was answered."""

    def __init__(self, port: int, seed: int, last: int) -> None:
        self.port = port
        self.chance = random.Random(seed)  # noqa: S311  # repeatable on purpose
        self.last = last
        self.answered: dict[str, int] = {}
        self.events: set[str] = set()
        self.count = 0

    def request(self, number: int) -> tuple[str, dict[str, Any]]:
        person = f"person-{self.chance.randrange(30)}@example.com"
        if self.chance.random() < 0.4:
            return "/api/events/track", {"email": person, "eventName": "seen", "id": f"e{self.last}-{number}"}
        return "/api/users/update", {"email": person, "dataFields": {f"field{number % CONNECTIONS}": number}}

    async def write(self, process: subprocess.Popen[str], first: int) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        number = first
        try:
            while True:
                number += CONNECTIONS
                path, body = self.request(number)
                await self._exchange(reader, writer, path, json.dumps(body).encode())
                self._remember(body)
                if self.count == self.last:
                    process.kill()
        except (ConnectionError, asyncio.IncompleteReadError):
            writer.close()

    async def _exchange(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, path: str, body: bytes
    ) -> None:
        head = f"POST {path} HTTP/1.1\r\nHost: x\r\nApi-Key: hybrid-key\r\nContent-Length: {len(body)}\r\n\r\n"
        writer.write(head.encode() + body)
        reply = await reader.readuntil(b"\r\n\r\n")
        assert reply.startswith(b"HTTP/1.1 200 ")
        length = int(reply.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0])
        await reader.readexactly(length)

    def _remember(self, body: dict[str, Any]) -> None:
        self.count += 1
        for field, value in body.get("dataFields", {}).items():
            key = f"{body['email']} {field}"
            self.answered[key] = max(value, self.answered.get(key, 0))
        if "id" in body:
            self.events.add(body["id"])

    async def run(self, process: subprocess.Popen[str]) -> None:
        await asyncio.gather(*(self.write(process, first) for first in range(CONNECTIONS)))


def assert_all_is_there(shop: Shop, state: dict[str, Any]) -> None:
    fields = {user["email"]: user["dataFields"] for user in state["users"]}
    for key, value in shop.answered.items():
        email, _, field = key.partition(" ")
        # A later request, whose answer the kill cut off, may have been stored as well.
        assert fields[email][field] >= value
    assert shop.events <= {event["id"] for event in state["events"]}


@pytest.mark.parametrize("seed", range(3))
def test_what_was_answered_is_there_after_a_kill_at_any_request(tmp_path: Path, seed: int) -> None:
    data = tmp_path / "data"
    last = random.Random(seed).randrange(1, 400)  # noqa: S311  # repeatable on purpose
    with serving(data) as (process, port):
        shop = Shop(port, seed, last)
        asyncio.run(shop.run(process))
    with serving(data) as (process, port):
        state = httpx.get(f"http://127.0.0.1:{port}/_sim/projects/hybrid/state").json()
        process.kill()
    assert shop.count >= last
    assert_all_is_there(shop, state)
    directory = Directory(data)
    journal = StoredJournal(directory)
    again, _ = rebuilt(journal, journal.next_number - 1)
    assert json.loads(json.dumps(again.projects["hybrid"].state_document())) == state
    journal.close()
    directory.close()


def test_a_second_server_on_a_directory_refuses_in_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with serving(tmp_path) as (process, _):
        assert main(["serve", "--port", "0", "--data", str(tmp_path)]) == 2
        [line] = capsys.readouterr().err.splitlines()
        assert f"{tmp_path} is in use by another server (process {process.pid}); stop it" in line


def test_a_directory_that_began_otherwise_refuses_in_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with serving(tmp_path):
        pass
    for options in (["--project", "hybrid:k"], ["--clock", "2026-08-20T12:00:00Z"], ["--seed", "1"]):
        assert main(["serve", "--port", "0", "--data", str(tmp_path), *options]) == 2
        [line] = capsys.readouterr().err.splitlines()
        assert "was created with other projects, keys, settings, seed or clock; omit these options" in line


def damaged(data: Path) -> None:
    """A directory whose second request is not as it was stored."""
    with serving(data) as (process, port):
        for number in range(3):
            body = {"email": "ada@example.com", "dataFields": {"secret": number}}
            url = f"http://127.0.0.1:{port}/api/users/update"
            assert httpx.post(url, json=body, headers={"Api-Key": "hybrid-key"}).status_code == 200
        process.kill()
        process.wait()
    with closing(sqlite3.connect(data / "journal.sqlite")) as connection:
        connection.execute("UPDATE entries SET body = replace(body, 'ada', 'eve') WHERE number = 2")
        connection.commit()


def test_a_damaged_directory_is_told_in_one_line_and_salvaged_when_asked(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data = tmp_path / "data"
    damaged(data)
    before = (data / "journal.sqlite").read_bytes()
    assert main(["serve", "--port", "0", "--data", str(data)]) == 2
    [line] = capsys.readouterr().err.splitlines()
    assert f"{data} is damaged: journal.sqlite is damaged; lost: request 2 of 3; nothing was changed" in line
    assert not any(word in line for word in ("ada", "eve", "secret", "hybrid-key"))
    with serving(data, "--salvage") as (process, port):
        state = httpx.get(f"http://127.0.0.1:{port}/_sim/projects/hybrid/state").json()
        process.terminate()
        process.wait()
        assert process.stderr is not None
        assert f"lost: request 2 of 3; the damaged files are in {data}/damaged-1" in process.stderr.read()
    assert [user["dataFields"]["secret"] for user in state["users"]] == [2]
    assert (data / "damaged-1" / "journal.sqlite").read_bytes() == before
    with serving(data) as (process, _):
        process.kill()


@pytest.mark.parametrize("name", ["journal.sqlite", "committed", "lock", "snapshots/0-3.snapshot", "snapshots/new"])
@pytest.mark.parametrize("option", ["--export", "--tls-ca"])
def test_a_file_of_the_directory_is_not_written_for_anything_else(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], option: str, name: str
) -> None:
    data = tmp_path / "data"
    (data / "snapshots").mkdir(parents=True)
    for present in ("journal.sqlite", "committed", "lock", "snapshots/0-3.snapshot"):
        (data / present).write_text("stored")
    (tmp_path / "link").symlink_to(data)
    before = {file: file.read_bytes() for file in data.rglob("*") if file.is_file()}
    for file in (data / name, tmp_path / "link" / name, data / ".." / "data" / name):
        arguments = ["serve", "--port", "0", "--data", str(data), option, str(file)]
        assert main([*arguments, *(["--tls"] if option == "--tls-ca" else [])]) == 2
        [line] = capsys.readouterr().err.splitlines()
        assert "is one of the files of the --data directory; name another file" in line
    assert {file: file.read_bytes() for file in data.rglob("*") if file.is_file()} == before


def test_an_empty_name_is_no_directory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["serve", "--port", "0", "--data", ""]) == 2
    assert "the name is empty; name a directory" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_nothing_can_be_salvaged_without_a_directory(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["serve", "--port", "0", "--salvage"]) == 2
    assert "--salvage needs --data DIR" in capsys.readouterr().err


def test_a_server_whose_directory_is_removed_says_so_and_stops_in_order(tmp_path: Path) -> None:
    with serving(tmp_path / "data") as (process, port):
        shutil.rmtree(tmp_path / "data")
        url = f"http://127.0.0.1:{port}/api/users/update"
        reply = httpx.post(url, json={"email": "ada@example.com"}, headers={"Api-Key": "hybrid-key"})
        assert reply.status_code == 507
        assert "journal.sqlite has been removed or replaced" in reply.json()["msg"]
        process.terminate()
        assert process.wait() == 0
        assert process.stderr is not None
        assert "Traceback" not in process.stderr.read()

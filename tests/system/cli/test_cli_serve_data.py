"""`serve --data`: what was answered is there after a kill, and one server at a time uses a directory."""

from __future__ import annotations

import asyncio
import json
import random
import subprocess
import sys
from contextlib import contextmanager
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
        assert "began with other projects, keys, settings, seed or clock; leave these options out" in line

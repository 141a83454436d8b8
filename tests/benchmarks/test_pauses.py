"""What updates over HTTP wait for while somebody looks at everything, and how a directory grows. Run with `make bench`.

Each prints, from one run, the worst update with nobody looking and the worst while each of the looks runs.
"""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
import time
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Self

import pytest

from simulator import Clock, Request, Simulator
from simulator.persistence import Directory, StoredJournal
from simulator.service import Service

if TYPE_CHECKING:
    from pathlib import Path

    from pytest_benchmark.fixture import BenchmarkFixture

SERVE = [sys.executable, "-m", "conformance", "serve", "--port", "0"]
CONNECTIONS = 4
#: What runs beside the updates: method, target and body.
LOOKS = (
    ("GET", "/_sim/state", None),
    ("GET", "/_sim/projects/hybrid/state", None),
    ("GET", "/_sim/projects/hybrid/state?at={half}", None),
    ("GET", "/_sim/projects/hybrid/diff?from=1&to={half}", None),
    ("POST", "/_sim/projects/hybrid/record", {"from": 60, "to": 80}),
    ("GET", "/_sim/journal?text=nobody-has-this", None),
    ("GET", "/_sim/projects/hybrid/users?search=person-7", None),
    ("POST", "/_sim/snapshots", {"name": "everybody"}),
    ("GET", "/api/export/data.csv?dataTypeName=user&range=All", None),
    ("POST", "/api/export/start", {"dataTypeName": "user", "outputFormat": "application/x-json-stream"}),
    # What replaces the state stops the server; how long, is to be seen.
    ("POST", "/_sim/snapshots/everybody/restore", None),
)
#: Seconds after which a look is given up: to record what has everybody before it takes minutes.
LONGEST = 20


def body(number: int) -> dict[str, Any]:
    fields = {"plan": "gold", "logins": number, "city": "London", "since": "2024-01-02", "tags": ["vip", "beta"]}
    return {"email": f"person-{number}@example.com", "userId": f"user-{number}", "dataFields": fields}


class Client:
    """One connection."""

    def __init__(self, port: int) -> None:
        self._port = port

    async def __aenter__(self) -> Self:
        self._reader, self._writer = await asyncio.open_connection("127.0.0.1", self._port, limit=1 << 20)
        return self

    async def __aexit__(self, *_: object) -> None:
        self._writer.close()

    async def ask(self, method: str, target: str, content: Any = None) -> bytes:
        payload = b"" if content is None else json.dumps(content).encode()
        head = (
            f"{method} {target} HTTP/1.1\r\nHost: x\r\nApi-Key: hybrid-key\r\nContent-Length: {len(payload)}\r\n\r\n"
        )
        self._writer.write(head.encode() + payload)
        reply = await self._reader.readuntil(b"\r\n\r\n")
        assert reply.startswith(b"HTTP/1.1 2"), reply
        lengths = [line for line in reply.lower().split(b"\r\n") if line.startswith(b"content-length:")]
        return await self._reader.readexactly(int(lengths[0].rpartition(b":")[2])) if lengths else b""


class Updates:
    """Updates on several connections, each some milliseconds after the last, and how long each took."""

    def __init__(self, port: int, people: int) -> None:
        self._port = port
        self._people = people
        self.waits: list[float] = []

    async def send(self) -> None:
        await asyncio.gather(*(self._send(first) for first in range(CONNECTIONS)))

    async def _send(self, first: int) -> None:
        async with Client(self._port) as client:
            number = first
            while True:
                number += CONNECTIONS
                begun = time.perf_counter()
                await client.ask("POST", "/api/users/update", body(number % self._people))
                self.waits.append(time.perf_counter() - begun)
                await asyncio.sleep(0.005)

    def worst(self) -> float:
        worst, self.waits = max(self.waits, default=0.0), []
        return round(worst * 1000, 1)


async def watched(port: int, people: int, requests: int, seconds: float) -> dict[str, float]:
    """The worst update in milliseconds, by what runs beside it; each is watched for some seconds more."""
    async with Client(port) as client:
        for first in range(0, people, 1000):
            users = [body(number) for number in range(first, min(first + 1000, people))]
            await client.ask("POST", "/api/users/bulkUpdate", {"users": users})
        for number in range(requests):
            await client.ask("POST", "/api/users/update", body(number % people))
        updates = Updates(port, people)
        sending = asyncio.ensure_future(updates.send())
        await asyncio.sleep(2 * seconds)
        found = {"nobody looks": updates.worst()}
        for method, look, content in LOOKS:
            await asked(port, method, look.format(half=requests // 2), content)
            # Until the updates that it has kept waiting have their replies as well.
            await asyncio.sleep(seconds)
            found[f"{method} {look}"] = updates.worst()
        sending.cancel()
        return found


async def asked(port: int, method: str, target: str, content: Any) -> None:
    """Ask for something, and wait for the reply unless that takes too long."""
    async with Client(port) as client:
        with suppress(TimeoutError):
            await asyncio.wait_for(client.ask(method, target, content), LONGEST)


@pytest.mark.parametrize("is_stored", [False, True], ids=["in memory", "in a directory"])
def test_the_worst_update_while_somebody_looks(
    benchmark: BenchmarkFixture, tmp_path: Path, *, is_stored: bool
) -> None:
    people, requests, seconds = (20, 30, 0.01) if benchmark.disabled else (50_000, 10_000, 1.0)
    options = ["--data", str(tmp_path / "data")] if is_stored else []
    process = subprocess.Popen([*SERVE, *options], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    port = int(process.stdout.readline().rpartition(":")[2])
    try:
        found = benchmark.pedantic(lambda: asyncio.run(watched(port, people, requests, seconds)), rounds=1)  # type: ignore[no-untyped-call]
        benchmark.extra_info.update({f"worst update in ms: {what}": worst for what, worst in found.items()})
    finally:
        process.terminate()
        process.wait(30)
        process.stdout.close()


def test_the_room_that_requests_take(benchmark: BenchmarkFixture, tmp_path: Path) -> None:
    requests = 100 if benchmark.disabled else 20_000
    directory = Directory(tmp_path / "data")
    journal = StoredJournal(directory)
    service = Service(Simulator(journal=journal), Clock(1_787_227_200_000))

    def write() -> None:
        for number in range(1, requests + 1):
            payload = json.dumps(body(number * 7919 % 5_000)).encode()
            service.respond(Request("POST", "/api/users/update", "", {"api-key": "hybrid-key"}, payload))
            if number % 32 == 0 or number == requests:
                journal.write()
                journal.commit()

    benchmark.pedantic(write, rounds=1)  # type: ignore[no-untyped-call]
    journal.close()
    directory.close()
    benchmark.extra_info["bytes a request"] = round(directory.journal.stat().st_size / requests)

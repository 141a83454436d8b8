"""How fast the simulator answers over HTTP, how soon it is ready, and what a million users cost. Run with `make bench`."""

from __future__ import annotations

import asyncio
import json
import resource
import shutil
import subprocess
import sys
import time
from typing import TYPE_CHECKING, Any

import pytest

from simulator import Clock, Request, Simulator
from simulator.engine.snapshot import capture
from simulator.persistence import Directory, StoredJournal
from simulator.service import Service

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pytest_benchmark.fixture import BenchmarkFixture

NOW = 1_787_227_200_000
CONNECTIONS, REQUESTS = 32, 500
SERVE = [sys.executable, "-m", "conformance", "serve", "--port", "0"]


def started(*options: str) -> tuple[subprocess.Popen[str], int]:
    process = subprocess.Popen([*SERVE, *options], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    return process, int(process.stdout.readline().rpartition(":")[2])


def stop(process: subprocess.Popen[str]) -> None:
    process.terminate()
    process.wait(10)
    assert process.stdout is not None
    process.stdout.close()


@pytest.fixture
def port() -> Iterator[int]:
    process, number = started()
    yield number
    stop(process)


def body(number: int) -> bytes:
    fields = {"plan": "gold", "logins": number, "city": "London", "since": "2024-01-02", "tags": ["vip", "beta"]}
    who = {"email": f"person-{number}@example.com", "userId": f"user-{number}"}
    return json.dumps({**who, "dataFields": fields}).encode()


@pytest.fixture
def durable_port(tmp_path: Path) -> Iterator[int]:
    process, number = started("--data", str(tmp_path / "data"))
    yield number
    stop(process)


async def talk(port: int, connections: int = CONNECTIONS) -> list[float]:
    """Seconds that each of the requests took, over all connections."""
    waits: list[float] = []

    async def one(first: int) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        for number in range(first, first + REQUESTS):
            payload = body(number % 1000)
            head = f"POST /api/users/update HTTP/1.1\r\nHost: x\r\nApi-Key: hybrid-key\r\nContent-Length: {len(payload)}\r\n\r\n"
            begun = time.perf_counter()
            writer.write(head.encode() + payload)
            reply = await reader.readuntil(b"\r\n\r\n")
            assert b" 200 " in reply
            await reader.readexactly(len('{"msg":"","code":"Success","params":null}'))
            waits.append(time.perf_counter() - begun)
        writer.close()

    await asyncio.gather(*(one(number * REQUESTS) for number in range(connections)))
    return waits


def test_updates_over_http_on_thirty_two_connections(benchmark: BenchmarkFixture, port: int) -> None:
    waits: list[float] = []
    timed: Any = benchmark
    timed.pedantic(lambda: waits.extend(asyncio.run(talk(port))), rounds=3, warmup_rounds=1)
    waits.sort()
    if benchmark.disabled:
        return
    benchmark.extra_info["requests a second"] = round(CONNECTIONS * REQUESTS / timed.stats.stats.min)
    benchmark.extra_info["p99 in ms"] = round(waits[int(len(waits) * 0.99)] * 1000, 1)


def test_durable_updates_over_http_on_sixty_four_connections(benchmark: BenchmarkFixture, durable_port: int) -> None:
    waits: list[float] = []
    timed: Any = benchmark
    connections = 4 if benchmark.disabled else 64
    timed.pedantic(lambda: waits.extend(asyncio.run(talk(durable_port, connections))), rounds=3, warmup_rounds=1)
    waits.sort()
    if not benchmark.disabled:
        benchmark.extra_info["requests a second"] = round(64 * REQUESTS / timed.stats.stats.min)
        benchmark.extra_info["p99 in ms"] = round(waits[int(len(waits) * 0.99)] * 1000, 1)


def test_a_long_journal_opens(benchmark: BenchmarkFixture, tmp_path: Path) -> None:
    """As after a kill: the snapshot is as old as one can be, and what came after it is carried out again."""
    people, requests, after = (100, 1_000, 200) if benchmark.disabled else (100_000, 1_000_000, 19_999)
    write_journal(tmp_path / "data", people, requests, after)
    processes: list[subprocess.Popen[str]] = []

    def begin() -> tuple[tuple[()], dict[str, Any]]:
        shutil.copytree(tmp_path / "data", tmp_path / str(len(processes)))
        return (), {}

    timed: Any = benchmark
    timed.pedantic(
        lambda: processes.append(started("--data", str(tmp_path / str(len(processes))))[0]), setup=begin, rounds=3
    )
    for process in processes:
        stop(process)


def write_journal(path: Path, people: int, requests: int, after: int) -> None:
    """A directory with so many requests about so many people, the last ones of them after the last snapshot."""
    directory = Directory(path)
    journal = StoredJournal(directory)
    service = Service(Simulator(journal=journal), Clock(NOW))
    for number in range(1, requests + 1):
        service.respond(Request("POST", "/api/users/update", "", {"api-key": "hybrid-key"}, body(number % people)))
        if number % 1_000 == 0 or number == requests:
            journal.write()
            journal.commit()
        if number == requests - after:
            journal.snapshots.save(journal.generation, number, capture(service.simulator, service.clock))
    journal.close()
    directory.close()


def test_ready_to_answer(benchmark: BenchmarkFixture) -> None:
    processes: list[subprocess.Popen[str]] = []
    timed: Any = benchmark
    timed.pedantic(lambda: processes.append(started()[0]), rounds=5)
    for process in processes:
        stop(process)


@pytest.mark.parametrize("people", [1_000, 1_000_000])
def test_an_update_among_so_many_people(benchmark: BenchmarkFixture, people: int) -> None:
    people = min(people, 1_000) if benchmark.disabled else people
    simulator = Simulator()
    headers = {"api-key": "hybrid-key"}
    for number in range(people):
        simulator.handle(Request("POST", "/api/users/update", headers=headers, body=body(number)), NOW)
    request = Request("POST", "/api/users/update", headers=headers, body=body(people // 2))
    assert benchmark(simulator.handle, request, NOW).status == 200
    benchmark.extra_info["peak of memory in MB"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024

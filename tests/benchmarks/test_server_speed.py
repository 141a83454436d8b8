"""How fast the simulator answers over HTTP, how soon it is ready, and what a million users cost. Run with `make bench`."""

from __future__ import annotations

import asyncio
import json
import resource
import subprocess
import sys
import time
from typing import TYPE_CHECKING, Any

import pytest

from simulator import Request, Simulator

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytest_benchmark.fixture import BenchmarkFixture

NOW = 1_787_227_200_000
CONNECTIONS, REQUESTS = 32, 500
SERVE = [sys.executable, "-m", "conformance", "serve", "--port", "0"]


def started() -> tuple[subprocess.Popen[str], int]:
    process = subprocess.Popen(SERVE, stdout=subprocess.PIPE, text=True)
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


async def talk(port: int) -> list[float]:
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

    await asyncio.gather(*(one(number * REQUESTS) for number in range(CONNECTIONS)))
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

"""How fast messages come through Segment in front to three projects, also beside `send`, and how soon a batch is answered.

Run with `make bench`.
"""

from __future__ import annotations

import asyncio
import json
import os
import statistics
import subprocess
import sys
import time
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from pytest_benchmark.fixture import BenchmarkFixture

EVENTS: dict[str, Any] = json.loads(Path(__file__).with_name("workload.json").read_text(encoding="utf-8"))
SERVE = [sys.executable, "-m", "conformance", "serve", "--port", "0"]
SEND = [sys.executable, "-m", "conformance", "send", "-q", "--project-type", "all"]
BATCH, BATCHES = 100, 50


@pytest.fixture
def server() -> Iterator[subprocess.Popen[str]]:
    with subprocess.Popen(SERVE, stdout=subprocess.PIPE, text=True) as process:
        yield process
        process.terminate()
        process.wait(20)


def message(number: int) -> dict[str, Any]:
    """One identify and three tracks of each of a thousand people, and so on."""
    user = f"user-{number // 4 % 1000}"
    common = {"messageId": f"m-{number}", "userId": user}
    if number % 4:
        return {**EVENTS["track"], **common}
    traits = {**EVENTS["identify"]["traits"], "email": f"{user}@example.com"}
    return {**EVENTS["identify"], **common, "traits": traits}


def bodies(numbers: count[int], batches: int) -> list[bytes]:
    """Batches of messages that have not been sent before."""
    return [
        json.dumps({"writeKey": "write-key", "batch": [message(next(numbers)) for _ in range(BATCH)]}).encode()
        for _ in range(batches)
    ]


class Client:
    """One connection, with nothing on it that takes time."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader, self._writer = reader, writer

    async def post(self, path: str, body: bytes = b"") -> float:
        """Seconds until the reply is there."""
        begun = time.perf_counter()
        self._writer.write(f"POST {path} HTTP/1.1\r\nHost: x\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body)
        head = await self._reader.readuntil(b"\r\n\r\n")
        assert b" 200 " in head
        length = next(line for line in head.lower().splitlines() if line.startswith(b"content-length"))
        await self._reader.readexactly(int(length.partition(b":")[2]))
        return time.perf_counter() - begun


async def talk(port: int, batches: list[bytes], *, one_by_one: bool = False) -> list[float]:
    """Seconds until each reply; all is delivered at the end, or after each batch."""
    client = Client(*await asyncio.open_connection("127.0.0.1", port))
    waits = []
    for body in batches:
        waits.append(await client.post("/v1/batch", body))
        if one_by_one:
            await client.post("/_sim/sources/write-key/flush")
    await client.post("/_sim/sources/write-key/flush")
    client._writer.close()
    return waits


def processor_seconds(server: subprocess.Popen[str]) -> float:
    """What a process has used of a core so far, which does not depend on what else the machine does."""
    stat = Path(f"/proc/{server.pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    return (int(stat[11]) + int(stat[12])) / os.sysconf("SC_CLK_TCK")


class Meter:
    """What something took: seconds by the clock, and seconds of a core in the server."""

    def __init__(self, server: subprocess.Popen[str]) -> None:
        self._server = server
        self.seconds: list[float] = []
        self.processor: list[float] = []

    def __enter__(self) -> None:
        self._before = processor_seconds(self._server)
        self._begun = time.perf_counter()

    def __exit__(self, *_: object) -> None:
        self.seconds.append(time.perf_counter() - self._begun)
        self.processor.append(processor_seconds(self._server) - self._before)


def port_of(server: subprocess.Popen[str]) -> int:
    assert server.stdout is not None
    port = int(server.stdout.readline().rpartition(":")[2])
    asyncio.run(talk(port, bodies(count(10_000_000), 1)))
    return port


def test_messages_to_three_projects(benchmark: BenchmarkFixture, server: subprocess.Popen[str]) -> None:
    port, numbers = port_of(server), count()
    batches = 1 if benchmark.disabled else BATCHES
    waits: list[float] = []
    meter = Meter(server)
    timed: Any = benchmark

    def through(made: list[bytes]) -> None:
        with meter:
            waits.extend(asyncio.run(talk(port, made)))

    timed.pedantic(through, setup=lambda: ((bodies(numbers, batches),), {}), rounds=3)
    if not benchmark.disabled:
        messages = BATCH * BATCHES
        benchmark.extra_info["messages a second"] = round(messages / timed.stats.stats.min)
        benchmark.extra_info["messages per second of a core"] = round(messages / min(meter.processor))
        benchmark.extra_info["microseconds of a core per message"] = round(min(meter.processor) / messages * 1e6)
        benchmark.extra_info["median reply under load in ms"] = round(statistics.median(waits) * 1000, 1)


def test_messages_beside_send(benchmark: BenchmarkFixture, server: subprocess.Popen[str], tmp_path: Path) -> None:
    """The same events into the same three projects, by `send` and through Segment in front, taken in turns."""
    port, rounds = port_of(server), 1 if benchmark.disabled else 3
    batches = 1 if benchmark.disabled else 20
    by_send, through = Meter(server), Meter(server)
    events = tmp_path / "events.jsonl"

    def both(first: int) -> None:
        made = [message(number) for number in range(first, first + BATCH * batches)]
        events.write_text("".join(json.dumps(event) + "\n" for event in made), encoding="utf-8")
        with by_send:
            sent = subprocess.run(
                [*SEND, str(events), "--url", f"http://127.0.0.1:{port}"], capture_output=True, check=False
            )
        assert sent.returncode in {0, 1}, sent.stderr
        with through:
            asyncio.run(talk(port, bodies(count(first), batches)))

    timed: Any = benchmark
    timed.pedantic(both, setup=_successive(BATCH * batches), rounds=rounds)
    messages, ratio = BATCH * batches, min(by_send.seconds) / min(through.seconds)
    if not benchmark.disabled:
        benchmark.extra_info["messages a second through the front"] = round(messages / min(through.seconds))
        benchmark.extra_info["events a second by send"] = round(messages / min(by_send.seconds))
        benchmark.extra_info["ratio to send"] = round(ratio, 2)
        benchmark.extra_info["ratio to send, in the server's time of a core"] = round(
            min(by_send.processor) / min(through.processor), 2
        )


def _successive(step: int) -> Callable[[], tuple[tuple[int], dict[str, Any]]]:
    """Gives each round events of its own."""
    firsts = count(0, step)
    return lambda: ((next(firsts),), {})


def test_the_reply_to_a_batch_of_a_hundred(benchmark: BenchmarkFixture, server: subprocess.Popen[str]) -> None:
    port, numbers = port_of(server), count()
    waits: list[float] = []
    timed: Any = benchmark
    timed.pedantic(
        lambda made: waits.extend(asyncio.run(talk(port, made, one_by_one=True))),
        setup=lambda: ((bodies(numbers, 1 if benchmark.disabled else 10),), {}),
        rounds=3,
    )
    if not benchmark.disabled:
        benchmark.extra_info["median reply in ms"] = round(statistics.median(waits) * 1000, 1)

"""How the server compares with a bare handler of aiohttp, and how long it pauses. Run with `make bench`; wants `wrk`.

Every figure is of one run, server on one core and `wrk` on the other, with rounds of both in turn.
"""

from __future__ import annotations

import os
import re
import shutil
import statistics
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from pytest_benchmark.fixture import BenchmarkFixture

WRK = shutil.which("wrk")
BARE = [sys.executable, str(Path(__file__).with_name("bare_handler.py"))]
SERVE = [sys.executable, "-m", "conformance", "serve", "--port", "0"]
CONNECTIONS, ROUNDS, SECONDS = 32, 5, 3
USER = (
    '{"email":"person-%d@example.com","userId":"user-%d","dataFields":{"plan":"gold","logins":%d,'
    '"city":"London","since":"2024-01-02","tags":["vip","beta"]}}'
)
HEAD = """
local n = 0
wrk.headers["Api-Key"] = "hybrid-key"
wrk.headers["Content-Type"] = "application/json"
local function user() n = n + 1; local k = n % 1000; return string.format('USER', k, k, k) end
""".replace("USER", USER)
CALLS = {
    "users/update": 'request = function() return wrk.format("POST", "/api/users/update", nil, user()) end',
    "events/track": """
request = function()
  n = n + 1
  local body = string.format('{"email":"person-%d@example.com","eventName":"Bought","dataFields":{"n":%d}}', n % 1000, n)
  return wrk.format("POST", "/api/events/track", nil, body)
end""",
    "GET users/{email}": """
request = function() n = n + 1; return wrk.format("GET", "/api/users/person-" .. (n % 1000) .. "@example.com") end""",
    "users/bulkUpdate of 100": """
request = function()
  local users = {}
  for i = 1, 100 do users[i] = user() end
  return wrk.format("POST", "/api/users/bulkUpdate", nil, '{"users":[' .. table.concat(users, ",") .. "]}")
end""",
}


class Measured(NamedTuple):
    """Requests a second, and milliseconds: of the 99th percentile, and of the slowest request."""

    rate: float
    p99: float
    slowest: float


class Load:
    """Sends calls to servers.

    Args:
        folder: Where scripts for `wrk` are written.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def __call__(self, address: str, call: str, seconds: int = SECONDS) -> Measured:
        script = self._folder / f"{list(CALLS).index(call)}.lua"
        script.write_text(HEAD + CALLS[call])
        command = [str(WRK), "-t1", f"-c{CONNECTIONS}", f"-d{seconds}s", "--latency", "-s", str(script), address]
        said = subprocess.run(on_core(1, command), capture_output=True, text=True, check=True).stdout
        assert "Non-2xx" not in said
        found = re.search(r"Latency +\S+ +\S+ +(\S+)[\s\S]*99% +(\S+)[\s\S]*Requests/sec: +(\S+)", said)
        assert found is not None, said
        return Measured(float(found[3]), milliseconds(found[2]), milliseconds(found[1]))


def milliseconds(text: str) -> float:
    number, unit = re.fullmatch(r"([\d.]+)(\D+)", text).groups()  # type: ignore[union-attr]  # as wrk writes it
    return float(number) * {"us": 0.001, "ms": 1.0, "s": 1000.0, "m": 60_000.0}[unit]


def on_core(core: int, command: list[str]) -> list[str]:
    taskset = shutil.which("taskset")
    return command if taskset is None or (os.cpu_count() or 1) < 2 else [taskset, "-c", str(core), *command]


@pytest.fixture
def load(request: pytest.FixtureRequest, tmp_path: Path) -> Load:
    if WRK is None or not request.config.getoption("--benchmark-enable"):
        pytest.skip("measured with wrk, by `make bench`")
    return Load(tmp_path)


@pytest.fixture
def start() -> Iterator[Callable[..., str]]:
    processes: list[subprocess.Popen[str]] = []

    def start(*command: str) -> str:
        process = subprocess.Popen(on_core(0, list(command)), stdout=subprocess.PIPE, text=True)
        processes.append(process)
        assert process.stdout is not None
        return process.stdout.readline().split()[-1]

    yield start
    for process in processes:
        process.terminate()
        process.wait(20)
        assert process.stdout is not None
        process.stdout.close()


@pytest.mark.timeout(600)
@pytest.mark.parametrize("call", CALLS)
def test_calls_against_a_bare_handler(
    benchmark: BenchmarkFixture, load: Load, start: Callable[..., str], call: str
) -> None:
    served, bare = start(*SERVE), start(*BARE)
    load(served, "users/update", 1)
    load(served, call, 1)
    rounds: list[tuple[Measured, Measured]] = []
    timed: Any = benchmark
    timed.pedantic(lambda: rounds.append((load(served, call), load(bare, call))), rounds=ROUNDS)
    benchmark.extra_info["of a bare handler"] = round(
        statistics.median(ours.rate / its.rate for ours, its in rounds), 3
    )
    benchmark.extra_info["requests a second"] = round(statistics.median(ours.rate for ours, _ in rounds))


@pytest.mark.timeout(900)
@pytest.mark.parametrize("options", [[], ["--data"]], ids=["in memory", "in a directory"])
def test_pauses_with_a_full_journal(
    benchmark: BenchmarkFixture, load: Load, start: Callable[..., str], options: list[str], tmp_path: Path
) -> None:
    served = start(*SERVE, *options, *([str(tmp_path / "data")] if options else []))
    sent = 0.0
    while sent < 100_000:
        sent += load(served, "users/update", 10).rate * 10
    found: list[Measured] = []
    timed: Any = benchmark
    timed.pedantic(lambda: found.append(load(served, "users/update", 60)), rounds=1)
    benchmark.extra_info["p99 in ms"], benchmark.extra_info["slowest in ms"] = found[0].p99, found[0].slowest

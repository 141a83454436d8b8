"""How fast the destination is beside Segment's own build, in one run: rounds of each, in turn. Run with `make bench`.

It needs Node and the build, and is skipped where they cannot be had.
"""

from __future__ import annotations

import json
import statistics
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from conformance.inputs.errors import InputError
from conformance.segment_build import install
from conformance.segment_build.installation import find_node
from destination import PRESETS, Destination, Reply, Request
from destination.javascript import json_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytest_benchmark.fixture import BenchmarkFixture

    from destination import Outcome

EVENTS: dict[str, Any] = json.loads(Path(__file__).with_name("workload.json").read_text(encoding="utf-8"))
ACTIONS = {"identify": "updateUser", "track": "trackEvent", "purchase": "trackPurchase"}
SUBSCRIPTIONS = {preset.partner_action: preset for preset in PRESETS}
PROGRAM = Path(__file__).with_name("segment_build_speed.js")
SUCCESS = Reply(200, "OK", '{"msg":"","code":"Success","params":null}', {"content-type": "application/json"})
COUNT, ROUNDS, WARM_UP = 1000, 25, 4
#: Seconds that some events take, by their kind and, for a batch, its action.
Timed = Callable[[str, "str | None"], float]


class Instant:
    """Encodes each request, as a client must, and has the reply at once."""

    def send(self, request: Request) -> Reply:
        json_text.encode(request.json)
        return SUCCESS


@pytest.fixture(scope="module")
def segment() -> Iterator[Timed]:
    """What times Segment's build."""
    try:
        command = [find_node(), str(PROGRAM), str(install())]
    except InputError as error:
        pytest.skip(str(error))
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:

        def seconds(kind: str, action: str | None) -> float:
            assert process.stdin is not None
            assert process.stdout is not None
            asked = {"event": EVENTS[kind], "count": COUNT, "action": action}
            process.stdin.write(json.dumps(asked) + "\n")
            process.stdin.flush()
            return float(process.stdout.readline())

        yield seconds
        process.kill()


def ours(kind: str, action: str | None) -> float:
    """Seconds that ours takes; the events are copies, as they are for Segment's build."""
    events = [json.loads(json.dumps(EVENTS[kind])) for _ in range(COUNT)]
    client = Instant()
    outcomes: list[Outcome]
    if action is not None:
        destination = Destination({"apiKey": "k"}, [SUBSCRIPTIONS[action]])
        begun = time.perf_counter()
        outcomes = destination.deliver_batch(events, client)
        taken = time.perf_counter() - begun
        assert len(outcomes[0].payloads) == COUNT
        return taken
    destination = Destination({"apiKey": "k"})
    begun = time.perf_counter()
    for event in events:
        outcomes = destination.deliver(event, client)
    taken = time.perf_counter() - begun
    assert sum(outcome.matched and outcome.error is None for outcome in outcomes) == 1
    return taken


def compare(benchmark: BenchmarkFixture, segment: Timed, kind: str, action: str | None) -> None:
    """Time both in turn; how many times as fast ours is stands beside the figures, by the median and by the best."""
    theirs: list[float] = []
    own: list[float] = []

    def one_round() -> None:
        theirs.append(segment(kind, action))
        own.append(ours(kind, action))

    timed: Any = benchmark
    rounds, warm_up = (1, 0) if benchmark.disabled else (ROUNDS, WARM_UP)
    timed.pedantic(one_round, rounds=rounds, warmup_rounds=warm_up)
    del theirs[:warm_up], own[:warm_up]
    if not benchmark.disabled:
        benchmark.extra_info["times Segment's build"] = round(statistics.median(theirs) / statistics.median(own), 2)
        benchmark.extra_info["times it at best"] = round(min(theirs) / min(own), 2)
        benchmark.extra_info["µs an event"] = round(statistics.median(own) / COUNT * 1e6, 1)


@pytest.mark.parametrize("kind", ACTIONS)
def test_single_events_through_all_four_presets(benchmark: BenchmarkFixture, segment: Timed, kind: str) -> None:
    compare(benchmark, segment, kind, None)


@pytest.mark.parametrize("kind", ["identify", "track"])
def test_batches_of_a_thousand(benchmark: BenchmarkFixture, segment: Timed, kind: str) -> None:
    compare(benchmark, segment, kind, ACTIONS[kind])

"""How fast events of a file are read and mapped, held against a bare `json.loads` of its lines. Run with `make bench`."""

from __future__ import annotations

import io
import json
import time
from itertools import cycle, islice
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from conformance.explanation import Summary
from conformance.explanation.part_summaries import summarize_sources
from conformance.inputs.event_members import event_problems
from conformance.inputs.events import event_sources, read_events, stream_events
from conformance.inputs.remarks import Remarks
from destination import PRESETS, Destination

if TYPE_CHECKING:
    from collections.abc import Callable

    from pytest_benchmark.fixture import BenchmarkFixture

    from conformance.inputs.events import ReadEvent

SHOP_DAY = Path(__file__).parents[2] / "scenarios" / "events" / "shop-day.jsonl"
LINES = 20_000
#: How often the time of a bare pass each may take.
MOST = {"reading": 2.5, "mapping": 6.0}


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("archive") / "events.jsonl"
    with SHOP_DAY.open() as lines, path.open("w") as file:
        file.writelines(islice(cycle(lines), LINES))
    return path


def bare(path: Path) -> int:
    with path.open("rb") as lines:
        return sum(json.loads(line) is not None for line in lines)


def reading(path: Path) -> int:
    return sum(event_problems(item.event) is not None for item in stream(path))


def mapping(path: Path) -> int:
    summary = Summary(Destination({"apiKey": "the API key"}))
    for item in stream(path):
        event_problems(item.event)
        summary.add(item.event, item.place)
    return summary.mapped + summary.refused + summary.not_subscribed


def on_two_cores(path: Path) -> int:
    summary, remarks = Summary(Destination({"apiKey": "the API key"})), Remarks(lambda *_: None)
    sources = event_sources([str(path)], io.BytesIO)
    summarize_sources(summary, sources, remarks, subscriptions=PRESETS, workers=2)
    return summary.counted.events


def stream(path: Path) -> list[ReadEvent]:
    return stream_events(event_sources([str(path)], lambda: None))  # type: ignore[return-value, arg-type]


def seconds(work: Callable[[Path], int], path: Path, count: int = LINES) -> float:
    started = time.perf_counter()
    assert work(path) == count
    return time.perf_counter() - started


@pytest.mark.parametrize("work", [reading, mapping], ids=["reading", "mapping"])
def test_a_file_of_events(benchmark: BenchmarkFixture, archive: Path, work: Callable[[Path], int]) -> None:
    assert benchmark.pedantic(work, (archive,), rounds=5) == LINES  # type: ignore[no-untyped-call]
    if benchmark.enabled:
        # Side by side, so that what else the machine does slows both; the best of each is the least disturbed.
        rounds = [(seconds(work, archive), seconds(bare, archive)) for _ in range(5)]
        ratio = min(ours for ours, _ in rounds) / min(theirs for _, theirs in rounds)
        benchmark.extra_info["times a bare pass"] = round(ratio, 2)
        assert ratio < MOST[work.__name__]


def test_the_summary_of_a_file_on_two_cores(benchmark: BenchmarkFixture, archive: Path, tmp_path: Path) -> None:
    path = tmp_path / "events.jsonl"
    with archive.open("rb") as lines, path.open("wb") as file:
        content = lines.read()
        for _ in range(10 if benchmark.enabled else 1):
            file.write(content)
    count = (10 if benchmark.enabled else 1) * LINES
    assert benchmark.pedantic(on_two_cores, (path,), rounds=3) == count  # type: ignore[no-untyped-call]
    if benchmark.enabled:
        rounds = [(seconds(on_two_cores, path, count), seconds(bare, path, count)) for _ in range(3)]
        ratio = min(ours for ours, _ in rounds) / min(theirs for _, theirs in rounds)
        benchmark.extra_info["times a bare pass"] = round(ratio, 2)
        assert ratio < MOST["mapping"]


def test_a_file_read_at_once(benchmark: BenchmarkFixture, archive: Path) -> None:
    read = benchmark.pedantic(read_events, ([str(archive)], bytes), rounds=3)  # type: ignore[no-untyped-call]
    assert len(read.events) == LINES

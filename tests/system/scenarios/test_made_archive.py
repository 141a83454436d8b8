"""The archive that `examples/archive` makes: its layout, what is untidy in it, and what Segment makes of it."""

from __future__ import annotations

import gzip
import importlib.util
import json
import sys
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import ModuleType
from typing import Any, Final

import pytest

from conformance.backtest import backtest
from conformance.backtest.figures import total
from conformance.backtest.ingested import Ingestion
from conformance.inputs.events import ReadEvent
from conformance.tracking_api.single_messages import ingest_events
from destination import PRESETS

SCRIPT: Final = Path(__file__).parents[3] / "examples/archive/make_archive.py"


def script() -> ModuleType:
    spec = importlib.util.spec_from_file_location("make_archive", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    # Dataclasses look for their module there.
    sys.modules["make_archive"] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("archive") / "segment-logs"
    assert (
        script().main([str(folder), "--days", "3", "--people", "400", "--seed", "1", "--events-per-file", "900"]) == 0
    )
    return folder


def events_of(file: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in gzip.decompress(file.read_bytes()).splitlines()]


@pytest.fixture(scope="module")
def events(archive: Path) -> list[dict[str, Any]]:
    return [event for file in sorted(archive.glob("*/*/*.gz")) for event in events_of(file)]


def instant(event: dict[str, Any], name: str) -> datetime:
    return datetime.fromisoformat(event[name])


def test_every_event_is_in_the_folder_of_the_day_on_which_it_was_received(archive: Path) -> None:
    for file in archive.glob("*/*/*.gz"):
        day = datetime.fromtimestamp(int(file.parent.name) / 1000, tz=UTC).date()
        assert {instant(event, "receivedAt").date() for event in events_of(file)} == {day}


def test_some_events_are_there_twice_some_are_late_and_some_clocks_are_wrong(events: list[dict[str, Any]]) -> None:
    times = Counter(event["messageId"] for event in events)
    twice = sum(number == 2 for number in times.values())
    late = sum(instant(event, "receivedAt") - instant(event, "timestamp") > timedelta(hours=1) for event in events)
    wrong = sum(
        abs(instant(event, "receivedAt") - instant(event, "sentAt")) > timedelta(minutes=1) for event in events
    )
    assert len(times) == 400 * 5 * 3
    assert 0.005 < twice / len(times) < 0.02
    assert 0.01 < late / len(times) < 0.04
    assert 0.02 < wrong / len(times) < 0.1


def test_the_same_seed_gives_the_same_events_and_another_gives_others() -> None:
    make = script()

    def made(seed: int) -> list[Any]:
        return list(make.Archive(seed=seed, people=20, days=2, events_per_person=5).days())

    assert made(1) == made(1)
    assert made(1) != made(2)


@pytest.mark.parametrize("days", [1, 45])
def test_there_are_as_many_days_as_are_asked_for_and_a_few_for_what_is_late(days: int) -> None:
    make = script()
    made = [day for day, _ in make.Archive(seed=1, people=20, days=days, events_per_person=5).days()]
    assert made[:days] == [make.FIRST_DAY + timedelta(days=number) for number in range(days)]
    assert days <= len(made) <= days + 4


@pytest.mark.parametrize("workers", [1, 2])
def test_a_backtest_of_messages_as_segment_passes_them_on_counts_each_once(
    archive: Path, events: list[dict[str, Any]], workers: int
) -> None:
    figures = backtest([str(archive)], PRESETS, workers=workers, ingestion=Ingestion(None, 0))
    ids = {event["messageId"] for event in events}
    assert total(figures.events) == len(ids)
    assert {rule: tally.count for rule, tally in figures.dropped.items()} == {
        "segment.duplicate": len(events) - len(ids)
    }


def test_segment_leaves_the_times_as_they_are_and_drops_what_is_there_twice(events: list[dict[str, Any]]) -> None:
    received = sorted(events, key=lambda event: str(event["receivedAt"]))
    ingested = ingest_events([ReadEvent(event["messageId"], event) for event in received], None, 0)
    given = {event["messageId"]: event for event in reversed(received)}
    assert len(ingested.passed_on) == len(given)
    assert len(ingested.dropped) == len(events) - len(given)
    for read in ingested.passed_on:
        own = given[str(read.event["messageId"])]
        assert [read.event[name] for name in ("timestamp", "receivedAt")] == [own["timestamp"], own["receivedAt"]]


def test_a_backtest_reads_all_of_it(archive: Path, events: list[dict[str, Any]]) -> None:
    figures = backtest([str(archive)], PRESETS, workers=1)
    assert figures.complete
    assert total(figures.events) == len(events)

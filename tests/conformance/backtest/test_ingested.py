"""Messages of an archive that go through Segment first: the same whatever the number of workers and of parts."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Final

import pytest

from conformance.backtest import Figures, backtest
from conformance.backtest.archive import cut, read
from conformance.backtest.counting import Located, NotPassedOn
from conformance.backtest.figures import total
from conformance.backtest.ingested import Ingestion, passed_on
from destination import PRESETS

SHOP_DAY: Final = str(Path(__file__).parents[3] / "scenarios/events/shop-day.jsonl")
NOON: Final = 1_787_227_200_000
DAY: Final = 86_400_000
INGESTION: Final = Ingestion(NOON, NOON)


def written(path: Path, *messages: dict[str, Any]) -> str:
    path.write_text("".join(f"{json.dumps(message)}\n" for message in messages), encoding="utf-8")
    return str(path)


def figures_of(*sources: str, ingestion: Ingestion = INGESTION, **options: Any) -> Figures:
    return backtest(sources, PRESETS, workers=options.pop("workers", 1), ingestion=ingestion, **options)


def message(message_id: str, received: str = "", **members: Any) -> dict[str, Any]:
    times = {"receivedAt": received, "originalTimestamp": received} if received else {}
    return {"type": "page", "userId": "u1", "messageId": message_id, **times, **members}


@pytest.mark.parametrize(("workers", "size"), [(1, 500), (2, 20_000), (7, 60_000)])
def test_the_figures_are_the_same_for_any_number_of_workers_and_any_cuts(
    tmp_path: Path, workers: int, size: int
) -> None:
    lines = Path(SHOP_DAY).read_bytes()
    twice = tmp_path / "twice.jsonl"
    twice.write_bytes(lines + lines)
    whole = figures_of(str(twice))
    assert whole.dropped["segment.duplicate"].count >= len(lines.splitlines())
    assert figures_of(str(twice), workers=workers, part_size=size) == whole


def test_a_duplicate_is_found_in_whatever_file_it_stands(tmp_path: Path) -> None:
    first = written(tmp_path / "1.jsonl", message("m1"), message("m2"))
    second = written(tmp_path / "2.jsonl", message("m2"), message("m3"))
    figures = figures_of(second, first)
    [example] = figures.dropped["segment.duplicate"].examples
    assert (str(example.position), total(figures.events)) == (f"{second}:1", 3)
    assert example.shown["message"] == "the messageId m2 was received before, at 2026-08-20T12:00:00.000Z"


def test_the_one_that_came_in_first_is_passed_on_wherever_it_stands(tmp_path: Path) -> None:
    times = ("2026-08-02T10:00:00.000Z", "2026-08-01T10:00:01.000Z", "2026-08-04T10:00:00.000Z")
    file = written(tmp_path / "1.jsonl", *(message("m1", received) for received in times))
    figures = figures_of(file, ingestion=Ingestion(None, NOON))
    # Segment remembers an id for a day, so the last one is new.
    assert [str(example.position) for example in figures.dropped["segment.duplicate"].examples] == [f"{file}:1"]
    assert total(figures.events) == 2


def test_an_id_that_comes_again_after_each_day_is_never_a_duplicate(tmp_path: Path) -> None:
    days = [message("m1", f"2026-08-{day:02}T10:00:00.000Z") for day in range(1, 10)]
    assert figures_of(written(tmp_path / "1.jsonl", *days), ingestion=Ingestion(None, NOON)).dropped == {}


def test_what_segment_drops_for_other_reasons_is_counted_by_rule(tmp_path: Path) -> None:
    kept_away = message("m1", integrations={"Iterable (Actions)": False})
    nobody = {"type": "track", "event": "Seen", "messageId": "m2"}
    figures = figures_of(written(tmp_path / "1.jsonl", kept_away, nobody, message("m3")))
    assert {rule: tally.count for rule, tally in figures.dropped.items()} == {
        "segment.integrations": 1,
        "segment.no-identifier": 1,
    }
    assert total(figures.events) == 1


def test_messages_get_the_fields_that_segment_adds_and_what_their_envelope_says(tmp_path: Path) -> None:
    body = {
        "batch": [{"type": "page", "userId": "u1"}],
        "context": {"locale": "en"},
        "sentAt": "2026-08-20T14:00:00Z",
    }
    file = written(tmp_path / "1.jsonl", body)
    [part] = cut(file)
    [item] = passed_on(read(part), part, INGESTION)
    assert isinstance(item, Located)
    assert item.event["receivedAt"] == item.event["timestamp"] == "2026-08-20T12:00:00.000Z"
    assert (item.event["context"], item.event["sentAt"]) == ({"locale": "en"}, "2026-08-20T14:00:00Z")
    # Named after its place, which does not depend on what else was read.
    assert item.event["messageId"] == f"segment-{file}:1"


def test_what_is_no_event_stays_what_it_is(tmp_path: Path) -> None:
    file = tmp_path / "1.jsonl"
    file.write_text("no JSON\n", encoding="utf-8")
    [part] = cut(str(file))
    [item] = passed_on(read(part), part, INGESTION)
    assert not isinstance(item, Located | NotPassedOn)

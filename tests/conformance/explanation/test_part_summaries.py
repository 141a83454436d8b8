"""A summary counted in parts is that of one process which reads from end to end, and so is what is said on the way."""

from __future__ import annotations

import gzip
import io
import json
from pathlib import Path
from typing import TYPE_CHECKING, Final

import mortal_readers
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from conformance.explanation import Summary, part_summaries
from conformance.explanation.part_summaries import summarize_sources
from conformance.inputs.events import event_sources, stream_events
from conformance.inputs.remarks import Kind, Remarks
from destination import PRESETS, Destination

if TYPE_CHECKING:
    from collections.abc import Sequence

    from conformance.inputs.events import EventSource

SHOP_DAY: Final = str(Path(__file__).parents[3] / "scenarios/events/shop-day.jsonl")
EVENT: Final = {"type": "track", "event": "Seen", "userId": "u1"}
REFUSED: Final = {"type": "track", "event": "Lost"}
LINE: Final = json.dumps(EVENT)

#: What a file may hold, whole lines of it.
PIECES: Final = st.sampled_from(
    [
        LINE,
        json.dumps(REFUSED),
        json.dumps({"type": "page"}),
        json.dumps({**EVENT, "tpye": 1}),
        json.dumps({"type": "identify", "properties": {}}),
        json.dumps(EVENT, indent=2),
        json.dumps({"batch": [EVENT, 5, REFUSED]}, indent=1),
        json.dumps([EVENT, 5, REFUSED]),
        f"{LINE} {LINE}",
        f"{json.dumps(EVENT, indent=2)} {LINE}",
        f"{LINE},",
        "",
        "nonsense",
        "[5",
        '{"type": "track",',
        '{"type": "track",\n "event": }',
        "{",
        "}",
        '{"rows": "of a warehouse"}',
    ]
)

Told = list[tuple[Kind, str]]


def sources_of(*paths: str | Path) -> list[EventSource]:
    return event_sources(list(map(str, paths)), io.BytesIO)


def at_once(sources: Sequence[EventSource]) -> tuple[list[str], Told]:
    summary = Summary(Destination({"apiKey": "k"}))
    told: Told = []
    remarks = Remarks(lambda kind, text: told.append((kind, text)))
    for item in remarks.events_of(stream_events(sources)):
        summary.add(item.event, item.place)
    remarks.finish()
    return list(summary.text_lines(broken=remarks.broken)), told


def in_parts(sources: Sequence[EventSource], size: int, *, workers: int = 1) -> tuple[list[str], Told]:
    summary = Summary(Destination({"apiKey": "k"}))
    told: Told = []
    remarks = Remarks(lambda kind, text: told.append((kind, text)))
    summarize_sources(summary, sources, remarks, subscriptions=PRESETS, workers=workers, part_size=size)
    remarks.finish()
    return list(summary.text_lines(broken=remarks.broken)), told


@settings(max_examples=100)
@given(pieces=st.lists(PIECES, max_size=20), end=st.sampled_from(["", "\n"]), size=st.integers(1, 600))
def test_whatever_a_file_holds_and_wherever_it_is_cut_the_summary_is_the_same(
    pieces: list[str], end: str, size: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = tmp_path_factory.mktemp("parts") / "events.jsonl"
    path.write_text("\n".join([LINE, *pieces]) + end)
    sources = sources_of(path, path)
    assert in_parts(sources, size) == at_once(sources)


@pytest.mark.parametrize("workers", [1, 2, 7])
def test_the_summary_is_the_same_for_any_number_of_processes(workers: int, tmp_path: Path) -> None:
    packed = tmp_path / "packed.gz"
    packed.write_bytes(gzip.compress(Path(SHOP_DAY).read_bytes()))
    listed = tmp_path / "list.json"
    listed.write_text(json.dumps([EVENT, 5]))
    sources = sources_of(SHOP_DAY, packed, listed, SHOP_DAY)
    assert in_parts(sources, 60_000, workers=workers) == at_once(sources)


def test_a_file_without_events_is_spoken_of_as_a_whole(tmp_path: Path) -> None:
    path = tmp_path / "rows.jsonl"
    path.write_text('{"user_id": 1, "received_at": "2026-08-20"}\n' * 1500)
    sources = sources_of(path)
    lines, told = at_once(sources)
    assert len(told) == 11
    assert in_parts(sources, 2000) == (lines, told)


def test_reasons_without_end_are_told_apart_as_far_as_in_one_process(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(number: int) -> str:
        products = [{"name": "a", "price": 1, "quantity": 1, "product_id": "p"}] * number
        properties = {"email": "ada@example.com", "products": [*products, {}]}
        return json.dumps({"type": "track", "event": "Order Completed", "properties": properties}) + "\n"

    monkeypatch.setattr(part_summaries, "_MOST_IN_A_PART", 30)
    path = tmp_path / "events.jsonl"
    path.write_text(LINE + "\n" + "".join(refused(number % 220) for number in range(260)))
    sources = sources_of(path)
    lines, told = at_once(sources)
    assert any(line.endswith("refused: other reasons") for line in lines)
    assert in_parts(sources, 200_000) == (lines, told)


def test_a_file_that_is_gone_is_named_as_in_one_process(tmp_path: Path) -> None:
    path = tmp_path / "events.jsonl"
    path.write_text(LINE)
    sources = sources_of(path, SHOP_DAY)
    path.unlink()
    assert in_parts(sources, 10**6) == at_once(sources)


def test_a_part_that_every_process_dies_of_is_named_and_the_rest_is_counted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(part_summaries, "summarize_part", mortal_readers.die_of_the_second_part)
    path = tmp_path / "events.jsonl"
    path.write_text(f"{LINE}\n" * 30)
    lines, told = in_parts(sources_of(path), 10 * len(LINE) + 10, workers=2)
    assert told == [("error", f"{path}:12: a process that read this died, 3 times")]
    assert lines[-1] == "19 mapped, 0 refused, 0 not subscribed, 1 broken"

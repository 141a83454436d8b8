"""Requests that differ and refusals, as Parquet."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Final

import pyarrow.parquet as pq
import pytest

from conformance.backtest import Figures, backtest
from conformance.backtest.figures import total
from conformance.inputs.errors import InputError
from destination import PRESETS, Subscription

SHOP_DAY: Final = str(Path(__file__).parents[3] / "scenarios/events/shop-day.jsonl")
OLD: Final = (
    *PRESETS[:2],
    Subscription("People", "updateUser", 'type = "identify"', {"userId": {"@path": "$.userId"}}),
)


def written(folder: Path, **options: Any) -> tuple[Figures, list[dict[str, Any]]]:
    figures = backtest([SHOP_DAY], PRESETS, OLD, out=folder, **options)
    rows: list[dict[str, Any]] = pq.read_table(folder).to_pylist()
    return figures, rows


def test_there_is_a_row_for_each_request_that_differs_and_for_each_refusal(tmp_path: Path) -> None:
    figures, rows = written(tmp_path / "out", workers=1)
    refused = sum(tally.count for share, tally in figures.shares.items() if share.outcome == "refused")
    new = sum(tally.count for change, tally in figures.changes.items() if change.kind == "refused now")
    assert sum(row["kind"] in {"refused", "refused now"} for row in rows) == refused
    assert len(rows) == total(figures.changes) + refused - new
    for change, tally in figures.changes.items():
        own = [row for row in rows if (row["kind"], row["subscription"]) == (change.kind, change.subscription)]
        assert sum((row["reason"] or "") == change.reason for row in own) == tally.count


def test_a_row_says_where_the_event_stands_and_what_goes_out_before_and_after(tmp_path: Path) -> None:
    _, rows = written(tmp_path / "out", workers=1)
    row = next(row for row in rows if row["kind"] == "disappears")
    event = json.loads(Path(SHOP_DAY).read_text(encoding="utf-8").split("\n")[row["line"] - 1])
    assert row["message_id"] == event["messageId"]
    assert (row["path"], row["after"], row["outcome"]) == ("/api/users/update", None, "not sent")
    assert json.loads(row["before"])["userId"] == str(event["userId"])


def test_the_files_are_the_same_for_any_number_of_workers(tmp_path: Path) -> None:
    for workers in (1, 3):
        written(tmp_path / str(workers), workers=workers, part_size=40_000)
    names = sorted(path.name for path in (tmp_path / "1").iterdir())
    assert len(names) > 2
    assert names == sorted(path.name for path in (tmp_path / "3").iterdir())
    for name in names:
        assert pq.read_table(tmp_path / "1" / name) == pq.read_table(tmp_path / "3" / name)


def test_masked_rows_show_nobody(tmp_path: Path) -> None:
    _, rows = written(tmp_path / "masked", workers=1, masked=True)
    assert "@shop.example.com" not in json.dumps(rows)
    assert "@shop.example.com" in json.dumps(written(tmp_path / "plain", workers=1)[1])


def test_where_there_is_no_row_there_is_a_file_without_rows(tmp_path: Path) -> None:
    backtest([SHOP_DAY], OLD[2:], OLD[2:], workers=1, out=tmp_path)
    assert {row["kind"] for row in pq.read_table(tmp_path).to_pylist()} <= {"refused"}


def test_files_of_another_backtest_are_not_mixed_with(tmp_path: Path) -> None:
    (tmp_path / "part-000009.parquet").touch()
    with pytest.raises(InputError, match="is not empty"):
        backtest([SHOP_DAY], PRESETS, out=tmp_path)


def test_a_folder_that_cannot_be_made_is_said_before_anything_is_counted(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(InputError, match="is not a folder"):
        backtest(["nowhere"], PRESETS, out=tmp_path / "file")
    with pytest.raises(InputError, match="cannot be made: not a directory"):
        backtest(["nowhere"], PRESETS, out=tmp_path / "file" / "below")

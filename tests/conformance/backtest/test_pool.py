"""The processes of a backtest: any number of them gives the same figures, also when some die."""

from __future__ import annotations

import errno
import functools
import pickle
from pathlib import Path
from typing import Final

import mortal_tasks
import pytest

from conformance.backtest import backtest, merge
from conformance.backtest.archive import cut
from conformance.backtest.figures import Figures, total
from conformance.backtest.pool import count_on_processes
from conformance.backtest.work import Work
from conformance.inputs.errors import InputError
from destination import PRESETS

SHOP_DAY: Final = str(Path(__file__).parents[3] / "scenarios/events/shop-day.jsonl")
OLD: Final = PRESETS[:3]
SIZE: Final = 60_000
WORK: Final = pickle.dumps(Work(PRESETS, OLD))
PARTS: Final = list(cut(SHOP_DAY, SIZE))


@pytest.fixture(scope="module")
def whole() -> Figures:
    return backtest([SHOP_DAY], PRESETS, OLD, workers=1)


@pytest.mark.parametrize("workers", [1, 2, 7])
def test_the_figures_are_the_same_for_any_number_of_workers(whole: Figures, workers: int) -> None:
    assert backtest([SHOP_DAY], PRESETS, OLD, workers=workers, part_size=SIZE) == whole


def test_what_a_worker_that_dies_had_is_counted_again_and_once(whole: Figures, tmp_path: Path) -> None:
    dying = functools.partial(mortal_tasks.die_once, WORK, str(tmp_path / "died"), PARTS[1].line)
    assert merge(counted.figures for counted in count_on_processes(iter(PARTS), dying, 2)) == whole
    assert (tmp_path / "died").exists()


def test_a_part_that_every_worker_dies_of_is_left_out_and_named(whole: Figures) -> None:
    dying = functools.partial(mortal_tasks.always_die, WORK, PARTS[1].line)
    figures = merge(counted.figures for counted in count_on_processes(iter(PARTS), dying, 2))
    [(file, tally)] = figures.missing.items()
    [example] = tally.examples
    assert (file, tally.count, example.position.line) == (SHOP_DAY, 1, PARTS[1].line)
    assert example.shown == {"message": "a process that counted this died, 3 times"}
    assert total(figures.events) == total(whole.events) - (PARTS[2].line - PARTS[1].line)


def test_a_full_disk_is_named_when_requests_are_to_be_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("conformance.backtest.projects.runs.write_records", full)
    with pytest.raises(InputError, match="there is no room left"):
        backtest([SHOP_DAY], PRESETS, workers=1, project_types=["email"])

"""A backtest on a Dask cluster: a scheduler and two processes on this machine."""

from __future__ import annotations

import functools
import pickle
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import mortal_tasks
import pytest
from distributed import LocalCluster

from conformance.backtest import backtest, merge
from conformance.backtest.archive import cut
from conformance.backtest.cluster import count_on_cluster
from conformance.backtest.work import Work
from conformance.inputs.errors import InputError
from destination import PRESETS

if TYPE_CHECKING:
    from collections.abc import Iterator

SHOP_DAY: Final = str(Path(__file__).parents[3] / "scenarios/events/shop-day.jsonl")
OLD: Final = PRESETS[:3]
SIZE: Final = 30_000


@pytest.fixture(scope="module")
def cluster() -> Iterator[Any]:
    with LocalCluster(n_workers=2, threads_per_worker=2, processes=True, dashboard_address=None) as cluster:
        yield cluster


def test_the_figures_are_those_of_this_machine_alone(cluster: Any) -> None:
    alone = backtest([SHOP_DAY], PRESETS, OLD, workers=1)
    assert backtest([SHOP_DAY], PRESETS, OLD, scheduler=cluster.scheduler_address, part_size=SIZE) == alone


def test_what_a_worker_that_dies_had_is_counted_again_and_once(cluster: Any, tmp_path: Path) -> None:
    parts = list(cut(SHOP_DAY, SIZE))
    packed = pickle.dumps(Work(PRESETS, OLD))
    dying = functools.partial(mortal_tasks.die_once, packed, str(tmp_path / "died"), parts[1].line)
    counted = count_on_cluster(iter(parts), dying, cluster.scheduler_address)
    assert merge(item.figures for item in counted) == backtest([SHOP_DAY], PRESETS, OLD, workers=1)
    assert (tmp_path / "died").exists()


def test_no_scheduler_is_said_in_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("conformance.backtest.cluster._SECONDS_TO_CONNECT", 0.2)
    with pytest.raises(InputError, match="no Dask scheduler answers"):
        backtest([SHOP_DAY], PRESETS, scheduler="tcp://127.0.0.1:1")
    with pytest.raises(InputError, match="no Dask scheduler answers"):
        backtest([SHOP_DAY], PRESETS, scheduler="nowhere://at-all")

"""How fast archives are counted: by two workers, by a cluster, from S3, and beside other builds. Run with `make bench`.

Whatever is compared takes turns, so that what else the machine does slows all of it; the best time of each is the
least disturbed. A checkout of an older build, with a virtual environment of its own in `.venv`, is named by
`ITERABLE_HARNESS_OLDER_BUILD`.
"""

from __future__ import annotations

import functools
import gzip
import json
import os
import subprocess
import time
from itertools import cycle, islice
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pytest

from conformance.backtest import backtest
from conformance.backtest.figures import total
from destination import PRESETS

if TYPE_CHECKING:
    from collections.abc import Callable

    from pytest_benchmark.fixture import BenchmarkFixture
    from s3_bucket import S3Bucket

pytestmark = pytest.mark.timeout(3000)

SHOP_DAY: Final = Path(__file__).parents[2] / "scenarios" / "events" / "shop-day.jsonl"
SEGMENT_PASS: Final = Path(__file__).with_name("segment_build_pass.js")
OLDER_BUILD: Final = "ITERABLE_HARNESS_OLDER_BUILD"
LINES: Final = 400_000
#: Of an object in the bucket, and how many there are: a million lines.
OBJECT_LINES, OBJECTS = 50_000, 20
#: For builds that take a thousand times as long as others for the rest.
FEW_LINES: Final = 10_000
ROUNDS: Final = 3

LEAST_GAIN_OF_TWO_WORKERS: Final = 1.7
LEAST_SHARE_OF_A_CLUSTER: Final = 0.8
LEAST_GAIN_OVER_OTHER_BUILDS: Final = 10


def written(path: Path, lines: int) -> Path:
    with SHOP_DAY.open("rb") as source, path.open("wb") as file:
        file.writelines(islice(cycle(source.readlines()), lines))
    return path


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return written(tmp_path_factory.mktemp("archive") / "events.jsonl", LINES)


@pytest.fixture(scope="module")
def few(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return written(tmp_path_factory.mktemp("few") / "events.jsonl", FEW_LINES)


def counted(*sources: str, lines: int, **options: int | str) -> None:
    assert total(backtest(sources, PRESETS, **options).events) == lines  # type: ignore[arg-type]


def bare(path: Path) -> None:
    with path.open("rb") as lines:
        assert sum(json.loads(line) is not None for line in lines) > 0


def best(*works: Callable[[], object], rounds: int = ROUNDS) -> list[float]:
    """The least seconds of each."""
    taken = [[_seconds(work) for work in works] for _ in range(rounds)]
    return [min(column) for column in zip(*taken, strict=True)]


def _seconds(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def by_older_build(checkout: Path, path: Path) -> None:
    done = subprocess.run(
        [checkout / ".venv" / "bin" / "python", "-m", "conformance", "map", "-q", str(path)],
        cwd=checkout,
        stdout=subprocess.DEVNULL,
        check=False,
    )
    assert done.returncode in {0, 1}


def by_segment(folder: Path, node: str, path: Path) -> float:
    """The seconds that Segment's own build takes, without those of loading it."""
    done = subprocess.run([node, SEGMENT_PASS, str(folder), str(path)], stdout=subprocess.PIPE, check=True)
    report = json.loads(done.stdout)
    assert report["events"] == FEW_LINES
    return float(report["seconds"])


def test_two_workers(benchmark: BenchmarkFixture, archive: Path) -> None:
    works = [functools.partial(counted, str(archive), lines=LINES, workers=workers) for workers in (1, 2)]
    if not benchmark.enabled:
        pytest.skip("it is about time alone")
    one, two, plain = best(*works, functools.partial(bare, archive))
    benchmark.extra_info.update(
        {"gain": round(one / two, 2), "events a second": round(LINES / two), "bare passes": round(one / plain, 2)}
    )
    benchmark.pedantic(works[1], rounds=1)  # type: ignore[no-untyped-call]
    assert one / two >= LEAST_GAIN_OF_TWO_WORKERS


def test_a_cluster_of_two_workers(benchmark: BenchmarkFixture, archive: Path) -> None:
    if not benchmark.enabled:
        pytest.skip("it is about time alone")
    from distributed import LocalCluster

    with LocalCluster(n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None) as cluster:
        on_cluster = functools.partial(counted, str(archive), lines=LINES, scheduler=cluster.scheduler_address)
        pool, dask = best(functools.partial(counted, str(archive), lines=LINES, workers=2), on_cluster)
        benchmark.pedantic(on_cluster, rounds=1)  # type: ignore[no-untyped-call]
    benchmark.extra_info.update({"share": round(pool / dask, 2), "events a second": round(LINES / dask)})
    assert pool / dask >= LEAST_SHARE_OF_A_CLUSTER


def test_a_million_lines_of_a_bucket(benchmark: BenchmarkFixture, s3: S3Bucket, few: Path) -> None:
    if not benchmark.enabled:
        pytest.skip("it is about time alone")
    content = gzip.compress(b"".join(islice(cycle(SHOP_DAY.read_bytes().splitlines(keepends=True)), OBJECT_LINES)))
    for number in range(OBJECTS):
        s3.put(f"logs/{number:02}.gz", content)
    lines = OBJECT_LINES * OBJECTS
    of_bucket = functools.partial(counted, "s3://bucket/logs", lines=lines)
    works: list[Callable[[], object]] = [of_bucket, functools.partial(bare, few)]
    if (checkout := os.environ.get(OLDER_BUILD)) is not None:
        works.append(functools.partial(by_older_build, Path(checkout), few))
    ours, plain, *others = best(*works, rounds=2)
    benchmark.extra_info["events a second"] = round(lines / ours)
    benchmark.extra_info["bare passes"] = round((ours / lines) / (plain / FEW_LINES), 2)
    benchmark.pedantic(of_bucket, rounds=1)  # type: ignore[no-untyped-call]
    for older in others:
        gain = (lines / ours) / (FEW_LINES / older)
        benchmark.extra_info["gain over the older build"] = round(gain, 1)
        assert gain >= LEAST_GAIN_OVER_OTHER_BUILDS


def test_beside_segments_own_build(benchmark: BenchmarkFixture, archive: Path, few: Path) -> None:
    if not benchmark.enabled:
        pytest.skip("it is about time alone")
    from conformance.inputs.errors import InputError
    from conformance.segment_build.installation import find_node, install

    try:
        folder, node = install(), find_node()
    except InputError as error:
        pytest.skip(str(error))
    of_archive = functools.partial(counted, str(archive), lines=LINES)
    rounds = [(_seconds(of_archive), by_segment(folder, node, few)) for _ in range(ROUNDS)]
    ours, theirs = (min(column) for column in zip(*rounds, strict=True))
    benchmark.pedantic(of_archive, rounds=1)  # type: ignore[no-untyped-call]
    gain = (LINES / ours) / (FEW_LINES / theirs)
    benchmark.extra_info.update({"gain": round(gain, 1), "events a second of theirs": round(FEW_LINES / theirs)})
    assert gain >= LEAST_GAIN_OVER_OTHER_BUILDS

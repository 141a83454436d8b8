"""A backtest from beginning to end: files in, figures out."""

from __future__ import annotations

import io
import pickle
import tempfile
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, NamedTuple

from conformance.backtest.archive import PART_SIZE, cut, find_files
from conformance.backtest.counting import Missing, count
from conformance.backtest.evaluation import Mappings
from conformance.backtest.figures import Figures, Position, merge
from conformance.backtest.pool import count_on_processes
from conformance.backtest.work import Work, count_part, receipts_of_part
from conformance.inputs.errors import InputError, InputProblem
from conformance.part_pool import cores

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from conformance.backtest.archive import ArchiveFile, Part
    from conformance.backtest.ingested import Ingestion
    from conformance.backtest.output import RowFiles
    from conformance.backtest.work import Counted, Task
    from destination import Subscription


class _Run(NamedTuple):
    """What counts: so many processes of this machine, or the cluster of a scheduler."""

    workers: int
    scheduler: str | None


def _nothing(_: Figures) -> None:
    pass


def _no_input() -> BinaryIO:
    return io.BytesIO()


def backtest(  # noqa: PLR0913  # all but the first two have defaults that are right for most
    sources: Sequence[str],
    new: Sequence[Subscription],
    old: Sequence[Subscription] | None = None,
    *,
    workers: int | None = None,
    scheduler: str | None = None,
    out: Path | str | None = None,
    masked: bool = False,
    ingestion: Ingestion | None = None,
    part_size: int = PART_SIZE,
    standard_input: Callable[[], BinaryIO] = _no_input,
    progress: Callable[[Figures], None] = _nothing,
) -> Figures:
    """What a mapping makes of an archive, and what would change.

    Args:
        sources: Files, folders, globs, addresses such as `s3://bucket/day`, `-` for standard input, or JSON text.
        new: The subscriptions that are tried.
        old: Those they are held against; None to count without a comparison.
        workers: How many processes; the cores of this machine when None. The figures are the same for any number.
        scheduler: The address of a Dask scheduler, whose workers count instead.
        out: A new or empty folder, or an address, for Parquet files of the requests that differ and of refusals.
        masked: Whether personal values are replaced in those files.
        ingestion: How messages go through Segment first; None where they have been.
        part_size: Bytes of a file that a process takes at a time; the figures are the same for any size.
        standard_input: Gives standard input.
        progress: Called with the figures of each part.

    Raises:
        InputError: There is no source that can be read; one beside others is missing in the figures. No scheduler
            answers; the folder is not empty.
    """
    output = None
    if out is not None:
        from conformance.backtest.output import open_output

        output = open_output(str(out))
    with tempfile.TemporaryDirectory(prefix="iterable-harness-") as folder:
        files, problems = find_files(sources, standard_input, Path(folder))
        if not files:
            raise InputError(problems)
        if scheduler is not None:
            _require_shared(files)
        run = _Run(workers or cores(), scheduler)
        parts = [part for file in files for part in cut(file.name, part_size, path=file.path)]
        work = Work(tuple(new), None if old is None else tuple(old), output is not None, masked, ingestion)
        packed = pickle.dumps(work)
        if ingestion is not None:
            parts = _without_duplicates(parts, packed, run, Path(folder), progress)
        rows = None
        if output is not None:
            from conformance.backtest.output import RowFiles

            rows = RowFiles(output, {part: number for number, part in enumerate(parts)})
        return merge((_missing(problems), _count(parts, packed, run, rows, progress)))


def _count(
    parts: Sequence[Part], packed: bytes, run: _Run, rows: RowFiles | None, progress: Callable[[Figures], None]
) -> Figures:
    figures = Figures()
    for counted in _results(parts, partial(count_part, packed), run):
        if rows is not None:
            rows.add(counted)
        progress(counted.figures)
        figures = merge((figures, counted.figures))
    return figures


def _without_duplicates(
    parts: Sequence[Part], packed: bytes, run: _Run, folder: Path, progress: Callable[[Figures], None]
) -> list[Part]:
    """The parts, each with what Segment drops there because it came in before."""
    from conformance.backtest.ingested import SegmentPart
    from conformance.backtest.receipt_files import ReceiptFiles

    kept = ReceiptFiles(folder)
    numbers = {part: number for number, part in enumerate(parts)}
    for counted in _results(parts, partial(receipts_of_part, packed), run):
        kept.add(numbers[counted.part], counted.receipts)
        progress(counted.figures)
    duplicates = kept.duplicates()
    return [
        SegmentPart(part.file, part.start, part.end, part.line, part.path, duplicates.get(number, ()))
        for part, number in numbers.items()
    ]


def _results(parts: Sequence[Part], task: Task, run: _Run) -> Iterator[Counted]:
    if run.scheduler is None:
        return count_on_processes(iter(parts), task, run.workers)
    from conformance.backtest.cluster import count_on_cluster

    return count_on_cluster(iter(parts), task, run.scheduler)


def _missing(problems: Sequence[InputProblem]) -> Figures:
    """The figures of addresses where nothing can be read."""
    places = [Missing(Position(problem.file, 0, 1), problem.message) for problem in problems]
    return count(places, Mappings(()))


def _require_shared(files: Sequence[ArchiveFile]) -> None:
    """See to it that the workers of a cluster can read what there is.

    Raises:
        InputError: Something comes to this machine alone.
    """
    hint = "put it into a file that all workers have"
    own = [file.name for file in files if file.path is not None]
    if own:
        raise InputError(
            [InputProblem(name, 0, 0, "--scheduler", "is read by this machine alone", hint) for name in own]
        )

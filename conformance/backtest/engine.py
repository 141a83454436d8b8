"""A backtest from beginning to end: files in, figures out."""

from __future__ import annotations

import errno
import io
import pickle
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory, gettempdir
from typing import TYPE_CHECKING, BinaryIO, Final, NamedTuple

from conformance.backtest.archive import PART_SIZE, cut, find_files
from conformance.backtest.counting import Missing, count
from conformance.backtest.evaluation import Mappings
from conformance.backtest.figures import Figures, Position, merge
from conformance.backtest.pool import count_on_processes
from conformance.backtest.work import Work, count_part, receipts_of_part
from conformance.inputs.errors import InputError, InputProblem
from conformance.part_pool import cores

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from conformance.backtest.archive import ArchiveFile, Part
    from conformance.backtest.ingested import Ingestion
    from conformance.backtest.output import RowFiles
    from conformance.backtest.projects import Requests
    from conformance.backtest.work import Counted, Task
    from destination import Subscription


#: Errors of a disk that is full.
_NO_PLACE: Final = frozenset({errno.ENOSPC, errno.EDQUOT})


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
    project_types: Sequence[str] = (),
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
        project_types: Of `email`, `userid` and `hybrid`: what comes of the requests in a project of each is counted,
            too. This is done on this machine, with a temporary folder.
        progress: Called with the figures of each part.

    Raises:
        InputError: There is no source that can be read; one beside others is missing in the figures. No scheduler
            answers, or it cannot do what is wanted; the folder is not empty.
    """
    if scheduler is not None and project_types:
        raise InputError([_not_on_a_cluster(scheduler)])
    output = None
    if out is not None:
        from conformance.backtest.output import open_output

        output = open_output(str(out))
    with _temporary_folder() as folder:
        files, problems = find_files(sources, standard_input, folder)
        if not files:
            raise InputError(problems)
        if scheduler is not None:
            _require_shared(files)
        run = _Run(workers or cores(), scheduler)
        parts = [part for file in files for part in cut(file.name, part_size, path=file.path)]
        requests = folder if project_types else None
        work = Work(tuple(new), None if old is None else tuple(old), output is not None, masked, ingestion, requests)
        packed = pickle.dumps(work)
        if ingestion is not None:
            parts = _without_duplicates(parts, packed, run, folder, progress)
        rows = None
        if output is not None:
            from conformance.backtest.output import RowFiles

            rows = RowFiles(output, {part: number for number, part in enumerate(parts)})
        merging = partial(_merged, rows=rows, progress=progress)
        counted = _results(parts, partial(count_part, packed), run)
        if requests is None:
            return merge((_missing(problems), merging(counted)))
        of_mappings = _requests(requests, work.mappings)
        figures = merging(_gathered(counted, of_mappings))
        return merge((_missing(problems), figures, _played(of_mappings, project_types, run.workers, progress)))


def _requests(folder: Path, mappings: Sequence[str]) -> list[Requests]:
    # It needs the simulator, which takes its time to be imported.
    from conformance.backtest.projects import Requests

    return [Requests(folder, mapping) for mapping in mappings]


def _played(
    requests: Sequence[Requests], project_types: Sequence[str], workers: int, progress: Callable[[Figures], None]
) -> Figures:
    """What comes of the requests of each mapping in projects of each type."""
    from conformance.backtest.projects import play_in_projects, run_parts

    play = partial(run_parts, workers=workers, progress=lambda: progress(Figures()))
    return play_in_projects(requests, project_types, play)


def _not_on_a_cluster(scheduler: str) -> InputProblem:
    hint = "leave it out, or leave out the types of projects"
    return InputProblem(scheduler, 0, 0, "--scheduler", "cannot play requests in the order of time", hint)


@contextmanager
def _temporary_folder() -> Iterator[Path]:
    """A folder for what is read once, for messageIds and for requests, which is removed in the end.

    Raises:
        InputError: There is no place for them.
    """
    try:
        with TemporaryDirectory(prefix="iterable-harness-") as folder:
            yield Path(folder)
    except OSError as error:
        if error.errno not in _NO_PLACE:
            raise
        message, hint = "there is no room left", "name a folder with more room in $TMPDIR"
        raise InputError([InputProblem(gettempdir(), 0, 0, "", message, hint)]) from error


def _gathered(counted: Iterable[Counted], requests: Sequence[Requests]) -> Iterator[Counted]:
    """What was counted, while the requests that were written are taken."""
    for each in counted:
        if each.written is not None:
            for mapping in requests:
                mapping.take(each.written)
        yield each


def _merged(counted: Iterable[Counted], rows: RowFiles | None, progress: Callable[[Figures], None]) -> Figures:
    """The figures of all parts, whose rows are written."""
    figures = Figures()
    for each in counted:
        if rows is not None:
            rows.add(each)
        progress(each.figures)
        figures = merge((figures, each.figures))
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

"""A backtest from beginning to end: files in, figures out."""

from __future__ import annotations

import errno
import os
import pickle
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory, gettempdir
from typing import TYPE_CHECKING, Final

from conformance.backtest.archive import PART_SIZE, cut, find_files
from conformance.backtest.figures import Figures, merge
from conformance.backtest.pool import count_on_processes
from conformance.backtest.work import Work, count_part
from conformance.inputs.errors import InputError, InputProblem

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from conformance.backtest.archive import Part
    from conformance.backtest.projects import Requests
    from conformance.backtest.work import Counted
    from destination import Subscription


#: Errors of a disk that is full.
_NO_PLACE: Final = frozenset({errno.ENOSPC, errno.EDQUOT})


def _nothing(_: Figures) -> None:
    pass


def backtest(  # noqa: PLR0913  # all but the first two have defaults that are right for most
    sources: Sequence[str],
    new: Sequence[Subscription],
    old: Sequence[Subscription] | None = None,
    *,
    workers: int | None = None,
    scheduler: str | None = None,
    out: Path | None = None,
    masked: bool = False,
    part_size: int = PART_SIZE,
    project_types: Sequence[str] = (),
    progress: Callable[[Figures], None] = _nothing,
) -> Figures:
    """What a mapping makes of an archive, and what would change.

    Args:
        sources: Files, folders and globs.
        new: The subscriptions that are tried.
        old: Those they are held against; None to count without a comparison.
        workers: How many processes; the cores of this machine when None. The figures are the same for any number.
        scheduler: The address of a Dask scheduler, whose workers count instead.
        out: A new or empty folder for Parquet files of the requests that differ and of refusals.
        masked: Whether personal values are replaced in those files.
        part_size: Bytes of a file that a process takes at a time; the figures are the same for any size.
        project_types: Of `email`, `userid` and `hybrid`: what comes of the requests in a project of each is counted,
            too. This is done on this machine, with a temporary folder.
        progress: Called with the figures of each part.

    Raises:
        InputError: A source does not exist, or holds no files; no scheduler answers, or it cannot do what is wanted;
            the folder is not empty.
    """
    if project_types and scheduler is not None:
        message, hint = (
            "cannot play requests in the order of time",
            "leave it out, or leave out the types of projects",
        )
        raise InputError([InputProblem(scheduler, 0, 0, "--scheduler", message, hint)])
    if out is not None:
        _make_folder(out)
    parts = [part for file in find_files(sources) for part in cut(file, part_size)]
    workers = workers or os.cpu_count() or 1
    work = Work(tuple(new), None if old is None else tuple(old), rows=out is not None, masked=masked)
    if not project_types:
        return _merged(_counted(iter(parts), pickle.dumps(work), workers, scheduler), parts, out, progress)
    with _temporary_folder() as folder:
        work = replace(work, requests=folder)
        # It needs the simulator, which takes its time to be imported.
        from conformance.backtest.projects import Requests, play_in_projects, run_parts

        requests = [Requests(folder, mapping) for mapping in work.mappings]
        counted = _gathered(_counted(iter(parts), pickle.dumps(work), workers, None), requests)
        figures = _merged(counted, parts, out, progress)
        run = partial(run_parts, workers=workers, progress=lambda: progress(Figures()))
        return merge((figures, play_in_projects(requests, project_types, run)))


@contextmanager
def _temporary_folder() -> Iterator[Path]:
    """A folder for the requests, which is removed in the end.

    Raises:
        InputError: There is no place for them.
    """
    try:
        with TemporaryDirectory(prefix="iterable-harness-backtest-") as folder:
            yield Path(folder)
    except OSError as error:
        if error.errno not in _NO_PLACE:
            raise
        message, hint = "there is no place for the requests", "name a folder with more room in $TMPDIR"
        raise InputError([InputProblem(gettempdir(), 0, 0, "--project-type", message, hint)]) from error


def _gathered(counted: Iterable[Counted], requests: Sequence[Requests]) -> Iterator[Counted]:
    """What was counted, while the requests that were written are taken."""
    for each in counted:
        if each.written is not None:
            for mapping in requests:
                mapping.take(each.written)
        yield each


def _merged(
    counted: Iterable[Counted], parts: Sequence[Part], out: Path | None, progress: Callable[[Figures], None]
) -> Figures:
    """The figures of all parts, whose rows are written."""
    numbers = {part: number for number, part in enumerate(parts)}
    figures = Figures()
    for each in counted:
        if out is not None and (each.rows or not numbers[each.part]):
            _write_rows(out, numbers[each.part], each.rows)
        progress(each.figures)
        figures = merge((figures, each.figures))
    return figures


def _counted(parts: Iterator[Part], packed: bytes, workers: int, scheduler: str | None) -> Iterator[Counted]:
    task = partial(count_part, packed)
    if scheduler is None:
        return count_on_processes(parts, task, workers)
    from conformance.backtest.cluster import count_on_cluster

    return count_on_cluster(parts, task, scheduler)


def _make_folder(folder: Path) -> None:
    """Make a folder for Parquet files, or see to it that it has none of another backtest.

    Raises:
        InputError: It cannot be made, or is not empty, or there is nothing to write Parquet with.
    """
    if find_spec("pyarrow") is None:
        message, hint = "Parquet needs pyarrow, which is not installed", "pip install 'iterable-harness[scale]'"
    elif folder.is_dir() and any(folder.iterdir()):
        message, hint = "is not empty", "name a new folder"
    elif folder.exists() and not folder.is_dir():
        message, hint = "is not a folder", "name a new folder"
    else:
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            message, hint = f"cannot be made: {str(error.strerror).lower()}", ""
        else:
            return
    raise InputError([InputProblem(str(folder), 0, 0, "--out", message, hint)])


def _write_rows(folder: Path, number: int, content: bytes) -> None:
    """Write the rows of a part; the first part has a file in any case, so that there is one to read."""
    from conformance.backtest.parquet import to_parquet

    # Named after the part, so that the files are the same in whatever order parts end.
    (folder / f"part-{number:06}.parquet").write_bytes(content or to_parquet(()))

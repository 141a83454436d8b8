"""A backtest from beginning to end: files in, figures out."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from conformance.backtest.archive import PART_SIZE, cut, find_files
from conformance.backtest.figures import Figures, merge
from conformance.backtest.pool import count_parts

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from conformance.backtest.archive import Part
    from destination import Subscription


def _nothing(_: Figures) -> None:
    pass


def backtest(
    sources: Sequence[str],
    new: Sequence[Subscription],
    old: Sequence[Subscription] | None = None,
    *,
    workers: int | None = None,
    part_size: int = PART_SIZE,
    progress: Callable[[Figures], None] = _nothing,
) -> Figures:
    """What a mapping makes of an archive, and what would change.

    Args:
        sources: Files, folders and globs.
        new: The subscriptions that are tried.
        old: Those they are held against; None to count without a comparison.
        workers: How many processes; the cores of this machine when None. The figures are the same for any number.
        part_size: Bytes of a file that a process takes at a time; the figures are the same for any size.
        progress: Called with the figures of each part.

    Raises:
        InputError: A source does not exist, or holds no files.
    """
    files = find_files(sources)
    parts: Iterator[Part] = (part for file in files for part in cut(file, part_size))
    figures = Figures()
    for part in count_parts(parts, new, old, workers=workers or os.cpu_count() or 1):
        progress(part)
        figures = merge((figures, part))
    return figures

"""Parts of an archive counted on several processes of this machine."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conformance.backtest.work import lost
from conformance.part_pool import run_on_processes

if TYPE_CHECKING:
    from collections.abc import Iterator

    from conformance.backtest.archive import Part
    from conformance.backtest.work import Counted, Task


def count_on_processes(parts: Iterator[Part], task: Task, workers: int) -> Iterator[Counted]:
    """What comes of each part, in whatever order they are ready; what a process that dies had is counted again.

    Args:
        parts: The parts; taken as they are needed.
        task: What counts a part.
        workers: How many processes. With one, and for one part, it is this one, which starts sooner.
    """
    return run_on_processes(parts, task, workers, lost, did="counted")

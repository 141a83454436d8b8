"""A task for each of many parts, on several processes; one that dies is replaced, and what it had is begun again.

A process gives the result of a part back when it has all of it, so whatever a dead one had begun counts for nothing
and can be begun again: every part is counted once.
"""

from __future__ import annotations

import multiprocessing
from collections import Counter
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from itertools import chain, islice
from typing import TYPE_CHECKING, Final, Generic, TypeVar

from conformance.backtest.work import lost
from iterable_harness import start_worker

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from conformance.backtest.archive import Part
    from conformance.backtest.work import Counted, Task

PartT = TypeVar("PartT")
ResultT = TypeVar("ResultT")

#: How often a part may be at hand when a process dies before it is left out.
_TRIES: Final = 3
_DEATHS: Final = f"a process that counted this died, {_TRIES} times"
#: Parts that wait for each process, so that none has to wait for its next.
_AHEAD: Final = 2


def count_on_processes(parts: Iterator[Part], task: Task, workers: int) -> Iterator[Counted]:
    """What comes of each part, in whatever order they are ready.

    Args:
        parts: The parts; taken as they are needed.
        task: What counts a part.
        workers: How many processes. With one, and for one part, it is this one, which starts sooner.
    """
    return run_on_processes(parts, task, workers, lost)


def run_on_processes(
    parts: Iterator[PartT],
    task: Callable[[PartT], ResultT],
    workers: int,
    lost: Callable[[PartT, str], ResultT],
) -> Iterator[ResultT]:
    """What comes of each part, in whatever order they are ready.

    Args:
        parts: The parts; taken as they are needed.
        task: What is done with a part.
        workers: How many processes. With one, and for one part, it is this one, which starts sooner.
        lost: What comes of a part of which every process died, with a sentence that says so.
    """
    first = list(islice(parts, 2))
    if workers == 1 or len(first) <= 1:
        yield from map(task, chain(first, parts))
    else:
        yield from _Pool(workers, task, lost).run(chain(first, parts))


class _Pool(Generic[PartT, ResultT]):
    """Runs a task for each part on processes that are started anew when one of them dies."""

    def __init__(self, workers: int, task: Callable[[PartT], ResultT], lost: Callable[[PartT, str], ResultT]) -> None:
        self._workers = workers
        self._task = task
        self._lost = lost
        self._deaths: Counter[PartT] = Counter()

    def run(self, parts: Iterator[PartT]) -> Iterator[ResultT]:
        again: list[PartT] = []
        alone = False
        while True:
            # After a death one part at a time is given out, so that it shows which one it was.
            ahead = 1 if alone else self._workers * _AHEAD
            broken: list[PartT] = []
            yield from self._run_once(again, parts, ahead, broken, only_again=alone)
            if not broken:
                if not alone:
                    return
                alone = False
                continue
            for part in broken if alone else ():
                self._deaths[part] += 1
            given_up = [part for part in broken if self._deaths[part] >= _TRIES]
            yield from (self._lost(part, _DEATHS) for part in given_up)
            again = [part for part in broken if part not in given_up] + again
            alone = True

    def _run_once(
        self, again: list[PartT], parts: Iterator[PartT], ahead: int, broken: list[PartT], *, only_again: bool
    ) -> Iterator[ResultT]:
        """Run until there is nothing left or a process dies; the parts that have no figures then go to `broken`."""
        with self._executor(1 if only_again else self._workers) as executor:
            running: dict[Future[ResultT], PartT] = {}
            waiting: list[PartT] = []
            try:
                while True:
                    free = ahead - len(running)
                    waiting = [again.pop(0) for _ in range(min(free, len(again)))]
                    if not only_again:
                        waiting += islice(parts, free - len(waiting))
                    while waiting:
                        running[executor.submit(self._task, waiting[0])] = waiting[0]
                        waiting.pop(0)
                    if not running:
                        return
                    for future in wait(running, return_when=FIRST_COMPLETED).done:
                        counted = future.result()
                        del running[future]
                        yield counted
            except BrokenProcessPool:
                broken.extend([*running.values(), *waiting])
            finally:
                executor.shutdown(wait=False, cancel_futures=True)

    def _executor(self, workers: int) -> ProcessPoolExecutor:
        # The same on every system; a fork would take over the threads and the terminal of whoever calls.
        context = multiprocessing.get_context("spawn")
        return ProcessPoolExecutor(workers, context, initializer=start_worker)

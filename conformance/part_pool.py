"""Parts of some work done on several processes; one that dies is replaced, and what it had is done again.

A process gives the result of a part back when it has all of it, so whatever a dead one had begun counts for nothing
and can be begun again: every part has one result.
"""

from __future__ import annotations

import multiprocessing
import os
from collections import Counter, deque
from collections.abc import Callable, Hashable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from itertools import chain, islice
from typing import Final, Generic, TypeVar

from iterable_harness import start_worker

PartT = TypeVar("PartT", bound=Hashable)
ResultT = TypeVar("ResultT")

#: How often a part may be at hand when a process dies before it is left out.
_TRIES: Final = 3
_DEATHS: Final = f"a process that {{}} this died, {_TRIES} times"
#: Parts that wait for each process, so that none has to wait for its next.
_AHEAD: Final = 2


def cores() -> int:
    """How many processors this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def run_on_processes(
    parts: Iterator[PartT],
    task: Callable[[PartT], ResultT],
    workers: int,
    lost: Callable[[PartT, str], ResultT],
    *,
    did: str,
) -> Iterator[ResultT]:
    """The result of each part, in whatever order they are ready.

    Args:
        parts: The parts; taken as they are needed.
        task: What gives the result of a part. Another process can import it.
        workers: How many processes. With one, and for one part, it is this one, which starts sooner.
        lost: Gives the result of a part of which processes die, from the part and what to say of it.
        did: What a process does with a part, as a verb in the past: `counted`.
    """
    first = list(islice(parts, 2))
    if workers == 1 or len(first) <= 1:
        yield from map(task, chain(first, parts))
    else:
        yield from _Pool(workers, task, lambda part: lost(part, _DEATHS.format(did))).run(chain(first, parts))


def in_order(
    parts: Iterator[PartT], run: Callable[[Iterator[PartT]], Iterator[ResultT]], part_of: Callable[[ResultT], PartT]
) -> Iterator[ResultT]:
    """The results of parts in the order of the parts; what is ready before its turn waits.

    Args:
        parts: The parts, of which no two are equal.
        run: Gives their results in whatever order.
        part_of: The part that a result is of.
    """
    expected: deque[PartT] = deque()
    ready: dict[PartT, ResultT] = {}

    def noted() -> Iterator[PartT]:
        for part in parts:
            expected.append(part)
            yield part

    for result in run(noted()):
        ready[part_of(result)] = result
        while expected and expected[0] in ready:
            yield ready.pop(expected.popleft())


class _Pool(Generic[PartT, ResultT]):
    """Runs a task for each part on processes that are started anew when one of them dies."""

    def __init__(self, workers: int, task: Callable[[PartT], ResultT], lost: Callable[[PartT], ResultT]) -> None:
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
            yield from map(self._lost, given_up)
            again = [part for part in broken if part not in given_up] + again
            alone = True

    def _run_once(
        self, again: list[PartT], parts: Iterator[PartT], ahead: int, broken: list[PartT], *, only_again: bool
    ) -> Iterator[ResultT]:
        """Run until there is nothing left or a process dies; the parts that have no result then go to `broken`."""
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
                        result = future.result()
                        del running[future]
                        yield result
            except BrokenProcessPool:
                broken.extend([*running.values(), *waiting])
            finally:
                executor.shutdown(wait=False, cancel_futures=True)

    def _executor(self, workers: int) -> ProcessPoolExecutor:
        # The same on every system; a fork would take over the threads and the terminal of whoever calls.
        context = multiprocessing.get_context("spawn")
        return ProcessPoolExecutor(workers, context, initializer=start_worker)

"""Parts of an archive counted on several processes; one that dies is replaced, and what it had is counted again.

A process gives the figures of a part back when it has all of it, so whatever a dead one had begun counts for nothing
and can be begun again: every part is counted once.
"""

from __future__ import annotations

import multiprocessing
import pickle
from collections import Counter
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from itertools import chain, islice
from typing import TYPE_CHECKING, Final

from conformance.backtest.archive import read
from conformance.backtest.counting import Missing, count
from conformance.backtest.evaluation import Mappings
from conformance.backtest.figures import Figures, Position
from iterable_harness import start_worker

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from conformance.backtest.archive import Part
    from destination import Subscription

    Task = Callable[[Part], Figures]

#: How often a part may be at hand when a process dies before it is left out.
_TRIES: Final = 3
#: Parts that wait for each process, so that none has to wait for its next.
_AHEAD: Final = 2

_mappings: Mappings | None = None


def prepare(new: Sequence[Subscription], old: Sequence[Subscription] | None) -> None:
    """Compile the mappings that `count_part` uses in this process."""
    global _mappings  # noqa: PLW0603  # a process has one backtest, and compiles its mappings once
    _mappings = Mappings(new, old)


def count_part(part: Part) -> Figures:
    """The figures of a part, under the mappings of `prepare`."""
    if _mappings is None:
        raise RuntimeError("no mappings have been prepared in this process")
    return count(read(part), _mappings)


def count_parts(
    parts: Iterable[Part],
    new: Sequence[Subscription],
    old: Sequence[Subscription] | None,
    *,
    workers: int,
    task: Task = count_part,
) -> Iterator[Figures]:
    """The figures of each part, in whatever order they are ready.

    Args:
        parts: The parts; taken as they are needed.
        new: The subscriptions that are tried.
        old: Those they are held against, or None.
        workers: How many processes. With one, and for one part, it is this one, which starts sooner.
        task: What counts a part.
    """
    parts = iter(parts)
    first = list(islice(parts, 2))
    if workers == 1 or len(first) == 1:
        prepare(new, old)
        yield from map(task, chain(first, parts))
    else:
        yield from _Pool(pickle.dumps((prepare, (new, old))), workers, task).run(chain(first, parts))


class _Pool:
    """Runs a task for each part on processes that are started anew when one of them dies."""

    def __init__(self, setup: bytes, workers: int, task: Task) -> None:
        self._setup = setup
        self._workers = workers
        self._task = task
        self._deaths: Counter[Part] = Counter()

    def run(self, parts: Iterator[Part]) -> Iterator[Figures]:
        again: list[Part] = []
        alone = False
        while True:
            # After a death one part at a time is given out, so that it shows which one it was.
            ahead = 1 if alone else self._workers * _AHEAD
            broken: list[Part] = []
            yield from self._run_once(again, parts, ahead, broken, only_again=alone)
            if not broken:
                if not alone:
                    return
                alone = False
                continue
            for part in broken if alone else ():
                self._deaths[part] += 1
            lost = [part for part in broken if self._deaths[part] >= _TRIES]
            yield from map(_lost, lost)
            again = [part for part in broken if part not in lost] + again
            alone = True

    def _run_once(
        self, again: list[Part], parts: Iterator[Part], ahead: int, broken: list[Part], *, only_again: bool
    ) -> Iterator[Figures]:
        """Run until there is nothing left or a process dies; the parts that have no figures then go to `broken`."""
        with self._executor(1 if only_again else self._workers) as executor:
            running: dict[Future[Figures], Part] = {}
            waiting: list[Part] = []
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
                        figures = future.result()
                        del running[future]
                        yield figures
            except BrokenProcessPool:
                broken.extend([*running.values(), *waiting])
            finally:
                executor.shutdown(wait=False, cancel_futures=True)

    def _executor(self, workers: int) -> ProcessPoolExecutor:
        # The same on every system; a fork would take over the threads and the terminal of whoever calls.
        context = multiprocessing.get_context("spawn")
        return ProcessPoolExecutor(workers, context, initializer=start_worker, initargs=(self._setup,))


def _lost(part: Part) -> Figures:
    """The figures of a part that no process lived to count."""
    message = f"a process that counted this died, {_TRIES} times"
    place = Missing(Position(part.file, part.start, part.line), message)
    return count([place], Mappings(()))

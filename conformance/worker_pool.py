"""Processes that work beside this one, begun before this one has imported what they need as well."""

from __future__ import annotations

import signal
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from importlib import import_module
from multiprocessing import get_context
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextmanager
def worker_pool(processes: int, module: str) -> Iterator[ProcessPoolExecutor]:
    """A pool whose processes begin to import at once, and are given up at the end.

    Args:
        processes: How many, this one not included; at least one.
        module: What they import, by its dotted name.
    """
    pool = ProcessPoolExecutor(processes, get_context("spawn"), _leave_interruptions)
    try:
        for _ in range(processes):
            pool.submit(_import, module)
        yield pool
    finally:
        pool.shutdown(wait=False, cancel_futures=True)


def _leave_interruptions() -> None:
    # An interruption is the parent's to handle; a terminal sends it to everybody.
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def _import(module: str) -> None:
    import_module(module)

"""Parts of an archive counted on a Dask cluster; it comes with the extra `scale`.

The workers read the files themselves, so the archive must be at the same place for all of them. What goes over the
network is the mappings, the names of files and, on the way back, figures, with the examples in them.
"""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Final

from conformance.backtest.work import lost
from conformance.inputs.errors import InputError, InputProblem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from conformance.backtest.archive import Part
    from conformance.backtest.work import Counted, Task

#: Parts that wait for each thread of the cluster, so that none has to wait for its next.
_AHEAD: Final = 2
_SECONDS_TO_CONNECT: Final = 10


def count_on_cluster(parts: Iterator[Part], task: Task, address: str) -> Iterator[Counted]:
    """What comes of each part, in whatever order they are ready; what a worker that dies had is counted again.

    Args:
        parts: The parts; taken as they are needed.
        task: What counts a part; the workers can import it.
        address: The scheduler, such as `tcp://10.0.0.5:8786`.

    Raises:
        InputError: There is no scheduler at the address, or the extra is not installed.
    """
    try:
        from distributed import Client, KilledWorker, as_completed
    except ImportError as error:
        hint = "pip install 'iterable-harness[scale]'"
        raise InputError([InputProblem(address, 0, 0, "--scheduler", "Dask is not installed", hint)]) from error
    try:
        client = Client(address, timeout=_SECONDS_TO_CONNECT)
    except (OSError, ValueError, TypeError) as error:
        hint = "name one such as tcp://127.0.0.1:8786"
        raise InputError([InputProblem(address, 0, 0, "--scheduler", "no Dask scheduler answers", hint)]) from error
    with client:
        wanted = max(1, sum(client.nthreads().values())) * _AHEAD
        # Not pure: what a file held at another time is not what it holds.
        running = {client.submit(task, part, pure=False): part for part in islice(parts, wanted)}
        ready = as_completed(list(running))
        for future in ready:
            part = running.pop(future)
            try:
                counted: Counted = future.result()
            except KilledWorker:
                counted = lost(part, "the workers that counted this died")
            for following in islice(parts, 1):
                another = client.submit(task, following, pure=False)
                running[another] = following
                ready.add(another)
            yield counted

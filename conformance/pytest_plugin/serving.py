"""A simulator that listens on a free port, in a thread of its own, while a test runs."""

from __future__ import annotations

import asyncio
from contextlib import contextmanager
from threading import Thread
from typing import TYPE_CHECKING, Final

from conformance.tracking_service.surface import Place, TrackingSurface
from simulator import Server

if TYPE_CHECKING:
    from collections.abc import Iterator

    from simulator import Clock, Simulator

#: Seconds in which a server on the loopback address starts and stops, even on a machine under load.
_PATIENCE: Final = 30.0


@contextmanager
def served(simulator: Simulator, clock: Clock) -> Iterator[str]:
    """Serve a simulator on the loopback address, with Segment in front of it; gives the address.

    Raises:
        OSError: Nothing can listen there.
    """
    loop = asyncio.new_event_loop()
    thread = Thread(target=loop.run_forever, name="iterable-server", daemon=True)
    thread.start()
    server = Server(simulator, clock, port=0, surfaces=[TrackingSurface(Place(simulator, clock))])
    try:
        yield asyncio.run_coroutine_threadsafe(server.start(), loop).result(_PATIENCE)
        asyncio.run_coroutine_threadsafe(server.stop(), loop).result(_PATIENCE)
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join(_PATIENCE)
        loop.close()

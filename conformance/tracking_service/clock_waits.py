"""Waiting on the simulator's clock, which runs with the machine's or stands until somebody moves it."""

from __future__ import annotations

import asyncio
import heapq
from itertools import count
from math import ceil
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from simulator.clock import Clock


class ClockWaits:
    """Lets others wait until the simulator's clock shows an instant.

    Args:
        clock: The clock; whoever moves it calls `look` afterwards.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._waits: list[tuple[int, int, asyncio.Future[None]]] = []
        self._order = count()
        self._timer: asyncio.TimerHandle | None = None

    async def sleep(self, seconds: float) -> None:
        """Wait for some seconds of the clock."""
        waiting: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        due = self._clock.now() + ceil(seconds * 1000)
        heapq.heappush(self._waits, (due, next(self._order), waiting))
        self.look()
        await waiting

    @property
    def next_due(self) -> int | None:
        """When the first wait ends, in milliseconds since 1970; None when nobody waits."""
        while self._waits and self._waits[0][2].done():
            heapq.heappop(self._waits)
        return self._waits[0][0] if self._waits else None

    @property
    def stands(self) -> bool:
        """Whether the clock stands, so that waits end only when it is moved."""
        return self._clock.setting()[0] is not None

    def look(self) -> None:
        """End the waits that are over by the clock, and come back for the next where the clock runs."""
        now = self._clock.now()
        while (due := self.next_due) is not None and due <= now:
            heapq.heappop(self._waits)[2].set_result(None)
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if due is not None and not self.stands:
            self._timer = asyncio.get_running_loop().call_later((due - now) / 1000, self.look)

    def close(self) -> None:
        """Come back no more."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

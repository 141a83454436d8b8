"""A snapshot made and saved by a copy of the server: to write everybody down takes a second and more."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from simulator.child_process import Child, ChildError
from simulator.engine.snapshot import capture

if TYPE_CHECKING:
    from simulator.clock import Clock
    from simulator.engine.simulator import Simulator
    from simulator.persistence.sqlite_journal import StoredJournal


def saved(journal: StoredJournal, simulator: Simulator, clock: Clock, number: int, generation: int) -> str:
    """Save a snapshot of the present state here and now; gives why that was impossible, or an empty text.

    Args:
        journal: The journal that it belongs to.
        simulator: The simulator.
        clock: Its clock.
        number: The number of the last entry.
        generation: How often the journal had been emptied by then.
    """
    try:
        journal.snapshots.save(generation, number, capture(simulator, clock), journal.last_checksums)
    except OSError as error:
        return str(error)
    return ""


class Saving:
    """A snapshot of the state as it is when this is called, saved when its entries are stored.

    Args:
        journal: The journal that it belongs to; what leads to the state has been written there.
        simulator: The simulator.
        clock: Its clock.
        number: The number of the last entry.

    Raises:
        OSError: The system has no room for another process.
    """

    def __init__(self, journal: StoredJournal, simulator: Simulator, clock: Clock, number: int) -> None:
        self._journal = journal
        self._number = number
        self._generation = journal.generation_written
        self._child = Child(lambda: saved(journal, simulator, clock, number, self._generation).encode())

    async def save(self) -> str:
        """Save it, and note that it is there; gives why that was impossible, or an empty text."""
        try:
            problem = b"".join(await self._child.result()).decode()
        except ChildError as error:
            problem = str(error)
        finally:
            await self._child.close()
        if not problem and self._generation == self._journal.generation:
            loop = asyncio.get_running_loop()
            await loop.run_in_executor(None, self._journal.save_snapshot_number, self._number)
        return problem

    async def give_up(self) -> None:
        """Save nothing."""
        await self._child.close()

"""What a delivery needs of the program around it: time, chance, and whoever follows its progress."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Awaitable, Sequence

    from conformance.delivery.account import Delivery
    from conformance.inputs.events import ReadEvent


def _ignore(read: ReadEvent, deliveries: Sequence[Delivery]) -> None:
    """Nobody follows the progress."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Runtime:
    """Time, chance and progress; the defaults are those of the machine, and tests pass their own.

    Attributes:
        sleep: Waits for some seconds.
        now: Seconds since the epoch.
        chance: A number from 0 to 1.
        observe: Called with each event and its deliveries once it is done.
        warn: Called with what whoever sends should know, in one sentence, once for each kind of thing.
    """

    sleep: Callable[[float], Awaitable[object]] = asyncio.sleep
    now: Callable[[], float] = time.time
    chance: Callable[[], float] = random.random
    observe: Callable[[ReadEvent, Sequence[Delivery]], object] = _ignore
    warn: Callable[[str], object] = len

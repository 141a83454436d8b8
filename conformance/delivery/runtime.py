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


@dataclass(frozen=True, slots=True, kw_only=True)
class Runtime:
    """Time, chance and progress; the defaults are those of the machine, and tests pass their own.

    Attributes:
        sleep: Waits for some seconds.
        now: Seconds since the epoch.
        chance: A number from 0 to 1.
        observe: Called with the deliveries of each event once it is done.
        warn: Called with what whoever sends should know, in one sentence, once for each kind of thing.
    """

    sleep: Callable[[float], Awaitable[object]] = asyncio.sleep
    now: Callable[[], float] = time.time
    chance: Callable[[], float] = random.random
    observe: Callable[[Sequence[Delivery]], object] = len
    warn: Callable[[str], object] = len

"""How fast a run goes against a service that others use as well."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterator

_FIRST_PAUSE: Final = 0.25
_LONGEST_PAUSE: Final = 5.0


class Sleeper(Protocol):
    """Time that passes."""

    def now(self) -> float:
        """Seconds since the epoch."""
        ...

    def sleep(self, seconds: float) -> None:
        """Come back after so many seconds."""
        ...


class RealSleeper:
    """The machine's time."""

    def now(self) -> float:
        """Seconds since the epoch."""
        return time.time()

    def sleep(self, seconds: float) -> None:
        """Come back after so many seconds."""
        time.sleep(seconds)


@dataclass(slots=True)
class Throttle:
    """Keeps calls of one kind apart, so that no more are made in a second than the service allows.

    Attributes:
        sleeper: Time.
    """

    sleeper: Sleeper
    _next: dict[str, float] = field(default_factory=dict)

    def take(self, kind: str, per_second: float) -> None:
        """Wait until one more call of a kind may be made."""
        now = self.sleeper.now()
        due = self._next.get(kind, now)
        if due > now:
            self.sleeper.sleep(due - now)
        self._next[kind] = max(due, now) + 1 / per_second


def pauses(wait_timeout: float) -> Iterator[float]:
    """Pauses that grow, in seconds, until together they are as long as a timeout."""
    spent, pause = 0.0, _FIRST_PAUSE
    while spent < wait_timeout:
        yield min(pause, wait_timeout - spent)
        spent += pause
        pause = min(_LONGEST_PAUSE, pause * 2)

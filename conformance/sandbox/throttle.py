"""How fast a run goes against a service that others use as well."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterator

_FIRST_PAUSE: Final = 0.25
_LONGEST_PAUSE: Final = 5.0


class Waiter(Protocol):
    """Time that passes."""

    def now(self) -> float:
        """Seconds since the epoch."""
        ...

    def wait(self, seconds: float) -> None:
        """Come back after so many seconds."""
        ...


class RealWaiter:
    """The machine's time."""

    def now(self) -> float:
        """Seconds since the epoch."""
        return time.time()

    def wait(self, seconds: float) -> None:
        """Come back after so many seconds."""
        time.sleep(seconds)


@dataclass(slots=True)
class Pace:
    """Keeps calls of one kind apart, so that no more are made in a second than the service allows.

    Attributes:
        waiter: Time.
    """

    waiter: Waiter
    _next: dict[str, float] = field(default_factory=dict)

    def take(self, kind: str, per_second: float) -> None:
        """Wait until one more call of a kind may be made."""
        now = self.waiter.now()
        due = self._next.get(kind, now)
        if due > now:
            self.waiter.wait(due - now)
        self._next[kind] = max(due, now) + 1 / per_second


def pauses(patience: float) -> Iterator[float]:
    """Pauses that grow, in seconds, until they come to as much as somebody's patience."""
    spent, pause = 0.0, _FIRST_PAUSE
    while spent < patience:
        yield min(pause, patience - spent)
        spent += pause
        pause = min(_LONGEST_PAUSE, pause * 2)

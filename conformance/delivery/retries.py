"""When a delivery is tried again, and after how long."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Final

from destination import DestinationError, HTTPError

if TYPE_CHECKING:
    from collections.abc import Callable

_DEFAULT_ATTEMPTS: Final = 5
_DEFAULT_BASE_DELAY: Final = 0.5
#: Seconds; the longest wait that `Retry-After` can ask for unless a policy says otherwise.
LONGEST_DELAY: Final = 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class RetryPolicy:
    """How often a delivery is tried, with delays that double and are randomised, as Segment's do.

    Attributes:
        attempts: Tries in all, the first included.
        base_delay: Seconds before the second try, before randomisation.
        longest_delay: No delay is longer, whatever `Retry-After` asks for.
    """

    attempts: int = _DEFAULT_ATTEMPTS
    base_delay: float = _DEFAULT_BASE_DELAY
    longest_delay: float = LONGEST_DELAY

    def delay(
        self,
        error: DestinationError,
        tries: int,
        *,
        now: Callable[[], float],
        chance: Callable[[], float],
    ) -> float | None:
        """Seconds until the next try; None when there is to be none.

        Args:
            error: What the last try ended with.
            tries: Tries so far.
            now: The present, in seconds since the epoch, for a `Retry-After` that is a date.
            chance: A number from 0 to 1: the delay is between half of its full length and all of it.
        """
        if not error.retryable or tries >= self.attempts:
            return None
        backoff: float = self.base_delay * 2.0 ** (tries - 1) * (0.5 + chance() / 2)
        return min(self.longest_delay, max(backoff, _retry_after(error, now)))

    def warning(self, error: DestinationError, now: Callable[[], float]) -> str:
        """What to say when a reply asks for a longer wait than it gets; empty when it does not."""
        asked = _retry_after(error, now)
        if asked <= self.longest_delay:
            return ""
        return f"Retry-After asks for {asked:.0f} s; no wait is longer than {self.longest_delay:.0f} s"


def _retry_after(error: DestinationError, now: Callable[[], float]) -> float:
    """What the reply asks for, in seconds from now; 0 when it asks for nothing that can be read."""
    if not isinstance(error, HTTPError):
        return 0.0
    value = error.reply.headers.get("retry-after", "").strip()
    if value.isascii() and value.isdigit():
        return float(value)
    try:
        moment = parsedate_to_datetime(value)
    except (ValueError, OverflowError):
        return 0.0
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return max(0.0, moment.timestamp() - now())

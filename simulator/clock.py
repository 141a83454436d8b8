"""The simulator's time: real time, or one that stands still until it is moved."""

from __future__ import annotations

import time
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from simulator.message import Instant

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
#: The first and the last millisecond that a calendar of four-digit years can show.
_EARLIEST: Final = (datetime(1, 1, 1, tzinfo=UTC) - _EPOCH) // timedelta(milliseconds=1)
_LATEST: Final = (datetime(9999, 12, 31, 23, 59, 59, 999_000, tzinfo=UTC) - _EPOCH) // timedelta(milliseconds=1)
#: How far a clock that runs can be put ahead: not to where it would reach the end of the calendar by itself.
_LATEST_RUNNING: Final = (datetime(9998, 12, 31, 23, 59, 59, 999_000, tzinfo=UTC) - _EPOCH) // timedelta(
    milliseconds=1
)


def system_time() -> Instant:
    """The machine's time."""
    return time.time_ns() // 1_000_000


class Clock:
    """A clock that runs with the machine's, or stands where it was set.

    Advancing a clock that runs leaves it running, ahead by so much; advancing one that stands moves it.

    Args:
        fixed: Where the clock stands at first; None lets it run.
        read: The machine's time.

    Raises:
        ValueError: `fixed` is not in the years 1 to 9999.
    """

    def __init__(self, fixed: Instant | None = None, *, read: Callable[[], Instant] = system_time) -> None:
        self._read = read
        self._fixed = None if fixed is None else _in_range(fixed)
        self._ahead = 0

    def setting(self) -> tuple[Instant | None, Instant]:
        """Where the clock stands, None when it runs, and how far it is ahead of the machine's, in milliseconds."""
        return self._fixed, self._ahead

    def restore_from(self, setting: tuple[Instant | None, Instant]) -> None:
        """Go on with what `setting` gave."""
        self._fixed, self._ahead = setting

    @property
    def is_real(self) -> bool:
        """Whether the clock shows the machine's time, not advanced."""
        return self._fixed is None and self._ahead == 0

    @property
    def is_running(self) -> bool:
        """Whether the clock goes on by itself, be it ahead of the machine's."""
        return self._fixed is None

    def now(self) -> Instant:
        """The present, in milliseconds since the epoch; at the end of the calendar, the end."""
        return min(self._read() + self._ahead, _LATEST) if self._fixed is None else self._fixed

    @contextmanager
    def held(self, present: Instant | None = None) -> Iterator[Instant]:
        """Let the machine's time stand still meanwhile; gives the present.

        Args:
            present: What the clock is to show; None for what it shows. A clock that stands where it was set shows
                that.
        """
        read = self._read
        machine = read() if present is None else present - self._ahead
        self._read = lambda: machine
        try:
            yield self.now()
        finally:
            self._read = read

    def advance(self, seconds: float) -> None:
        """Move the clock forward.

        Raises:
            TypeError: `seconds` is no number.
            ValueError: The number of seconds is negative (time does not run backwards for Iterable either), or it
                goes beyond the year 9999, or 9998 for a clock that runs on from there; the clock is as it was.
        """
        if not isinstance(seconds, int | float):
            raise TypeError(f"a clock is advanced by seconds, as a number such as 86400, not by {seconds!r}")
        if not 0 <= seconds <= (_LATEST - _EARLIEST) / 1000:
            raise ValueError(f"a clock can be advanced by 0 seconds or more, within the year 9999, not by {seconds}")
        milliseconds = round(seconds * 1000)
        moved = _in_range(self.now() + milliseconds)
        if self._fixed is None:
            if moved > _LATEST_RUNNING:
                raise ValueError("a running clock can be advanced within the years 1 to 9998, in UTC")
            self._ahead += milliseconds
        else:
            self._fixed = moved

    def set(self, instant: Instant) -> None:
        """Let the clock stand at an instant, in milliseconds since the epoch.

        Raises:
            TypeError: `instant` is no number.
            ValueError: The instant is not in the years 1 to 9999.
        """
        self._fixed = _in_range(instant)
        self._ahead = 0

    def run(self) -> None:
        """Show the machine's time again."""
        self._fixed = None
        self._ahead = 0


def parse_instant(text: str) -> Instant:
    """The instant that an ISO 8601 text names; one without a zone is in UTC.

    Raises:
        ValueError: It is no such text, or no date of the years 1 to 9999 in UTC.
    """
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise ValueError(f"{text!r} is not a date and time: {error}; write one like 2026-08-20T12:00:00Z") from error
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return _in_range((aware - _EPOCH) // timedelta(milliseconds=1))


def _in_range(instant: Instant) -> Instant:
    if not isinstance(instant, int | float):
        raise TypeError(f"an instant is milliseconds since 1970, as a number such as 1787227200000, not {instant!r}")
    if not _EARLIEST <= instant <= _LATEST:
        raise ValueError("an instant must be in the years 1 to 9999, in UTC")
    return instant


def format_instant(instant: Instant) -> str:
    """The instant as ISO 8601 text in UTC with milliseconds, such as `2026-08-20T12:00:00.000Z`."""
    moment = _EPOCH + timedelta(milliseconds=instant)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")

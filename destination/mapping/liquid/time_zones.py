"""The time zones in which LiquidJS shows dates, by name or by their distance from UTC."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Final
from zoneinfo import ZoneInfo, available_timezones

from destination.mapping.liquid.errors import Failure
from destination.mapping.liquid.values import as_number, is_nothing

#: The first and the last second that Python has a date for in every zone.
_FIRST_SECOND: Final = -62_135_510_400
_LAST_SECOND: Final = 253_402_214_400


@dataclass(frozen=True, slots=True)
class Zone:
    """Where a date is shown.

    Attributes:
        name: What `%Z` shows; the offset when empty.
        behind: By how many minutes its clocks are behind those of UTC.
    """

    name: str = "UTC"
    behind: float = 0

    def offset(self, colon: str) -> str:
        """The offset as in `+0130`, with a colon between hours and minutes where there is one."""
        hours, minutes = divmod(int(abs(self.behind)), 60)
        return f"{'-' if self.behind > 0 else '+'}{hours:02}{colon}{minutes:02}"


def find_zone(wanted: object, instant: int) -> Zone:
    """The zone that an argument names, by its name or by the minutes that it is behind.

    Raises:
        FilterFailure: There is no such zone.
    """
    if is_nothing(wanted):
        return Zone()
    if not isinstance(wanted, str):
        return Zone("", as_number(wanted))
    key = _zone_names().get(wanted.lower())
    if key is None:
        raise Failure(f"Invalid time zone specified: {wanted}")
    # Python's dates end where JavaScript's go on; no zone has changed its rules by then.
    within = min(max(instant / 1000, _FIRST_SECOND), _LAST_SECOND)
    offset = datetime.fromtimestamp(within, ZoneInfo(key)).utcoffset() or timedelta()
    return Zone(wanted, -offset.total_seconds() / 60)


@cache
def _zone_names() -> Mapping[str, str]:
    return {name.lower(): name for name in available_timezones()}

"""The proleptic Gregorian calendar as JavaScript counts it: milliseconds since the epoch, parts that overflow."""

from __future__ import annotations

from functools import lru_cache
from typing import Final

LARGEST_INSTANT: Final = 8_640_000_000_000_000
DAY: Final[int] = 86_400_000
_DAYS_TO_EPOCH: Final = 719_468


def instant_from(year: int, month: int, day: int, milliseconds: int) -> int | None:
    """The instant of a date whose month counts from 0 and whose parts may overflow."""
    carried, month = divmod(month, 12)
    instant = (first_of_month(year + carried, month + 1) + day - 1) * DAY + milliseconds
    return instant if abs(instant) <= LARGEST_INSTANT else None


@lru_cache(maxsize=256)
def first_of_month(year: int, month: int) -> int:
    """Days from the epoch to the first of a month, in the proleptic Gregorian calendar."""
    if month <= 2:
        year -= 1
    era, year_of_era = divmod(year, 400)
    day_of_year = (153 * ((month + 9) % 12) + 2) // 5
    return era * 146_097 + year_of_era * 365 + year_of_era // 4 - year_of_era // 100 + day_of_year - _DAYS_TO_EPOCH


def civil_date(days: int) -> tuple[int, int, int]:
    """Year, month and day of a number of days since the epoch."""
    era, day_of_era = divmod(days + _DAYS_TO_EPOCH, 146_097)
    year_of_era = (day_of_era - day_of_era // 1460 + day_of_era // 36_524 - day_of_era // 146_096) // 365
    day_of_year = day_of_era - (365 * year_of_era + year_of_era // 4 - year_of_era // 100)
    shifted = (5 * day_of_year + 2) // 153
    month = shifted + 3 if shifted < 10 else shifted - 9
    year = year_of_era + era * 400 + (month <= 2)
    return year, month, day_of_year - (153 * shifted + 2) // 5 + 1

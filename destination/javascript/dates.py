"""Dates as Node reads and writes them: `Date.parse` with its lenient fallback, and dayjs.

Everything is in milliseconds since the Unix epoch; None stands for an invalid date. The local zone is UTC, as
in production. Sources: ECMAScript 2023 (date time string format), observed behaviour of V8 in Node 20 and of
dayjs 1.11.23.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Final

from destination.javascript.calendar import DAY, LARGEST_INSTANT, civil_date, first_of_month, instant_from
from destination.javascript.date_parser import parse_leniently

#: What dayjs takes apart by itself when the text does not end in z or Z.
_DAYJS: Final = re.compile(
    r"([0-9]{4})[-/]?([0-9]{1,2})?[-/]?([0-9]{0,2})[Tt\s]*"
    r"([0-9]{1,2})?:?([0-9]{1,2})?:?([0-9]{1,2})?[.:]?([0-9]+)?"
)
#: The form that nearly every date has, in UTC; whoever does not have it is read piece by piece.
_USUAL: Final = re.compile(
    r"[0-9]{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01])"
    r"T(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](?:\.[0-9]{1,9})?Z"
)
_MILLISECOND_DIGITS: Final = 3
#: A day that every month has.
_SHORTEST_MONTH: Final = "28"
__all__ = [
    "LARGEST_INSTANT",
    "has_such_day",
    "has_usual_form",
    "instant_of",
    "iso_parts",
    "parse_date",
    "parse_dayjs",
    "usual_seconds",
]


def parse_date(text: str) -> int | None:
    """`new Date(text)`: the standard form first, then V8's lenient parser."""
    if not _USUAL.fullmatch(text):
        return parse_leniently(text)
    seconds = (int(text[11:13]) * 60 + int(text[14:16])) * 60 + int(text[17:19])
    fraction = text[20:-1][:_MILLISECOND_DIGITS]
    milliseconds = int(fraction.ljust(_MILLISECOND_DIGITS, "0")) if fraction else 0
    return _midnight(text[:10]) + seconds * 1000 + milliseconds


@lru_cache(maxsize=256)
def _midnight(day: str) -> int:
    """The instant at which a day such as `2024-02-29` begins."""
    return (first_of_month(int(day[:4]), int(day[5:7])) + int(day[8:]) - 1) * DAY


#: Whether a text is a date and time in the form that nearly all have; each of that form is valid.
has_usual_form: Final[Callable[[str], object]] = _USUAL.fullmatch


def usual_seconds(text: str) -> int | None:
    """The whole seconds of a text in the usual form; None for others."""
    # Events that come together are of few minutes.
    return _minute(text[:16]) + int(text[17:19]) if _USUAL.fullmatch(text) else None


@lru_cache(maxsize=4096)
def _minute(text: str) -> int:
    """The seconds at which a minute such as `2024-02-29T12:00` begins."""
    return _midnight(text[:10]) // 1000 + (int(text[11:13]) * 60 + int(text[14:16])) * 60


def has_such_day(text: str) -> bool:
    """Whether the month of a text in the usual form has its day, so that the day does not roll over."""
    day = text[8:10]
    return day <= _SHORTEST_MONTH or day <= _last_day(text[:7])


@lru_cache(maxsize=256)
def _last_day(month: str) -> str:
    """The number of the last day of a month such as `2024-02`."""
    year, number = int(month[:4]), int(month[5:])
    following = first_of_month(year + number // 12, number % 12 + 1)
    return str(following - first_of_month(year, number))


def parse_dayjs(text: str) -> int | None:
    """`dayjs(text)`: parts in the local zone where the text looks like a date without one."""
    if text[-1:] not in {"z", "Z"} and (match := _DAYJS.fullmatch(text)):
        year, month, day, hour, minute, second, fraction = match.groups()
        month_number = int(month) - 1 if month else 0
        full_year = int(year)
        return instant_from(
            # JavaScript's constructor adds the century to years of two digits.
            full_year + 1900 if full_year <= 99 else full_year,
            month_number,
            int(day) if day else 1,
            ((int(hour or 0) * 60 + int(minute or 0)) * 60 + int(second or 0)) * 1000
            + int((fraction or "0")[:_MILLISECOND_DIGITS]),
        )
    return parse_date(text)


def iso_parts(instant: int) -> tuple[str, str]:
    """The date and the time of day of `toISOString`, without `T`, fraction and zone."""
    days, rest = divmod(instant, DAY)
    year, month, day = civil_date(days)
    seconds = rest // 1000
    if 0 <= year <= 9999:
        shown = f"{year:04}"
    else:
        shown = f"{'-' if year < 0 else '+'}{abs(year):06}"
    return f"{shown}-{month:02}-{day:02}", f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}"


def instant_of(moment: datetime) -> int:
    """The instant of a date object that a host passed; one without a zone is taken for UTC."""
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return (aware - _EPOCH) // timedelta(milliseconds=1)


_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)

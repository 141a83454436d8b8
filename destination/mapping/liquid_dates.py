"""The `date` filter of LiquidJS 10.30: what it reads as a date, and the directives of its format. Time zone UTC."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from destination.javascript.calendar import DAY, LARGEST_INSTANT, civil_date, first_of_month
from destination.javascript.dates import parse_date
from destination.javascript.values import is_number, to_text
from destination.mapping.liquid_values import is_nothing, liquid_text

_USUAL_FORMAT: Final = "%A, %B %-e, %Y at %-l:%M %P %z"
_WEEKDAYS: Final = ("Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday")
_MONTHS: Final = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
_DIRECTIVE: Final = re.compile(r"%(?P<flags>[-_0^#:]+)?(?P<width>\d+)?(?:[EO])?(?P<letter>.)")
_PADDED_WITH_BLANKS: Final = frozenset("aAbBceklpP")
_WIDTHS: Final = dict.fromkeys("CdeHIklmMSUWy", 2) | {"j": 3, "L": 3, "Y": 4}


@dataclass(frozen=True, slots=True)
class _Moment:
    """An instant in its parts; the weekday counts from Sunday, the day of the year from 1."""

    instant: int
    year: int
    month: int
    day: int
    weekday: int
    day_of_year: int
    hour: int
    minute: int
    second: int
    millisecond: int


def _moment(instant: int) -> _Moment:
    days, rest = divmod(instant, DAY)
    year, month, day = civil_date(days)
    seconds, millisecond = divmod(rest, 1000)
    return _Moment(
        instant,
        year,
        month,
        day,
        (days + 4) % 7,
        days - first_of_month(year, 1) + 1,
        seconds // 3600,
        seconds // 60 % 60,
        seconds % 60,
        millisecond,
    )


def _week(moment: _Moment, first_day: int) -> int:
    return (moment.day_of_year - 1 - (moment.weekday - first_day) % 7 + 7) // 7


def _ordinal(day: int) -> str:
    return "th" if day in {11, 12, 13} else {1: "st", 2: "nd", 3: "rd"}.get(day % 10, "th")


_PARTS: Final[Mapping[str, Callable[[_Moment], object]]] = {
    "a": lambda moment: _WEEKDAYS[moment.weekday][:3],
    "A": lambda moment: _WEEKDAYS[moment.weekday],
    "b": lambda moment: _MONTHS[moment.month - 1][:3],
    "B": lambda moment: _MONTHS[moment.month - 1],
    "C": lambda moment: moment.year // 100,
    "d": lambda moment: moment.day,
    "e": lambda moment: moment.day,
    "h": lambda moment: _MONTHS[moment.month - 1][:3],
    "H": lambda moment: moment.hour,
    "I": lambda moment: moment.hour % 12 or 12,
    "j": lambda moment: moment.day_of_year,
    "k": lambda moment: moment.hour,
    "l": lambda moment: moment.hour % 12 or 12,
    "L": lambda moment: moment.millisecond,
    "m": lambda moment: moment.month,
    "M": lambda moment: moment.minute,
    "p": lambda moment: "AM" if moment.hour < 12 else "PM",  # noqa: PLR2004  # noon
    "P": lambda moment: "am" if moment.hour < 12 else "pm",  # noqa: PLR2004  # noon
    "q": lambda moment: _ordinal(moment.day),
    "s": lambda moment: moment.instant // 1000,
    "S": lambda moment: moment.second,
    "u": lambda moment: moment.weekday or 7,
    "U": lambda moment: _week(moment, 0),
    "w": lambda moment: moment.weekday,
    "W": lambda moment: _week(moment, 1),
    "y": lambda moment: moment.year % 100,
    "Y": lambda moment: moment.year,
    "t": lambda _: "\t",
    "n": lambda _: "\n",
    "%": lambda _: "%",
}


def format_date(value: object, wanted: object = None) -> object:
    """A date as text, or the value itself when it is none.

    Args:
        value: Seconds since the epoch, or a text as JavaScript reads dates.
        wanted: The format; the usual one of LiquidJS when absent.
    """
    instant = _instant(value)
    if instant is None:
        return value
    moment = _moment(instant)
    text = _USUAL_FORMAT if is_nothing(wanted) else liquid_text(wanted)
    return _DIRECTIVE.sub(lambda match: _formatted(match, moment), text)


def _instant(value: object) -> int | None:
    if is_nothing(value) or isinstance(value, dict):
        return None
    if isinstance(value, bool):
        return int(value)
    if isinstance(value, str) and value in {"now", "today"}:
        return time.time_ns() // 1_000_000
    if isinstance(value, str) and re.fullmatch(r"[0-9]+", value):
        return _of_seconds(float(value))
    if is_number(value):
        return _of_seconds(value)
    return parse_date(to_text(value))


def _of_seconds(seconds: float) -> int | None:
    return int(seconds * 1000) if abs(seconds * 1000) <= LARGEST_INSTANT else None


def _formatted(match: re.Match[str], moment: _Moment) -> str:
    letter, flags = match["letter"], match["flags"] or ""
    width = int(match["width"] or _WIDTHS.get(letter, 0))
    if letter in "zZ":
        text = "+00:00" if ":" in flags else "+0000"
    elif letter == "N":
        text = f"{moment.millisecond:03}"[: width or 9].ljust(width or 9, "0")
    elif letter in _PARTS:
        text = str(_PARTS[letter](moment))
    else:
        return match[0]
    if "^" in flags:
        text = text.upper()
    elif "#" in flags:
        text = text.lower() if any(character.isupper() for character in text[1:]) else text.upper()
    if "-" in flags:
        return text
    blank = "_" in flags or (letter in _PADDED_WITH_BLANKS and "0" not in flags)
    return text.rjust(width, " " if blank else "0")

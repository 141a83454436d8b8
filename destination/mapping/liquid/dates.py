"""The filters on dates, long for the tables of their formats.

The time zone is UTC and the language English, as in Segment's build.
"""

from __future__ import annotations

import math
import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Final

from destination.javascript.calendar import DAY, LARGEST_INSTANT, civil_date, first_of_month
from destination.javascript.dates import parse_date
from destination.javascript.values import UNDEFINED, is_number, to_text
from destination.mapping.liquid.time_zones import Zone, find_zone
from destination.mapping.liquid.values import Filter, is_nothing, liquid_text, to_value

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
_DIRECTIVE: Final = re.compile(r"%(?P<flags>[-_0^#:]*)(?P<width>[0-9]*)(?:[EO])?(?P<letter>.)")
_DIGITS: Final = re.compile("[0-9]+")
_SMALL_LETTER: Final = re.compile("[a-z]")
_PADDED_WITH_BLANKS: Final = frozenset("aAbBceklpP")
_LAST_SHORT_YEAR: Final = 99
_WIDTHS: Final = dict.fromkeys("CdeHIklmMSUWy", 2) | {"j": 3, "L": 3, "Y": 4, "N": 9}


@dataclass(frozen=True, slots=True)
class _Moment:
    """An instant in its parts; the weekday counts from Sunday, the day of the year from 1."""

    instant: int
    zone: Zone
    year: int
    month: int
    day: int
    weekday: int
    day_of_year: int
    hour: int
    minute: int
    second: int
    millisecond: int


def _moment(instant: int, zone: Zone) -> _Moment:
    days, rest = divmod(instant - round(zone.behind * 60_000), DAY)
    year, month, day = civil_date(days)
    seconds, millisecond = divmod(rest, 1000)
    return _Moment(
        instant,
        zone,
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


def _older_week(moment: _Moment, first_day: int) -> int:
    """As 10.27 counts: from the first such day after the first week, and JavaScript takes the year 5 for 1905."""
    year = moment.year + 1900 if 0 <= moment.year <= _LAST_SHORT_YEAR else moment.year
    to_first = 7 - (first_of_month(year, 1) + 4) % 7 + first_day
    return (moment.day_of_year + first_day - moment.weekday - to_first) // 7 + 1


def _older_second(moment: _Moment) -> int:
    """Seconds since the epoch of the clocks that are shown, rounded."""
    return math.floor((moment.instant - round(moment.zone.behind * 60_000) + 500) / 1000)


def _ordinal(day: int) -> str:
    return "th" if day in {11, 12, 13} else {1: "st", 2: "nd", 3: "rd"}.get(day % 10, "th")


def _half_of_day(moment: _Moment) -> str:
    return "AM" if moment.hour < 12 else "PM"  # noqa: PLR2004  # noon


def _numeric_date(moment: _Moment) -> str:
    # The year before the first is the first before Christ, which is shown without saying so.
    return f"{moment.month}/{moment.day}/{moment.year if moment.year > 0 else 1 - moment.year}"


def _twelve_hour_time(moment: _Moment) -> str:
    return f"{moment.hour % 12 or 12}:{moment.minute:02}:{moment.second:02} {_half_of_day(moment)}"


_PARTS: Final[Mapping[str, Callable[[_Moment], object]]] = {
    "a": lambda moment: _WEEKDAYS[moment.weekday][:3],
    "A": lambda moment: _WEEKDAYS[moment.weekday],
    "b": lambda moment: _MONTHS[moment.month - 1][:3],
    "B": lambda moment: _MONTHS[moment.month - 1],
    "c": lambda moment: f"{_numeric_date(moment)}, {_twelve_hour_time(moment)}",
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
    "p": _half_of_day,
    "P": lambda moment: _half_of_day(moment).lower(),
    "q": lambda moment: _ordinal(moment.day),
    "s": lambda moment: moment.instant // 1000,
    "S": lambda moment: moment.second,
    "u": lambda moment: moment.weekday or 7,
    "U": lambda moment: _week(moment, 0),
    "w": lambda moment: moment.weekday,
    "W": lambda moment: _week(moment, 1),
    "x": _numeric_date,
    "X": _twelve_hour_time,
    "y": lambda moment: moment.year % 100,
    "Y": lambda moment: moment.year,
    "t": lambda _: "\t",
    "n": lambda _: "\n",
    "%": lambda _: "%",
}


#: What 10.27 shows otherwise: parts of the year as they are in its text.
_OLDER_PARTS: Final[Mapping[str, Callable[[_Moment], object]]] = {
    **_PARTS,
    "C": lambda moment: int(str(moment.year)[:2].rstrip("-") or 0),
    "s": _older_second,
    "U": lambda moment: _older_week(moment, 0),
    "W": lambda moment: _older_week(moment, 1),
    "y": lambda moment: str(moment.year)[2:4],
}
_OLDER_WIDTHS: Final = {letter: width for letter, width in _WIDTHS.items() if letter not in "CYy"}


def _shown(value: object, wanted: object = UNDEFINED, zone: object = UNDEFINED, *, newer: bool) -> object:
    """A date as text, or the value itself when it is none.

    Args:
        value: Seconds since the epoch, or a text as JavaScript reads dates.
        wanted: The format; the usual one of LiquidJS when absent.
        zone: The name of a time zone, or by how many minutes one is behind UTC.
        newer: Whether as LiquidJS 10.30 shows it, and not 10.27.
    """
    instant = _instant(value)
    if instant is None:
        return value
    place = find_zone(zone, instant)
    if not math.isfinite(place.behind):
        return value
    moment = _moment(instant, place)
    text = _USUAL_FORMAT if is_nothing(to_value(wanted)) else liquid_text(wanted)
    return _DIRECTIVE.sub(lambda match: _formatted(match, moment, newer=newer), text)


def is_date(value: object) -> bool:
    """Whether a filter shows the value as a date."""
    return _instant(value) is not None


def padding(wanted: str) -> float:
    """How many characters the widths in a format add at the most."""
    return sum(float(match["width"] or 0) for match in _DIRECTIVE.finditer(wanted))


def _in_words(month: str, *, newer: bool) -> Filter:
    """A date with its month as that directive has it; `ordinal` counts the day, with `US` behind the month."""

    def shown(value: object, kind: object = "", style: object = "") -> object:
        if kind != "ordinal":
            return _shown(value, f"%d {month} %Y", newer=newer)
        return _shown(value, f"{month} %-d%q, %Y" if style == "US" else f"%-d%q {month} %Y", newer=newer)

    return shown


def _instant(value: object) -> int | None:
    value = to_value(value)
    if is_nothing(value):
        return None
    if isinstance(value, bool):
        return int(value)
    if isinstance(value, str) and value in {"now", "today"}:
        return time.time_ns() // 1_000_000
    if isinstance(value, str) and _DIGITS.fullmatch(value):
        return _of_seconds(float(value))
    if is_number(value):
        return _of_seconds(value)
    return parse_date(to_text(value))


def _of_seconds(seconds: float) -> int | None:
    return int(seconds * 1000) if abs(seconds * 1000) <= LARGEST_INSTANT else None


def _formatted(match: re.Match[str], moment: _Moment, *, newer: bool) -> str:
    letter, flags = match["letter"], match["flags"]
    width = int(match["width"] or 0) or (_WIDTHS if newer else _OLDER_WIDTHS).get(letter, 0)
    text = _part(letter, flags, width, moment, _PARTS if newer else _OLDER_PARTS)
    if text is None:
        return match[0]
    if "^" in flags:
        text = text.upper()
    elif "#" in flags:
        text = text.upper() if _SMALL_LETTER.search(text) else text.lower()
    return text if "-" in flags else _padded(text, width, letter, flags, newer=newer)


def _part(
    letter: str, flags: str, width: int, moment: _Moment, parts: Mapping[str, Callable[[_Moment], object]]
) -> str | None:
    if letter == "z" or (letter == "Z" and not moment.zone.name):
        return moment.zone.offset(":" if ":" in flags else "")
    if letter == "Z":
        return moment.zone.name
    if letter == "N":
        return f"{moment.millisecond:03}".ljust(width, "0")[:width]
    return str(parts[letter](moment)) if letter in parts else None


def _padded(text: str, width: int, letter: str, flags: str, *, newer: bool) -> str:
    if "_" in flags or (letter in _PADDED_WITH_BLANKS and "0" not in flags):
        return text.rjust(width)
    sign = "-" if newer and text.startswith("-") else ""
    return sign + text.removeprefix(sign).rjust(width - len(sign), "0")


def dates_of(*, newer: bool) -> dict[str, Filter]:
    """The filters on dates of LiquidJS 10.30, or those of 10.27."""
    shown = partial(_shown, newer=newer)
    return {
        "date": lambda value, wanted=UNDEFINED, zone=UNDEFINED: shown(value, wanted, zone),
        "date_to_xmlschema": lambda value: shown(value, "%Y-%m-%dT%H:%M:%S%:z"),
        "date_to_rfc822": lambda value: shown(value, "%a, %d %b %Y %H:%M:%S %z"),
        "date_to_string": _in_words("%b", newer=newer),
        "date_to_long_string": _in_words("%B", newer=newer),
    }

"""Helpers that write and reckon with dates. Names of months and days are English whatever the locale."""

from __future__ import annotations

import calendar
import re
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final
from zoneinfo import ZoneInfo

from simulator.rendering.errors import RenderingError
from simulator.rendering.values import text_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import tzinfo

    from simulator.rendering.evaluation import Call, Helper

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_NAMED: Final = {
    "full": "EEEE, MMMM d, yyyy",
    "long": "MMMM d, yyyy",
    "medium": "MMM d, yyyy",
    "short": "M/d/yy",
}
_LETTERS: Final = re.compile(r"'(?P<quoted>(?:[^']|'')*)'|(?P<letters>([a-zA-Z])\3*)|(?P<other>.)", re.DOTALL)
_STEP: Final = re.compile(r"(?P<sign>[+-])(?P<count>\d{1,9})(?P<unit>[yMwdhHms])|/(?P<round>[yMdhHms])", re.ASCII)
_SECONDS: Final = {"w": 604_800, "d": 86_400, "h": 3600, "H": 3600, "m": 60, "s": 1}
#: Years after which the calendar, weekdays included, is the same again.
_CYCLE: Final = 400
_LEAP_YEAR: Final = 366 * 86_400
_SHORT_YEAR: Final = 2
_LONG_NAME: Final = 4
_SHORT_NAME: Final = 3
_FIELDS: Final[Mapping[str, Callable[[datetime], int]]] = {
    "d": lambda date: date.day,
    "D": lambda date: date.timetuple().tm_yday,
    "H": lambda date: date.hour,
    "k": lambda date: date.hour or 24,
    "K": lambda date: date.hour % 12,
    "h": lambda date: date.hour % 12 or 12,
    "m": lambda date: date.minute,
    "s": lambda date: date.second,
    "S": lambda date: date.microsecond // 1000,
    "w": lambda date: date.isocalendar().week,
    "e": lambda date: date.isoweekday(),
    "u": lambda date: date.isoweekday(),
    "C": lambda date: date.year // 100,
}


def _date_format(call: Call) -> str:
    value = call.arg(0)
    if value is None or value == "":
        return ""
    date = _read(call, value)
    return _written(date, text_of(call.options.get("format", call.arg(1, "medium"))), _zone_of(call))


def _date_math(call: Call) -> str:
    date, added = _moved(_read(call, call.arg(0)), text_of(call.arg(1)))
    return _written(date, text_of(call.options.get("format", call.arg(2, "medium"))), _zone_of(call), added)


def _now(call: Call) -> str:
    date = _read(call, "now")
    return _written(date, text_of(call.options.get("format", call.arg(0, "medium"))), _zone_of(call))


def _read(call: Call, value: Any) -> datetime:
    """A date: `now`, `midnight` of a zone, milliseconds since the epoch, or a text as Iterable or ISO 8601 has it."""
    now = _EPOCH + timedelta(milliseconds=call.renderer.surroundings.now)
    if value == "now":
        return now
    if value == "midnight":
        return now.astimezone(_zone_of(call)).replace(hour=0, minute=0, second=0, microsecond=0)
    try:
        if isinstance(value, (int, float)) and not isinstance(value, bool):
            return _EPOCH + timedelta(milliseconds=value)
        date = datetime.fromisoformat(text_of(value).strip().replace(" +", "+").replace(" -", "-"))
    except (ValueError, OverflowError) as error:
        raise RenderingError(f"{call.name}: {text_of(value)} is not a date") from error
    return date if date.tzinfo else date.replace(tzinfo=UTC)


def _zone_of(call: Call) -> tzinfo:
    name = text_of(call.options.get("tz")) or "UTC"
    try:
        return ZoneInfo(name)
    except (ValueError, OSError, KeyError) as error:
        raise RenderingError(f"{call.name}: there is no time zone {name}") from error


def _moved(date: datetime, steps: str) -> tuple[datetime, int]:
    """A date by steps such as `+1y-1M/d`: months and years together first, then the rest, then what is rounded.

    Returns:
        The date, and how many years were added to it for want of years before the first. An age is such a date:
        that of a birth less today's.
    """
    found = list(_STEP.finditer(steps))
    if "".join(step[0] for step in found) != steps.replace(" ", ""):
        raise RenderingError(f"dateMath: malformed steps {steps}")
    months = seconds = 0
    for step in found:
        count = int(f"{step['sign']}{step['count']}") if step["unit"] else 0
        months += count * {"y": 12, "M": 1}.get(step["unit"] or "", 0)
        seconds += count * _SECONDS.get(step["unit"] or "", 0)
    year = (date.year * 12 + months) // 12 + seconds // _LEAP_YEAR
    added = 0 if year > 1 else (2 - year // _CYCLE) * _CYCLE
    try:
        moved = _by_months(date, months + added * 12) + timedelta(seconds=seconds)
    except (ValueError, OverflowError) as error:
        raise RenderingError(f"dateMath: {steps} goes beyond the year 9999") from error
    for step in found:
        if step["round"]:
            moved = _rounded(moved, step["round"])
    return moved, added


def _by_months(date: datetime, months: int) -> datetime:
    years, month = divmod(date.year * 12 + date.month - 1 + months, 12)
    last = calendar.monthrange(years, month + 1)[1]
    return date.replace(year=years, month=month + 1, day=min(date.day, last))


def _rounded(date: datetime, unit: str) -> datetime:
    """The beginning of the unit that a date is in."""
    smaller = {"s": 0, "m": 1, "h": 2, "H": 2, "d": 3, "M": 4, "y": 5}[unit]
    zeros = [{"microsecond": 0}, {"second": 0}, {"minute": 0}, {"hour": 0}, {"day": 1}, {"month": 1}]
    for part in zeros[: smaller + 1]:
        date = date.replace(**part)  # type: ignore[arg-type]
    return date


def _written(date: datetime, pattern: str, zone: tzinfo, added: int = 0) -> str:
    try:
        local = date.astimezone(zone)
    except OverflowError:
        local = date
    return "".join(_piece(local, match, added) for match in _LETTERS.finditer(_NAMED.get(pattern, pattern)))


def _piece(date: datetime, match: re.Match[str], added: int) -> str:
    if match["quoted"] is not None:
        return match["quoted"].replace("''", "'") or "'"
    letters = match["letters"]
    if letters is None:
        return match["other"]
    letter, width = letters[0], len(letters)
    if letter in _FIELDS:
        return str(_FIELDS[letter](date)).zfill(width)
    match letter:
        case "y" | "Y":
            year = date.year - added
            return (
                f"{abs(year) % 100:02d}"
                if width == _SHORT_YEAR
                else f"{'-' * (year < 0)}{str(abs(year)).zfill(width)}"
            )
        case "M" | "L":
            return _month(date, width)
        case "E":
            return calendar.day_name[date.weekday()][: None if width >= _LONG_NAME else _SHORT_NAME]
        case "a":
            return "AM" if date.hour < 12 else "PM"  # noqa: PLR2004  # noon
        case "G":
            return "AD" if date.year > added else "BC"
        case "z":
            return date.strftime("%Z")
        case "Z" | "X":
            return _zone(date, letters)
        case _:
            raise RenderingError(f"illegal pattern character '{letter}'")


def _year(year: int, width: int) -> str:
    sign = "-" if year < 0 else ""
    return f"{abs(year) % 100:02d}" if width == _SHORT_YEAR else f"{sign}{str(abs(year)).zfill(width)}"


def _zone(date: datetime, letters: str) -> str:
    """The zone as `Z` -0800, `ZZ` -08:00, `ZZZ` America/Los_Angeles, or `X`, which has Z for none."""
    offset = date.strftime("%z")
    if letters == "Z":
        return offset
    if letters.startswith("ZZZ"):
        return str(date.tzinfo)
    return "Z" if letters[0] == "X" and not date.utcoffset() else f"{offset[:3]}:{offset[3:5]}"


def _month(date: datetime, width: int) -> str:
    if width >= _LONG_NAME:
        return calendar.month_name[date.month]
    return calendar.month_abbr[date.month] if width == _SHORT_NAME else str(date.month).zfill(width)


def _timestamp(call: Call) -> int:
    return call.renderer.surroundings.now


HELPERS: Final[Mapping[str, Helper]] = {
    "dateFormat": _date_format,
    "dateMath": _date_math,
    "now": _now,
    "timestamp": _timestamp,
}

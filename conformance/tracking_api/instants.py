"""Instants of messages: read as JavaScript reads dates, written as Segment writes them; milliseconds since 1970."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from destination.javascript import LARGEST_INSTANT, iso_parts, parse_date

if TYPE_CHECKING:
    from pydantic import JsonValue

_EPOCH: Final = datetime(1970, 1, 1)  # noqa: DTZ001  # all of it is UTC, and no offset is to be written
_SECOND: Final = timedelta(seconds=1)
_MILLISECONDS: Final = 1000
_DATE_AND_TIME: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T(?!24)[0-9]{2}:[0-9]{2}:[0-9]{2}")
_UTC_OF_PYTHON: Final = "+00:00"


def read_instant(value: JsonValue) -> int | None:
    """The instant that a text or a number of milliseconds names; None when it names none."""
    if isinstance(value, str):
        return _read_text(value)
    if isinstance(value, (int, float)) and not isinstance(value, bool) and abs(value) <= LARGEST_INSTANT:
        return int(value)
    return None


def _read_text(text: str) -> int | None:
    """What `parse_date` gives; the form that nearly every message has is read without it, because that is slow."""
    if text[-1:] == "Z":
        fraction = text[20:-1]
    else:
        fraction = text[20:-6] if text.endswith(_UTC_OF_PYTHON) else ""
    if text[19:20] == "." and fraction.isdecimal() and fraction.isascii():
        seconds = _seconds_of(text[:19])
        if seconds is not None:
            return seconds * _MILLISECONDS + int(fraction[:3].ljust(3, "0"))
    return parse_date(text)


@lru_cache(maxsize=4096)
def _seconds_of(date_and_time: str) -> int | None:
    """Seconds since 1970; None for what is not plainly a date of the calendar, such as 30 February."""
    if _DATE_AND_TIME.fullmatch(date_and_time) is None:
        return None
    try:
        return (datetime.fromisoformat(date_and_time) - _EPOCH) // _SECOND
    except ValueError:
        return None


def write_instant(instant: int) -> str:
    """The text of an instant in the form of `2026-03-01T09:00:00.123Z`."""
    seconds, milliseconds = divmod(instant, _MILLISECONDS)
    return f"{_date_and_time(seconds)}.{milliseconds:03}Z"


@lru_cache(maxsize=4096)
def _date_and_time(seconds: int) -> str:
    return "T".join(iso_parts(seconds * _MILLISECONDS))


def corrected_instant(original: int, sent: int, received: int) -> int:
    """`received - (sent - original)`: when something happened, by Segment's clock instead of the device's.

    A result that is no date any more is replaced by the instant of receipt.
    """
    corrected = received - (sent - original)
    return corrected if abs(corrected) <= LARGEST_INSTANT else received

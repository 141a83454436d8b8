"""Dates in data fields: which texts count as dates, and the form in which they are stored."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from simulator.message import Instant

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
#: Source: the forms that Iterable's Go client sends after live refusals; a fraction only goes with `T`. An offset
#: without colon is documented for catalog items: Iterable support article 360033578331.
_DATE_ONLY: Final = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_BLANK: Final = re.compile(r"\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}(?: [+-]\d{2}:?\d{2})?", re.ASCII)
_FRACTION: Final = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{1,9}(?:Z|[+-]\d{2}:\d{2})", re.ASCII)
#: Assumed: a `T` without a fraction passes as well.
_SECONDS: Final = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:Z|[+-]\d{2}:\d{2})?", re.ASCII)
_SHORTEST: Final = len("2020-01-01")


def stored_date(text: str, *, strict: bool = False) -> str | None:
    """The text of a date as Iterable stores it, in UTC; None for a text that is no date.

    A date without a time is stored as it is.

    Args:
        text: A value of a data field.
        strict: Take a `T` form only with a fraction of a second.
    """
    if len(text) < _SHORTEST or text[4] != "-" or not text[0].isdigit():
        return None
    return _stored(text, strict)


# A value is asked about twice in a request: for its type, and to be stored.
@lru_cache(maxsize=1024)
def _stored(text: str, strict: bool) -> str | None:  # noqa: FBT001  # a key of the cache
    date_only = _DATE_ONLY.fullmatch(text) is not None
    known = date_only or _BLANK.fullmatch(text) or _FRACTION.fullmatch(text)
    if not known and (strict or not _SECONDS.fullmatch(text)):
        return None
    try:
        moment = datetime.fromisoformat(text.replace(" +", "+").replace(" -", "-"))
        if date_only:
            return text
        aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
        return f"{aware.astimezone(UTC).isoformat(sep=' ')[:19]} +00:00"
    except (ValueError, OverflowError):
        return None


@lru_cache(maxsize=64)
def format_seconds(seconds: int) -> str:
    """Seconds since the epoch as Iterable shows them, such as `2026-08-20 12:00:00 +00:00`."""
    moment = _EPOCH + timedelta(seconds=seconds)
    return f"{moment.isoformat(sep=' ')[:19]} +00:00"


def format_instant(instant: Instant) -> str:
    """An instant as Iterable shows it, to the second."""
    return format_seconds(instant // 1000)


def format_iso(instant: Instant) -> str:
    """An instant as ISO 8601 text in UTC with milliseconds, as the calls show it that take no other form."""
    moment = _EPOCH + timedelta(milliseconds=instant)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def parse_seconds(text: str) -> int:
    """The seconds since the epoch of a stored date, or of any ISO text; one without a zone is in UTC.

    Raises:
        ValueError: It is no date.
    """
    moment = datetime.fromisoformat(text.replace(" +", "+"))
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return (aware - _EPOCH) // timedelta(seconds=1)

"""Dates as Iterable wants them, in data fields and in `createdAt`.

Sources: observed; date-only texts have been left alone since Segment's pull requests 2305 and 2321, month and
day have been required since 1605, date objects converted since 2645.
"""

from __future__ import annotations

import re
from datetime import datetime
from typing import Final

from destination.javascript.dates import (
    LARGEST_INSTANT,
    has_such_day,
    has_usual_form,
    instant_of,
    iso_parts,
    parse_date,
    parse_dayjs,
    usual_seconds,
)
from destination.javascript.values import (
    LARGEST_SAFE_INTEGER,
    LEAST_SAFE_INTEGER,
    UNDEFINED,
    is_number,
    to_json_value,
)

#: A date with a time; what does not look exactly like this is left alone.
_CANDIDATE: Final = re.compile(
    r"[0-9]{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01])"
    r"[ T][0-9]{2}:?[0-9]{2}(?::?[0-9]{2}(?:[,.][0-9]+)?)?(?:Z|[+-][0-9]{2}(?::?[0-9]{2})?)?"
)
_SHORTEST_CANDIDATE: Final = len("2023-05-17T2249")


def convert_dates(value: object) -> object:
    """The value with every date and time in it as `YYYY-MM-DD HH:MM:SS +00:00`, at any depth.

    A text that looks like a date and time but cannot be read becomes None, as it does in Segment. The very
    same object is returned when nothing in it changes.
    """
    kind = type(value)
    if kind is str:
        return _converted_text(value)  # type: ignore[arg-type]  # kind is str
    if kind is dict:
        return _converted_members(value)  # type: ignore[arg-type]  # kind is dict
    if kind is list:
        return _converted_items(value)  # type: ignore[arg-type]  # kind is list
    if isinstance(value, datetime):
        return _shown(instant_of(value))
    return value


def _converted_members(members: dict[str, object]) -> dict[str, object]:
    changed: dict[str, object] | None = None
    for key, value in members.items():
        # Most values are texts too short to be a date and time; they are not worth a call.
        if type(value) is str and len(value) < _SHORTEST_CANDIDATE:
            continue
        new = convert_dates(value)
        if new is not value:
            changed = members.copy() if changed is None else changed
            changed[key] = new
    return members if changed is None else changed


def _converted_items(items: list[object]) -> list[object]:
    changed: list[object] | None = None
    for index, value in enumerate(items):
        if type(value) is str and len(value) < _SHORTEST_CANDIDATE:
            continue
        new = convert_dates(value)
        if new is not value:
            changed = list(items) if changed is None else changed
            changed[index] = new
    return items if changed is None else changed


def json_with_dates(value: object) -> object:
    """What `to_json_value` makes of what `convert_dates` gives, in one pass."""
    kind = type(value)
    if kind is dict:
        return _json_members(value)  # type: ignore[arg-type]  # kind is dict
    if kind is list:
        return _json_items(value)  # type: ignore[arg-type]  # kind is list
    if kind is str:
        return _converted_text(value)  # type: ignore[arg-type]  # kind is str
    if isinstance(value, datetime):
        return _shown(instant_of(value))
    return to_json_value(value)


def _json_members(members: dict[str, object]) -> dict[str, object]:
    changed: dict[str, object] | None = None
    for key, value in members.items():
        # Most values stay as they are and are not worth a call, nor a variable for their type.
        if type(value) is str:
            if len(value) < _SHORTEST_CANDIDATE or value[4] != "-":
                continue
            new: object = _converted_candidate(value)
        elif type(value) is int or (type(value) is float and not value.is_integer()):
            if LEAST_SAFE_INTEGER <= value <= LARGEST_SAFE_INTEGER:
                continue
            new = to_json_value(value)
        elif type(value) is dict:
            new = _json_members(value)
        elif type(value) is list:
            new = _json_items(value)
        elif type(value) is bool or value is None:
            continue
        else:
            new = json_with_dates(value)
        if new is not value:
            changed = members.copy() if changed is None else changed
            if value is UNDEFINED:
                del changed[key]
            else:
                changed[key] = new
    return members if changed is None else changed


def _json_items(items: list[object]) -> list[object]:
    changed: list[object] | None = None
    for index, value in enumerate(items):
        if type(value) is str and (len(value) < _SHORTEST_CANDIDATE or value[4] != "-"):
            continue
        new = _json_members(value) if type(value) is dict else json_with_dates(value)
        if new is not value:
            changed = items.copy() if changed is None else changed
            changed[index] = new
    return items if changed is None else changed


def _converted_text(text: str) -> str | None:
    if len(text) < _SHORTEST_CANDIDATE or text[4] != "-":
        return text
    return _converted_candidate(text)


def _converted_candidate(text: str) -> str | None:
    if has_usual_form(text) and has_such_day(text):
        return f"{text[:10]} {text[11:19]} +00:00"
    if not _CANDIDATE.fullmatch(text):
        return text
    instant = parse_date(text)
    return None if instant is None else _shown(instant)


def _shown(instant: int) -> str:
    date, time = iso_parts(instant)
    return f"{date} {time} +00:00"


def unix_seconds(created_at: object, now: int) -> int | None:
    """The `createdAt` of an event, in whole seconds rounded down.

    Args:
        created_at: A number is taken for milliseconds; a text is read as dayjs reads it; None is now.
        now: The present, in milliseconds.

    Returns:
        The seconds, or None for what cannot be read; Segment sends null then.
    """
    if created_at is None:
        return now // 1000
    if isinstance(created_at, str) and (seconds := usual_seconds(created_at)) is not None:
        return seconds
    if isinstance(created_at, datetime):
        return instant_of(created_at) // 1000
    if is_number(created_at):
        # Not-a-number and the infinities fail the comparison as well.
        # JavaScript drops the fraction of a millisecond before anything is rounded down.
        return int(created_at) // 1000 if abs(created_at) <= LARGEST_INSTANT else None
    instant = parse_dayjs(str(created_at))
    return None if instant is None else instant // 1000

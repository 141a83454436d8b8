"""The string formats, by the names that field definitions use.

Sources: ajv-formats 2.1.1 (e-mail in its `fast` form is not used), dayjs for `date-like`; observed.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable, Mapping
from typing import Final

from destination.fields.uris import is_uri
from destination.javascript.dates import has_usual_form, parse_dayjs
from destination.javascript.values import BLANKS, number_to_text, text_to_number

# What follows a part of an address can never belong to it, so nothing that has matched is tried again (`++`, `*+`).
_ATOM: Final = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]++"
_LABEL: Final = r"[A-Za-z0-9]++(?:-++[A-Za-z0-9]++)*+"
_HOST_LABEL: Final = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_EMAIL: Final = re.compile(rf"{_ATOM}(?:\.{_ATOM})*+@{_LABEL}\.{_LABEL}(?:\.{_LABEL})*+")
_HOSTNAME: Final = re.compile(rf"(?=.{{1,253}}\.?$)(?:{_HOST_LABEL}\.)*{_HOST_LABEL}\.?", re.ASCII | re.IGNORECASE)
_UUID: Final = re.compile(r"(?:urn:uuid:)?[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}", re.ASCII | re.IGNORECASE)
_DATE: Final = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")
_TIME: Final = re.compile(
    r"([0-9]{2}):([0-9]{2}):([0-9]{2})(?:\.[0-9]+)?(?:z|[+-][0-9]{2}(?::?[0-9]{2})?)?", re.ASCII | re.IGNORECASE
)
_BETWEEN_DATE_AND_TIME: Final = re.compile(rf"[tT{BLANKS}]")
_OCTETS: Final = re.compile(r"[0-9]{1,3}(?:\.[0-9]{1,3}){3}")
#: A number that passes for a date is in seconds and must be a date.
_LARGEST_SECONDS: Final = 8_640_000_000_000
_DAYS_IN_MONTH: Final = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


def is_date_like(text: str) -> bool:
    """Whether the text is a number of seconds in its shortest form, or reads as a date."""
    if has_usual_form(text):
        return True
    number = text_to_number(text)
    if number_to_text(number) == text and text != "NaN":
        return abs(number) <= _LARGEST_SECONDS
    return parse_dayjs(text) is not None


def _is_date(text: str) -> bool:
    match = _DATE.fullmatch(text)
    if match is None:
        return False
    year, month, day = map(int, match.groups())
    leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
    return 1 <= month <= len(_DAYS_IN_MONTH) and 1 <= day <= _DAYS_IN_MONTH[month - 1] + (leap and month == 2)


def _is_time(text: str) -> bool:
    match = _TIME.fullmatch(text)
    if match is None:
        return False
    hour, minute, second = map(int, match.groups())
    # A leap second stands at the end of a day.
    return (hour <= 23 and minute <= 59 and second <= 59) or (hour, minute, second) == (23, 59, 60)


def _is_date_time(text: str) -> bool:
    # A zone may be missing: the library means to require one, and looks for it in the wrong way.
    date, *times = _BETWEEN_DATE_AND_TIME.split(text)
    return len(times) == 1 and _is_date(date) and _is_time(times[0])


def _is_ipv4(text: str) -> bool:
    return _OCTETS.fullmatch(text) is not None and all(int(octet) <= 255 for octet in text.split("."))


def _is_ipv6(text: str) -> bool:
    try:
        return ipaddress.IPv6Address(text).scope_id is None
    except ValueError:
        return False


#: Whether a text is an e-mail address: ASCII, nothing quoted, two labels in the domain at least.
is_email: Final[Callable[[str], object]] = _EMAIL.fullmatch
#: The check, and the name that the complaint uses. `text` and `password` accept everything.
FORMATS: Final[Mapping[str, tuple[Callable[[str], object], str]]] = {
    "email": (is_email, "email address"),
    "date-like": (is_date_like, "date-like"),
    "uri": (is_uri, "URI"),
    "date": (_is_date, "date"),
    "time": (_is_time, "time"),
    "date-time": (_is_date_time, "date and time"),
    "hostname": (lambda text: _HOSTNAME.fullmatch(text) is not None, "hostname"),
    "uuid": (lambda text: _UUID.fullmatch(text) is not None, "UUID"),
    "ipv4": (_is_ipv4, "IPv4 address"),
    "ipv6": (_is_ipv6, "IPv6 address"),
}

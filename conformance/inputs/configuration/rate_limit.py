"""How long Segment's Public API wants to be left alone before the next try.

Source: https://docs.segmentapis.com/tag/Rate-Limits: a reply with 429 says `errors[0].data.msBeforeNext`, and the
header `X-RateLimit-Reset` holds a date of RFC 5322. `Retry-After` is not documented there; a proxy may send it.
"""

from __future__ import annotations

import math
import re
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import httpx

_FIRST_WAIT: Final = 1.0


def seconds_to_wait(response: httpx.Response, number: int, now: float) -> float:
    """How long to wait before another try: as the API asks, or else twice as long each time.

    Args:
        response: The reply that calls for another try.
        number: Which try it was, counted from 1.
        now: The time, in seconds since 1970.
    """
    asked = (
        _seconds(response.headers.get("retry-after", "").strip(), now),
        _before_next(response),
        _seconds(response.headers.get("x-ratelimit-reset", "").strip(), now),
    )
    return next((seconds for seconds in asked if seconds is not None), _FIRST_WAIT * float(2 ** (number - 1)))


def _before_next(response: httpx.Response) -> float | None:
    """What the body says, rounded up to whole seconds."""
    try:
        milliseconds = response.json()["errors"][0]["data"]["msBeforeNext"]
    except (ValueError, RecursionError, LookupError, TypeError):
        return None
    is_number = isinstance(milliseconds, int | float) and not isinstance(milliseconds, bool)
    return float(math.ceil(milliseconds / 1000)) if is_number and 0 <= milliseconds < math.inf else None


def _seconds(header: str, now: float) -> float | None:
    if re.fullmatch(r"\d{1,9}", header):
        return float(header)
    try:
        moment = parsedate_to_datetime(header)
    except (TypeError, ValueError):
        return None
    return max(moment.timestamp() - now, 0.0)

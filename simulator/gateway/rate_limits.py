"""Rate limits, where a project enforces them.

Source: Iterable's API description for the numbers and the scopes; the reply was recorded in 2017. That a bucket
holds one window's number and fills continuously is assumed, and that what fails validation counts as well.
"""

from __future__ import annotations

import math
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Final

from simulator.api import Scope
from simulator.message import Reply
from simulator.response import JSON_HEADERS, code_reply

if TYPE_CHECKING:
    from simulator.api import Limit, Route
    from simulator.message import Instant, Request
    from simulator.project import Project
    from simulator.project.keys import ApiKey


#: The whole reply in its other form. Source: Iterable/iterable-android-sdk issue 347 (2021-05-20).
_PLAIN: Final = b"Rate limit exceeded. Please try again later."


class RateLimits:
    """How much of every limit is used up."""

    def __init__(self) -> None:
        self._buckets: dict[tuple[str, str, int], tuple[float, Instant]] = {}

    def clear(self) -> None:
        """Let every bucket be full again."""
        self._buckets.clear()

    def refuse(self, request: Request, route: Route, project: Project, key: ApiKey, now: Instant) -> Reply | None:
        """Count a request, in a project that enforces limits; the refusal when it is one too many, else None."""
        if not project.settings.enforce_rate_limits:
            return None
        if not any(fnmatchcase(request.path, pattern) for pattern in project.settings.rate_limited_paths):
            return None
        for limit in route.limits:
            wait = self._take(_owner(limit, project, key), route, limit, now)
            if wait:
                return _refusal(project, route, limit, wait)
        return None

    def _take(self, owner: str, route: Route, limit: Limit, now: Instant) -> float:
        """Take one from a bucket; gives 0, or the seconds until there is one in it."""
        bucket = (owner, route.operation, limit.window)
        level, at = self._buckets.get(bucket, (float(limit.count), now))
        rate = limit.count / limit.window
        level = min(limit.count, level + max(0, now - at) / 1000 * rate)
        if level < 1:
            self._buckets[bucket] = (level, now)
            return (1 - level) / rate
        self._buckets[bucket] = (level - 1, now)
        return 0.0


def _owner(limit: Limit, project: Project, key: ApiKey) -> str:
    match limit.scope:
        case Scope.PROJECT:
            return f"project {project.configuration.name}"
        case Scope.KEY:
            return f"key {key.key}"
        case Scope.ORGANIZATION:
            return "organization"


def _refusal(project: Project, route: Route, limit: Limit, wait: float) -> Reply:
    count, _, window = limit.text.partition(" per ")
    settings = project.settings
    seconds = math.ceil(wait)
    params: dict[str, int] = {}
    if settings.rate_limit_params:
        params = {"rateLimitLimit": limit.count, "rateLimitRemaining": 0, "rateLimitReset": seconds}
    msg = f"Exceeded rate limit of {count}.0 per {window} for endpoint: {route.path}, project: {project.id} "
    headers = {**JSON_HEADERS, "Retry-After": str(seconds)} if settings.retry_after else JSON_HEADERS
    if settings.rate_limit_form == "text":
        headers = {**headers, "Content-Type": "text/plain; charset=utf-8"}
        return Reply(429, _PLAIN, headers, ("gate.rate-limit",))
    return code_reply(429, "RateLimitExceeded", msg, params, headers=headers, rules=("gate.rate-limit",))

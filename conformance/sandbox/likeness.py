"""Whether a real project shows what a simulated one shows, apart from what is each one's own."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from conformance.scenario.expectations import MANAGED

#: What a project gives an event by itself, and what names its owner in another way.
_NOT_CONTENT: Final = frozenset({"id"})
_CREATED_AT: Final = "createdAt"
_FORM: Final = "%Y-%m-%d %H:%M:%S +00:00"
#: Clocks of two machines may differ by so much.
_SKEW: Final = timedelta(minutes=2)


def alike(one: dict[str, Any], other: dict[str, Any]) -> bool:
    """Whether two state documents show the same people, with the same fields and events, in whatever order."""
    return _essence(one) == _essence(other)


def _essence(state: dict[str, Any]) -> tuple[list[str], list[str]]:
    users = [
        {
            **{name: user.get(name) for name in ("email", "userId")},
            "dataFields": {name: value for name, value in user["dataFields"].items() if name not in MANAGED},
        }
        for user in state["users"]
    ]
    events = [{name: value for name, value in event.items() if name not in _NOT_CONTENT} for event in state["events"]]
    return _sorted(users), _sorted(events)


def _sorted(items: list[dict[str, Any]]) -> list[str]:
    return sorted(json.dumps(item, sort_keys=True, ensure_ascii=False) for item in items)


def at_the_clock_of_the_scenario(event: dict[str, Any], began: float, now: float, clock: str) -> dict[str, Any]:
    """An event that the service dated itself, dated as a simulator whose clock stands still would have.

    Args:
        event: The event as the API shows it.
        began: When the run began, in seconds since the epoch.
        now: The present.
        clock: The instant of the scenario, in ISO 8601.
    """
    moment = _moment(event.get(_CREATED_AT))
    if moment is None:
        return event
    first, last = datetime.fromtimestamp(began, UTC) - _SKEW, datetime.fromtimestamp(now, UTC) + _SKEW
    if not first <= moment <= last:
        return event
    return {**event, _CREATED_AT: datetime.fromisoformat(clock).astimezone(UTC).strftime(_FORM)}


def _moment(value: Any) -> datetime | None:
    try:
        moment = datetime.fromisoformat(str(value).replace(" +00:00", "+00:00"))
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)

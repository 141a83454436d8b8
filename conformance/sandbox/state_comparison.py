"""Whether a real project shows what a simulated one shows, apart from what is each one's own."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from conformance.scenario.state_expectations import MANAGED

#: What a project gives an event by itself, and what names its owner in another way.
_NOT_CONTENT: Final = frozenset({"id"})
_CREATED_AT: Final = "createdAt"
_FORM: Final = "%Y-%m-%d %H:%M:%S +00:00"
#: Clocks of two machines may differ by so much.
_SKEW: Final = timedelta(minutes=2)


def same_state(one: dict[str, Any], other: dict[str, Any]) -> bool:
    """Whether two state documents show the same people, with the same fields and events, in whatever order."""
    return _compared_part(one) == _compared_part(other)


def _compared_part(state: dict[str, Any]) -> tuple[list[str], list[str]]:
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


def redate_to_scenario_clock(state: dict[str, Any], began: float, now: float, clock: str) -> dict[str, Any]:
    """A state whose events, where the service dated them itself, are dated as by a simulator whose clock stands.

    Args:
        state: The state document.
        began: When the run began, in seconds since the epoch.
        now: The present.
        clock: The instant of the scenario, in ISO 8601.
    """
    first, last = datetime.fromtimestamp(began, UTC) - _SKEW, datetime.fromtimestamp(now, UTC) + _SKEW
    then = datetime.fromisoformat(clock).astimezone(UTC).strftime(_FORM)
    events = []
    for event in state["events"]:
        moment = _moment(event.get(_CREATED_AT))
        of_the_run = moment is not None and first <= moment <= last
        events.append({**event, _CREATED_AT: then} if of_the_run else event)
    return {**state, "events": events}


def _moment(value: Any) -> datetime | None:
    try:
        moment = datetime.fromisoformat(str(value).replace(" +00:00", "+00:00"))
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)

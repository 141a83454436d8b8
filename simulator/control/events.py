"""The events of a project over the control surface."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

from simulator.control.parameters import Parameters
from simulator.control.people import person_of
from simulator.control.replies import json_reply

if TYPE_CHECKING:
    from collections.abc import Iterator

    from simulator.control.call import ControlCall
    from simulator.message import Reply
    from simulator.project.events import Event


def list_events(call: ControlCall) -> Reply:
    """Events, the one stored last first: of one `user`, and with `search` in their name, type or id."""
    project = call.project()
    given = Parameters(call.request, "user", "search", "before", "limit")
    user, search = given.text("user"), (given.text("search") or "").lower()
    person = person_of(project, user) if user else None
    limit, before = given.page(), given.number("before")
    total = project.events.count_of(person) if person is not None else len(project.events)
    if search:
        total = sum(1 for _ in _chosen(project.events.newest(person), search))
    found = _chosen(project.events.newest(person, before), search)
    page = list(islice(found, limit))
    more = next(found, None) is not None
    listed = [{**project.event_to_json(event), "position": position} for position, event in page]
    return json_reply({"events": listed, "next": page[-1][0] if more else None, "total": total})


def _chosen(events: Iterator[tuple[int, Event]], search: str) -> Iterator[tuple[int, Event]]:
    return ((position, event) for position, event in events if not search or _matches(event, search))


def _matches(event: Event, search: str) -> bool:
    return search in (event.name or event.type).lower() or search in event.type.lower() or search == event.id.lower()

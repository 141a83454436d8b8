"""Exports that are answered at once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from simulator.api.identifiers import identifiers_in_query
from simulator.api.operations.export.rows import checked_type, event_row, matching_rows, to_csv, to_json_lines
from simulator.api.query import Query
from simulator.api.replies import refused, text_reply
from simulator.api.resolution import require_person
from simulator.project.events import CUSTOM_EVENT

if TYPE_CHECKING:
    from collections.abc import Mapping

    from simulator.message import Instant, Reply, Request
    from simulator.project import Project

_DAY: Final = 86_400


def export_json(project: Project, request: Request, now: Instant, _: Mapping[str, str]) -> Reply:
    """Everything of a data type, one object a line."""
    rows = _queried(project, Query(request), now)
    return text_reply(to_json_lines(rows), "export.data", content_type="application/json")


def export_csv(project: Project, request: Request, now: Instant, _: Mapping[str, str]) -> Reply:
    """Everything of a data type, as CSV."""
    query = Query(request)
    rows = _queried(project, query, now)
    return text_reply(to_csv(rows, query.text("delimiter") or ","), "export.data", content_type="text/csv")


def export_user_events(project: Project, request: Request, _now: Instant, _: Mapping[str, str]) -> Reply:
    """Every event of one user, one object a line; custom events where they are asked for."""
    person, rule = require_person(project, *identifiers_in_query(request), "export.user-events")
    with_custom = Query(request).boolean("includeCustomEvents")
    rows = [
        {"_type": event.type, **event_row(event)}
        for event in project.events.of(person)
        if with_custom or event.type != CUSTOM_EVENT
    ]
    return text_reply(to_json_lines(rows), rule, users=person.identifiers, content_type="application/json")


def _queried(project: Project, query: Query, now: Instant) -> list[dict[str, Any]]:
    data_type = checked_type(query.required("dataTypeName"))
    start, end = query.seconds("startDateTime"), query.seconds("endDateTime")
    period = query.text("range")
    if period is not None:
        start, end = _range(period, now)
    elif start is None and end is None:
        text = "Either range or startDateTime and endDateTime must be specified"
        raise refused("BadParams", text, rule="export.range")
    only = [name for text in query.texts("onlyFields") for name in text.split(",")]
    return matching_rows(
        project,
        data_type,
        (start, end),
        only,
        (query.text("omitFields") or "").split(","),
        query.number("campaignId"),
    )


def _range(period: str, now: Instant) -> tuple[int | None, int | None]:
    today = now // 1000 // _DAY * _DAY
    ranges = {
        "Today": (today, None),
        "Yesterday": (today - _DAY, today),
        "BeforeToday": (None, today),
        "All": (None, None),
    }
    if period not in ranges:
        raise refused("BadParams", f"Invalid range: {period}", rule="export.range")
    return ranges[period]

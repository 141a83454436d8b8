"""Exports that are answered at once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from simulator.api.identifiers import identifiers_in_query
from simulator.api.operations.export.formats import to_csv, to_json_lines
from simulator.api.operations.export.rows import checked_type, matching_rows, rows_of
from simulator.api.query import Query
from simulator.api.replies import refused, text_reply
from simulator.api.resolution import require_person
from simulator.message import Reply
from simulator.project.dates import format_instant
from simulator.project.events import CUSTOM_EVENT
from simulator.response import encode

if TYPE_CHECKING:
    from collections.abc import Mapping

    from simulator.message import Instant, Request
    from simulator.project import Project

_DAY: Final = 86_400


def export_json(project: Project, request: Request, now: Instant, _: Mapping[str, str]) -> Reply:
    """Everything of a data type, one object a line."""
    _data_type, rows = _queried(project, Query(request), now, as_table=False)
    return text_reply(to_json_lines(rows), "export.data")


def export_csv(project: Project, request: Request, now: Instant, _: Mapping[str, str]) -> Reply:
    """Everything of a data type, as CSV, in a file whose name says what and when."""
    query = Query(request)
    data_type, rows = _queried(project, query, now, as_table=True)
    made_at = "".join(filter(str.isdigit, format_instant(now)[:19]))
    headers = {"Content-Type": "text/csv", "Content-Disposition": f'attachment; filename="{data_type}_{made_at}.csv"'}
    return Reply(200, encode(to_csv(rows, query.text("delimiter") or ",")), headers, ("export.data",))


def export_user_events(project: Project, request: Request, _now: Instant, _: Mapping[str, str]) -> Reply:
    """Every event of one user, one object a line; custom events where they are asked for."""
    person, rule = require_person(project, *identifiers_in_query(request), "export.user-events")
    with_custom = Query(request).boolean("includeCustomEvents")
    rows = rows_of(project, person, leave_out=None if with_custom else CUSTOM_EVENT)
    return text_reply(to_json_lines(rows), rule, users=person.identifiers)


def _queried(project: Project, query: Query, now: Instant, *, as_table: bool) -> tuple[str, list[dict[str, Any]]]:
    """The data type that is asked for, by the name that Iterable has for it, and its rows."""
    data_type = checked_type(query.required("dataTypeName"))
    start, end = query.seconds("startDateTime"), query.seconds("endDateTime")
    period = query.text("range")
    if period is not None:
        start, end = _range(period, now)
    elif start is None and end is None:
        text = "Either range or startDateTime and endDateTime must be specified"
        raise refused("BadParams", text, rule="export.range")
    only, omitted = _names(query, "onlyFields"), _names(query, "omitFields")
    campaign_id = query.number("campaignId")
    return data_type, matching_rows(project, data_type, (start, end), only, omitted, campaign_id, as_table=as_table)


def _names(query: Query, parameter: str) -> list[str]:
    """The names of a parameter that may stand several times, and hold several names."""
    return [name for text in query.texts(parameter) for name in text.split(",") if name]


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

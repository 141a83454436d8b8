"""Exports that are answered at once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from simulator.api.identifiers import identifiers_in_query
from simulator.api.operations.export.formats import checked_delimiter, to_csv, to_json_lines
from simulator.api.operations.export.rows import checked_type, looked_through, matching_rows, rows_of
from simulator.api.query import Query
from simulator.api.replies import refused
from simulator.api.resolution import require_person
from simulator.deferred_reply import DeferredReply
from simulator.message import Reply
from simulator.project.dates import format_instant
from simulator.project.events import CUSTOM_EVENT
from simulator.response import encode

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from simulator.message import Instant, Request
    from simulator.project import Project

_DAY: Final = 86_400
#: Rows that are looked through at once; of more, the file is made beside the server, and no journal keeps it.
_AT_ONCE: Final = 1_000
_NOT_KEPT: Final = "export.not-kept"
_AS_LINES: Final = {"Content-Type": "text/plain; charset=utf-8"}


def export_json(project: Project, request: Request, now: Instant, _: Mapping[str, str]) -> Reply:
    """Everything of a data type, one object a line."""
    data_type, rows = _queried(project, Query(request), now, as_table=False)
    return _file(
        lambda: to_json_lines(rows()), _AS_LINES, ("export.data",), (), size=looked_through(project, data_type)
    )


def export_csv(project: Project, request: Request, now: Instant, _: Mapping[str, str]) -> Reply:
    """Everything of a data type, as CSV, in a file whose name says what and when."""
    query = Query(request)
    data_type, rows = _queried(project, query, now, as_table=True)
    delimiter = checked_delimiter(query.text("delimiter") or ",")
    made_at = "".join(filter(str.isdigit, format_instant(now)[:19]))
    headers = {"Content-Type": "text/csv", "Content-Disposition": f'attachment; filename="{data_type}_{made_at}.csv"'}
    return _file(
        lambda: to_csv(rows(), delimiter), headers, ("export.data",), (), size=looked_through(project, data_type)
    )


def export_user_events(project: Project, request: Request, _now: Instant, _: Mapping[str, str]) -> Reply:
    """Every event of one user, one object a line; custom events where they are asked for."""
    person, rule = require_person(project, *identifiers_in_query(request), "export.user-events")
    with_custom = Query(request).boolean("includeCustomEvents")
    leave_out = None if with_custom else CUSTOM_EVENT
    size = len(project.events.of(person))
    return _file(
        lambda: to_json_lines(rows_of(project, person, leave_out=leave_out)),
        _AS_LINES,
        (rule,),
        person.identifiers,
        size=size,
    )


def _file(
    content: Callable[[], str],
    headers: Mapping[str, str],
    rules: tuple[str, ...],
    users: tuple[str, ...],
    *,
    size: int,
) -> Reply:
    """The reply with a file, for which so many rows are looked through."""
    if size <= _AT_ONCE:
        return Reply(200, encode(content()), headers, rules, users)
    return DeferredReply(200, b"", headers, (*rules, _NOT_KEPT), users, make=lambda: encode(content()))


def _queried(
    project: Project, query: Query, now: Instant, *, as_table: bool
) -> tuple[str, Callable[[], list[dict[str, Any]]]]:
    """The data type that is asked for, by the name that Iterable has for it, and what gives its rows."""
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
    return data_type, lambda: matching_rows(
        project, data_type, (start, end), only, omitted, campaign_id, as_table=as_table
    )


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

"""The rows of an export, and the two forms in which they are written.

Sources: Iterable's API description; recordings of 2017; the schemas of Iterable's TypeScript client.
"""

from __future__ import annotations

import csv
import io
import json
from typing import TYPE_CHECKING, Any, Final

from simulator.api.replies import refused
from simulator.project.dates import format_instant, format_seconds

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from simulator.project import Project
    from simulator.project.events import Event

_MEDIA: Final = ("email", "push", "inApp", "sms", "webPush", "embedded", "whatsApp", "rcs")
_ACTIVITIES: Final = ("Send", "SendSkip", "Open", "Click", "Bounce", "Received", "Seen", "UsageInfo")
_OTHERS: Final = frozenset(
    {
        "user", "customEvent", "purchase", "emailSubscribe", "emailUnSubscribe", "emailComplaint", "inAppClose",
        "hostedUnsubscribeClick", "inAppDelete", "inAppDelivery", "inAppRecall", "inboxSession", "journeyExit",
        "inboxMessageImpression", "embeddedImpression", "embeddedSession", "pushUninstall", "unknownSession",
        "anonSession",
    }
)  # fmt: skip
_DATA_TYPES: Final = _OTHERS | {medium + activity for medium in _MEDIA for activity in _ACTIVITIES}
_CREATED: Final = "createdAt"


def checked_type(name: str) -> str:
    """The name of a data type.

    Raises:
        RefusedError: Iterable exports none of that name.
    """
    if name not in _DATA_TYPES:
        raise refused("BadParams", f"Invalid dataTypeName: {name}", rule="export.data-type")
    return name


def matching_rows(  # what an export asks for
    project: Project,
    data_type: str,
    period: tuple[int | None, int | None],
    only: Sequence[str],
    omitted: Sequence[str],
    campaign_id: int | None,
) -> list[dict[str, Any]]:
    """The rows that an export asks for.

    Args:
        project: The project.
        data_type: What is exported, such as `customEvent`.
        period: The first second, and the one after the last; None for no bound.
        only: The names of the columns that are wanted, beside `createdAt`; empty for all.
        omitted: The names of columns that are not.
        campaign_id: Of this campaign only; None for all.
    """
    rows = []
    for seconds, row in _every_row(project, data_type):
        start, end = period
        if (start is not None and seconds < start) or (end is not None and seconds >= end):
            continue
        if campaign_id is not None and row.get("campaignId") != campaign_id:
            continue
        chosen = {name: value for name, value in row.items() if not only or name in only or name == _CREATED}
        rows.append({name: value for name, value in chosen.items() if name not in omitted})
    return rows


def _every_row(project: Project, data_type: str) -> Iterator[tuple[int, dict[str, Any]]]:
    """When, in seconds since the epoch, and what: every row of a data type."""
    if data_type == "user":
        for person in project.people:
            created = {_CREATED: format_instant(person.created_at)}
            yield person.updated_at // 1000, {**created, **project.profile(person)}
        return
    for event in project.events:
        if event.type == data_type:
            yield event.created_at, event_row(event)
    for message in project.sent:
        medium = message.medium[:1].lower() + message.medium[1:]
        if f"{'sms' if medium == 'sMS' else medium}Send" == data_type:
            yield (
                message.at // 1000,
                {
                    _CREATED: format_instant(message.at),
                    "email": message.person.email,
                    "userId": message.person.user_id,
                    "messageId": message.id,
                    "campaignId": message.campaign_id,
                    "templateId": message.template_id,
                },
            )


def event_row(event: Event) -> dict[str, Any]:
    """An event as a row: its data fields, and beside them whose it is, when and what."""
    row: dict[str, Any] = {_CREATED: format_seconds(event.created_at)}
    if event.person.email is not None:
        row["email"] = event.person.email
    if event.person.user_id is not None:
        row["userId"] = event.person.user_id
    if event.name is not None:
        row["eventName"] = event.name
    return {**event.fields, **event.members, **row}


def to_json_lines(rows: Sequence[Mapping[str, Any]]) -> str:
    """One JSON object a line."""
    return "".join(f"{json.dumps(row, ensure_ascii=False, separators=(',', ':'))}\n" for row in rows)


def to_csv(rows: Sequence[Mapping[str, Any]], delimiter: str) -> str:
    """CSV with a line of column names, `createdAt` first.

    Raises:
        RefusedError: The delimiter is none.
    """
    if len(delimiter) != 1:
        raise refused("BadParams", f"Invalid delimiter: {delimiter}", rule="export.delimiter")
    columns = sorted({name for row in rows for name in row} - {_CREATED})
    out = io.StringIO()
    writer = csv.writer(out, delimiter=delimiter, lineterminator="\n")
    try:
        writer.writerow([_CREATED, *columns])
        writer.writerows([_cell(row.get(name)) for name in (_CREATED, *columns)] for row in rows)
    except (csv.Error, ValueError, TypeError) as error:
        raise refused("BadParams", f"Invalid delimiter: {delimiter}", rule="export.delimiter") from error
    return out.getvalue()


def _cell(value: Any) -> str:
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, separators=(",", ":"))

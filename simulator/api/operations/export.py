"""Exports: everything of one data type, as JSON lines or as CSV, at once or as a job.

Sources: Iterable's API description; recordings of 2017; the schemas of Iterable's TypeScript client.
"""

from __future__ import annotations

import csv
import io
import json
from typing import TYPE_CHECKING, Any, Final

from simulator.api.body_schema import Shape, read_body
from simulator.api.identifiers import identifiers_in_query
from simulator.api.query import Query
from simulator.api.replies import json_reply, refused, success, text_reply
from simulator.api.resolution import require_person
from simulator.project.dates import format_instant, format_iso, format_seconds, parse_seconds
from simulator.project.events import CUSTOM_EVENT
from simulator.project.exports import ExportJob

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from simulator.message import Instant, Reply, Request
    from simulator.project import Project
    from simulator.project.events import Event

_MEDIA: Final = ("email", "push", "inApp", "sms", "webPush", "embedded", "whatsApp", "rcs")
_HAPPENINGS: Final = ("Send", "SendSkip", "Open", "Click", "Bounce", "Received", "Seen", "UsageInfo")
_OTHERS: Final = frozenset(
    {
        "user", "customEvent", "purchase", "emailSubscribe", "emailUnSubscribe", "emailComplaint", "inAppClose",
        "hostedUnsubscribeClick", "inAppDelete", "inAppDelivery", "inAppRecall", "inboxSession", "journeyExit",
        "inboxMessageImpression", "embeddedImpression", "embeddedSession", "pushUninstall", "unknownSession",
        "anonSession",
    }
)  # fmt: skip
_DATA_TYPES: Final = _OTHERS | {medium + happening for medium in _MEDIA for happening in _HAPPENINGS}
_START: Final = Shape(
    {
        "dataTypeName": "string",
        "outputFormat": "string",
        "campaignId": "integer",
        "delimiter": "string",
        "startDateTime": "string",
        "endDateTime": "string",
        "omitFields": "string",
        "onlyFields": "string",
    },
    frozenset({"dataTypeName", "outputFormat"}),
)
_FORMATS: Final = {"text/csv": "csv", "application/x-json-stream": "json"}
_DAY: Final = 86_400
#: Bytes of a file at the most. Source: API description.
_LARGEST_FILE: Final = 10 * 1024 * 1024
_CREATED: Final = "createdAt"


def export_json(project: Project, request: Request, now: Instant, _: Mapping[str, str]) -> Reply:
    """Everything of a data type, one object a line."""
    rows = _queried(project, Query(request), now)
    return text_reply(_json_lines(rows), "export.data", content_type="application/json")


def export_csv(project: Project, request: Request, now: Instant, _: Mapping[str, str]) -> Reply:
    """Everything of a data type, as CSV."""
    query = Query(request)
    rows = _queried(project, query, now)
    return text_reply(_csv(rows, query.text("delimiter") or ","), "export.data", content_type="text/csv")


def _queried(project: Project, query: Query, now: Instant) -> list[dict[str, Any]]:
    data_type = _checked_type(query.required("dataTypeName"))
    start, end = query.seconds("startDateTime"), query.seconds("endDateTime")
    period = query.text("range")
    if period is not None:
        start, end = _range(period, now)
    elif start is None and end is None:
        text = "Either range or startDateTime and endDateTime must be specified"
        raise refused("BadParams", text, rule="export.range")
    only = [name for text in query.texts("onlyFields") for name in text.split(",")]
    return _rows(
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


def _checked_type(name: str) -> str:
    if name not in _DATA_TYPES:
        raise refused("BadParams", f"Invalid dataTypeName: {name}", rule="export.data-type")
    return name


def _rows(  # what an export asks for
    project: Project,
    data_type: str,
    period: tuple[int | None, int | None],
    only: Sequence[str],
    omitted: Sequence[str],
    campaign_id: int | None,
) -> list[dict[str, Any]]:
    rows = []
    for seconds, row in _all(project, data_type):
        start, end = period
        if (start is not None and seconds < start) or (end is not None and seconds >= end):
            continue
        if campaign_id is not None and row.get("campaignId") != campaign_id:
            continue
        chosen = {name: value for name, value in row.items() if not only or name in only or name == _CREATED}
        rows.append({name: value for name, value in chosen.items() if name not in omitted})
    return rows


def _all(project: Project, data_type: str) -> Iterator[tuple[int, dict[str, Any]]]:
    """When, in seconds since the epoch, and what: every row of a data type."""
    if data_type == "user":
        for person in project.people:
            created = {_CREATED: format_instant(person.created_at)}
            yield person.updated_at // 1000, {**created, **project.profile(person)}
        return
    for event in project.events:
        if event.type == data_type:
            yield event.created_at, _flat(event)
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


def _flat(event: Event) -> dict[str, Any]:
    row: dict[str, Any] = {_CREATED: format_seconds(event.created_at)}
    if event.person.email is not None:
        row["email"] = event.person.email
    if event.person.user_id is not None:
        row["userId"] = event.person.user_id
    if event.name is not None:
        row["eventName"] = event.name
    return {**event.fields, **event.members, **row}


def _json_lines(rows: Sequence[Mapping[str, Any]]) -> str:
    return "".join(f"{json.dumps(row, ensure_ascii=False, separators=(',', ':'))}\n" for row in rows)


def _csv(rows: Sequence[Mapping[str, Any]], delimiter: str) -> str:
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


def export_user_events(project: Project, request: Request, _now: Instant, _: Mapping[str, str]) -> Reply:
    """Every event of one user, one object a line; custom events where they are asked for."""
    person, rule = require_person(project, *identifiers_in_query(request), "export.user-events")
    with_custom = Query(request).switch("includeCustomEvents")
    rows = [
        {"_type": event.type, **_flat(event)}
        for event in project.events.of(person)
        if with_custom or event.type != CUSTOM_EVENT
    ]
    return text_reply(_json_lines(rows), rule, users=person.identifiers, content_type="application/json")


def start_job(project: Project, request: Request, now: Instant, _: Mapping[str, str]) -> Reply:
    """Begin an export job; here it is done at once."""
    body = read_body(request.path, request.body, _START)
    suffix = _FORMATS.get(body["outputFormat"])
    if suffix is None:
        raise refused("BadParams", f"Invalid outputFormat: {body['outputFormat']}", rule="export.format")
    data_type = _checked_type(body["dataTypeName"])
    only = [name for name in body.get("onlyFields", "").split(",") if name]
    rows = _rows(
        project,
        data_type,
        (_instant(body, "startDateTime"), _instant(body, "endDateTime")),
        only,
        body.get("omitFields", "").split(","),
        body.get("campaignId"),
    )
    content = _json_lines(rows) if suffix == "json" else _csv(rows, body.get("delimiter", ","))
    number = project.jobs.next_number()
    project.jobs.put(number, ExportJob(number, data_type, "completed", now, content, suffix))
    return json_reply({"jobId": number}, rules=("export.start",))


def _instant(body: Mapping[str, Any], name: str) -> int | None:
    if name not in body:
        return None
    try:
        return parse_seconds(body[name].strip())
    except ValueError as error:
        raise refused("BadParams", f"Invalid {name}: {body[name]}", rule="query.malformed") from error


def list_jobs(project: Project, request: Request, _now: Instant, _: Mapping[str, str]) -> Reply:
    """The export jobs."""
    state = Query(request).text("jobState")
    shown = [
        {
            "id": job.id,
            "dataTypeName": job.data_type,
            "jobState": job.state,
            "scheduledStartTime": format_iso(job.started_at),
            "endTime": format_iso(job.started_at),
            "bytesExported": len(job.content.encode("utf-8", "replace")),
        }
        for job in project.jobs
        if state in {None, job.state}
    ]
    return json_reply({"jobs": shown}, rules=("export.jobs",))


def list_files(project: Project, request: Request, _now: Instant, names: Mapping[str, str]) -> Reply:
    """The state of a job, and links to its files, which the control surface serves."""
    job = _known(project, names)
    after = Query(request).text("startAfter") or ""
    host = request.headers.get("host", "127.0.0.1")
    folder = f"http://{host}/_sim/projects/{project.configuration.name}/exports/{job.id}"
    files = [{"file": name, "url": f"{folder}/{name}"} for name in files_of(job) if name > after]
    shown = {"jobId": job.id, "jobState": job.state, "exportTruncated": False, "files": files}
    return json_reply(shown, rules=("export.files",))


def files_of(job: ExportJob) -> dict[str, str]:
    """The files of a job by name, none larger than 10 MB; the names sort as they follow each other."""
    files: list[list[str]] = [[]]
    size = 0
    for line in job.content.splitlines(keepends=True):
        size += len(line.encode("utf-8", "replace"))
        if size > _LARGEST_FILE:
            files.append([])
            size = 0
        files[-1].append(line)
    return {f"file-{number:06}.{job.suffix}": "".join(lines) for number, lines in enumerate(files, 1)}


def cancel_job(project: Project, _request: Request, _now: Instant, names: Mapping[str, str]) -> Reply:
    """Cancel a job; one that is done stays done."""
    job = _known(project, names)
    return success("export.cancel", (), f"Export job {job.id} is {job.state}")


def _known(project: Project, names: Mapping[str, str]) -> ExportJob:
    job = project.jobs.get(int(names["jobId"]))
    if job is None:
        raise refused("BadParams", f"Export job not found: {names['jobId']}", rule="export.unknown-job")
    return job

"""Export jobs: begun, listed, their files, cancelled. Here a job is done as soon as it is asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from simulator.api.body_schema import ObjectSchema, read_body
from simulator.api.operations.export.formats import checked_delimiter, to_csv, to_json_lines
from simulator.api.operations.export.rows import checked_type, looked_through, matching_rows
from simulator.api.query import Query
from simulator.api.replies import json_reply, refused, success
from simulator.deferred_reply import DeferredReply
from simulator.message import Request
from simulator.project.dates import format_iso, parse_seconds
from simulator.project.exports import ExportContent, ExportJob, to_bytes, to_files

if TYPE_CHECKING:
    from collections.abc import Mapping

    from simulator.message import Instant, Reply
    from simulator.project import Project

_START: Final = ObjectSchema(
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
#: Rows that are looked through at once; of more, the files are made beside the server.
_AT_ONCE: Final = 1_000


def start_job(project: Project, request: Request, now: Instant, _: Mapping[str, str]) -> Reply:
    """Begin an export job; here it is done at once."""
    body = read_body(request.path, request.body, _START)
    suffix = _FORMATS.get(body["outputFormat"])
    if suffix is None:
        raise refused("BadParams", f"Invalid outputFormat: {body['outputFormat']}", rule="export.format")
    data_type = checked_type(body["dataTypeName"])
    only = [name for name in body.get("onlyFields", "").split(",") if name]
    period = (_instant(body, "startDateTime"), _instant(body, "endDateTime"))
    delimiter = checked_delimiter(body.get("delimiter", ",")) if suffix == "csv" else ""

    def files() -> list[bytes]:
        omitted, campaign_id = body.get("omitFields", "").split(","), body.get("campaignId")
        rows = matching_rows(project, data_type, period, only, omitted, campaign_id, as_table=suffix == "csv")
        return to_files(to_csv(rows, delimiter) if suffix == "csv" else to_json_lines(rows))

    number = project.jobs.next_number()
    reply = json_reply({"jobId": number}, rules=("export.start",))
    is_soon_done = looked_through(project, data_type) <= _AT_ONCE
    content = ExportContent(files() if is_soon_done else None)
    project.jobs.put(number, ExportJob(number, data_type, "completed", now, content, suffix))
    if is_soon_done:
        return reply
    return DeferredReply(
        reply.status,
        reply.body,
        reply.headers,
        reply.rules,
        make=lambda: to_bytes(files()),
        finish=content.take,
        undo=Request("DELETE", f"/_sim/projects/{project.configuration.name}/exports/{number}"),
    )


def _instant(body: Mapping[str, Any], name: str) -> int | None:
    if name not in body:
        return None
    try:
        return parse_seconds(body[name].strip())
    except ValueError as error:
        raise refused("BadParams", f"Invalid {name}: {body[name]}", rule="query.not-allowed") from error


def list_jobs(project: Project, request: Request, _now: Instant, _: Mapping[str, str]) -> Reply:
    """The export jobs."""
    state = Query(request).text("jobState")
    listed = [
        {
            "id": job.id,
            "dataTypeName": job.data_type,
            "jobState": job.state,
            "scheduledStartTime": format_iso(job.started_at),
            "endTime": format_iso(job.started_at),
            "bytesExported": sum(job.content.sizes),
        }
        for job in project.jobs
        if state in {None, job.state}
    ]
    return json_reply({"jobs": listed}, rules=("export.jobs",))


def list_files(project: Project, request: Request, _now: Instant, names: Mapping[str, str]) -> Reply:
    """The state of a job, and links to its files, which the control surface serves."""
    job = _require_job(project, names)
    after = Query(request).text("startAfter") or ""
    host = request.headers.get("host", "127.0.0.1")
    folder = f"http://{host}/_sim/projects/{project.configuration.name}/exports/{job.id}"
    files = [{"file": name, "url": f"{folder}/{name}"} for name in job.names if name > after]
    as_json = {"jobId": job.id, "jobState": job.state, "exportTruncated": False, "files": files}
    return json_reply(as_json, rules=("export.files",))


def cancel_job(project: Project, _request: Request, _now: Instant, names: Mapping[str, str]) -> Reply:
    """Cancel a job; one that is done stays done."""
    job = _require_job(project, names)
    return success("export.cancel", (), f"Export job {job.id} is {job.state}")


def _require_job(project: Project, names: Mapping[str, str]) -> ExportJob:
    job = project.jobs.get(int(names["jobId"]))
    if job is None:
        raise refused("BadParams", f"Export job not found: {names['jobId']}", rule="export.unknown-job")
    return job

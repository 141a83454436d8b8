"""The way from a request to its reply: what is due first, then the handler; effects at once or later."""

from __future__ import annotations

import heapq
from typing import TYPE_CHECKING

from simulator.api.body_schema import BodyNotJsonError
from simulator.api.operations.messages.sending import send_due, start_due_campaign
from simulator.api.replies import (
    RefusedError,
    bad_json_body,
    bad_request_page,
    body_too_large,
    content_type_refused,
)
from simulator.api.router import find_route
from simulator.project.pending import Pending

if TYPE_CHECKING:
    from collections.abc import Mapping

    from simulator.api.route import Route
    from simulator.message import Instant, Reply, Request
    from simulator.project import Project


def answer(project: Project, request: Request, now: Instant, route: Route, names: Mapping[str, str]) -> Reply:
    """The reply of a project to a request that has a route; what is refused has changed nothing."""
    if project.pending or len(project.scheduled) or project.campaigns.await_start:
        apply_due(project, now)
    settings = project.settings
    if len(request.body) > settings.max_body:
        return body_too_large()
    if settings.content_type == "json" and not _says_json(request):
        return content_type_refused()
    number = project.begin()
    lag = 0 if route.lag is None else getattr(settings, route.lag)
    try:
        if lag:
            return _later(project, request, now, route, names, number, now + round(lag * 1000))
        return route.handler(project, request, now, names)
    except RefusedError as error:
        return error.reply
    except BodyNotJsonError as error:
        return _not_json(project, request, error).reply


def _not_json(project: Project, request: Request, error: BodyNotJsonError) -> RefusedError:
    """The refusal of a body that is no JSON; that of an empty one is recorded, and no setting changes it."""
    if not request.body:
        detail = "Invalid Json: No content to map due to end-of-input"
        return bad_request_page(request, detail, rule="body.empty")
    if project.settings.broken_json == "BadJsonBody":
        return bad_json_body(request.path)
    return bad_request_page(request, f"Invalid Json: {error}", rule="body.not-json")


def _later(  # all that a request is carried out again with
    project: Project,
    request: Request,
    now: Instant,
    route: Route,
    names: Mapping[str, str],
    number: int,
    due: Instant,
) -> Reply:
    """Answer from the state as it is, and let the effects come when they are due."""
    project.changes.begin_undo_log()
    try:
        reply = route.handler(project, request, now, names)
    finally:
        project.changes.rollback()
    heapq.heappush(project.pending, Pending(due, number, now, request, reply.users, project.changes.number))
    return reply


def apply_due(project: Project, now: Instant) -> bool:
    """Apply what is due, in the order in which it is; what can no longer be done comes to nothing.

    Gives whether anything was due. Its changes are told with the next request, as those of the one that asked for
    them.

    Source: Iterable's API description: an accepted write is queued, and its reply says no more than that.
    """
    any_due = False
    while _apply_next(project, now):
        any_due = True
    return (bool(len(project.scheduled)) and send_due(project, now)) or any_due


def _apply_next(project: Project, now: Instant) -> bool:
    """Apply what has been due for longest, a request or the start of a campaign; gives whether anything was."""
    campaign = project.campaigns.next_start()
    start = None if campaign is None else campaign.next_start
    if project.pending and project.pending[0].due <= (now if start is None else min(now, start)):
        _carry_out(project, heapq.heappop(project.pending))
        return True
    if campaign is not None and start is not None and start <= now:
        start_due_campaign(project, campaign, now)
        return True
    return False


def _carry_out(project: Project, pending: Pending) -> None:
    route, names = find_route(pending.request.method, pending.request.path)
    project.begin(pending.number)
    try:
        if route is not None:
            route.handler(project, pending.request, pending.at, names)
    except RefusedError:
        return
    finally:
        project.changes.defer(pending.asked)


def _says_json(request: Request) -> bool:
    said = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    return not request.body or said in {"", "application/json", "text/json"}

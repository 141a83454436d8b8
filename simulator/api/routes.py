"""The route table, which reads like the API's own index, and the way from a request to its reply."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Final
from urllib.parse import parse_qs, unquote

from simulator.api import commerce, events, users, webhooks
from simulator.api.replies import RefusedError, body_too_large, refused, route_not_found
from simulator.message import Instant, Reply, Request

if TYPE_CHECKING:
    from simulator.project import Project

Handler = Callable[["Project", Request, Instant, Mapping[str, str]], Reply]


def _from_query(name: str, handler: Handler) -> Handler:
    """A handler that takes its parameter from the query and not from the path."""

    def handle(project: Project, request: Request, now: Instant, _: Mapping[str, str]) -> Reply:
        values = parse_qs(request.query, keep_blank_values=True).get(name)
        if values is None:
            raise refused("BadParams", f"Missing parameter: {name}", rule="query.missing")
        return handler(project, request, now, {name: values[0]})

    return handle


#: Fixed paths win over those with a parameter.
ROUTES: Final[Mapping[tuple[str, str], Handler]] = {
    ("POST", "/api/commerce/trackPurchase"): commerce.track_purchase,
    ("POST", "/api/commerce/updateCart"): commerce.update_cart,
    ("POST", "/api/events/track"): events.track,
    ("POST", "/api/events/trackBulk"): events.track_bulk,
    ("GET", "/api/events/byUserId/{userId}"): events.get_by_user_id,
    ("GET", "/api/events/{email}"): events.get_by_email,
    ("POST", "/api/users/bulkUpdate"): users.bulk_update,
    ("GET", "/api/users/byUserId"): _from_query("userId", users.get_by_user_id),
    ("GET", "/api/users/byUserId/{userId}"): users.get_by_user_id,
    ("GET", "/api/users/getByEmail"): _from_query("email", users.get_by_email),
    ("POST", "/api/users/update"): users.update,
    ("POST", "/api/users/updateEmail"): users.update_email,
    ("GET", "/api/users/{email}"): users.get_by_email,
    ("GET", "/api/webhooks"): webhooks.list_webhooks,
}

_FIXED: Final = {route: handler for route, handler in ROUTES.items() if "{" not in route[1]}


def _parametrised() -> list[tuple[str, str, str, Handler]]:
    """Method, the path before its parameter, the parameter's name and the handler; longer paths first."""
    routes = []
    for (method, path), handler in ROUTES.items():
        if "{" in path:
            prefix, _, name = path.removesuffix("}").partition("{")
            routes.append((method, prefix, name, handler))
    return sorted(routes, key=lambda route: -len(route[1]))


_WITH_PARAMETER: Final = _parametrised()


def answer(project: Project, request: Request, now: Instant) -> Reply:
    """The reply of a project to any request; what is refused has changed nothing."""
    if len(request.body) > project.settings.max_body:
        return body_too_large()
    handler = _FIXED.get((request.method, request.path))
    names: Mapping[str, str] = {}
    if handler is None:
        handler, names = _with_parameter(request)
    if handler is None:
        return route_not_found()
    try:
        return handler(project, request, now, names)
    except RefusedError as error:
        return error.reply


def _with_parameter(request: Request) -> tuple[Handler | None, Mapping[str, str]]:
    for method, prefix, name, handler in _WITH_PARAMETER:
        rest = request.path.removeprefix(prefix)
        if method == request.method and rest != request.path and rest and "/" not in rest:
            return handler, {name: unquote(rest)}
    return None, {}

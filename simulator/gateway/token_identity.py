"""What a JWT and its absence say of people: who a call is about that names nobody, and whose merge wants no token.

Iterable's web SDK names nobody in `events/trackInAppOpen`, `trackInAppClick`, `trackInAppDelivery` and
`events/inAppConsume` of a user with an email (Iterable/iterable-web-sdk 669147f, 2026-07-23,
src/authorization/authorization.ts); that other calls of an app are read in the same way is inferred.
"""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import parse_qs, urlencode

from simulator.api.identifiers import identifiers_in_token, token_claims
from simulator.message import read_json
from simulator.project.events import UNKNOWN_SESSION
from simulator.project.keys import KeyType

if TYPE_CHECKING:
    from collections.abc import Mapping

    from simulator.api import Route
    from simulator.message import Request
    from simulator.project import Project

#: By this rule a call was about the user of its token.
RULE: Final = "gate.identity-from-token"
_APPS: Final = frozenset({KeyType.MOBILE, KeyType.WEB})
#: It names two people, and the token is of one of them.
_MERGE: Final = "/api/users/merge"


def identified_by_token(request: Request, route: Route) -> Request:
    """The request with the identifiers of its token, which is good, where it names nobody; else the request itself.

    Args:
        request: A request with a key that wants a token, whose token has been found to be good.
        route: What it calls.
    """
    people = route.people
    if not route.needs_token or not people.emails or _APPS.isdisjoint(route.keys) or route.path == _MERGE:
        return request
    email, user_id = identifiers_in_token(token_claims(request.headers.get("authorization", "")))
    ways = {people.emails[0]: email, people.user_ids[0]: user_id}
    return _with_parameters(request, ways) if people.in_query else _with_members(request, ways)


def merges_visitor(request: Request, project: Project) -> bool:
    """Whether a merge folds in a profile that was made of an unknown visitor, for whom nobody can have a token.

    Source: Iterable/iterable-android-sdk 12748cfe (2026-07-20), ApiEndpointClassification, calls users/merge without
    one; Iterable support article 360050801231 says so of merges of unknown users.
    """
    try:
        body = read_json(request.body)
    except ValueError:
        return False
    source = body.get("sourceUserId") if isinstance(body, dict) else None
    people = project.people.with_user_id(source) if isinstance(source, str) else ()
    return any(event.type == UNKNOWN_SESSION for person in people for event in project.events.of(person))


def _with_parameters(request: Request, ways: Mapping[tuple[str, ...], str | None]) -> Request:
    given = parse_qs(request.query, keep_blank_values=True)
    if any(way[-1] in given for way in ways):
        return request
    added = urlencode({way[-1]: value for way, value in ways.items() if value is not None})
    return replace(request, query=f"{request.query}&{added}" if request.query else added)


def _with_members(request: Request, ways: Mapping[tuple[str, ...], str | None]) -> Request:
    try:
        body = read_json(request.body)
    except ValueError:
        return request
    outer = body
    for name in next(iter(ways))[:-1]:
        if not isinstance(outer, dict):
            return request
        if outer.get(name) is None:
            outer[name] = {}
        outer = outer[name]
    if not isinstance(outer, dict) or any(outer.get(way[-1]) is not None for way in ways):
        return request
    members: dict[str, Any] = {way[-1]: value for way, value in ways.items() if value is not None}
    outer.update(members)
    return replace(request, body=json.dumps(body).encode())

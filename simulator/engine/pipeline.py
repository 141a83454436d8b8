"""The steps of a request to Iterable's API, from the bytes that came in to the reply that goes out.

`respond` reads from top to bottom in their order: authenticate, injected faults, route, authorise, rate limits,
dispatch, journal. Nothing here does I/O, reads a clock or draws at random: the same requests at the same instants
give the same replies and the same state.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from http import HTTPStatus
from typing import TYPE_CHECKING, Final

from simulator.api import answer as dispatch
from simulator.api import find_route, identifiers_carried, route_not_found
from simulator.gateway.authentication import api_key_of, authenticate, unauthorized_reply
from simulator.gateway.authorization import authorize
from simulator.gateway.token_identity import RULE, identified_by_token
from simulator.message import Reply, WireResult
from simulator.project.rules import ALL_REFUSED, DROPPED, SOME_DROPPED, SOME_REFUSED

if TYPE_CHECKING:
    from simulator.engine.simulator import Simulator  # its type only: what the steps work on
    from simulator.faults import InjectedFault
    from simulator.gateway.authentication import Credentials
    from simulator.message import Instant, Request
    from simulator.project import Project
    from simulator.project.keys import ApiKey
    from simulator.project.profile_changes import ProfileChange

#: Makes the reply to a request that is for no project; it gets the instant at which the request came in.
Answer = Callable[["Instant"], "Reply"]

#: By these rules something of the request was not carried out, whatever the status is.
_INCOMPLETE: Final = frozenset({DROPPED, SOME_DROPPED, SOME_REFUSED, ALL_REFUSED})
#: The least status of a refusal.
_REFUSED: Final = HTTPStatus.BAD_REQUEST.value


def respond(simulator: Simulator, request: Request, now: Instant, answer: Answer | None = None) -> WireResult:
    """What goes over the wire for a request: its reply, unless a fault is injected.

    With `answer` it is for no project. A replay has none and asks the API, which refuses what it does not know: the
    state is the same, and so are the faults that are left.
    """
    api_key = api_key_of(request)
    credentials = None if answer is not None else authenticate(request, api_key, simulator.projects_by_key)
    fault = simulator.faults.decide(request, api_key) if simulator.faults.are_active else None
    reply: Reply | None
    changes: tuple[ProfileChange, ...] = ()
    if fault is not None and fault.replaces_processing:
        reply = fault.reply()
    elif answer is not None:
        reply = answer(now)
    else:
        reply, changes = _process(simulator, request, api_key, credentials, now)
    number = None if answer is not None else simulator.journal.next_number
    _journal(simulator, request, credentials, now, reply, changes, fault)
    if fault is None:
        return WireResult(reply, 0.0, number)
    return WireResult(None if fault.drops_connection else reply, fault.delay, number)


def respond_without_faults(simulator: Simulator, request: Request, now: Instant) -> Reply:
    """The reply to a request, in the same steps; faults neither happen nor count it."""
    api_key = api_key_of(request)
    credentials = authenticate(request, api_key, simulator.projects_by_key)
    reply, changes = _process(simulator, request, api_key, credentials, now)
    _journal(simulator, request, credentials, now, reply, changes, None)
    return reply


def _process(
    simulator: Simulator, request: Request, api_key: str | None, credentials: Credentials | None, now: Instant
) -> tuple[Reply, tuple[ProfileChange, ...]]:
    """The reply of the project that the key reaches, and what the request changed there."""
    if credentials is None:
        # A path that is not there is told to everybody.
        route, _ = find_route(request.method, request.path)
        return (route_not_found() if route is None else unauthorized_reply(request, api_key)), ()
    project, key = credentials
    project.changes.begin(simulator.journal.next_number)
    return _dispatch(simulator, request, project, key, now), project.changes.collect()


def _dispatch(simulator: Simulator, request: Request, project: Project, key: ApiKey, now: Instant) -> Reply:
    """The reply of the operation that a request calls, or the refusal that it never gets there."""
    route, path_parameters = find_route(request.method, request.path)
    if route is None:
        return route_not_found()
    refusal = authorize(request, key, route, project, now)
    if refusal is None:
        refusal = simulator.rate_limits.refuse(request, route, project, key, now)
    if refusal is not None:
        return refusal
    if key.jwt_secret is not None:
        identified = identified_by_token(request, route)
        if identified is not request:
            reply = dispatch(project, identified, now, route, path_parameters)
            return replace(reply, rules=(*reply.rules, RULE))
    return dispatch(project, request, now, route, path_parameters)


def _journal(
    simulator: Simulator,
    request: Request,
    credentials: Credentials | None,
    now: Instant,
    reply: Reply | None,
    changes: tuple[ProfileChange, ...],
    fault: InjectedFault | None,
) -> None:
    """Keep a request with its reply; of a reply that a fault delayed or lost, the rules say so.

    What came to nothing, in whole or in part, was about nobody as far as its reply knows: whom it named is kept.
    """
    name = "" if credentials is None else credentials[0].configuration.name
    if fault is not None and reply is not None and not fault.replaces_processing:
        reply = replace(reply, rules=(*reply.rules, fault.rule))
    named: tuple[str, ...] = ()
    if reply is None:
        named = _named(request)
    elif reply.status >= _REFUSED or not reply.users or not _INCOMPLETE.isdisjoint(reply.rules):
        users = tuple(dict.fromkeys((*reply.users, *_named(request))))
        reply = Reply(reply.status, reply.body, reply.headers, reply.rules, users)
    if fault is None:
        simulator.journal.append(now, name, request, reply, changes=changes, named=named)
        return
    delay = round(fault.delay, 6)
    simulator.journal.append(now, name, request, reply, fault=True, changes=changes, named=named, delay=delay)


def _named(request: Request) -> tuple[str, ...]:
    """The identifiers that a request carries, whoever sent it; none where no route says where to look for them."""
    route, parameters = find_route(request.method, request.path)
    return () if route is None else identifiers_carried(route.people, parameters, request)

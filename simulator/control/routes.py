"""The one table of the control surface: what it takes, who answers, and what changes the state."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import get_close_matches
from enum import Enum
from typing import TYPE_CHECKING, Final
from urllib.parse import parse_qs, unquote

from simulator.control import (
    app_messages,
    clock_and_faults,
    events,
    general,
    journals,
    outcomes,
    people,
    projects,
    recordings,
    sent_messages,
    state_documents,
    time_travel,
)
from simulator.control.replies import ControlError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from simulator.control.call import ControlCall
    from simulator.message import Reply, Request

#: Every path of the control surface begins with this.
PREFIX: Final = "/_sim"
#: So many paths are named for one that does not exist.
_NEAREST: Final = 3
_OF_PROJECT: Final = "/projects/{name}"


class Reads(Enum):
    """How much a request reads."""

    LITTLE = "a page, or a person"
    SEARCHED = "a page, or for a search everything"
    JOURNAL = "a page of the journal, or for a search all of it"
    EVERYTHING = "a whole project, or all requests"


#: The parameters that a search is made with.
_SEARCHING: Final = frozenset({"method", "outcome", "path", "search", "status", "text", "user"})


@dataclass(frozen=True, slots=True)
class ControlRoute:
    """One row.

    Attributes:
        method: The HTTP method.
        path: The path after `/_sim`, with its parameters in braces.
        handler: Answers the request.
        changes_state: Whether a request that succeeds goes into the journal, and is carried out again in a replay.
        reads: How much a request that only looks reads: the more there is, the longer it takes.
    """

    method: str
    path: str
    handler: Callable[[ControlCall], Reply]
    changes_state: bool
    reads: Reads = Reads.LITTLE

    @property
    def is_of_project(self) -> bool:
        """Whether the path names one project."""
        return self.path.startswith(_OF_PROJECT)


ROUTES: Final = (
    # method, path, handler, changes_state, reads
    ControlRoute("GET", "/health", general.get_health, False),
    ControlRoute("POST", "/reset", general.reset, True),
    ControlRoute("GET", "/state", state_documents.get_whole_state, False, Reads.EVERYTHING),
    ControlRoute("PUT", "/state", state_documents.put_whole_state, True),
    ControlRoute("GET", "/snapshots", state_documents.list_snapshots, False),
    ControlRoute("POST", "/snapshots", state_documents.save_snapshot, True),
    ControlRoute("DELETE", "/snapshots/{name}", state_documents.delete_snapshot, True),
    ControlRoute("POST", "/snapshots/{name}/restore", state_documents.restore_snapshot, True),
    ControlRoute("GET", "/projects", projects.list_projects, False),
    ControlRoute("POST", "/projects", projects.add_project, True),
    ControlRoute("DELETE", "/projects/{name}", projects.remove_project, True),
    ControlRoute("POST", "/projects/{name}/reset", projects.reset_project, True),
    ControlRoute("GET", "/projects/{name}/state", time_travel.get_state, False, Reads.EVERYTHING),
    ControlRoute("PUT", "/projects/{name}/state", projects.put_state, True),
    ControlRoute("GET", "/projects/{name}/diff", time_travel.get_difference, False, Reads.EVERYTHING),
    ControlRoute("POST", "/projects/{name}/record", recordings.record, False, Reads.EVERYTHING),
    ControlRoute("GET", "/projects/{name}/exports/{job}/{file}", projects.get_export, False),
    ControlRoute("DELETE", "/projects/{name}/exports/{job}", projects.remove_export, True),
    ControlRoute("GET", "/projects/{name}/settings", clock_and_faults.get_settings, False),
    ControlRoute("PATCH", "/projects/{name}/settings", clock_and_faults.change_settings, True),
    ControlRoute("GET", "/projects/{name}/in-app-messages", app_messages.list_in_app_messages, False),
    ControlRoute("POST", "/projects/{name}/in-app-messages", app_messages.add_in_app_message, True),
    ControlRoute("DELETE", "/projects/{name}/in-app-messages/{id}", app_messages.remove_in_app_message, True),
    ControlRoute("GET", "/projects/{name}/embedded-messages", app_messages.list_embedded_messages, False),
    ControlRoute("POST", "/projects/{name}/embedded-messages", app_messages.add_embedded_message, True),
    ControlRoute("DELETE", "/projects/{name}/embedded-messages/{id}", app_messages.remove_embedded_message, True),
    ControlRoute("GET", "/projects/{name}/criteria", app_messages.list_criteria, False),
    ControlRoute("POST", "/projects/{name}/criteria", app_messages.add_criterion, True),
    ControlRoute("DELETE", "/projects/{name}/criteria/{id}", app_messages.remove_criterion, True),
    ControlRoute("GET", "/rules", general.list_rules, False),
    ControlRoute("GET", "/projects/{name}/journal", journals.get_journal, False, Reads.JOURNAL),
    ControlRoute("GET", "/projects/{name}/outcomes", outcomes.get_outcomes, False),
    ControlRoute("GET", "/projects/{name}/users", people.list_users, False),
    ControlRoute("GET", "/projects/{name}/profile", people.get_profile, False),
    ControlRoute("GET", "/projects/{name}/blame", people.get_blame, False),
    ControlRoute("GET", "/projects/{name}/events", events.list_events, False, Reads.SEARCHED),
    ControlRoute("GET", "/projects/{name}/sent-messages", sent_messages.list_sent_messages, False),
    ControlRoute("GET", "/journal", journals.list_entries, False, Reads.JOURNAL),
    ControlRoute("GET", "/journal/{number}", journals.get_entry, False),
    ControlRoute("GET", "/journal/{number}/request-body", journals.get_request_body, False),
    ControlRoute("GET", "/journal/{number}/reply-body", journals.get_reply_body, False),
    ControlRoute("GET", "/timeline", outcomes.get_timeline, False),
    ControlRoute("GET", "/clock", clock_and_faults.get_clock, False),
    ControlRoute("POST", "/clock", clock_and_faults.change_clock, True),
    ControlRoute("GET", "/faults", clock_and_faults.list_faults, False),
    ControlRoute("POST", "/faults", clock_and_faults.add_fault, True),
    ControlRoute("DELETE", "/faults", clock_and_faults.clear_faults, True),
    ControlRoute("GET", "/faults/seed", clock_and_faults.get_seed, False),
    ControlRoute("PUT", "/faults/seed", clock_and_faults.set_seed, True),
    ControlRoute("DELETE", "/faults/{number}", clock_and_faults.remove_fault, True),
)


def _by_path() -> dict[str, dict[str, ControlRoute]]:
    grouped: dict[str, dict[str, ControlRoute]] = {}
    for route in ROUTES:
        grouped.setdefault(route.path, {})[route.method] = route
    return grouped


def _by_length() -> dict[int, list[tuple[list[str], dict[str, ControlRoute]]]]:
    grouped: dict[int, list[tuple[list[str], dict[str, ControlRoute]]]] = {}
    for path, methods in _BY_PATH.items():
        pattern = path.strip("/").split("/")
        grouped.setdefault(len(pattern), []).append((pattern, methods))
    return grouped


_BY_PATH: Final = _by_path()
#: The same by the number of pieces that a path has between its slashes, with these.
_BY_LENGTH: Final = _by_length()


def is_control_path(path: str) -> bool:
    """Whether a path is for the control surface, be there something or not."""
    return path.startswith(PREFIX)


def is_health_path(path: str) -> bool:
    """Whether a path only asks whether the simulator is up."""
    return path == f"{PREFIX}/health"


def find_control_route(request: Request) -> tuple[ControlRoute, dict[str, str]]:
    """The row of a request, and the parameters in its path.

    Raises:
        ControlError: 404 for a path that is in no row, 405 for a method that no row of the path has.
    """
    methods, parameters = _find_path(request.path)
    route = methods.get(request.method)
    if route is None:
        known = ", ".join(methods)
        message = f"{request.method} is not allowed on {request.path}; allowed: {known}"
        raise ControlError(405, message, headers={"Allow": known})
    return route, parameters


def changes_state(request: Request) -> bool:
    """Whether a request changes the state when it succeeds; others only look."""
    try:
        return find_control_route(request)[0].changes_state
    except ControlError:
        return False


def reads_much(request: Request, *, searches_journal_soon: bool = False) -> bool:
    """Whether a request only looks, and at so much that this can take long.

    Args:
        request: The request.
        searches_journal_soon: Whether a search of the journal takes no long, as it ends where it would.
    """
    try:
        route, _ = find_control_route(request)
    except ControlError:
        return False
    if route.reads is Reads.JOURNAL and searches_journal_soon:
        return False
    if route.reads in {Reads.SEARCHED, Reads.JOURNAL}:
        return not _SEARCHING.isdisjoint(parse_qs(request.query))
    return route.reads is Reads.EVERYTHING


def _find_path(path: str) -> tuple[Mapping[str, ControlRoute], dict[str, str]]:
    pieces = [unquote(piece) for piece in path.removeprefix(PREFIX).strip("/").split("/")]
    for pattern, methods in _BY_LENGTH.get(len(pieces), ()):
        parameters = _match(pattern, pieces)
        if parameters is not None:
            return methods, parameters
    raise ControlError(404, f"no such path: {path}; {_nearest(path)}")


def _nearest(path: str) -> str:
    """The paths that are most like one that does not exist; where none is, the page that lists them all."""
    known, last = [PREFIX + pattern for pattern in _BY_PATH], path.rstrip("/").rpartition("/")[2]
    near = [pattern for pattern in known if pattern.endswith(f"/{last}")] + get_close_matches(path, known, _NEAREST)
    if not near:
        return "docs/control-surface.md lists all paths"
    return f"similar: {', '.join(list(dict.fromkeys(near))[:_NEAREST])}"


def _match(pattern: list[str], pieces: list[str]) -> dict[str, str] | None:
    """The parameters of a path, or None when it does not match a pattern of the same length."""
    parameters: dict[str, str] = {}
    for wanted, piece in zip(pattern, pieces, strict=True):
        if wanted.startswith("{"):
            parameters[wanted.strip("{}")] = piece
        elif wanted != piece:
            return None
    return parameters

"""The surface under `/_sim`: for tests in any language, JSON, without an API key."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from urllib.parse import unquote

from simulator.control import clock_and_faults, events, journals, people, projects, state_documents
from simulator.control.replies import ControlError, error_reply, json_reply, no_content
from simulator.rulebook import RULES

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from simulator.clock import Clock
    from simulator.engine.simulator import Simulator
    from simulator.message import Reply, Request

    Handler = Callable[[Simulator, Clock, Request, Mapping[str, str]], Reply]

__all__ = ["PATHS", "answer_control"]


def _health(_simulator: Simulator, _clock: Clock, _request: Request, _: Mapping[str, str]) -> Reply:
    return json_reply({"status": "ok"})


def _reset(simulator: Simulator, _clock: Clock, _request: Request, _: Mapping[str, str]) -> Reply:
    simulator.reset()
    return no_content()


def _rules(_simulator: Simulator, _clock: Clock, _request: Request, _: Mapping[str, str]) -> Reply:
    return json_reply(
        [
            {"id": rule.id, "statement": rule.statement, "source": rule.source, "confidence": rule.confidence.value}
            for rule in RULES.values()
        ]
    )


_ROUTES: Final[Mapping[tuple[str, ...], Mapping[str, Handler]]] = {
    ("health",): {"GET": _health},
    ("reset",): {"POST": _reset},
    ("state",): {"GET": state_documents.get_whole_state, "PUT": state_documents.put_whole_state},
    ("snapshots",): {"GET": state_documents.list_snapshots, "POST": state_documents.save_snapshot},
    ("snapshots", "{name}"): {"DELETE": state_documents.delete_snapshot},
    ("snapshots", "{name}", "restore"): {"POST": state_documents.restore_snapshot},
    ("projects",): {"GET": projects.list_projects, "POST": projects.add_project},
    ("projects", "{name}"): {"DELETE": projects.remove_project},
    ("projects", "{name}", "reset"): {"POST": projects.reset_project},
    ("projects", "{name}", "state"): {"GET": projects.get_state, "PUT": projects.put_state},
    ("projects", "{name}", "exports", "{job}", "{file}"): {"GET": projects.get_export},
    ("projects", "{name}", "settings"): {
        "GET": clock_and_faults.get_settings,
        "PATCH": clock_and_faults.change_settings,
    },
    ("rules",): {"GET": _rules},
    ("projects", "{name}", "journal"): {"GET": journals.get_journal},
    ("projects", "{name}", "users"): {"GET": people.list_users},
    ("projects", "{name}", "profile"): {"GET": people.get_profile},
    ("projects", "{name}", "blame"): {"GET": people.get_blame},
    ("projects", "{name}", "events"): {"GET": events.list_events},
    ("journal",): {"GET": journals.list_entries},
    ("journal", "{number}"): {"GET": journals.get_entry},
    ("clock",): {"GET": clock_and_faults.get_clock, "POST": clock_and_faults.change_clock},
    ("faults",): {
        "GET": clock_and_faults.list_faults,
        "POST": clock_and_faults.add_fault,
        "DELETE": clock_and_faults.clear_faults,
    },
    ("faults", "seed"): {"GET": clock_and_faults.get_seed, "PUT": clock_and_faults.set_seed},
    ("faults", "{number}"): {"DELETE": clock_and_faults.remove_fault},
}
#: Every path that is served, in pieces.
PATHS: Final = tuple(_ROUTES)


def answer_control(simulator: Simulator, clock: Clock, request: Request) -> Reply:
    """The reply to a request whose path begins with `/_sim`."""
    try:
        handlers, names = _route(request.path)
        handler = handlers.get(request.method)
        simulator.apply_due(clock.now())
        if handler is None:
            known = ", ".join(handlers)
            message = f"{request.method} is not for {request.path}; it takes {known}"
            raise ControlError(405, message, headers={"Allow": known})
        return handler(simulator, clock, request, names)
    except ControlError as error:
        return error_reply(error)


def _route(path: str) -> tuple[Mapping[str, Handler], dict[str, str]]:
    pieces = tuple(unquote(piece) for piece in path.removeprefix("/_sim").strip("/").split("/"))
    for pattern, handlers in _ROUTES.items():
        names = _matched(pattern, pieces)
        if names is not None:
            return handlers, names
    known = ", ".join(f"/_sim/{'/'.join(pattern)}" for pattern in _ROUTES)
    raise ControlError(404, f"nothing is at {path}; there are {known}")


def _matched(pattern: tuple[str, ...], pieces: tuple[str, ...]) -> dict[str, str] | None:
    """The parts of a path that a pattern names, or None when it does not match."""
    if len(pattern) != len(pieces):
        return None
    names: dict[str, str] = {}
    for wanted, piece in zip(pattern, pieces, strict=True):
        if wanted.startswith("{"):
            names[wanted.strip("{}")] = piece
        elif wanted != piece:
            return None
    return names

"""A control request carried out: now, or again in a replay."""

from __future__ import annotations

from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING

from simulator.control.call import ControlCall
from simulator.control.replies import ControlError, error_reply
from simulator.control.routes import find_control_route
from simulator.journal import NotKeptError

if TYPE_CHECKING:
    from simulator.clock import Clock
    from simulator.control.call import History
    from simulator.control.routes import ControlRoute
    from simulator.engine.simulator import Simulator
    from simulator.message import Reply, Request
    from simulator.project.profile_changes import ProfileChange


@dataclass(frozen=True, slots=True)
class ControlResult:
    """What came of a control request.

    Attributes:
        reply: The reply.
        has_changed_state: Whether it succeeded and is one that changes the state.
        project: The name of the project that it changed; empty for none.
        changes: What it did to people there.
    """

    reply: Reply
    has_changed_state: bool = False
    project: str = ""
    changes: tuple[ProfileChange, ...] = ()


def execute_control(
    simulator: Simulator, clock: Clock, request: Request, number: int, history: History | None = None
) -> ControlResult:
    """Carry out a control request, after all that is due.

    Args:
        simulator: The simulator.
        clock: Its clock.
        request: The request; its path begins with `/_sim`.
        number: The number that the journal is going to give it.
        history: The earlier states of the simulator; None in a replay.
    """
    try:
        route, parameters = find_control_route(request)
    except ControlError as error:
        return ControlResult(error_reply(error))
    name = parameters["name"] if route.is_of_project else ""
    if name in simulator.projects:
        simulator.projects[name].changes.begin(number)
    reply = _answer(route, ControlCall(simulator, clock, request, parameters, history))
    has_changed = route.changes_state and reply.status < HTTPStatus.BAD_REQUEST
    if has_changed and name in simulator.projects:
        return ControlResult(reply, has_changed, name, simulator.projects[name].changes.collect())
    return ControlResult(reply, has_changed)


def _answer(route: ControlRoute, call: ControlCall) -> Reply:
    call.simulator.apply_due(call.clock.now())
    try:
        return route.handler(call)
    except ControlError as error:
        return error_reply(error)
    except NotKeptError as error:
        return error_reply(ControlError(410, f"that is too far back: {error}; serve --data DIR keeps everything"))

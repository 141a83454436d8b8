"""The state after any request, made again from what came in."""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import replace
from http import HTTPStatus
from typing import TYPE_CHECKING

from simulator.clock import Clock
from simulator.control import changes_state, execute_control
from simulator.deferred_reply import made_for_state
from simulator.engine.simulator import Simulator
from simulator.engine.snapshot import SnapshotError, restore
from simulator.journal import InitialState, NotKeptError, NullJournal
from simulator.project.settings import RETIRED

if TYPE_CHECKING:
    from collections.abc import Iterable

    from simulator.journal import Entry, Journal
    from simulator.message import Request


def initial_state_of(simulator: Simulator, clock: Clock) -> InitialState:
    """What the state of a simulator that has just been made, or reset, follows from."""
    state = simulator.state()
    return InitialState(state.first, state.seed, clock.setting())


def rebuilt(journal: Journal, number: int) -> tuple[Simulator, Clock]:
    """A simulator of its own, with its clock, as they were after the entry of a number; 0 for the first state.

    Raises:
        NotKeptError: The journal no longer goes back that far.
    """
    at, simulator, clock = _nearest(journal, number)
    replay(simulator, clock, journal.inputs(at, number))
    return simulator, clock


def _nearest(journal: Journal, number: int) -> tuple[int, Simulator, Clock]:
    """The newest state up to a number that need not be made again."""
    simulator, clock = Simulator(()), Clock()
    for at, snapshot in journal.states(number):
        # One that is damaged or of another version is as good as none: an older one, and more entries, do as well.
        with suppress(SnapshotError):
            restore(snapshot, simulator, clock)
            return at, simulator, clock
    begun = journal.initial_state
    if begun is None:
        raise NotKeptError("the journal does not have its initial state")
    clock.restore_from(begun.clock)
    return 0, Simulator(begun.projects, seed=begun.seed), clock


def replay(simulator: Simulator, clock: Clock, entries: Iterable[Entry]) -> None:
    """Carry out again what came in, each at its own instant; the simulator's journal hears nothing of it."""
    journal, numbers = simulator.journal, NullJournal()
    simulator.journal = numbers
    try:
        for entry in entries:
            numbers.next_number = entry.number
            if entry.control:
                _control_again(simulator, clock, entry)
            else:
                made_for_state(simulator.transmit_deferring(entry.request, entry.at).reply)
    finally:
        simulator.journal = journal


def _control_again(simulator: Simulator, clock: Clock, entry: Entry) -> None:
    """Carry out a control request again if it changed the state, and else what had come due when it was made."""
    with clock.held(entry.at):
        succeeded = entry.reply is not None and entry.reply.status < HTTPStatus.BAD_REQUEST
        if succeeded and changes_state(entry.request):
            request = _with_unmatchable_path(_without_retired_settings(entry.request))
            made_for_state(execute_control(simulator, clock, request, entry.number).reply)
        else:
            simulator.apply_due(entry.at)


def _without_retired_settings(request: Request) -> Request:
    """The request as this version takes it: settings that it no longer has are left out of a new project."""
    if request.path != "/_sim/projects" or not any(name.encode() in request.body for name in RETIRED):
        return request
    body = json.loads(request.body)
    kept = {name: value for name, value in body.get("settings", {}).items() if name not in RETIRED}
    return replace(request, body=json.dumps({**body, "settings": kept}).encode())


def _with_unmatchable_path(request: Request) -> Request:
    """The request as this version takes it: a fault for a path without a slash is kept, and matches nothing still."""
    if (request.method, request.path) != ("POST", "/_sim/faults"):
        return request
    body = json.loads(request.body)
    path = (body.get("match") or {}).get("path")
    if path is None or path.startswith(("/", "*")):
        return request
    return replace(request, body=json.dumps({**body, "match": {**body["match"], "path": f"//{path}"}}).encode())

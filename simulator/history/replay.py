"""The state after any request, made again from what came in."""

from __future__ import annotations

import json
import re
from contextlib import suppress
from dataclasses import replace
from http import HTTPStatus
from typing import TYPE_CHECKING, Final
from urllib.parse import unquote

from simulator.clock import Clock
from simulator.control import answer_control
from simulator.engine.simulator import Simulator
from simulator.engine.snapshot import SnapshotError, restore
from simulator.journal import MemoryJournal, NotKeptError
from simulator.journal.origin import Origin
from simulator.project.settings import RETIRED

if TYPE_CHECKING:
    from collections.abc import Iterable

    from simulator.journal import Entry, Journal
    from simulator.message import Reply, Request
    from simulator.project.profile_changes import ProfileChange

#: Methods of control requests that only look; but what was due is carried out before they do.
_LOOKING: Final = frozenset({"GET", "HEAD", "OPTIONS"})
_OF_PROJECT: Final = re.compile(r"/_sim/projects/([^/]+)")


def changes_something(request: Request, reply: Reply) -> bool:
    """Whether a control request with this reply is one that changed something itself."""
    return request.method not in _LOOKING and reply.status < HTTPStatus.BAD_REQUEST


def steer(
    simulator: Simulator, clock: Clock, request: Request, number: int
) -> tuple[Reply, str, tuple[ProfileChange, ...]]:
    """Carry out a control request.

    Gives its reply, the name of the project that it is about, empty for none, and what it did to people there.

    Args:
        simulator: The simulator.
        clock: The time that it goes by.
        request: The request.
        number: The number that the journal is going to give it.
    """
    found = _OF_PROJECT.match(request.path)
    name = "" if found is None else unquote(found[1])
    if name in simulator.projects:
        simulator.projects[name].changes.begin(number)
    reply = answer_control(simulator, clock, request)
    if name not in simulator.projects or not changes_something(request, reply):
        return reply, "", ()
    return reply, name, simulator.projects[name].changes.collect()


def origin_of(simulator: Simulator, clock: Clock) -> Origin:
    """Where a simulator that has just been made, or reset, begins."""
    state = simulator.state()
    return Origin(state.first, state.seed, clock.setting())


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
    origin = journal.origin
    if origin is None:
        raise NotKeptError("the journal does not know where it began")
    clock.take_over(origin.clock)
    return 0, Simulator(origin.projects, seed=origin.seed), clock


def replay(simulator: Simulator, clock: Clock, entries: Iterable[Entry]) -> None:
    """Carry out again what came in, each at its own instant; the simulator's journal hears nothing of it."""
    journal, tape = simulator.journal, _Tape()
    simulator.journal = tape
    try:
        for entry in entries:
            tape.next_number = entry.number
            if entry.control:
                _control_again(simulator, clock, entry)
            else:
                simulator.transmit(entry.request, entry.at)
    finally:
        simulator.journal = journal


def _control_again(simulator: Simulator, clock: Clock, entry: Entry) -> None:
    with clock.held(entry.at):
        if entry.reply is not None and changes_something(entry.request, entry.reply):
            steer(simulator, clock, _without_retired_settings(entry.request), entry.number)
        else:
            simulator.settle(entry.at)


def _without_retired_settings(request: Request) -> Request:
    """The request as this version takes it: settings that it no longer has are left out of a new project."""
    if request.path != "/_sim/projects" or not any(name.encode() in request.body for name in RETIRED):
        return request
    body = json.loads(request.body)
    kept = {name: value for name, value in body.get("settings", {}).items() if name not in RETIRED}
    return replace(request, body=json.dumps({**body, "settings": kept}).encode())


class _Tape(MemoryJournal):
    """Numbers entries as they were numbered, and keeps none."""

    def __init__(self) -> None:
        super().__init__(most=0)
        self._next = 1

    @property
    def next_number(self) -> int:
        """The number of the entry that is carried out again."""
        return self._next

    @next_number.setter
    def next_number(self, number: int) -> None:
        self._next = number

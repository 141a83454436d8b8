"""All that the simulator serves, behind one function: Iterable's API, the control surface, the inspector.

A request goes through these steps, from top to bottom:

1. `simulator.http` decodes it, and refuses foreign pages and wrong tokens (`control_access`).
2. `Service.respond` finds out what it is for, by its path: the inspector, the control surface, or the API; a
   browser's preflight for the API is answered here, before anybody looks for a key, and journalled.
3. Of the inspector it gets a file.
4. On the control surface, what is due is applied, the request is carried out, and what it changed is journalled.
5. In the API it is authenticated, meets a fault, is routed, authorised, counted against the rate limits, dispatched
   to its operation, and journalled: `simulator.engine.pipeline`, where a replay finds the same steps.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

from simulator.control import changes_state, execute_control, is_control_path, is_health_path, reads_much
from simulator.control.routes import PREFIX
from simulator.deferred_reply import made
from simulator.gateway.cross_origin import answer_preflight, is_for_pages, is_preflight
from simulator.history.replay import initial_state_of
from simulator.history.time_travel import TimeTravel
from simulator.inspector import answer_inspector, is_inspector_path
from simulator.long_looks import is_of_export
from simulator.message import Reply, WireResult

if TYPE_CHECKING:
    from collections.abc import Callable

    from simulator.clock import Clock
    from simulator.engine.pipeline import Answer
    from simulator.engine.simulator import Simulator
    from simulator.history.recording import Recorder
    from simulator.message import Instant, Request

#: People, events and requests among which a look takes no longer than a few milliseconds.
_MANY: Final = 300
_EXPORTS: Final = "/api/export/"
_SNAPSHOTS: Final = f"{PREFIX}/snapshots"


class Service:
    """A simulator with its clock.

    What changes the simulator goes through here, so that its journal holds all that its state follows from. What a
    program does to the projects by itself is in no journal.

    Args:
        simulator: The simulator.
        clock: Its time.
        control: Whether the control surface and the inspector are served.
        recorder: Makes scenarios of parts of a journal; None for a service that cannot.
        cors: Whether pages of other origins may call the API.
    """

    def __init__(
        self,
        simulator: Simulator,
        clock: Clock,
        *,
        control: bool = True,
        recorder: Recorder | None = None,
        cors: bool = True,
    ) -> None:
        self.simulator = simulator
        self.clock = clock
        self._serves_control = control
        self._cors = cors
        self._history = TimeTravel(simulator, recorder)
        if simulator.journal.initial_state is None:
            simulator.journal.begin(initial_state_of(simulator, clock))

    def respond(self, request: Request, answer: Answer | None = None) -> WireResult:
        """What goes over the wire for a request.

        Args:
            request: The request.
            answer: Makes the reply in the place of the simulator, for a request that is not for Iterable.
        """
        if answer is not None:
            return self.simulator.transmit(request, self.clock.now(), answer)
        if is_for_pages(request.path) and request.method != "OPTIONS":
            return self.respond_to_call(request)
        if self._serves_control:
            if is_inspector_path(request.path):
                return WireResult(answer_inspector(request))
            if is_control_path(request.path):
                return WireResult(made(self._control(request)))
        elif is_health_path(request.path):
            return WireResult(self._control(request))
        if self._cors and is_preflight(request):
            return self.simulator.transmit(request, self.clock.now(), answer_preflight)
        return self.simulator.transmit(request, self.clock.now())

    def respond_deferring(self, request: Request) -> WireResult:
        """The same, with a `DeferredReply` where something is still to be made; for what `may_defer` says."""
        if is_control_path(request.path):
            return WireResult(self._control(request))
        return self.simulator.transmit_deferring(request, self.clock.now())

    def may_defer(self, request: Request) -> bool:
        """Whether a request may ask for what takes long to make, or may need what is still being made."""
        path = request.path
        if path.startswith(_EXPORTS):
            return request.method != "OPTIONS"
        if not self._serves_control or not is_control_path(path):
            return False
        return (path.startswith(_SNAPSHOTS) and request.method != "GET") or is_of_export(path)

    def respond_to_call(self, request: Request) -> WireResult:
        """The same for a request to Iterable's API that is no preflight, whose path begins with `/api/`."""
        return self.simulator.transmit(request, self.clock.now())

    def _control(self, request: Request) -> Reply:
        """The reply of the control surface; what the request changed, or let become due, is in the journal."""
        if not changes_state(request):
            return self.looking(request)()
        journal = self.simulator.journal
        with self.clock.held() as now:
            something_was_due = self.simulator.apply_due(now)
            result = execute_control(self.simulator, self.clock, request, journal.next_number, self._history)
            if journal.initial_state is None:
                journal.begin(initial_state_of(self.simulator, self.clock))
            elif something_was_due or result.has_changed_state:
                reply = Reply(result.reply.status, b"")
                journal.append(now, result.project, request, reply, changes=result.changes, control=True)
        return result.reply

    def looking(self, request: Request) -> Callable[[], Reply]:
        """What makes the reply to a control request that only looks.

        What is due is applied and journalled at once. The rest is for whoever calls the result, before anything
        changes or in a copy of this process, and is told as of this instant.
        """
        with self.clock.held() as now:
            if self.simulator.apply_due(now):
                self.simulator.journal.append(now, "", request, Reply(200, b""), control=True)
        return partial(self._look, request, now)

    def takes_long(self, request: Request, *, searches_journal_soon: bool = False) -> bool:
        """Whether a control request only looks, and may do so for longer than others can wait.

        Args:
            request: The request.
            searches_journal_soon: Whether a search of the journal takes no long, as it ends where it would.
        """
        if not (self._serves_control and is_control_path(request.path)):
            return False
        if not reads_much(request, searches_journal_soon=searches_journal_soon):
            return False
        projects = self.simulator.projects.values()
        held = sum(len(project.people) + len(project.events) for project in projects)
        return held + self.simulator.journal.next_number > _MANY

    def _look(self, request: Request, now: Instant) -> Reply:
        with self.clock.held(now):
            number = self.simulator.journal.next_number
            return execute_control(self.simulator, self.clock, request, number, self._history).reply

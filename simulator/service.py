"""All that the simulator serves, behind one function: Iterable's API, the control surface, the inspector."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.history.recording import answer_recording
from simulator.history.replay import changes_something, origin_of, steer
from simulator.history.time_travel import answer_past
from simulator.inspector import answer_inspector, is_of_inspector
from simulator.message import Reply, WireResult

if TYPE_CHECKING:
    from simulator.clock import Clock
    from simulator.engine.simulator import Simulator
    from simulator.history.recording import Recorder
    from simulator.message import Request


class Service:
    """A simulator with its clock.

    What changes the simulator goes through here, so that its journal holds all that its state follows from. What a
    program does to the projects by itself is in no journal.

    Args:
        simulator: The simulator.
        clock: The time that it goes by.
        control: Whether the control surface and the inspector are served.
        recorder: Makes scenarios of parts of a journal; None for a service that cannot.
    """

    def __init__(
        self, simulator: Simulator, clock: Clock, *, control: bool = True, recorder: Recorder | None = None
    ) -> None:
        self.simulator = simulator
        self.clock = clock
        self._control = control
        self._recorder = recorder
        if simulator.journal.origin is None:
            simulator.journal.begin(origin_of(simulator, clock))

    def respond(self, request: Request) -> WireResult:
        """What the shell is to send for a request."""
        if self._control:
            if is_of_inspector(request.path):
                return WireResult(answer_inspector(request))
            if request.path.startswith("/_sim"):
                return WireResult(self._answer(request))
        return self.simulator.transmit(request, self.clock.now())

    def _answer(self, request: Request) -> Reply:
        """The reply to a request beside Iterable's API; what it changed is in the journal."""
        simulator, journal = self.simulator, self.simulator.journal
        with self.clock.held() as now:
            settled = simulator.apply_due(now)
            looked = self._looked(request)
            if looked is None:
                reply, project, changes = steer(simulator, self.clock, request, journal.next_number)
            else:
                reply, project, changes = looked, "", ()
            if journal.origin is None:
                journal.begin(origin_of(simulator, self.clock))
            elif settled or (looked is None and changes_something(request, reply)):
                journal.append(now, project, request, Reply(reply.status, b""), changes=changes, control=True)
        return reply

    def _looked(self, request: Request) -> Reply | None:
        """The reply to a request that looks at what has been and changes nothing; None for another."""
        past = answer_past(self.simulator.journal, request)
        return answer_recording(self.simulator, request, self._recorder) if past is None else past

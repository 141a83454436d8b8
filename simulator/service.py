"""All that the simulator serves, behind one function: Iterable's API, the control surface, the inspector."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.control import answer_control
from simulator.inspector import answer_inspector, is_of_inspector
from simulator.message import Transmission

if TYPE_CHECKING:
    from simulator.clock import Clock
    from simulator.message import Request
    from simulator.simulator import Simulator


class Service:
    """A simulator with its clock.

    Args:
        simulator: The simulator.
        clock: The time that it goes by.
        control: Whether the control surface and the inspector are served.
    """

    def __init__(self, simulator: Simulator, clock: Clock, *, control: bool = True) -> None:
        self.simulator = simulator
        self.clock = clock
        self._control = control

    def respond(self, request: Request) -> Transmission:
        """What the shell is to send for a request."""
        if self._control:
            if is_of_inspector(request.path):
                return Transmission(answer_inspector(request))
            if request.path.startswith("/_sim"):
                return Transmission(answer_control(self.simulator, self.clock, request))
        return self.simulator.transmit(request, self.clock.now())

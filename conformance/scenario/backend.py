"""The simulator that scenarios are run against."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conformance.scenario.connection import SimulatorConnection
from conformance.scenario.environment import SimulatedEnvironment, simulated_environment

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from conformance.scenario.model import Scenario


class SimulatorBackend(SimulatorConnection):
    """A running simulator as a `Backend`; each case gets projects of its own."""

    def environment(
        self, scenario: Scenario, project_type: str, *, leave_out: bool = False
    ) -> AbstractContextManager[SimulatedEnvironment]:
        """The environment of a case, as `Backend` has it."""
        return simulated_environment(scenario, project_type, self, leave_out=leave_out)

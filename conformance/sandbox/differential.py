"""Where the simulator and the real service differ, scenario by scenario."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from conformance.sandbox.backend import SandboxBackend
from conformance.scenario import play_scenario
from conformance.scenario.comparison import Comparison, compare_plays

if TYPE_CHECKING:
    from conformance.sandbox.session import Session
    from conformance.scenario import LoadedScenario, SimulatorBackend

SIMULATOR: Final = "simulator"


def compare_with_sandbox(loaded: LoadedScenario, session: Session, simulator: SimulatorBackend) -> Comparison:
    """Play a scenario in a simulator and in a real project, and lay the two beside each other.

    The columns are called `simulator` and as the sandbox is. A scenario that the real project cannot play has one
    column only, and the reason.
    """
    sandbox = session.sandbox
    simulated = play_scenario(loaded, sandbox.project_type, simulator)
    real = play_scenario(loaded, sandbox.project_type, SandboxBackend(session, loaded, simulator))
    plays = [replace(simulated, project_type=SIMULATOR), replace(real, project_type=sandbox.name)]
    return compare_plays(loaded, plays)

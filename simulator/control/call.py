"""What a handler of the control surface is called with."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Protocol

from simulator.control.replies import ControlError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from simulator.clock import Clock
    from simulator.control.recording_options import RecordingOptions
    from simulator.engine.simulator import Simulator
    from simulator.message import Request
    from simulator.project import Project

#: Characters of an unknown name that a message repeats.
_LONGEST_NAME: Final = 200


class History(Protocol):
    """The earlier states of a simulator.

    `simulator.history` implements it. The control surface cannot import that room, which stands on this one: a replay
    carries out control requests.
    """

    def project_at(self, name: str, number: int) -> Project:
        """A project as it was after a request.

        Args:
            name: The name of the project.
            number: The number of the request in the journal; 0 for the first state.

        Raises:
            ControlError: There was no such project then.
            NotKeptError: The journal no longer goes back that far.
        """
        ...

    def difference(self, before: Project, after: Project) -> dict[str, Any]:
        """What differs between two states of a project, as JSON."""
        ...

    @property
    def can_record(self) -> bool:
        """Whether there is a recorder."""
        ...

    def record(self, name: str, options: RecordingOptions) -> str:
        """The text of a scenario that is made of a part of a project's journal.

        Raises:
            ControlError: Nothing can be made of it.
            NotKeptError: The journal no longer goes back that far.
        """
        ...


@dataclass(frozen=True, slots=True)
class ControlCall:
    """One request to the control surface, with all that it is answered from.

    Attributes:
        simulator: The simulator.
        clock: Its clock.
        request: The request.
        path_parameters: The parts of the path that the route names, decoded.
        history: The earlier states; None in a replay, which only carries out what changes the state.
    """

    simulator: Simulator
    clock: Clock
    request: Request
    path_parameters: Mapping[str, str]
    history: History | None = None

    def project(self) -> Project:
        """The project that the path names.

        Raises:
            ControlError: There is none.
        """
        name = self.path_parameters["name"]
        try:
            return self.simulator.projects[name]
        except KeyError:
            known = ", ".join(self.simulator.projects) or "none"
            raise ControlError(404, f"there is no project {name[:_LONGEST_NAME]!r}; there are {known}") from None

    def past(self) -> History:
        """The earlier states.

        Raises:
            LookupError: This is a replay.
        """
        if self.history is None:
            raise LookupError(f"{self.request.path} needs a history, which a replay does not have")
        return self.history

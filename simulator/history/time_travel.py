"""The earlier states of a simulator, as the control surface asks for them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from simulator.control.replies import ControlError
from simulator.history.diff import difference
from simulator.history.recording import RecordingRefusedError, recording_request
from simulator.history.replay import rebuilt

if TYPE_CHECKING:
    from simulator.control.recording_options import RecordingOptions
    from simulator.engine.simulator import Simulator
    from simulator.history.recording import Recorder
    from simulator.project import Project


class TimeTravel:
    """The history of a simulator, made again from its journal: a `simulator.control.History`.

    Args:
        simulator: The simulator.
        recorder: Makes scenarios of parts of its journal; None for a simulator that cannot record.
    """

    def __init__(self, simulator: Simulator, recorder: Recorder | None = None) -> None:
        self._simulator = simulator
        self._recorder = recorder

    def project_at(self, name: str, number: int) -> Project:
        """A project as it was after a request.

        Args:
            name: The name of the project.
            number: The number of the request; 0 for the first state.

        Raises:
            ControlError: There was no such project then.
            NotKeptError: The journal no longer goes back that far.
        """
        then, _ = rebuilt(self._simulator.journal, number)
        try:
            return then.projects[name]
        except KeyError:
            known = ", ".join(then.projects) or "none"
            message = f"there was no project {name[:200]!r} after request {number}; there were {known}"
            raise ControlError(404, message) from None

    def difference(self, before: Project, after: Project) -> dict[str, Any]:
        """What differs between two states of a project, as JSON."""
        return difference(before, after)

    @property
    def can_record(self) -> bool:
        """Whether there is a recorder."""
        return self._recorder is not None

    def record(self, name: str, options: RecordingOptions) -> str:
        """The text of a scenario that is made of a part of a project's journal.

        Raises:
            ControlError: Nothing can be made of it, or there is no recorder.
            NotKeptError: The journal no longer goes back that far.
        """
        if self._recorder is None:
            raise ControlError(404, "there is no recorder")
        try:
            return self._recorder(recording_request(self._simulator, name, options))
        except RecordingRefusedError as error:
            raise ControlError(400, str(error)) from error

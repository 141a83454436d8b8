"""Recording over the control surface: a part of a project's journal as a scenario file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from simulator.control.recording_options import RecordingOptions
from simulator.control.replies import ControlError, model_body
from simulator.message import Reply

if TYPE_CHECKING:
    from simulator.control.call import ControlCall

_YAML: Final = {"Content-Type": "text/yaml; charset=utf-8"}


def record(call: ControlCall) -> Reply:
    """A scenario file of a part of the journal."""
    history = call.past()
    if not history.can_record:
        raise ControlError(404, "this simulator cannot record; one started by `iterable-harness serve` can")
    name = call.project().configuration.name
    text = history.record(name, model_body(call.request, RecordingOptions))
    return Reply(200, text.encode("utf-8", "backslashreplace"), _YAML)

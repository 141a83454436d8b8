"""A recording of what a running simulator has seen, over its control surface."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from conformance.inputs.errors import InputError, InputProblem
from conformance.inputs.mapping_file import mapping_document
from conformance.recorder.recording import Recording

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from conformance.control_client import ControlClient
    from destination import Subscription

#: What the lines begin with that name, at the top of a file, what it lacks.
_LOST: Final = "#   "


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordingSelection:
    """Which part of a journal to record, and how.

    Attributes:
        first: The number of the first request; None for the first of all.
        last: The number of the last request; None for the last of all.
        user: Only requests about this email or userId.
        name: What the scenario is called.
        keep_personal_data: Whether personal data stays as it is; API keys are never written.
        events: The Segment events that were sent; they become the steps.
        received: For each of the events, the message that it was before Segment (`message`), and when it came in
            (`at`); they become the steps then.
        source_settings: What the source of these messages decides, as a scenario says it.
        subscriptions: What the events went through; None for the presets.
    """

    first: int | None = None
    last: int | None = None
    user: str | None = None
    name: str | None = None
    keep_personal_data: bool = False
    events: Sequence[Mapping[str, Any]] | None = None
    received: Sequence[Mapping[str, Any]] | None = None
    source_settings: Mapping[str, Any] | None = None
    subscriptions: Sequence[Subscription] | None = None

    def to_json(self) -> dict[str, Any]:
        """The selection as the control surface takes it."""
        return {
            "from": self.first,
            "to": self.last,
            "user": self.user,
            "name": self.name,
            "keepPersonalData": self.keep_personal_data,
            "events": None if self.events is None else list(self.events),
            "received": None if self.received is None else list(self.received),
            "sourceSettings": None if self.source_settings is None else dict(self.source_settings),
            "mapping": None if self.subscriptions is None else mapping_document(self.subscriptions),
        }


def record(
    control: ControlClient,
    selection: RecordingSelection | None = None,
    *,
    project: str | None = None,
    api_key: str | None = None,
) -> Recording:
    """A part of the journal of a running simulator, as a scenario that passes.

    Args:
        control: The simulator's control surface.
        selection: Which part; everything when None.
        project: The project, by its name.
        api_key: The project, by one of its API keys; the only one that was called when both are None.

    Raises:
        InputError: There is no such project, or no scenario can be made of it, with the reason.
    """
    options = (selection or RecordingSelection()).to_json()
    text = control.record(project_name(control, project, api_key), options)
    return Recording(text, tuple(line.removeprefix(_LOST) for line in text.splitlines() if line.startswith(_LOST)))


def project_name(control: ControlClient, name: str | None, api_key: str | None) -> str:
    """The name of the project that is meant: by its name, by its key, or the only one that was called.

    Raises:
        InputError: There is no such project, or more than one.
    """
    projects = control.projects()
    names = [project["name"] for project in projects]
    if name is not None:
        return _known(name, names, "--project")
    if api_key is not None:
        holders = [project["name"] for project in projects if api_key in project["apiKeys"]]
        return _known(holders[0] if holders else "with that key", names, "--api-key")
    called = [name for name in names if control.last_request(name)]
    if len(called) == 1:
        return str(called[0])
    message = f"{len(called)} projects were called: {', '.join(called)}" if called else "no project was called yet"
    raise InputError([InputProblem("--project", 0, 0, "", message, "say which one: --project NAME or --api-key KEY")])


def _known(name: str, names: Sequence[str], option: str) -> str:
    if name in names:
        return name
    hint = f"there are {', '.join(names) or 'none'}"
    raise InputError([InputProblem(option, 0, 0, "", f"there is no project {name!r}", hint)])

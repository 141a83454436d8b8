"""The whole simulator as one document, out and in, and named snapshots of it."""

from __future__ import annotations

from itertools import takewhile
from typing import TYPE_CHECKING, Annotated, Any, Final, Literal, cast
from urllib.parse import quote

from pydantic import BaseModel, ConfigDict, Field, StrictInt, ValidationError, field_validator, model_validator

from simulator.control.projects import NewKey
from simulator.control.replies import ControlError, json_body, json_reply, model_body, no_content
from simulator.deferred_reply import DeferredReply
from simulator.engine.simulator import DuplicateError
from simulator.engine.snapshot import LaterSnapshot, SnapshotError, capture, restore, whole
from simulator.input_mistakes import input_problems
from simulator.message import Request
from simulator.project import Project, ProjectConfiguration, ProjectSettings, ProjectType, StateError
from simulator.project.keys import ApiKey, KeyType
from simulator.project.settings import CHANGEABLE, STORED

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pydantic import JsonValue

    from simulator.control.call import ControlCall
    from simulator.engine.simulator import Simulator
    from simulator.engine.snapshot import NamedSnapshot
    from simulator.message import Instant, Reply

FORMAT: Final = "iterable-harness-state"
VERSION: Final = 1
#: Snapshots that are kept at the most: each holds everybody once more.
_MOST_SNAPSHOTS: Final = 100
#: People and events that are written down at once; of more, the snapshot is made beside the server.
_AT_ONCE: Final = 1_000
_CHANGEABLE: Final = frozenset(ProjectSettings.model_fields[name].alias or name for name in CHANGEABLE)
_NAME: Final = r"^[A-Za-z0-9_-][A-Za-z0-9 ._-]*$"


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class ProjectDocument(_Part):
    """A project with all that is in it."""

    name: Annotated[str, Field(min_length=1, max_length=200, pattern=r"^[A-Za-z0-9_-][A-Za-z0-9._-]*$")]
    type: ProjectType
    keys: Annotated[tuple[NewKey, ...], Field(min_length=1)]
    id: Annotated[StrictInt, Field(ge=10_000, le=99_999)] | None = None
    settings: ProjectSettings = Field(default_factory=lambda: ProjectSettings.model_validate({}))
    changed_settings: dict[str, Any] = Field(default_factory=dict, alias="changedSettings")
    state: dict[str, Any] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _has_changed_what_may_change(self) -> ProjectDocument:
        fixed = [name for name in self.changed_settings if name not in _CHANGEABLE]
        if fixed:
            raise ValueError(
                f"changedSettings: {', '.join(map(repr, fixed))} cannot be changed while a project is in use"
            )
        _ = self.present_settings
        return self

    @property
    def configuration(self) -> ProjectConfiguration:
        """How the project is set up; the keys stay in their order."""
        plain = tuple(key.key for key in takewhile(_is_plain, self.keys))
        others = tuple(ApiKey(key.key, key.type, key.jwt_secret) for key in self.keys[len(plain) :])
        return ProjectConfiguration(self.name, self.type, plain, self.settings, others, self.id)

    @property
    def present_settings(self) -> ProjectSettings:
        """The settings in force."""
        if not self.changed_settings:
            return self.settings
        return ProjectSettings.model_validate({**self.settings.model_dump(by_alias=True), **self.changed_settings})


class SimulatorDocument(_Part):
    """A whole simulator."""

    format: Literal["iterable-harness-state"]
    version: StrictInt
    projects: list[ProjectDocument]

    @field_validator("version")
    @classmethod
    def _is_known(cls, version: int) -> int:
        if version != VERSION:
            raise ValueError(
                f"unknown version {version}; this harness reads version {VERSION}, a newer one may read it"
            )
        return version


def _is_plain(key: NewKey) -> bool:
    return key.type is KeyType.SERVER and key.jwt_secret is None


def document_of(simulator: Simulator) -> dict[str, Any]:
    """The whole simulator as a document; what is waiting, faults, the journal and the clock are not part of it."""
    return {
        "format": FORMAT,
        "version": VERSION,
        "projects": [_project_to_json(item) for item in simulator.projects.values()],
    }


def _project_to_json(project: Project) -> dict[str, Any]:
    configuration = project.configuration
    settings = configuration.settings.model_dump(by_alias=True, mode="json")
    present = project.settings.model_dump(by_alias=True, mode="json")
    changed = {name: value for name, value in present.items() if value != settings[name]}
    return {
        "name": configuration.name,
        "type": configuration.type.value,
        "id": project.id,
        "keys": [_key_to_json(key) for key in configuration.keys],
        "settings": settings,
        **({"changedSettings": changed} if changed else {}),
        "state": project.state_document(),
    }


def _key_to_json(key: ApiKey) -> dict[str, str]:
    document = {"key": key.key, "type": key.type.value}
    return document if key.jwt_secret is None else {**document, "jwtSecret": key.jwt_secret}


class DocumentError(ValueError):
    """A document that does not fit; `problems` has path and message of each place."""

    def __init__(self, problems: list[dict[str, str]]) -> None:
        super().__init__("; ".join(f"{problem['path']}: {problem['message']}" for problem in problems))
        self.problems = problems


def projects_of(document: object, now: Instant) -> list[Project]:
    """The projects of a document, with all that is in them.

    Raises:
        DocumentError: With every problem.
    """
    try:
        read = SimulatorDocument.model_validate(document, context=STORED)
    except ValidationError as error:
        raise DocumentError(input_problems(error, SimulatorDocument, cast("JsonValue", document))) from error
    projects: list[Project] = []
    problems: list[dict[str, str]] = []
    for index, part in enumerate(read.projects):
        project = Project(part.configuration)
        project.settings = part.present_settings
        try:
            project.replace_state(part.state, now)
        except StateError as error:
            where = f"projects.{index}.state"
            problems += [{"path": f"{where}.{path}", "message": message} for path, message in error.mistakes]
        projects.append(project)
    if problems:
        raise DocumentError(problems)
    return projects


def get_whole_state(call: ControlCall) -> Reply:
    """The document of the whole simulator, API keys included."""
    return json_reply(document_of(call.simulator))


def put_whole_state(call: ControlCall) -> Reply:
    """Replace every project by those of a document; one that has mistakes changes nothing."""
    try:
        call.simulator.replace_projects(projects_of(json_body(call.request), call.clock.now()))
    except DocumentError as error:
        raise ControlError(400, "the document is invalid", error.problems) from error
    except DuplicateError as error:
        raise ControlError(409, str(error)) from error
    return no_content()


class NewSnapshot(_Part):
    """A snapshot to take."""

    name: Annotated[str, Field(min_length=1, max_length=100, pattern=_NAME)]


def list_snapshots(call: ControlCall) -> Reply:
    """The names of the snapshots, in the order in which they were taken."""
    return json_reply([{"name": name} for name in call.simulator.snapshots])


def save_snapshot(call: ControlCall) -> Reply:
    """Keep the simulator, its faults and its clock as they are under a name; one of that name is replaced."""
    name = model_body(call.request, NewSnapshot).name
    if name not in call.simulator.snapshots and len(call.simulator.snapshots) >= _MOST_SNAPSHOTS:
        raise ControlError(409, f"there are already {_MOST_SNAPSHOTS} snapshots; delete one")
    simulator, clock = call.simulator, call.clock
    reply = json_reply({"name": name}, 201)
    held = sum(len(project.people) + len(project.events) for project in simulator.projects.values())
    if held <= _AT_ONCE:
        simulator.snapshots[name] = capture(simulator, clock, with_snapshots=False)
        return reply
    later = simulator.snapshots[name] = LaterSnapshot()
    return DeferredReply(
        reply.status,
        reply.body,
        reply.headers,
        make=lambda: capture(simulator, clock, with_snapshots=False),
        finish=later.take,
        undo=Request("DELETE", f"/_sim/snapshots/{quote(name)}"),
    )


def restore_snapshot(call: ControlCall) -> Reply:
    """Let everything be as it was when a snapshot was taken; the journal goes on."""
    snapshot = _snapshot(call.simulator, call.path_parameters)
    kept = call.simulator.snapshots
    try:
        restore(whole(snapshot), call.simulator, call.clock)
    except SnapshotError as error:
        raise ControlError(409, str(error)) from error
    call.simulator.snapshots = kept
    return no_content()


def delete_snapshot(call: ControlCall) -> Reply:
    """Forget a snapshot."""
    _snapshot(call.simulator, call.path_parameters)
    del call.simulator.snapshots[call.path_parameters["name"]]
    return no_content()


def _snapshot(simulator: Simulator, names: Mapping[str, str]) -> NamedSnapshot:
    try:
        return simulator.snapshots[names["name"]]
    except KeyError:
        known = ", ".join(simulator.snapshots) or "none"
        raise ControlError(404, f"there is no snapshot {names['name'][:200]!r}; there are {known}") from None

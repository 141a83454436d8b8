"""Projects over the control surface: listed, added, removed, reset, and their state."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from simulator.control.replies import ControlError, json_body, json_reply, model_body, no_content
from simulator.engine.simulator import DuplicateError
from simulator.message import Reply
from simulator.project import ProjectConfiguration, ProjectSettings, ProjectType, StateError
from simulator.project.keys import ApiKey, KeyType

if TYPE_CHECKING:
    from pydantic import JsonValue

    from simulator.control.call import ControlCall
    from simulator.project import Project
    from simulator.project.exports import ExportJob


class NewKey(BaseModel):
    """An API key of a project."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    key: Annotated[str, Field(pattern=r"^[!-~]+$")]
    type: KeyType = KeyType.SERVER
    jwt_secret: Annotated[str, Field(min_length=1)] | None = Field(None, alias="jwtSecret")


class NewProject(BaseModel):
    """A project to add."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: Annotated[str, Field(min_length=1, max_length=200, pattern=r"^[A-Za-z0-9_-][A-Za-z0-9._-]*$")]
    type: ProjectType
    api_key: Annotated[str, Field(pattern=r"^[!-~]+$")] | None = Field(None, alias="apiKey")
    keys: tuple[NewKey, ...] = ()
    settings: ProjectSettings = Field(default_factory=lambda: ProjectSettings.model_validate({}))
    id: Annotated[int, Field(strict=True, ge=10_000, le=99_999)] | None = None

    @property
    def configuration(self) -> ProjectConfiguration:
        """How the project is set up."""
        others = tuple(ApiKey(key.key, key.type, key.jwt_secret) for key in self.keys)
        keys = (self.api_key or f"{self.name}-key",)
        return ProjectConfiguration(self.name, self.type, keys, self.settings, others, self.id)


def list_projects(call: ControlCall) -> Reply:
    """Every project, with its keys, settings and counts."""
    return json_reply([_summary(project) for project in call.simulator.projects.values()])


def add_project(call: ControlCall) -> Reply:
    """Add a project; 201 with its summary."""
    new = model_body(call.request, NewProject)
    try:
        project = call.simulator.add_project(new.configuration)
    except DuplicateError as error:
        raise ControlError(409, str(error)) from error
    return json_reply(_summary(project), 201)


def remove_project(call: ControlCall) -> Reply:
    """Remove a project."""
    call.simulator.remove_project(call.project().configuration.name)
    return no_content()


def reset_project(call: ControlCall) -> Reply:
    """Bring a project back to its first state, and forget its journal."""
    project = call.project()
    project.reset()
    call.simulator.journal.clear(project.configuration.name)
    return no_content()


def put_state(call: ControlCall) -> Reply:
    """Replace the state of a project; one that has mistakes changes nothing."""
    project = call.project()
    try:
        project.replace_state(json_body(call.request), call.clock.now())
    except StateError as error:
        problems = [{"path": path, "message": message} for path, message in error.mistakes]
        raise ControlError(400, "the state document is invalid", problems) from error
    return no_content()


def get_export(call: ControlCall) -> Reply:
    """A file of an export job, which the API links to."""
    project = call.project()
    number, file = call.path_parameters["job"], call.path_parameters["file"]
    job = _job(project, number)
    if job is None or file not in job.names:
        raise ControlError(404, f"there is no export file {number}/{file}"[:200])
    if not job.content.is_made:
        raise ControlError(409, f"the export file {number}/{file} is still being made")
    return Reply(200, job.content.file(job.names.index(file)), {"Content-Type": "text/plain; charset=utf-8"})


def remove_export(call: ControlCall) -> Reply:
    """Forget an export job with its files."""
    project, number = call.project(), call.path_parameters["job"]
    job = _job(project, number)
    if job is None:
        raise ControlError(404, f"there is no export job {number}"[:200])
    project.jobs.remove(job.id)
    return no_content()


def _job(project: Project, number: str) -> ExportJob | None:
    return next((job for job in project.jobs if str(job.id) == number), None)


def _summary(project: Project) -> dict[str, JsonValue]:
    configuration = project.configuration
    settings: dict[str, Any] = project.settings.model_dump(by_alias=True, mode="json")
    counts: dict[str, JsonValue] = dict(project.counts())
    return {
        "name": configuration.name,
        "id": project.id,
        "type": configuration.type.value,
        "apiKeys": [key.key for key in configuration.keys],
        "keys": [
            {"key": key.key, "type": key.type.value, "jwt": key.jwt_secret is not None} for key in configuration.keys
        ],
        "counts": counts,
        "settings": settings,
    }

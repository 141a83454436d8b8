"""Simulated projects made for a test, in process or served, and taken down after it."""

from __future__ import annotations

import json
import warnings
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final

import httpx
from pydantic import ValidationError

from conformance.inputs.value_mistakes import explained
from conformance.pytest_plugin.segment_source import WRITE_KEY, SegmentSource
from conformance.pytest_plugin.serving import served
from conformance.pytest_plugin.simulated_project import NAME, SimulatedProject
from simulator import Clock, ProjectConfiguration, ProjectSettings, ProjectType, Simulator, SimulatorTransport

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pydantic_core import ErrorDetails

    from conformance.pytest_plugin.project_types import ProjectType as ProjectTypeName

#: Nothing listens there; the name says so to whoever asks without the transport.
_IN_PROCESS: Final = "http://simulator.invalid"


class FaultWarning(UserWarning):
    """A fault that a test set and that did not happen as often as it was to."""


def checked_settings(settings: Mapping[str, Any]) -> ProjectSettings:
    """Project settings by the names that `serve --set` takes.

    Raises:
        ValueError: There are no such settings; with every problem.
    """
    try:
        return ProjectSettings.model_validate(settings)
    except ValidationError as error:
        raise ValueError("; ".join(map(_problem, error.errors()))) from error


def _problem(detail: ErrorDetails) -> str:
    message, hint = explained([detail], [*ProjectSettings.model_json_schema(by_alias=True)["properties"]])
    return f"settings.{'.'.join(map(str, detail['loc']))}: {message}" + (f" ({hint})" if hint else "")


@contextmanager
def in_process(project_type: ProjectTypeName, settings: ProjectSettings) -> Iterator[SimulatedProject]:
    """A project in this process, reached by its transport and by nothing else."""
    simulator, clock = _simulator(project_type, settings), Clock()
    transport = SimulatorTransport(simulator, clock)
    with httpx.Client(base_url=_IN_PROCESS, transport=transport, headers=_key(project_type)) as client:
        yield _project(project_type, simulator, clock, transport, client)


@contextmanager
def over_http(project_type: ProjectTypeName, settings: ProjectSettings) -> Iterator[SimulatedProject]:
    """A project behind a free port of this machine.

    Raises:
        OSError: Nothing can listen there.
    """
    simulator, clock = _simulator(project_type, settings), Clock()
    with (
        served(simulator, clock) as url,
        httpx.HTTPTransport(trust_env=False) as transport,
        httpx.Client(base_url=url, trust_env=False, headers=_key(project_type)) as client,
    ):
        yield _project(project_type, simulator, clock, transport, client)


def source_of(project: SimulatedProject) -> SegmentSource:
    """The source of Segment in front of a project that is served."""
    return SegmentSource(WRITE_KEY, project.url, project)


def warn_of_unused_faults(project: SimulatedProject) -> None:
    """Warn of each fault that was to happen a number of times and has happened less often, as its test ends."""
    for fault in project.simulator.faults.to_json():
        if isinstance(fault, dict) and fault["left"] and "probability" not in fault:
            warnings.warn(FaultWarning(_unused(fault)), stacklevel=2)


def _unused(fault: Mapping[str, Any]) -> str:
    match = fault.get("match", {})
    where = " ".join(filter(None, (match.get("method"), match.get("path", "*"))))
    what = json.dumps(fault.get("action") or fault["sequence"])
    happened, wanted = fault["happened"], fault["happened"] + fault["left"]
    return f"a fault was not used up: {what} for {where} happened {happened} of {wanted} times"


def _simulator(project_type: str, settings: ProjectSettings) -> Simulator:
    return Simulator([ProjectConfiguration(NAME, ProjectType(project_type), (f"{project_type}-key",), settings)])


def _key(project_type: str) -> dict[str, str]:
    return {"Api-Key": f"{project_type}-key"}


def _project(
    project_type: ProjectTypeName,
    simulator: Simulator,
    clock: Clock,
    transport: httpx.BaseTransport,
    client: httpx.Client,
) -> SimulatedProject:
    return SimulatedProject(
        project_type=project_type,
        api_key=_key(project_type)["Api-Key"],
        url=str(client.base_url).rstrip("/"),
        transport=transport,
        client=client,
        clock=clock,
        simulator=simulator,
        project=simulator.projects[NAME],
    )

"""Problems of a scenario file that its model does not find: settings, faults, and steps that are not one thing.

They are looked for in the document as it was written, so that they are named beside all others.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, ValidationError

from conformance.inputs.yaml_file import Document, Location, dotted, problems_of
from conformance.scenario.model import step_problem
from conformance.scenario.schema import keys_of
from simulator import ProjectSettings
from simulator.faults import Fault

if TYPE_CHECKING:
    from conformance.inputs.errors import InputProblem


def document_problems(document: Document) -> list[InputProblem]:
    """Every such problem of a document."""
    return [*_setting_problems(document), *_fault_problems(document), *_step_problems(document)]


def _setting_problems(document: Document) -> list[InputProblem]:
    project, others = _at(document.value, "project"), _at(document.value, "other_projects")
    places: list[tuple[Location, Any]] = [(("project", "settings"), _at(project, "settings"))]
    for index, other in enumerate(others if isinstance(others, list) else []):
        places.append((("other_projects", index, "settings"), _at(other, "settings")))
    problems: list[InputProblem] = []
    for location, settings in places:
        if isinstance(settings, dict):
            problems += _model_problems(document, location, ProjectSettings, settings)
    return problems


def _fault_problems(document: Document) -> list[InputProblem]:
    problems: list[InputProblem] = []
    for index, step in enumerate(_steps(document)):
        fault = _at(step, "fault")
        if isinstance(fault, dict):
            problems += _model_problems(document, ("steps", index, "fault"), Fault, fault)
    return problems


def _step_problems(document: Document) -> list[InputProblem]:
    problems: list[InputProblem] = []
    for index, step in enumerate(_steps(document)):
        if isinstance(step, dict) and (problem := step_problem(step)):
            problems.append(document.problem(("steps", index), problem))
    return problems


def _steps(document: Document) -> list[Any]:
    steps = _at(document.value, "steps")
    return steps if isinstance(steps, list) else []


def _at(value: Any, key: str) -> Any:
    return value.get(key) if isinstance(value, dict) else None


def _model_problems(
    document: Document, location: Location, model: type[BaseModel], value: dict[str, Any]
) -> list[InputProblem]:
    try:
        model.model_validate(value)
    except ValidationError as error:
        part = _part(document, location)
        return [
            replace(problem, field=dotted(location) + (f".{problem.field}" if problem.field else ""))
            for problem in problems_of(part, error, sorted(keys_of(model)))
        ]
    return []


def _part(document: Document, location: Location) -> Document:
    """A part of a document as a document of its own, with the places as they were."""
    depth = len(location)
    places = {place[depth:]: position for place, position in document.places.items() if place[:depth] == location}
    places.setdefault((), document.place(location))
    return Document(document.file, None, places)

"""Problems of a scenario file that its model does not find: settings, faults, and steps that are not one thing.

They are looked for in the document as it was written, so that they are named beside all others.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from pydantic import BaseModel, ValidationError

from conformance.inputs.places import Location, dotted
from conformance.inputs.recognition import Event, Unknown, events_in
from conformance.inputs.yaml_file import Document, problems_of
from conformance.scenario.model import step_problem
from conformance.scenario.schema import keys_of
from simulator import ProjectSettings
from simulator.faults import Fault

if TYPE_CHECKING:
    from collections.abc import Iterator

    from conformance.inputs.errors import InputProblem

#: What is a slip wherever it stands; an event that Segment would drop may be what a scenario is about.
_DOUBTFUL: Final = frozenset({"unknown-member", "misplaced-member", "not-an-object"})


def document_problems(document: Document) -> list[InputProblem]:
    """Every such problem of a document."""
    return [
        *_setting_problems(document),
        *_fault_problems(document),
        *_step_problems(document),
        *_event_problems(document),
    ]


def document_doubts(document: Document) -> list[InputProblem]:
    """What is probably wrong in the events of a document's steps: members that no event has, and the like."""
    return [
        document.problem((*location, *doubt.path), doubt.message, doubt.hint)
        for location, item in _events(document)
        if isinstance(item, Event)
        for doubt in item.problems
        if doubt.code in _DOUBTFUL
    ]


def _event_problems(document: Document) -> list[InputProblem]:
    """A step whose event is none would only ever be "not subscribed", and pass."""
    return [
        document.problem(location, item.message, item.advice)
        for location, item in _events(document)
        if isinstance(item, Unknown)
    ]


def _events(document: Document) -> Iterator[tuple[Location, Event | Unknown]]:
    for index, step in enumerate(_steps(document)):
        send = _at(step, "send")
        for item in events_in(send) if isinstance(send, (dict, list)) else ():
            yield ("steps", index, "send", *item.path), item


def expects_something(document: Document) -> bool:
    """Whether a document has an expectation; a scenario without one would pass whatever happens."""
    return any(_at(part, "expect") or _at(part, "wanted") for part in (document.value, *_steps(document)))


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

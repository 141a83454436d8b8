"""Problems of a scenario file that its model does not find: settings, faults, and steps that are not one thing.

They are looked for in the document as it was written, so that they are named beside all others.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from pydantic import BaseModel, ValidationError

from conformance.inputs.errors import nearest
from conformance.inputs.places import Location, dotted
from conformance.inputs.recognition import Event, Listing, Unknown, events_in, recognize
from conformance.inputs.yaml_file import Document, problems_of
from conformance.scenario.model import step_problem
from conformance.scenario.schema import keys_of
from destination.javascript import to_text
from simulator import ProjectSettings
from simulator.faults import Fault

if TYPE_CHECKING:
    from collections.abc import Iterator

    from conformance.inputs.errors import InputProblem

#: What is a slip wherever it stands; an event that Segment would drop may be what a scenario is about.
_DOUBTFUL: Final = frozenset({"unknown-member", "misplaced-member", "not-an-object"})

#: Members that name somebody or something, wherever they stand in an event or a call.
_IDENTIFIERS: Final = frozenset(
    {
        "userId", "user_id", "email", "anonymousId", "previousId", "groupId", "messageId", "order_id", "orderId",
        "product_id", "sku", "id", "phone", "phoneNumber",
    }
)  # fmt: skip


def document_problems(document: Document) -> list[InputProblem]:
    """Every such problem of a document."""
    return [
        *_setting_problems(document),
        *_fault_problems(document),
        *_step_problems(document),
        *_event_problems(document),
        *_project_problems(document),
    ]


def document_doubts(document: Document) -> list[InputProblem]:
    """What is probably wrong in a document's steps: members that no event has, identifiers read as numbers."""
    return [
        *_number_doubts(document),
        *_event_doubts(document),
    ]


def _number_doubts(document: Document) -> Iterator[InputProblem]:
    """Identifiers that lose the way in which they are written: YAML takes 8e10, 0x1f and 0123 for numbers."""
    for index, step in enumerate(_steps(document)):
        for kind in ("send", "batch", "call"):
            for location, number in _identifying_numbers(_at(step, kind), ("steps", index, kind)):
                written = document.written(location)
                if written and written != to_text(number):
                    message = f"{written} is read as the number {to_text(number)}"
                    yield document.problem(location, message, f'put it in quotes: "{written}"')


def _identifying_numbers(value: Any, location: Location) -> Iterator[tuple[Location, int | float]]:
    if isinstance(value, dict):
        for key, member in value.items():
            if key in _IDENTIFIERS and isinstance(member, (int, float)) and not isinstance(member, bool):
                yield (*location, key), member
            else:
                yield from _identifying_numbers(member, (*location, key))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from _identifying_numbers(item, (*location, index))


def _event_doubts(document: Document) -> list[InputProblem]:
    return [
        document.problem(
            (*location, *doubt.path), doubt.message, f"{doubt.hint}; if it is intended, list it in `intended`"
        )
        for location, item in _events(document)
        if isinstance(item, Event)
        for doubt in item.problems
        if doubt.code in _DOUBTFUL
    ]


def _project_problems(document: Document) -> Iterator[InputProblem]:
    """Projects that are expected to hold something, and are none of the scenario's."""
    others = _at(document.value, "other_projects")
    names = [_at(other, "name") for other in (others if isinstance(others, list) else [])]
    known = [name for name in names if isinstance(name, str)]
    for location, expectation in _expectations(document):
        projects = _at(expectation, "projects")
        for name, part in (projects if isinstance(projects, dict) else {}).items():
            place = (*location, "projects", name)
            if name not in known:
                hint = nearest(name, known) if known else ""
                yield document.problem(place, f"{name!r} is not in other_projects", hint)
            if "requests" in (_at(part, "counts") or {}):
                message = "requests are not counted by project"
                yield document.problem((*place, "counts", "requests"), message, "count them outside `projects`")


def _expectations(document: Document) -> Iterator[tuple[Location, Any]]:
    """Everything that is expected: after steps, at the end, by the customer, and of single project types."""
    common: list[tuple[Location, Any]] = [
        (("expect",), _at(document.value, "expect")),
        (("wanted", "expect"), _at(_at(document.value, "wanted"), "expect")),
        *((("steps", index, "expect"), _at(step, "expect")) for index, step in enumerate(_steps(document))),
    ]
    for location, expectation in common:
        yield location, expectation
        by_type = _at(expectation, "by_type")
        for name, part in (by_type if isinstance(by_type, dict) else {}).items():
            yield (*location, "by_type", name), part


def _event_problems(document: Document) -> list[InputProblem]:
    """A step whose event is none would only ever be "not subscribed", and pass."""
    return [
        document.problem(location, item.message, item.advice)
        for location, item in _events(document)
        if isinstance(item, Unknown)
    ]


def _events(document: Document) -> Iterator[tuple[Location, Event | Unknown]]:
    for index, step in enumerate(_steps(document)):
        send, batch = _at(step, "send"), _at(step, "batch")
        for item in events_in(send) if isinstance(send, (dict, list)) else ():
            yield ("steps", index, "send", *item.path), _whole(item)
        for place, value in enumerate(batch if isinstance(batch, list) else ()):
            item = _single(value)
            yield ("steps", index, "batch", place, *item.path), _whole(item)


def _single(value: Any) -> Event | Unknown:
    """An item of a batch, which Segment has taken out of whatever envelope it came in."""
    found = recognize(value)
    if isinstance(found, (Event, Unknown)):
        return found
    looks_like = "a list" if isinstance(found, Listing) else "a body of /v1/batch"
    return Unknown(looks_like, "write its events into the batch")


def _whole(item: Event | Unknown) -> Event | Unknown:
    """A step goes to every subscription, so what is left of an event for some of them is not it."""
    if isinstance(item, Event) and item.subscriptions is not None:
        return Unknown("an undelivered line of `send --failed`", "use only the value of `event`")
    return item


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

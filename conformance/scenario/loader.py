"""Scenario files and mapping files, read; every mistake of every file is named at once."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from pydantic import BaseModel, TypeAdapter, ValidationError

from conformance.inputs.errors import InputError, Mistake
from conformance.inputs.yaml_file import Document, Location, dotted, mistakes_of, read_document
from conformance.scenario.model import Connection, Scenario, SubscriptionEntry, step_problem
from destination import PRESETS, Subscription
from simulator import ProjectSettings
from simulator.faults import Fault

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

#: What a file in a folder must end in to be taken for a scenario.
SUFFIXES: Final = (".scenario.yaml", ".scenario.yml", ".scenario.json")
_SUBSCRIPTIONS: Final[TypeAdapter[list[SubscriptionEntry]]] = TypeAdapter(list[SubscriptionEntry])


@dataclass(frozen=True, slots=True)
class LoadedScenario:
    """A scenario with its file, and the mappings that it names.

    Attributes:
        scenario: The scenario.
        document: The file, for the places of expectations.
        mappings: The subscriptions of each connection, in order.
    """

    scenario: Scenario
    document: Document
    mappings: tuple[tuple[Subscription, ...], ...]

    @property
    def file(self) -> str:
        """The file, as it was named."""
        return self.document.file


def load_scenarios(paths: Sequence[Path]) -> list[LoadedScenario]:
    """The scenarios of files, and of all scenario files in folders, in order of their names.

    Raises:
        InputError: With every mistake of every file.
    """
    scenarios: list[LoadedScenario] = []
    mistakes: list[Mistake] = []
    for path in paths:
        try:
            files = _files(path)
        except InputError as error:
            mistakes.extend(error.mistakes)
            continue
        for file in files:
            try:
                scenarios.append(load_scenario(file))
            except InputError as error:
                mistakes.extend(error.mistakes)
    if mistakes:
        raise InputError(mistakes)
    return scenarios


def _files(path: Path) -> list[Path]:
    if not path.is_dir():
        return [path]
    files = sorted(file for file in path.rglob("*") if file.name.endswith(SUFFIXES) and file.is_file())
    if not files:
        hint = f"scenario files end in {', '.join(SUFFIXES)}"
        raise InputError([Mistake(str(path), 0, 0, "", "has no scenario files", hint)])
    return files


def load_scenario(path: Path) -> LoadedScenario:
    """The scenario of one file.

    Raises:
        InputError: With every mistake of the file.
    """
    return scenario_in(read_document(path), path.parent)


def scenario_in(document: Document, folder: Path) -> LoadedScenario:
    """The scenario of a document that has been read.

    Args:
        document: The document.
        folder: Where the mapping files are that it names.

    Raises:
        InputError: With every mistake of the document.
    """
    mistakes = [*_setting_mistakes(document), *_fault_mistakes(document), *_step_mistakes(document)]
    try:
        scenario = Scenario.model_validate(document.value)
    except ValidationError as error:
        mistakes += mistakes_of(document, error, _known_keys())
        raise InputError(sorted(set(mistakes))) from error
    mappings: list[tuple[Subscription, ...]] = []
    for connection in scenario.connections:
        try:
            mappings.append(_subscriptions(document, connection, folder))
        except InputError as error:
            mistakes.extend(error.mistakes)
    if mistakes:
        raise InputError(sorted(set(mistakes)))
    return LoadedScenario(scenario, document, tuple(mappings))


def load_mapping(path: Path) -> tuple[Subscription, ...]:
    """The subscriptions of a mapping file, JSON or YAML.

    Whether triggers and mappings are sound is not checked: Segment does not refuse them either.

    Raises:
        InputError: With every mistake of the file.
    """
    document = read_document(path)
    try:
        entries = _SUBSCRIPTIONS.validate_python(document.value)
    except ValidationError as error:
        mistakes = mistakes_of(document, error, sorted(_keys_of(SubscriptionEntry)))
        raise InputError(mistakes) from error
    return tuple(map(_subscription, entries))


def _subscriptions(document: Document, connection: Connection, folder: Path) -> tuple[Subscription, ...]:
    if connection.mapping is None:
        return PRESETS
    if isinstance(connection.mapping, str):
        return load_mapping(_beside(document, folder, connection.mapping))
    return tuple(map(_subscription, connection.mapping))


def _beside(document: Document, folder: Path, name: str) -> Path:
    """A file that a scenario names, which may come from a stranger: it leads to no file outside of its folder.

    Raises:
        InputError: The name leads out of the folder, or is none.
    """
    try:
        inside = (folder / name).resolve().is_relative_to(folder.resolve())
    except (OSError, ValueError):
        inside = False
    if inside:
        return folder / name
    hint = "put the mapping beside the scenario or in a folder below, or name it with --mapping"
    place = next((location for location in document.places if location[-1:] == ("mapping",)), ())
    raise InputError([document.mistake(place, f"{name!r} leads out of the folder of the scenario", hint)])


def _subscription(entry: SubscriptionEntry) -> Subscription:
    return Subscription(entry.name, entry.partner_action, entry.subscribe, entry.mapping)


# What follows looks at the document as it was written, so that these mistakes are named beside all others.


def _setting_mistakes(document: Document) -> list[Mistake]:
    project, others = _at(document.value, "project"), _at(document.value, "other_projects")
    places: list[tuple[Location, Any]] = [(("project", "settings"), _at(project, "settings"))]
    for index, other in enumerate(others if isinstance(others, list) else []):
        places.append((("other_projects", index, "settings"), _at(other, "settings")))
    mistakes: list[Mistake] = []
    for location, settings in places:
        if isinstance(settings, dict):
            mistakes += _model_mistakes(document, location, ProjectSettings, settings)
    return mistakes


def _fault_mistakes(document: Document) -> list[Mistake]:
    mistakes: list[Mistake] = []
    for index, step in enumerate(_steps(document)):
        fault = _at(step, "fault")
        if isinstance(fault, dict):
            mistakes += _model_mistakes(document, ("steps", index, "fault"), Fault, fault)
    return mistakes


def _step_mistakes(document: Document) -> list[Mistake]:
    mistakes: list[Mistake] = []
    for index, step in enumerate(_steps(document)):
        if isinstance(step, dict) and (problem := step_problem(step)):
            mistakes.append(document.mistake(("steps", index), problem))
    return mistakes


def _steps(document: Document) -> list[Any]:
    steps = _at(document.value, "steps")
    return steps if isinstance(steps, list) else []


def _at(value: Any, key: str) -> Any:
    return value.get(key) if isinstance(value, dict) else None


def _model_mistakes(
    document: Document, location: Location, model: type[BaseModel], value: dict[str, Any]
) -> list[Mistake]:
    try:
        model.model_validate(value)
    except ValidationError as error:
        part = _part(document, location)
        return [
            replace(mistake, field=dotted(location) + (f".{mistake.field}" if mistake.field else ""))
            for mistake in mistakes_of(part, error, sorted(_keys_of(model)))
        ]
    return []


def _part(document: Document, location: Location) -> Document:
    """A part of a document as a document of its own, with the places as they were."""
    depth = len(location)
    places = {place[depth:]: position for place, position in document.places.items() if place[:depth] == location}
    places.setdefault((), document.place(location))
    return Document(document.file, None, places)


@lru_cache(maxsize=1)
def _known_keys() -> tuple[str, ...]:
    return tuple(sorted(_keys_of(Scenario)))


def _keys_of(model: type[BaseModel]) -> set[str]:
    """Every key that a model and the models inside it know, as they are written in a file."""
    keys: set[str] = set()
    for part in _schema_parts(model.model_json_schema(by_alias=True)):
        keys.update(part.get("properties", {}))
    return keys


def _schema_parts(schema: dict[str, Any]) -> Iterable[dict[str, Any]]:
    yield schema
    yield from schema.get("$defs", {}).values()


def json_schema() -> dict[str, Any]:
    """The JSON Schema of scenario files, for editors."""
    schema = Scenario.model_json_schema(by_alias=True)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "A scenario of iterable-harness",
        **{key: value for key, value in schema.items() if key != "title"},
    }


def json_schema_text() -> str:
    """The JSON Schema as it is shipped."""
    return json.dumps(json_schema(), indent=2, ensure_ascii=False) + "\n"

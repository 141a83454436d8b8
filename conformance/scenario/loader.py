"""Scenario files and mapping files, read; every problem of every file is named at once."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from pydantic import TypeAdapter, ValidationError

from conformance.inputs.errors import InputError, InputProblem
from conformance.inputs.yaml_file import Document, problems_of, read_document
from conformance.scenario.document_checks import document_problems
from conformance.scenario.model import Connection, Scenario, SubscriptionEntry
from conformance.scenario.schema import keys_of, scenario_keys
from destination import PRESETS, Subscription

if TYPE_CHECKING:
    from collections.abc import Sequence

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
        InputError: With every problem of every file.
    """
    scenarios: list[LoadedScenario] = []
    problems: list[InputProblem] = []
    for path in paths:
        try:
            files = _files(path)
        except InputError as error:
            problems.extend(error.problems)
            continue
        for file in files:
            try:
                scenarios.append(load_scenario(file))
            except InputError as error:
                problems.extend(error.problems)
    if problems:
        raise InputError(problems)
    return scenarios


def _files(path: Path) -> list[Path]:
    if not path.is_dir():
        return [path]
    files = sorted(file for file in path.rglob("*") if file.name.endswith(SUFFIXES) and file.is_file())
    if not files:
        hint = f"scenario files end in {', '.join(SUFFIXES)}"
        raise InputError([InputProblem(str(path), 0, 0, "", "has no scenario files", hint)])
    return files


def load_scenario(path: Path) -> LoadedScenario:
    """The scenario of one file.

    Raises:
        InputError: With every problem of the file.
    """
    return scenario_in(read_document(path), path.parent)


def scenario_in(document: Document, folder: Path) -> LoadedScenario:
    """The scenario of a document that has been read.

    Args:
        document: The document.
        folder: Where the mapping files are that it names.

    Raises:
        InputError: With every problem of the document.
    """
    problems = document_problems(document)
    try:
        scenario = Scenario.model_validate(document.value)
    except ValidationError as error:
        problems += problems_of(document, error, scenario_keys())
        raise InputError(sorted(set(problems))) from error
    mappings: list[tuple[Subscription, ...]] = []
    for connection in scenario.connections:
        try:
            mappings.append(_subscriptions(document, connection, folder))
        except InputError as error:
            problems.extend(error.problems)
    if problems:
        raise InputError(sorted(set(problems)))
    return LoadedScenario(scenario, document, tuple(mappings))


def load_mapping(path: Path) -> tuple[Subscription, ...]:
    """The subscriptions of a mapping file, JSON or YAML.

    Whether triggers and mappings are sound is not checked: Segment does not refuse them either.

    Raises:
        InputError: With every problem of the file.
    """
    document = read_document(path)
    try:
        entries = _SUBSCRIPTIONS.validate_python(document.value)
    except ValidationError as error:
        problems = problems_of(document, error, sorted(keys_of(SubscriptionEntry)))
        raise InputError(problems) from error
    return tuple(map(_subscription, entries))


def _subscriptions(document: Document, connection: Connection, folder: Path) -> tuple[Subscription, ...]:
    if connection.mapping is None:
        return PRESETS
    if isinstance(connection.mapping, str):
        return load_mapping(_named(document, folder, connection.mapping))
    return tuple(map(_subscription, connection.mapping))


def named_file(folder: Path, name: str) -> Path:
    """A file that a scenario in a folder names.

    A scenario may come from a stranger, so it leads to no file but below its own folder and the working directory.

    Raises:
        ValueError: The name leads elsewhere, or is none.
    """
    try:
        file = (folder / name).resolve()
    except OSError as error:
        raise ValueError(name) from error
    if not any(file.is_relative_to(root.resolve()) for root in (folder, Path())):
        raise ValueError(name)
    return folder / name


def _named(document: Document, folder: Path, name: str) -> Path:
    try:
        return named_file(folder, name)
    except ValueError as error:
        message = f"{name!r} leads out of the folder of the scenario and out of the working directory"
        hint = "put the mapping beside the scenario or in a folder below, or name it with --mapping"
        place = next((location for location in document.places if location[-1:] == ("mapping",)), ())
        raise InputError([document.problem(place, message, hint)]) from error


def _subscription(entry: SubscriptionEntry) -> Subscription:
    return Subscription(entry.name, entry.partner_action, entry.subscribe, entry.mapping)

"""Scenario files and mapping files, read; every problem of every file is named at once."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final

from pydantic import ValidationError

from conformance.inputs.configuration import Configuration, configuration_in, read_configuration
from conformance.inputs.errors import InputError, InputProblem
from conformance.inputs.mapping_file import mapping_document
from conformance.inputs.yaml_file import Document, problems_of, read_document
from conformance.report.run_details import PRESETS_NAME
from conformance.scenario.document_checks import document_doubts, document_problems
from conformance.scenario.files import scenario_files
from conformance.scenario.model import Connection, Scenario
from conformance.scenario.schema import place_at, scenario_keys
from destination import PRESETS, CompiledSubscription, Subscription

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from pydantic import JsonValue

    from conformance.inputs.places import Location

_WHY_TO_TELL: Final = "say what it shows, and where that is documented or was reported"
_HOW_TO_EXPECT: Final = "add to `expect` what should exist, at the end or in a step; `run --compare` needs none"


@dataclass(frozen=True, slots=True)
class LoadedScenario:
    """A scenario with its file, and the mappings that it names.

    Attributes:
        scenario: The scenario.
        document: The file, for the places of expectations.
        mappings: The subscriptions of each connection, in order.
        remarks: What is left out of the mappings, and the like.
        default_mapping: What the mapping of connections that name none is called.
    """

    scenario: Scenario
    document: Document
    mappings: tuple[tuple[Subscription, ...], ...]
    remarks: tuple[InputProblem, ...] = ()
    default_mapping: str = PRESETS_NAME
    _compiled: dict[int, tuple[CompiledSubscription, ...]] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )

    def subscriptions(self, connection: int) -> Sequence[Subscription | CompiledSubscription]:
        """The subscriptions of a connection; they are compiled once for all project types."""
        mapping = self.mappings[connection]
        if mapping is PRESETS:
            return mapping
        if connection not in self._compiled:
            self._compiled[connection] = tuple(map(CompiledSubscription, mapping))
        return self._compiled[connection]

    @property
    def mapping_name(self) -> str:
        """What was used as mapping: files, inline in the scenario, the presets; each once."""
        return ", ".join(dict.fromkeys(map(self._mapping_name, self.scenario.connections)))

    @property
    def mapping_document(self) -> JsonValue:
        """The subscriptions in force, by the connection where there are several; None where all are presets."""
        if all(mapping is PRESETS for mapping in self.mappings):
            return None
        documents: list[JsonValue] = [[*mapping_document(mapping)] for mapping in self.mappings]
        if len(documents) == 1:
            return documents[0]
        connections = self.scenario.connections
        names = [item.name or f"connection {number}" for number, item in enumerate(connections, start=1)]
        return dict(zip(names, documents, strict=True))

    def _mapping_name(self, connection: Connection) -> str:
        if connection.mapping is None:
            return self.default_mapping
        if isinstance(connection.mapping, str):
            return str(Path(self.file).parent / connection.mapping)
        return "inline in the scenario"

    @property
    def doubts(self) -> list[InputProblem]:
        """What is probably wrong in the file, to be told of beside the verdict."""
        intended = self.scenario.intended
        doubts = document_doubts(self.document)
        return [*self._untold, *(doubt for doubt in doubts if doubt.field not in intended), *self._unneeded(doubts)]

    def _unneeded(self, doubts: Iterable[InputProblem]) -> Iterator[InputProblem]:
        """What is said to be intended though no warning is about it, perhaps because it has another place by now."""
        fields = {doubt.field for doubt in doubts}
        for index, name in enumerate(self.scenario.intended):
            if name not in fields:
                yield self.document.problem(("intended", index), f"no warning is about {name}", "leave it out")

    @property
    def _untold(self) -> list[InputProblem]:
        given = {"description": self.scenario.description, "source": self.scenario.source}
        missing = " and no ".join(name for name, text in given.items() if not text.strip())
        return [self.document.problem((), f"has no {missing}", _WHY_TO_TELL)] if missing else []

    @property
    def file(self) -> str:
        """The file, as it was named."""
        return self.document.file


def require_expectations(scenarios: Iterable[LoadedScenario]) -> None:
    """Refuse scenarios that expect nothing in a project type that they are about: whatever happened, they would pass.

    Raises:
        InputError: With every such scenario.
    """
    if problems := expectation_problems(scenarios):
        raise InputError(problems)


def expectation_problems(scenarios: Iterable[LoadedScenario]) -> list[InputProblem]:
    """What `require_expectations` refuses."""
    return [
        item.document.problem((), f"expects nothing{_where(item.scenario)}, so it cannot fail", _HOW_TO_EXPECT)
        for item in scenarios
        if item.scenario.expects_nothing_in
    ]


def _where(scenario: Scenario) -> str:
    """In which of its project types a scenario expects nothing; empty for all of them."""
    types = scenario.expects_nothing_in
    return "" if types == scenario.project.types else f" in {' and '.join(types)}"


def load_scenarios(paths: Sequence[Path]) -> list[LoadedScenario]:
    """The scenarios of files, and of all scenario files in folders, in order of their names.

    Raises:
        InputError: With every problem of every file.
    """
    scenarios, problems = read_scenarios(paths)
    if problems:
        raise InputError(problems)
    return scenarios


def read_scenarios(paths: Sequence[Path]) -> tuple[list[LoadedScenario], list[InputProblem]]:
    """The scenarios of files and folders as far as they can be used, and every problem of the other files."""
    scenarios: list[LoadedScenario] = []
    problems: list[InputProblem] = []
    for path in paths:
        try:
            files = scenario_files(path)
        except InputError as error:
            problems.extend(error.problems)
            continue
        for file in files:
            try:
                scenarios.append(load_scenario(file))
            except InputError as error:
                problems.extend(error.problems)
    # Two files may name one mapping that has problems.
    return scenarios, [*dict.fromkeys(problems)]


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
        problems += problems_of(document, error, scenario_keys(), place_at)
        raise InputError(sorted(set(problems))) from error
    configurations: list[tuple[Location, Configuration | None]] = []
    for location, connection in _connections(document, scenario):
        try:
            configurations.append((location, _configuration(document, location, connection, folder)))
        except InputError as error:
            problems.extend(error.problems)
    if problems:
        raise InputError(sorted(set(problems)))
    mappings = tuple(PRESETS if item is None else item.plain for _, item in configurations)
    remarks = tuple(
        document.problem(location, remark)
        for location, item in configurations
        if item is not None
        for remark in (item.left_out_sentence, *item.remarks)
        if remark
    )
    return LoadedScenario(scenario, document, mappings, remarks)


def load_mapping(path: Path) -> tuple[Subscription, ...]:
    """The subscriptions of a customer's configuration in a file, in any form of `inputs.configuration`.

    Raises:
        InputError: With every problem of the file; also where it leaves no subscription in force.
    """
    return read_configuration(path).plain


def _connections(document: Document, scenario: Scenario) -> Iterator[tuple[Location, Connection]]:
    """Each connection, with where its mapping stands."""
    several = isinstance(document.value.get("destination"), list)
    for index, connection in enumerate(scenario.connections):
        yield ("destination", *([index] if several else []), "mapping"), connection


def _configuration(
    document: Document, location: Location, connection: Connection, folder: Path
) -> Configuration | None:
    if connection.mapping is None:
        return None
    if isinstance(connection.mapping, str):
        return read_configuration(_named(document, location, folder, connection.mapping))
    return configuration_in(document, location, connection.mapping)


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


def _named(document: Document, location: Location, folder: Path, name: str) -> Path:
    try:
        return named_file(folder, name)
    except ValueError as error:
        message = f"{name!r} is outside the scenario's folder and the working directory"
        hint = "put the mapping next to the scenario or in a folder below, or use --mapping"
        raise InputError([document.problem(location, message, hint)]) from error

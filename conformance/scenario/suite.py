"""Many scenarios, run in every project type that they are about: what `run` does, for Python."""

from __future__ import annotations

from contextlib import nullcontext
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from conformance.inputs.errors import InputError, InputProblem
from conformance.inputs.mapping_file import load_subscriptions
from conformance.report.events import CaseFinished, CaseStarted, Dispatcher, RunFinished, RunStarted
from conformance.report.model import CaseResult, Report
from conformance.scenario.backend import SimulatorBackend
from conformance.scenario.loader import LoadedScenario, expectation_problems, read_scenarios
from conformance.scenario.model import PROJECT_TYPES
from conformance.scenario.runner import project_types as types_of
from conformance.scenario.runner import run_scenario

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from contextlib import AbstractContextManager

    from conformance.report.events import Listener
    from conformance.scenario.protocols import Backend
    from destination import Subscription


@dataclass(frozen=True, slots=True)
class Case:
    """One scenario in one project type."""

    scenario: LoadedScenario
    project_type: str


@dataclass(frozen=True, slots=True)
class Suite:
    """Scenarios that can be used, and what keeps others from it.

    Attributes:
        scenarios: The scenarios.
        problems: Every problem of the other files, and of the mapping.
    """

    scenarios: tuple[LoadedScenario, ...]
    problems: tuple[InputProblem, ...] = ()

    @property
    def files(self) -> tuple[str, ...]:
        """The files of the scenarios, and those that could not be used."""
        return (*(item.file for item in self.scenarios), *(problem.file for problem in self.problems))

    def cases(self, project_types: Sequence[str] = PROJECT_TYPES) -> tuple[list[Case], tuple[InputProblem, ...]]:
        """Every scenario in every project type that it is about and that is wanted, and all problems.

        That nothing is left to run is a problem, and so is a scenario that expects nothing: neither may pass for
        success.
        """
        problems = [*self.problems, *expectation_problems(self.scenarios)]
        unusable = {problem.file for problem in problems}
        cases = [
            Case(item, name)
            for item in self.scenarios
            if item.file not in unusable
            for name in types_of(item, project_types)
        ]
        if not cases and not problems:
            message = f"none of these scenarios covers the project types {', '.join(project_types)}"
            problems.append(InputProblem("--project-type", 0, 0, "", message))
        return cases, tuple(problems)


def load_suite(
    paths: Iterable[str | Path],
    mapping: str | Path | Sequence[Subscription] | None = None,
    *,
    through_segment: bool = False,
) -> list[LoadedScenario]:
    """The scenarios of files, and of all scenario files in folders.

    Args:
        paths: The files and folders.
        mapping: A mapping file, or the subscriptions, for connections that name no mapping of their own; the presets
            when None.
        through_segment: Whether all events go through Segment first, where a step does not say otherwise; the
            settings of the source are those of the file.

    Raises:
        InputError: With every problem of every file.
    """
    suite = read_suite(paths, mapping, through_segment=through_segment)
    if suite.problems:
        raise InputError(suite.problems)
    return [*suite.scenarios]


def read_suite(
    paths: Iterable[str | Path],
    mapping: str | Path | Sequence[Subscription] | None = None,
    *,
    through_segment: bool = False,
    mapping_name: str = "",
) -> Suite:
    """Like `load_suite`, with the problems beside the scenarios that can be used.

    Args:
        paths: As for `load_suite`.
        mapping: As for `load_suite`.
        through_segment: As for `load_suite`.
        mapping_name: What reports call subscriptions that are no file.
    """
    loaded, problems = read_scenarios([Path(path) for path in paths])
    if through_segment:
        segment = {"segment": True}
        loaded = [
            item
            if item.scenario.segment is not False
            else replace(item, scenario=item.scenario.model_copy(update=segment))
            for item in loaded
        ]
    if mapping is None:
        return Suite(tuple(loaded), tuple(problems))
    try:
        subscriptions = load_subscriptions(mapping) if isinstance(mapping, (str, Path)) else tuple(mapping)
    except InputError as error:
        # Without their mapping the scenarios would say something else.
        return Suite((), (*problems, *error.problems))
    name = str(mapping) if isinstance(mapping, (str, Path)) else mapping_name or "given by the program"
    return Suite(tuple(_with_mapping(item, subscriptions, name) for item in loaded), tuple(problems))


def _with_mapping(item: LoadedScenario, subscriptions: tuple[Subscription, ...], name: str) -> LoadedScenario:
    """A scenario with the subscriptions for each connection that names none."""
    mappings = tuple(
        subscriptions if connection.mapping is None else own
        for connection, own in zip(item.scenario.connections, item.mappings, strict=True)
    )
    return replace(item, mappings=mappings, default_mapping=name)


def cases_of(loaded: Sequence[LoadedScenario], project_types: Sequence[str] = PROJECT_TYPES) -> list[Case]:
    """Every scenario in every project type that it is about and that is wanted.

    Raises:
        InputError: That leaves nothing to run, or a scenario expects nothing; neither may pass for success.
    """
    cases, problems = Suite(tuple(loaded)).cases(project_types)
    if problems:
        raise InputError(problems)
    return cases


def run_cases(
    cases: Sequence[Case],
    backend_for: Callable[[LoadedScenario], Backend],
    dispatcher: Dispatcher,
    mistakes: Sequence[InputProblem] = (),
) -> Report:
    """Run cases one after the other, and tell listeners of each.

    Listeners hear of the end in any case: an interruption goes on to the caller after they have been told what was
    done until then.

    Args:
        cases: The cases.
        backend_for: Gives each scenario the backend that it is run against.
        dispatcher: Knows the listeners.
        mistakes: What kept other files from being used, for the report.
    """
    results: list[CaseResult] = []
    dispatcher.emit(RunStarted(len(cases)))
    try:
        for case in cases:
            loaded = case.scenario
            dispatcher.emit(CaseStarted(loaded.scenario.name, loaded.file, case.project_type))
            results.append(run_scenario(loaded, case.project_type, backend_for(loaded)))
            dispatcher.emit(CaseFinished(results[-1]))
    finally:
        report = Report(tuple(results), not_run=len(cases) - len(results), mistakes=tuple(mistakes))
        dispatcher.emit(RunFinished(report))
    return report


def run_paths(
    paths: Iterable[str | Path],
    *,
    project_types: Sequence[str] = PROJECT_TYPES,
    mapping: str | Path | None = None,
    backend: Backend | None = None,
    listeners: Iterable[Listener] = (),
) -> Report:
    """Run scenario files, and those in folders, each in every project type that it is about.

    Args:
        paths: The files and folders.
        project_types: The project types to run in.
        mapping: A mapping file for connections that name no mapping of their own; the presets when None.
        backend: What they run against; a simulator in this process when None.
        listeners: Called with each event of the run.

    Raises:
        InputError: With every problem of every file, or because nothing is left to run.
    """
    cases = cases_of(load_suite(paths, mapping), project_types)
    with backend_or_simulator(backend) as used:
        return run_cases(cases, lambda _: used, Dispatcher(listeners))


def backend_or_simulator(backend: Backend | None) -> AbstractContextManager[Backend]:
    """The backend, left open; a simulator in this process, closed in the end, when it is None."""
    return SimulatorBackend.in_process() if backend is None else nullcontext(backend)

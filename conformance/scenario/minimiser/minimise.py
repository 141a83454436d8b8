"""A failing scenario, shortened as long as the same expectation fails in the same way."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from conformance.inputs.errors import InputError
from conformance.inputs.yaml_file import Document
from conformance.report.model import Verdict
from conformance.scenario import PROJECT_TYPES, load_suite, project_types, run_scenario, scenario_in
from conformance.scenario.minimiser.failing_part import (
    NothingToShowError,
    in_project_type,
    is_about_nothing,
    manner,
    named_in,
    texts_of,
)
from conformance.scenario.minimiser.intended import with_moved_intentions
from conformance.scenario.suite import backend_or_simulator
from conformance.shrinking import Shrinker, shorten

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from conformance.report.model import Failure
    from conformance.scenario import Backend, LoadedScenario

Json = dict[str, Any]
Place = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Minimised:
    """A scenario made small.

    Attributes:
        scenario: The scenario, as the document of a file.
        project_type: The project type in which it fails.
        failure: What fails.
        runs: How often it was carried out.
        before: How many steps, events and calls, and people at the start there were.
        after: How many there are now.
    """

    scenario: Json
    project_type: str
    failure: Failure
    runs: int
    before: tuple[int, int, int]
    after: tuple[int, int, int]


def minimise_path(
    path: str | Path,
    *,
    project_types: Sequence[str] = PROJECT_TYPES,
    mapping: str | Path | None = None,
    backend: Backend | None = None,
) -> Minimised:
    """Make the scenario of a file small: what `run --minimise` does, for Python.

    Args:
        path: The file.
        project_types: The project types to look at, of those that it is about.
        mapping: A mapping file for connections that name no mapping of their own; the presets when None.
        backend: What it is run against; a simulator in this process when None.

    Raises:
        InputError: With every problem of the file.
        NothingToShowError: It fails in none of them.
    """
    [loaded] = load_suite([path], mapping)
    with backend_or_simulator(backend) as used:
        return minimise(loaded, project_types, used)


def minimise(
    loaded: LoadedScenario,
    wanted: Sequence[str],
    backend: Backend,
    progress: Callable[[], None] = lambda: None,
) -> Minimised:
    """The smallest scenario that fails as this one does in the first project type in which it fails.

    Steps go, the events in them, and what is there at the start. Only the expectation that fails stays. Where it
    fails because something is missing, the steps that name what is missing stay, too: without them it would be
    missing for another reason.

    Args:
        loaded: The scenario.
        wanted: The project types to look at, of those that it is about.
        backend: What it is run against.
        progress: Called after each run.

    Raises:
        NothingToShowError: It fails in none of them.
    """
    types = project_types(loaded, wanted)
    for project_type in types:
        result = run_scenario(loaded, project_type, backend, traced=False)
        if result.verdict is Verdict.ERROR:
            raise NothingToShowError(f"it cannot be run: {result.message}")
        if result.failures:
            return _minimised(loaded, project_type, result.failures[0], backend, progress)
    raise NothingToShowError(f"it passes in every project type that it covers ({', '.join(types)})")


def _minimised(
    loaded: LoadedScenario, project_type: str, failure: Failure, backend: Backend, progress: Callable[[], None]
) -> Minimised:
    whole = in_project_type(loaded, project_type, failure)
    needed = named_in(whole) if is_about_nothing(failure) else frozenset()
    predicate = _FailsTheSameWay(loaded, project_type, failure, needed, backend, progress)
    if not predicate(whole):
        raise NothingToShowError("the failing expectation does not fail on its own")
    smallest = with_moved_intentions(whole, Shrinker(whole, predicate).shrink(_shorten_lists))
    return Minimised(smallest, project_type, failure, predicate.runs + 1, _size(whole), _size(smallest))


@dataclass(slots=True)
class _FailsTheSameWay:
    loaded: LoadedScenario
    project_type: str
    failure: Failure
    needed: frozenset[str]
    backend: Backend
    progress: Callable[[], None]
    runs: int = 0

    def __call__(self, scenario: Json) -> bool:
        if not scenario["steps"] or not self.needed <= texts_of(scenario["steps"]):
            return False
        try:
            candidate = scenario_in(Document(self.loaded.file, scenario, {(): (1, 1)}), Path(self.loaded.file).parent)
        except InputError:
            return False
        self.runs += 1
        result = run_scenario(candidate, self.project_type, self.backend, traced=False)
        self.progress()
        return any(manner(found) == manner(self.failure) for found in result.failures)


def _shorten_lists(shrinker: Shrinker[Json]) -> None:
    """Shorten each list of a scenario in turn: steps, the events in them, and what is there at the start."""
    for place in _lists(shrinker):
        items = _at(shrinker.smallest, place)
        if isinstance(items, list):
            shorten(shrinker, items, partial(_replaced, shrinker.smallest, place))


def _lists(shrinker: Shrinker[Json]) -> Iterator[Place]:
    yield ("steps",)
    for index in range(len(shrinker.smallest["steps"])):
        yield ("steps", index, "send")
        yield ("steps", index, "batch")
    for part in ("events", "users", "lists"):
        yield ("project", part)


def _size(scenario: Json) -> tuple[int, int, int]:
    events = 0
    for step in scenario["steps"]:
        sent = step.get("send") or step.get("batch") or step.get("call")
        events += len(sent) if isinstance(sent, list) else sent is not None
    return len(scenario["steps"]), events, len(scenario["project"].get("users", ()))


def _at(value: Any, place: Place) -> Any:
    for key in place:
        value = value.get(key) if isinstance(value, dict) else value[key]
    return value


def _replaced(value: Any, place: Place, new: Any) -> Any:
    if not place:
        return new
    first, *rest = place
    if isinstance(value, dict):
        return {key: _replaced(item, tuple(rest), new) if key == first else item for key, item in value.items()}
    return [_replaced(item, tuple(rest), new) if index == first else item for index, item in enumerate(value)]

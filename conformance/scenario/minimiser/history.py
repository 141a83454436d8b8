"""The history of a failing scenario, shortened as long as the same expectation fails in the same way."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from conformance.inputs.errors import InputError
from conformance.inputs.yaml_file import Document
from conformance.report.model import Verdict
from conformance.scenario import run_scenario, scenario_in
from conformance.scenario.minimiser.reduction import reduced

if TYPE_CHECKING:
    from conformance.report.model import CaseResult, Failure
    from conformance.scenario import LoadedScenario, SimulatorBackend

Json = dict[str, Any]
#: Members of a failure that list what else is there; only their number says how it failed.
_LISTING: Final = re.compile(r"^(\d+|none)( of|:) .*", re.DOTALL)
#: How a failure reads in which nothing was found: those who were to bring it about must stay in the history.
_NOTHING: Final = re.compile(r"^(0 of|none of|nobody|\(absent\)|no error)")
_NAMING: Final = ("email", "userId", "eventName", "event", "name")


class NothingToShowError(Exception):
    """The scenario passes, or cannot be carried out: there is nothing to make small."""


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


def minimise(
    loaded: LoadedScenario,
    project_types: list[str],
    backend: SimulatorBackend,
    progress: Callable[[], None] = lambda: None,
) -> Minimised:
    """The smallest scenario that fails as this one does in the first project type in which it fails.

    Steps go, the events in them, and what is there at the start. Only the expectation that fails stays. Where it
    fails because something is missing, the steps that name what is missing stay, too: without them it would be
    missing for another reason.

    Args:
        loaded: The scenario.
        project_types: The types of project to look at.
        backend: The simulator.
        progress: Called after each run.

    Raises:
        NothingToShowError: It fails in none of them.
    """
    for project_type in project_types:
        result = run_scenario(loaded, project_type, backend, traced=False)
        if result.verdict is Verdict.ERROR:
            raise NothingToShowError(f"it cannot be carried out: {result.message}")
        if result.failures:
            return _History(loaded, project_type, result, backend, progress).minimised()
    raise NothingToShowError(f"it passes in every project type that it is about ({', '.join(project_types)})")


@dataclass(slots=True)
class _History:
    loaded: LoadedScenario
    project_type: str
    result: CaseResult
    backend: SimulatorBackend
    progress: Callable[[], None]
    runs: int = 1
    _failure: Failure = field(init=False)
    _needed: frozenset[str] = field(init=False)

    def minimised(self) -> Minimised:
        self._failure = self.result.failures[0]
        whole = _for_type(self.loaded, self.project_type, self._failure)
        self._needed = _named_in(whole) if _NOTHING.match(self._failure.actual) else frozenset()
        if not self._fails(whole):
            raise NothingToShowError("the failing expectation does not fail by itself")
        scenario = self._smaller(whole)
        return Minimised(scenario, self.project_type, self._failure, self.runs, _size(whole), _size(scenario))

    def _smaller(self, scenario: Json) -> Json:
        """Shorten every part, until none gets any shorter."""
        while True:
            size = _size(scenario)
            scenario = self._with_fewer(scenario, ("steps",))
            for index, step in enumerate(scenario["steps"]):
                for kind in ("send", "batch"):
                    if isinstance(step.get(kind), list):
                        scenario = self._with_fewer(scenario, ("steps", index, kind))
            for part in ("events", "users", "lists"):
                scenario = self._with_fewer(scenario, ("project", part))
            if _size(scenario) == size:
                return scenario

    def _with_fewer(self, scenario: Json, place: tuple[str | int, ...]) -> Json:
        items = _at(scenario, place)
        if not isinstance(items, list) or not items:
            return scenario
        kept = reduced(items, lambda some: self._fails(_replaced(scenario, place, some)))
        shorter: Json = _replaced(scenario, place, kept)
        return shorter

    def _fails(self, scenario: Json) -> bool:
        """Whether the same expectation fails in the same way."""
        if not scenario["steps"] or not self._needed <= _texts_of(scenario["steps"]):
            return False
        try:
            candidate = scenario_in(Document(self.loaded.file, scenario, {(): (1, 1)}), Path(self.loaded.file).parent)
        except InputError:
            return False
        self.runs += 1
        result = run_scenario(candidate, self.project_type, self.backend, traced=False)
        self.progress()
        wanted = _manner(self._failure)
        return any(_manner(failure) == wanted for failure in result.failures)


def _manner(failure: Failure) -> tuple[str, str, str]:
    """What fails, and how; the places of what was taken out around it do not count."""
    path = re.sub(r"^(users|events)\[\d+\]", r"\1", failure.path)
    return path, failure.expected, _LISTING.sub(r"\1\2", failure.actual)


def _for_type(loaded: LoadedScenario, project_type: str, failure: Failure) -> Json:
    """The scenario in one project type, with the one expectation that fails in it."""
    scenario: Json = {
        key: value for key, value in loaded.document.value.items() if key not in {"wanted", "known_issue"}
    }
    scenario["project"] = {**scenario["project"], "type": project_type}
    names = [step.name or f"step {index + 1}" for index, step in enumerate(loaded.scenario.steps)]
    steps = [{key: value for key, value in step.items() if key != "expect"} for step in scenario["steps"]]
    whole = scenario.pop("expect", None)
    if failure.where in names:
        index = names.index(failure.where)
        steps[index]["expect"] = _failing_part(scenario["steps"][index]["expect"], project_type, failure)
    elif whole is not None and failure.where == "end":
        scenario["expect"] = _failing_part(whole, project_type, failure)
    else:
        raise NothingToShowError("what fails is what the customer expected, which a shorter history would not show")
    return {**scenario, "steps": steps, **({"expect": scenario["expect"]} if "expect" in scenario else {})}


def _failing_part(expected: Json, project_type: str, failure: Failure) -> Json:
    common = {key: value for key, value in expected.items() if key != "by_type"}
    meant = {**common, **(expected.get("by_type") or {}).get(project_type, {})}
    first, *rest = re.findall(r"[^.\[\]]+", failure.path) or [""]
    if first in {"users", "events"} and rest and rest[0].isdecimal():
        return {first: [meant[first][int(rest[0])]]}
    if first == "counts" and rest:
        return {"counts": {rest[0]: meant["counts"][rest[0]]}}
    return {first: meant[first]}


def _named_in(scenario: Json) -> frozenset[str]:
    """The texts by which the failing expectation names somebody or something that steps name as well."""
    expectations = [scenario.get("expect"), *(step.get("expect") for step in scenario["steps"])]
    return frozenset(_naming(expectations)) & _texts_of(scenario["steps"])


def _naming(value: Any) -> list[str]:
    if isinstance(value, dict):
        own = [item for key, item in value.items() if key in _NAMING and isinstance(item, str)]
        return [*own, *(text for item in value.values() for text in _naming(item))]
    return [text for item in value for text in _naming(item)] if isinstance(value, list) else []


def _texts_of(steps: list[Json]) -> frozenset[str]:
    """The texts of what steps do, whatever they expect."""
    return frozenset(_texts([{key: value for key, value in step.items() if key != "expect"} for step in steps]))


def _texts(value: Any) -> list[str]:
    if isinstance(value, dict):
        return [text for item in value.values() for text in _texts(item)]
    if isinstance(value, list):
        return [text for item in value for text in _texts(item)]
    return [value] if isinstance(value, str) else []


def _size(scenario: Json) -> tuple[int, int, int]:
    events = 0
    for step in scenario["steps"]:
        sent = step.get("send") or step.get("batch") or step.get("call")
        events += len(sent) if isinstance(sent, list) else sent is not None
    return len(scenario["steps"]), events, len(scenario["project"].get("users", ()))


def _at(value: Any, place: tuple[str | int, ...]) -> Any:
    for key in place:
        value = value.get(key) if isinstance(value, dict) else value[key]
    return value


def _replaced(value: Any, place: tuple[str | int, ...], new: Any) -> Any:
    if not place:
        return new
    first, *rest = place
    if isinstance(value, dict):
        return {key: _replaced(item, tuple(rest), new) if key == first else item for key, item in value.items()}
    return [_replaced(item, tuple(rest), new) if index == first else item for index, item in enumerate(value)]

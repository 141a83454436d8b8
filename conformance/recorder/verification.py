"""A recording played, before it is given away: what did not come out again is taken out of it, and named."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from itertools import zip_longest
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from conformance.inputs.errors import InputError
from conformance.inputs.yaml_file import Document
from conformance.scenario import BackendError, SimulatorBackend, play_scenario, run_scenario, scenario_in

if TYPE_CHECKING:
    from collections.abc import Sequence

    from conformance.report.model import Failure
    from conformance.scenario import LoadedScenario

#: Rounds in which ids that are made up lead to further ones.
_ROUNDS: Final = 6
_NAME: Final = "recording"


@dataclass(slots=True)
class Confirmed:
    """A scenario that passes.

    Attributes:
        scenario: The scenario, as the document of a file.
        lost: What happened when it was recorded and did not when it was played, one sentence each.
    """

    scenario: dict[str, Any]
    lost: list[str] = field(default_factory=list)


def confirmed(
    scenario: dict[str, Any],
    project_type: str,
    project_id: int,
    recorded: Sequence[Any],
    titles: Sequence[str],
) -> Confirmed:
    """The scenario with the ids that the simulator makes up as they are in it, and only with what comes out again.

    Args:
        scenario: The scenario, as the document of a file.
        project_type: The type of its project.
        project_id: What Iterable calls the project: ids that it makes up begin with it.
        recorded: The whole reply of each step as it was recorded, None where nothing is known; at last the events
            at the end.
        titles: What to call each step.
    """
    made_up = re.compile(rf"{project_id:05x}[0-9a-f]{{19}}")
    with SimulatorBackend.in_process() as backend:
        scenario = _with_its_ids(scenario, project_type, made_up, recorded, backend)
        result = Confirmed(scenario)
        for _ in range(_ROUNDS):
            verdict = run_scenario(_loaded(result.scenario), project_type, backend, traced=False)
            if verdict.message:
                raise BackendError(verdict.message)
            if not verdict.failures:
                return result
            for failure in verdict.failures:
                _take_out(result, failure, titles)
            _tidy(result.scenario)
    raise BackendError("the recording is not reproducible")


def _with_its_ids(
    scenario: dict[str, Any],
    project_type: str,
    made_up: re.Pattern[str],
    recorded: Sequence[Any],
    backend: SimulatorBackend,
) -> dict[str, Any]:
    """The scenario with the ids that its own project makes up in place of those that were recorded."""
    ids: dict[str, str] = {}
    for _ in range(_ROUNDS):
        current: dict[str, Any] = _with_ids(scenario, ids, made_up)
        play = play_scenario(_loaded(current), project_type, backend, traced=False)
        if play.message:
            raise BackendError(play.message)
        played: list[Any] = [record.replies[0].get("body") if record.replies else None for _, record in play.steps]
        events = play.states[""]["events"]
        found = dict(ids)
        for one, other in zip(recorded, [*played, events[-len(recorded[-1]) :] if recorded[-1] else []], strict=True):
            _pair(one, other, made_up, found)
        if found == ids:
            return current
        ids = found
    raise BackendError("generated ids differ each time")


def _pair(recorded: Any, played: Any, made_up: re.Pattern[str], found: dict[str, str]) -> None:
    """Note which made-up id stands where a recorded one stood."""
    if isinstance(recorded, dict) and isinstance(played, dict):
        for name in recorded.keys() & played.keys():
            _pair(recorded[name], played[name], made_up, found)
    elif isinstance(recorded, list) and isinstance(played, list):
        for one, other in zip_longest(recorded, played):
            _pair(one, other, made_up, found)
    elif isinstance(recorded, str) and isinstance(played, str) and made_up.search(recorded):
        pairs = zip(made_up.findall(recorded), made_up.findall(played), strict=False)
        found.update({one: other for one, other in pairs if one != other})


def _with_ids(value: Any, ids: dict[str, str], made_up: re.Pattern[str]) -> Any:
    if not ids:
        return value
    if isinstance(value, dict):
        return {
            made_up.sub(lambda found: ids.get(found[0], found[0]), key): _with_ids(item, ids, made_up)
            for key, item in value.items()
        }
    if isinstance(value, list):
        return [_with_ids(item, ids, made_up) for item in value]
    if isinstance(value, str):
        return made_up.sub(lambda found: ids.get(found[0], found[0]), value)
    return value


def _loaded(scenario: dict[str, Any]) -> LoadedScenario:
    try:
        return scenario_in(Document(_NAME, scenario, {(): (1, 1)}), Path())
    except InputError as error:
        raise BackendError(str(error)) from error


def _take_out(result: Confirmed, failure: Failure, titles: Sequence[str]) -> None:
    """Take out of a scenario what was expected and did not come out again."""
    place = None if failure.where == "end" else int(failure.where.removeprefix("step ")) - 1
    holder = result.scenario if place is None else result.scenario["steps"][place]
    title = "the end" if place is None else titles[place]
    expected, actual = failure.expected, failure.actual
    sentence = f"{title}: {failure.path} was {expected} when it was recorded, and {actual} when it was played"
    if sentence not in result.lost:
        result.lost.append(sentence)
    keys: list[str | int] = [
        int(piece) if piece.isdecimal() else piece for piece in re.findall(r"[^.\[\]]+", failure.path)
    ]
    _remove(holder["expect"], keys)


def _tidy(scenario: dict[str, Any]) -> None:
    """Remove what `_remove` has emptied."""
    for holder in (scenario, *scenario["steps"]):
        expected = holder.get("expect")
        if expected is None:
            continue
        for part in ("users", "events"):
            if part in expected:
                expected[part] = [item for item in expected[part] if item is not None]
        kept = {part: value for part, value in expected.items() if value not in ([], {})}
        if kept:
            holder["expect"] = kept
        else:
            del holder["expect"]


def _remove(expected: dict[str, Any], keys: list[str | int]) -> None:
    """Remove the smallest part of an expectation that can be taken out by itself."""
    first, *rest = keys
    if first == "counts" and rest:
        expected["counts"].pop(rest[0], None)
    elif first == "replies" and len(rest) > 1:
        expected["replies"][rest[0]].pop(rest[1], None)
    elif first in {"users", "events"} and rest:
        # The others keep their places until all that failed are known.
        expected[str(first)][rest[0]] = None
    else:
        expected.pop(str(first), None)

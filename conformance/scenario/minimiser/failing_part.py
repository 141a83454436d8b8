"""What of a scenario shows one failure: its one expectation, and those whom that names."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from conformance.report.model import Failure
    from conformance.scenario import LoadedScenario

Json = dict[str, Any]
#: Members of a failure that list what else is there; only their number says how it failed.
_LISTING: Final = re.compile(r"^(\d+|none)(; |:).*", re.DOTALL)
#: How a failure reads in which nothing was found: those who were to bring it about must stay.
_NOTHING: Final = re.compile(r"^(none\b|nobody|\(absent\)|no error)")
#: What fails where somebody or something is there that should not be.
_NOT_TO_BE_THERE: Final = frozenset({("users", "nobody"), ("events", "no matching event")})
_NAMING: Final = ("email", "userId", "eventName", "event", "name")


class NothingToShowError(Exception):
    """The scenario passes, or cannot be carried out: there is nothing to make small."""


def manner(failure: Failure) -> tuple[str, str, str]:
    """What fails, and how; the places of what was taken out around it do not count.

    Of somebody or something that should not be there, only that it is there counts: ids and times in it are the
    project's own.
    """
    path = re.sub(r"^(users|events)\[\d+\]", r"\1", failure.path)
    if (path, failure.expected) in _NOT_TO_BE_THERE:
        return path, failure.expected, "there"
    return path, failure.expected, _LISTING.sub(r"\1", failure.actual)


def is_about_nothing(failure: Failure) -> bool:
    """Whether it fails because something is missing."""
    return bool(_NOTHING.match(failure.actual))


def in_project_type(loaded: LoadedScenario, project_type: str, failure: Failure) -> Json:
    """The scenario in one project type, with the one expectation that fails in it.

    Raises:
        NothingToShowError: What fails is what the customer expected.
    """
    scenario: Json = {
        key: value for key, value in loaded.document.value.items() if key not in {"wanted", "known_issue"}
    }
    scenario["project"] = {**scenario["project"], "type": project_type}
    names = [step.name or f"step {index + 1}" for index, step in enumerate(loaded.scenario.steps)]
    steps = [{key: value for key, value in step.items() if key != "expect"} for step in scenario["steps"]]
    at_the_end = scenario.pop("expect", None)
    if failure.where in names:
        index = names.index(failure.where)
        steps[index]["expect"] = _failing_part(scenario["steps"][index]["expect"], project_type, failure)
        return {**scenario, "steps": steps}
    if at_the_end is not None and failure.where == "end":
        return {**scenario, "steps": steps, "expect": _failing_part(at_the_end, project_type, failure)}
    raise NothingToShowError("what fails is what the customer expected, which a shorter history would not show")


def _failing_part(expected: Json, project_type: str, failure: Failure) -> Json:
    common = {key: value for key, value in expected.items() if key != "by_type"}
    meant = {**common, **(expected.get("by_type") or {}).get(project_type, {})}
    first, *rest = re.findall(r"[^.\[\]]+", failure.path) or [""]
    if first in {"users", "events"} and rest and rest[0].isdecimal():
        return {first: [meant[first][int(rest[0])]]}
    if first == "counts" and rest:
        return {"counts": {rest[0]: meant["counts"][rest[0]]}}
    return {first: meant[first]}


def named_in(scenario: Json) -> frozenset[str]:
    """The texts by which the failing expectation names somebody or something that steps name as well."""
    expectations = [scenario.get("expect"), *(step.get("expect") for step in scenario["steps"])]
    return frozenset(_names(expectations)) & texts_of(scenario["steps"])


def _names(value: Any) -> list[str]:
    if isinstance(value, dict):
        own = [item for key, item in value.items() if key in _NAMING and isinstance(item, str)]
        return [*own, *(text for item in value.values() for text in _names(item))]
    return [text for item in value for text in _names(item)] if isinstance(value, list) else []


def texts_of(steps: list[Json]) -> frozenset[str]:
    """The texts of what steps do, whatever they expect."""
    return frozenset(_texts([{key: value for key, value in step.items() if key != "expect"} for step in steps]))


def _texts(value: Any) -> list[str]:
    if isinstance(value, dict):
        return [text for item in value.values() for text in _texts(item)]
    if isinstance(value, list):
        return [text for item in value for text in _texts(item)]
    return [value] if isinstance(value, str) else []

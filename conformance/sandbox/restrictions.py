"""What scenarios ask for that a real project does not support."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

    from conformance.scenario import Scenario
    from conformance.scenario.model import Expectation, Step

_COUNTED: Final = frozenset({"users", "events", "requests"})


def unsupported(scenario: Scenario, project_type: str, own_type: str) -> list[str]:
    """Why a scenario cannot be run in a real project; empty when it can.

    Args:
        scenario: The scenario.
        project_type: The project type that it is to be run in.
        own_type: The type of the real project.
    """
    return [*_of_the_project(scenario, project_type, own_type), *_of_the_steps(scenario)]


def _of_the_project(scenario: Scenario, project_type: str, own_type: str) -> Iterator[str]:
    if project_type != own_type:
        yield f"the project is of type {own_type}, not {project_type}"
    if scenario.project.settings:
        yield f"it sets {', '.join(scenario.project.settings)}, which only a simulator has"
    if scenario.project.lists:
        yield "it starts with lists, whose ids a real project assigns itself"
    if scenario.project.state or scenario.project.id is not None:
        yield "it starts with a state that only a simulator accepts"
    if scenario.other_projects:
        yield "it needs other projects"
    for connection in scenario.connections:
        if connection.settings.get("apiKey", "") not in {"", None}:
            yield "one of its connections has its own API key"


def _of_the_steps(scenario: Scenario) -> Iterator[str]:
    for index, step in enumerate(scenario.steps, 1):
        title = step.name or f"step {index}"
        if step.clock is not None or step.at is not None:
            yield f"{title} moves the clock"
        if step.fault is not None:
            yield f"{title} injects a fault"
        if step.call is not None and step.call.headers.keys() & {"Api-Key", "api-key"}:
            yield f"{title} uses its own key"
    yield from _of_the_expectations([*_expectations(scenario.steps), scenario.expect])


def _expectations(steps: list[Step]) -> Iterator[Expectation | None]:
    return (step.expect for step in steps)


def _of_the_expectations(expectations: list[Expectation | None]) -> Iterator[str]:
    counted = {name for part in expectations if part is not None for name in part.counts or {}}
    if strange := sorted(counted - _COUNTED):
        yield f"it counts {', '.join(strange)}, which cannot be told from those of others"

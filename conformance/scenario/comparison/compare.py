"""A scenario played in each project type, and the plays laid side by side."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conformance.scenario import PROJECT_TYPES, load_suite, play_scenario
from conformance.scenario.comparison.model import Comparison, Row, Section
from conformance.scenario.comparison.replies import reply_rows
from conformance.scenario.comparison.states import event_rows, people_rows
from conformance.scenario.runner import story_of
from conformance.scenario.suite import backend_or_simulator

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from pydantic import JsonValue

    from conformance.scenario import Backend, LoadedScenario, Play


def compare_scenario(
    loaded: LoadedScenario, backend: Backend, project_types: Sequence[str] = PROJECT_TYPES
) -> Comparison:
    """Play a scenario in every project type, whichever it is about, and compare what comes of it.

    What the scenario expects is not looked at. People of its beginning who cannot be in a project of some type are
    left out there, with their events; that is a difference too.
    """
    return compare_plays(loaded, [play_scenario(loaded, name, backend) for name in project_types])


def compare_paths(
    paths: Iterable[str | Path],
    *,
    project_types: Sequence[str] = PROJECT_TYPES,
    mapping: str | Path | None = None,
    backend: Backend | None = None,
) -> tuple[Comparison, ...]:
    """Compare the scenarios of files, and of those in folders: what `run --compare` does, for Python.

    Args:
        paths: The files and folders.
        project_types: The project types to compare.
        mapping: A mapping file for connections that name no mapping of their own; the presets when None.
        backend: What they are played in; a simulator in this process when None.

    Raises:
        InputError: With every problem of every file.
    """
    loaded = load_suite(paths, mapping)
    with backend_or_simulator(backend) as used:
        return tuple(compare_scenario(item, used, project_types) for item in loaded)


def compare_plays(loaded: LoadedScenario, plays: Sequence[Play]) -> Comparison:
    """The comparison of two or more plays of one scenario.

    Those that were not carried out have no column, and neither have those that began without somebody whom no play
    could begin with: that is a problem of the scenario.
    """
    unplayable = _unplayable(plays)
    played = [play for play in plays if play.project_type not in unplayable]
    projects = list(played[0].states) if played else []
    rows: dict[Section, list[Row]] = {section: [] for section in Section}
    for project in projects:
        states = [play.states[project] for play in played]
        rows[Section.PEOPLE] += people_rows(project, states)
        rows[Section.EVENTS] += event_rows(project, states)
    rows[Section.REPLIES] += reply_rows([play.steps for play in played])
    return Comparison(
        name=loaded.scenario.name,
        file=loaded.file,
        project_types=tuple(play.project_type for play in played),
        rows=tuple(row for section in Section for row in rows[section]),
        left_out={play.project_type: play.left_out for play in played if play.left_out},
        unplayable=unplayable,
        mapping=loaded.mapping_name,
        subscriptions=loaded.mapping_document,
        story=story_of(loaded.scenario),
        events=_events(plays),
    )


def _events(plays: Sequence[Play]) -> tuple[tuple[str, JsonValue], ...]:
    """The events of every step, which are the same in all plays that came so far."""
    longest = max(plays, key=lambda play: len(play.steps))
    return tuple(
        (f"{title}: {line.text}", line.data)
        for title, record in longest.steps
        for line in record.trace
        if line.stage == "event"
    )


def _unplayable(plays: Sequence[Play]) -> dict[str, str]:
    problems = [line for line in plays[0].left_out if all(line in play.left_out for play in plays)]
    reasons = {play.project_type: play.message or "; ".join(problems) for play in plays}
    return {project_type: reason for project_type, reason in reasons.items() if reason}

"""Who exists, with which fields, and whose events there are, project type by project type."""

from __future__ import annotations

import json
from collections import defaultdict
from typing import TYPE_CHECKING, Any, Final

from conformance.scenario.comparison.model import Cell, Row, Section
from conformance.scenario.matching import ABSENT, format_value
from conformance.scenario.state_changes import who
from conformance.scenario.state_expectations import MANAGED

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    State = dict[str, Any]

NOBODY: Final = "-"
#: Made up by the project, or told by the owner of the event.
_NOT_CONTENT: Final = frozenset({"id", "email", "userId"})


def people_rows(project: str, states: Sequence[State]) -> list[Row]:
    """How many people there are, who they are, and the fields of those who are in several project types.

    Args:
        project: The project's name in the scenario; empty for the one under test.
        states: Its state document in each project type.
    """
    people = [{who(user): user["dataFields"] for user in state["users"]} for state in states]
    rows = [_count_row(Section.PEOPLE, project, "people", [len(state["users"]) for state in states])]
    for person in _in_order(people):
        there = [person in known for known in people]
        cells = tuple(Cell("exists" if present else NOBODY, present) for present in there)
        rows.append(Row(Section.PEOPLE, _titled(project, person), cells))
        rows += _field_rows(project, person, [known.get(person) for known in people])
    return rows


def _field_rows(project: str, person: str, profiles: Sequence[dict[str, Any] | None]) -> list[Row]:
    """The fields in which profiles of a person differ; who does not exist has none to compare."""
    rows = []
    for name in _in_order([profile for profile in profiles if profile is not None]):
        if name in MANAGED:
            continue
        values = {_text(profile.get(name)) for profile in profiles if profile is not None}
        if len(values) > 1:
            cells = tuple(_field_cell(profile, name) for profile in profiles)
            rows.append(Row(Section.PEOPLE, _titled(project, f"{person}: {name}"), cells))
    return rows


def _field_cell(profile: dict[str, Any] | None, name: str) -> Cell:
    if profile is None:
        return Cell(NOBODY, None)
    return Cell(format_value(profile[name]), profile[name]) if name in profile else Cell(ABSENT, None)


def event_rows(project: str, states: Sequence[State]) -> list[Row]:
    """How many events there are, and to whom each belongs.

    An event is known by what it holds, not by its owner or its id; of events that hold the same, the first of one
    project type stands beside the first of the others.
    """
    rows = [_count_row(Section.EVENTS, project, "events", [len(state["events"]) for state in states])]
    owners = [_owners_by_content(state["events"]) for state in states]
    times: defaultdict[str, int] = defaultdict(int)
    for content in _in_order(owners):
        event = json.loads(content)
        for position in range(max(len(owned.get(content, ())) for owned in owners)):
            name = event.get("eventName") or event.get("eventType")
            times[name] += 1
            title = f"{name} (number {times[name]})" if times[name] > 1 else str(name)
            cells = tuple(_owner_cell(owned.get(content, ()), position) for owned in owners)
            rows.append(Row(Section.EVENTS, _titled(project, title), cells))
    return rows


def _owners_by_content(events: Iterable[dict[str, Any]]) -> dict[str, list[str]]:
    owners: defaultdict[str, list[str]] = defaultdict(list)
    for event in events:
        content = {key: value for key, value in event.items() if key not in _NOT_CONTENT}
        owners[_text(content)].append(who(event))
    return owners


def _owner_cell(owners: Sequence[str], position: int) -> Cell:
    if position >= len(owners):
        return Cell(NOBODY, None)
    return Cell(owners[position], owners[position])


def _count_row(section: Section, project: str, what: str, counts: Sequence[int]) -> Row:
    return Row(section, _titled(project, what), tuple(Cell(str(count), count) for count in counts))


def _titled(project: str, text: str) -> str:
    return f"{project}: {text}" if project else text


def _text(value: Any) -> str:
    return json.dumps(value, sort_keys=True)


def _in_order(parts: Iterable[Iterable[str]]) -> list[str]:
    """Every key of all parts, each once, in the order in which they are met."""
    return list(dict.fromkeys(key for part in parts for key in part))

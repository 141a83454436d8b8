"""Properties about rows of a Reverse ETL model, long because rows have traps of their own: nulls, no name, no time."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from conformance.properties.execution import Execution, Step
from conformance.properties.expectations import expect_person, to_json
from conformance.properties.model import Property, Severity, Violation
from conformance.properties.state import MANAGED, Profile, State
from conformance.properties.stored_records import TRACK, UPDATE, ExpectedValue, expected_values, stored_records
from conformance.strategies import ROWS
from conformance.strategies.history import Event, Persona, value_at
from conformance.strategies.mapping_analysis import AnalysedSubscription, is_number
from conformance.strategies.row_writer import EMAIL, USER_ID, identifiers_in, identity_roles, takes_row
from conformance.strategies.subscription_kinds import DELETED, ROW_NAMES, is_row
from destination.actions import convert_dates
from simulator.project.field_types import normalised

_REVERSE_ETL: Final = "Segment's documentation of Reverse ETL"
_DELETES: Final = f"{_REVERSE_ETL}, system, Delete Records Payload"
_NULLS: Final = f"{_REVERSE_ETL}, null value management"
_TYPES: Final = "Iterable support article 9216719179796, project types and unique identifiers"
_MADE_OF_NOTHING: Final = frozenset({"", "null", "undefined", "none"})
#: Columns whose names say that something happened then.
_HAPPENED: Final = re.compile(
    r"(occurr?ed|happened|event|purchased?|order(ed)?|created|completed|sent)_?(at|on|date|time|timestamp)$",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class _Row:
    """A single row that a subscription took.

    Attributes:
        step: Its delivery.
        event: The row.
        persona: Whose it is.
        position: That of the subscription.
        analysed: The subscription.
    """

    step: Step
    event: Event
    persona: Persona
    position: int
    analysed: AnalysedSubscription

    @property
    def is_deleted(self) -> bool:
        return bool(self.event["event"] == DELETED)

    @property
    def is_taken(self) -> bool:
        return self.step.accepted_by(self.position)

    def keys(self, project_type: str) -> list[dict[str, str]]:
        """The identifiers that the row has, that the subscription looks for, and that count in the project."""
        found = identifiers_in(self.analysed, self.event)
        keys: list[dict[str, str]] = []
        if USER_ID in found and (project_type != "email" or self.step.before.find(user_id=found[USER_ID])):
            keys.append({USER_ID: found[USER_ID]})
        if EMAIL in found and project_type != "userid":
            keys.append({EMAIL: found[EMAIL].lower()})
        return keys

    def profiles(self, project_type: str, state: State) -> list[Profile]:
        """The profiles to which its identifiers lead in a state."""
        keys = self.keys(project_type)
        return [profile for key in keys for profile in state.find(email=key.get(EMAIL), user_id=key.get(USER_ID))]

    def is_stored_for(self, profiles: list[Profile]) -> bool:
        """Whether it was stored: written to one of the profiles, or as an event of one."""
        if self.analysed.action == TRACK:
            numbers = {profile.number for profile in profiles}
            return any(event.owner in numbers for event in self.step.new_events)
        return any(profile.written == self.step.index for profile in profiles)

    def expect_stored(self, names: dict[str, str]) -> dict[str, Any]:
        """That it is stored for somebody with these identifiers, as a scenario file says it."""
        if self.analysed.action == TRACK:
            return {"counts": {"events": len(self.step.before.events) + 1}}
        return expect_person(names)

    @property
    def error(self) -> str:
        error = self.step.outcomes[self.position].error
        return f": {error.message}" if error is not None else ""


def _rows(execution: Execution) -> Iterator[_Row]:
    for step, item in execution.singles():
        for position, analysed in enumerate(execution.analysis.subscriptions):
            if is_row(item.event) and takes_row(analysed, item.event) and step.outcomes[position].matched:
                yield _Row(step, item.event, item.persona, position, analysed)


def _person_is_named(execution: Execution) -> Iterator[Violation | None]:
    for row in _rows(execution):
        found = identifiers_in(row.analysed, row.event)
        wanted = {"email": (EMAIL, USER_ID), "userid": (USER_ID,)}.get(execution.project_type, (EMAIL, USER_ID))
        name = row.analysed.subscription.name
        places = ", ".join(identity_roles(row.analysed)) or "no column"
        detail = f"{name} finds no {' and no '.join(wanted)} in a row: it looks for the person in {places}"
        names = {EMAIL: row.persona.email} if EMAIL in wanted else {USER_ID: row.persona.user_id}
        is_named = any(key in found for key in wanted)
        yield None if is_named else Violation(detail, row.expect_stored(names), row.step.index, name)


def _row_arrives(execution: Execution) -> Iterator[Violation | None]:
    for row in _rows(execution):
        keys = row.keys(execution.project_type)
        if row.is_deleted or not keys:
            continue
        missing = [key for key in keys if not row.step.after.find(email=key.get(EMAIL), user_id=key.get(USER_ID))]
        is_there = not missing and row.is_stored_for(row.profiles(execution.project_type, row.step.after))
        name = row.analysed.subscription.name
        wanted = (missing or keys)[0]
        detail = f"{name} stored nothing of a row for {to_json(wanted)}{row.error}"
        yield None if is_there else Violation(detail, row.expect_stored(wanted), row.step.index, name)


def _update_changes_same_person(execution: Execution) -> Iterator[Violation | None]:
    for record in stored_records(execution, UPDATE):
        if record.step.index == 0 or not record.subscription.takes_rows:
            continue
        profiles = execution.end.of(record.step.delivery.history_events[0].persona)
        if len(profiles) != 1:
            detail = f"a row and its update made {len(profiles)} profiles"
            yield Violation(detail, {"counts": {"users": 1}})
            continue
        for wanted in expected_values(record.subscription, record.event):
            found = wanted.find(record.fields)
            detail = f"{wanted.source} was changed to {to_json(wanted.sent)}; {wanted.name} is {to_json(found)}"
            expected = record.expect(wanted.as_field(wanted.sent))
            is_there = wanted.is_text or _is_same(wanted, found)
            yield None if is_there else Violation(detail, expected, record.step.index, wanted.name)


def _is_same(wanted: ExpectedValue, found: Any) -> bool:
    return bool(found == normalised(convert_dates(wanted.sent), strict=False))


def _types_arrive(execution: Execution) -> Iterator[Violation | None]:
    for record in (*stored_records(execution, UPDATE), *stored_records(execution, TRACK)):
        if not record.subscription.takes_rows:
            continue
        for wanted in expected_values(record.subscription, record.event):
            # The text of a column is what a template asks for, unless the column's name says that it is a number.
            if wanted.is_text and not (is_number(wanted.source) and isinstance(wanted.sent, (int, float))):
                continue
            found = wanted.find(record.fields)
            detail = f"{wanted.source} is {to_json(wanted.sent)}; {wanted.name} is {to_json(found)}"
            expected = record.expect(wanted.as_field(wanted.sent))
            is_there = _is_same(wanted, found)
            yield None if is_there else Violation(detail, expected, record.step.index, wanted.name)


def _null_column(event: Event) -> list[str]:
    return [f"properties.{name}" for name, value in event["properties"].items() if value is None]


def _null_stops_nothing(execution: Execution) -> Iterator[Violation | None]:
    for row in _rows(execution):
        columns = _null_column(row.event)
        if columns and row.keys(execution.project_type):
            name = row.analysed.subscription.name
            detail = f"{name} sends nothing of a row whose {columns[0]} is null{row.error}"
            stopped = not row.is_taken
            yield Violation(detail, {"error": "none"}, row.step.index, columns[0]) if stopped else None


def _null_is_no_text(execution: Execution) -> Iterator[Violation | None]:
    for record in (*stored_records(execution, UPDATE), *stored_records(execution, TRACK)):
        columns = _null_column(record.event) if record.subscription.takes_rows else []
        for leaf in record.subscription.leaves if columns else ():
            if leaf.target[:1] != ("dataFields",) or len(leaf.target) != 2 or leaf.sources != (columns[0],):  # noqa: PLR2004  # a data field by itself
                continue
            found = record.fields.get(leaf.target[1])
            is_made_up = isinstance(found, str) and found.lower() in _MADE_OF_NOTHING
            detail = f"{columns[0]} is null; {leaf.name} is the text {to_json(found)}"
            without = record.lack(leaf.target[1])
            yield Violation(detail, without, record.step.index, leaf.name) if is_made_up else None


def _deleted_row_arrives(execution: Execution) -> Iterator[Violation | None]:
    for row in _rows(execution):
        there = row.step.before.of(row.persona)
        if not row.is_deleted or not there:
            continue
        name = row.analysed.subscription.name
        detail = f"a deleted row has nulls in all columns, and {name} looks for the person there{row.error}"
        is_stored = row.is_taken and row.is_stored_for(row.step.after.of(row.persona))
        yield None if is_stored else Violation(detail, {"error": "none"}, row.step.index, name)


def _deleted_row_erases_nothing(execution: Execution) -> Iterator[Violation | None]:
    for row in _rows(execution):
        if not row.is_deleted or row.analysed.action != UPDATE:
            continue
        # What the mapping blanks by a constant is meant to be blank.
        meant = {leaf.target[1] for leaf in row.analysed.leaves if len(leaf.target) > 1 and leaf.is_constant}
        after = {profile.number: profile for profile in row.step.after.profiles}
        for before in row.step.before.of(row.persona):
            kept = {name: value for name, value in before.fields.items() if name not in MANAGED | meant}
            fields = after[before.number].fields if before.number in after else {}
            lost = [
                name for name, value in kept.items() if value not in ("", None) and fields.get(name) in ("", None)
            ]
            detail = f"a deleted row, whose columns are all null, erased {', '.join(sorted(lost))}"
            expected = expect_person(before, {name: kept[name] for name in lost})
            yield Violation(detail, expected, row.step.index, row.analysed.subscription.name) if lost else None


def _one_person_one_profile(execution: Execution) -> Iterator[Violation | None]:
    present = [persona for persona in execution.history.personas if execution.stored_for(persona)]
    for persona in present:
        profiles = execution.end.of(persona)
        stray = [
            profile for profile in execution.end.profiles if not any(map(profile.is_of, execution.history.personas))
        ]
        count = len(profiles) + len(stray)
        names = to_json([profile.identifiers for profile in (*profiles, *stray)])
        detail = f"the rows of one person made {count} profiles: {names}"
        yield None if count == 1 else Violation(detail, {"counts": {"users": len(present)}})


def _people_stay_apart(execution: Execution) -> Iterator[Violation | None]:
    personas = [persona for persona in execution.history.personas if execution.stored_for(persona)]
    if len(execution.history.personas) < 2 or not execution.end.profiles:  # noqa: PLR2004  # people who could be one
        return
    shared = [profile for profile in execution.end.profiles if sum(profile.is_of(other) for other in personas) != 1]
    count = len(execution.history.personas)
    is_apart = not shared and len(personas) == len(execution.end.profiles)
    detail = (
        f"the rows of {count} people are in the profiles {to_json([p.identifiers for p in execution.end.profiles])}"
    )
    if any(identifiers_in_all(execution)):
        yield None if is_apart else Violation(detail, {"counts": {"users": count}})


def identifiers_in_all(execution: Execution) -> Iterator[bool]:
    """For each row that is taken, whether it names somebody in a way that counts."""
    for row in _rows(execution):
        yield bool(row.keys(execution.project_type))


def _event_has_a_name(execution: Execution) -> Iterator[Violation | None]:
    for row in _rows(execution):
        for event in row.step.new_events if row.analysed.action == TRACK else ():
            detail = f"{row.analysed.subscription.name} stored a row as an event called {to_json(event.name)}"
            is_named = str(event.name).lower() not in ROW_NAMES
            owner = next(profile for profile in row.step.after.profiles if profile.number == event.owner)
            expected = {"events": [{"user": owner.identifiers, "eventName": "what it is called"}]}
            yield None if is_named else Violation(detail, expected, row.step.index, row.analysed.subscription.name)


def _time_is_that_of_the_row(execution: Execution) -> Iterator[Violation | None]:
    for row in _rows(execution):
        columns = [path for path in row.analysed.sources if _HAPPENED.search(path) and value_at(row.event, path)]
        events = row.step.new_events if row.analysed.action == TRACK else []
        if len(columns) != 1 or len(events) != 1:
            continue
        happened = datetime.fromisoformat(str(value_at(row.event, columns[0])))
        happened = happened.replace(tzinfo=happened.tzinfo or UTC, microsecond=0)
        stored = datetime.fromtimestamp(events[0].created_at, UTC)
        detail = f"{columns[0]} is {happened.isoformat()}; the event is stored for {stored.isoformat()}"
        owner = next(profile for profile in row.step.after.profiles if profile.number == events[0].owner)
        where = {"user": owner.identifiers, "eventName": events[0].name, "createdAt": happened.isoformat()}
        is_kept = stored == happened
        name = row.analysed.subscription.name
        yield None if is_kept else Violation(detail, {"events": [where]}, row.step.index, name)


_NEW: Final = frozenset({"a new row"})
PROPERTIES: Final = (
    Property(
        "rows.person-is-named",
        "A mapping of rows looks for the person where rows say who it is.",
        f"{_REVERSE_ETL}, setup: columns are what is mapped; {_TYPES}",
        Severity.HIGH,
        ROWS,
        _person_is_named,
        themes=_NEW,
    ),
    Property(
        "rows.row-arrives",
        "A row reaches the person whom it names.",
        f"{_REVERSE_ETL}, setup; {_TYPES}",
        Severity.HIGH,
        ROWS,
        _row_arrives,
        themes=frozenset({"a new row", "a row without an e-mail", "two rows of one person"}),
    ),
    Property(
        "rows.update-changes-the-same-person",
        "An updated row changes the person of the new one, and nobody else.",
        f"{_REVERSE_ETL}, system, record diffing",
        Severity.HIGH,
        ROWS,
        _update_changes_same_person,
        themes=frozenset({"the same row, changed"}),
    ),
    Property(
        "rows.one-profile-per-person",
        "The rows of one person are in one profile.",
        _TYPES,
        Severity.HIGH,
        ROWS,
        _one_person_one_profile,
        themes=frozenset({"two rows of one person", "the same row, changed"}),
    ),
    Property(
        "rows.people-stay-apart",
        "Rows of different people are in different profiles.",
        _TYPES,
        Severity.HIGH,
        ROWS,
        _people_stay_apart,
        themes=frozenset({"rows of several people"}),
    ),
    Property(
        "rows.types-arrive",
        "A number, a truth value and a timestamp of a column arrive as what they are.",
        "Iterable support article 208183076, data types",
        Severity.MEDIUM,
        ROWS,
        _types_arrive,
        themes=frozenset({"a column as the warehouse gives it"}),
    ),
    Property(
        "rows.null-column-stops-nothing",
        "A null in a column that says nothing about who it is does not keep the row from being sent.",
        _NULLS,
        Severity.HIGH,
        ROWS,
        _null_stops_nothing,
        themes=frozenset({"a null column"}),
    ),
    Property(
        "rows.null-column-is-no-text",
        "A null in a column leaves no text in its field.",
        _NULLS,
        Severity.MEDIUM,
        ROWS,
        _null_is_no_text,
        themes=frozenset({"a null column"}),
    ),
    Property(
        "rows.deleted-row-arrives",
        "A deleted row reaches its person, where the trigger asks for deleted rows.",
        _DELETES,
        Severity.HIGH,
        ROWS,
        _deleted_row_arrives,
        themes=frozenset({"a deleted row"}),
    ),
    Property(
        "rows.deleted-row-erases-nothing",
        "A deleted row erases nothing that the mapping does not blank by itself.",
        f"{_DELETES}; Iterable removes a field that is sent as null",
        Severity.HIGH,
        ROWS,
        _deleted_row_erases_nothing,
        themes=frozenset({"a deleted row"}),
    ),
    Property(
        "rows.event-has-a-name",
        "An event that is made of a row is not called new, updated or deleted.",
        f"{_REVERSE_ETL}, setup: the records to send are chosen by these names",
        Severity.MEDIUM,
        ROWS,
        _event_has_a_name,
        themes=_NEW,
    ),
    Property(
        "rows.time-is-that-of-the-row",
        "An event that is made of a row is stored for the time that the row names, and not for that of the sync.",
        f"{_REVERSE_ETL}: receivedAt is the time of the sync; Iterable API description, createdAt",
        Severity.LOW,
        ROWS,
        _time_is_that_of_the_row,
        themes=_NEW,
    ),
)

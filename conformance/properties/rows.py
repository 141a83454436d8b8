"""Properties about rows of a Reverse ETL model, long for the traps that are rows' own: nulls, no name, no time."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, Final

from conformance.properties.execution import Execution
from conformance.properties.expectations import expect_person, to_json
from conformance.properties.model import Property, Severity, Violation
from conformance.properties.state import MANAGED
from conformance.properties.stored_records import TRACK, UPDATE, ExpectedValue, expected_values, stored_records
from conformance.properties.taken_rows import TakenRow, taken_rows
from conformance.properties.wording import counted
from conformance.strategies import ROWS
from conformance.strategies.history import Event, HistoryEvent, Persona, value_at
from conformance.strategies.mapping_analysis import is_number
from conformance.strategies.row_writer import EMAIL, USER_ID, identifiers_in, identity_roles
from conformance.strategies.subscription_kinds import ROW_NAMES
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


def _person_is_named(execution: Execution) -> Iterator[Violation | None]:
    for row in taken_rows(execution):
        found = identifiers_in(row.analysed, row.event)
        wanted = {"email": (EMAIL, USER_ID), "userid": (USER_ID,)}.get(execution.project_type, (EMAIL, USER_ID))
        name = row.analysed.subscription.name
        places = ", ".join(identity_roles(row.analysed)) or "no column"
        detail = f"{name} finds no {' and no '.join(wanted)} in a row; it looks for the person in {places}"
        names = {EMAIL: row.persona.email} if EMAIL in wanted else {USER_ID: row.persona.user_id}
        is_named = any(key in found for key in wanted)
        yield None if is_named else Violation(detail, row.expect_stored(names), row.step.index, name)


def _row_arrives(execution: Execution) -> Iterator[Violation | None]:
    for row in taken_rows(execution):
        keys = row.keys(execution.project_type)
        if row.is_deleted or not keys:
            continue
        missing = [key for key in keys if not row.step.after.find(email=key.get(EMAIL), user_id=key.get(USER_ID))]
        is_there = not missing and row.is_stored_for(row.profiles(execution.project_type, row.step.after))
        name = row.analysed.subscription.name
        wanted = (missing or keys)[0]
        detail = f"{name} stored nothing for a row of {to_json(wanted)}{row.error}"
        expected = row.expect_stored(wanted) if missing or not row.error else {"error": "none"}
        yield None if is_there else Violation(detail, expected, row.step.index, name)


def _update_changes_same_person(execution: Execution) -> Iterator[Violation | None]:
    for record in stored_records(execution, UPDATE):
        if record.step.index == 0 or not record.subscription.takes_rows:
            continue
        profiles = execution.end.of(record.step.delivery.history_events[0].persona)
        if not profiles:
            continue
        if len(profiles) > 1:
            detail = f"a row and its update created {counted(len(profiles), 'profile')}"
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


def _null_columns(event: Event) -> list[str]:
    return [f"properties.{name}" for name, value in event["properties"].items() if value is None]


def _null_stops_nothing(execution: Execution) -> Iterator[Violation | None]:
    for row in taken_rows(execution):
        columns = _null_columns(row.event)
        if not columns or row.step.index == 0 or not row.keys(execution.project_type):
            continue
        name = row.analysed.subscription.name
        detail = f"{name} sends nothing for a row whose {columns[0]} is null{row.error}"
        stopped = not row.is_accepted and _would_be_taken(execution, row)
        yield Violation(detail, {"error": "none"}, row.step.index, columns[0]) if stopped else None


def _would_be_taken(execution: Execution, row: TakenRow) -> bool:
    """Whether the row is taken with what the first row has in place of its nulls."""
    full = execution.history.history_events[0].event["properties"]
    filled = {name: full.get(name) if value is None else value for name, value in row.event["properties"].items()}
    deliveries = list(execution.history.deliveries)
    full_row = HistoryEvent(row.persona, {**row.event, "properties": filled})
    deliveries[row.step.index] = replace(row.step.delivery, history_events=(full_row,))
    again = execution.again(replace(execution.history, deliveries=tuple(deliveries)))
    return again.steps[row.step.index].accepted_by(row.position)


def _null_is_no_text(execution: Execution) -> Iterator[Violation | None]:
    for record in (*stored_records(execution, UPDATE), *stored_records(execution, TRACK)):
        columns = _null_columns(record.event) if record.subscription.takes_rows else []
        for leaf in record.subscription.leaves if columns else ():
            if leaf.sources != (columns[0],) or leaf.target[:-1] not in {("dataFields",), ()}:
                continue
            name = leaf.name.removeprefix("dataFields.")
            found = record.fields.get(name)
            is_made_up = isinstance(found, str) and found.lower() in _MADE_OF_NOTHING
            detail = f"{columns[0]} is null; {name} is the string {to_json(found)}"
            yield Violation(detail, record.lack(name), record.step.index, name) if is_made_up else None


def _deleted_row_arrives(execution: Execution) -> Iterator[Violation | None]:
    for row in taken_rows(execution):
        there = row.step.before.of(row.persona)
        if not row.is_deleted or not there:
            continue
        name = row.analysed.subscription.name
        detail = f"{name} stores nothing for a deleted row{row.error}"
        if not identifiers_in(row.analysed, row.event):
            where = f"which is not where {name} looks for the person"
            detail = f"a deleted row only has its __segment_id, {where}{row.error}"
        is_stored = row.is_accepted and row.is_stored_for(row.step.after.of(row.persona))
        # Where it was taken, it went to somebody else.
        expected = {"error": "none"} if row.error else {"counts": {"users": len(row.step.before.profiles)}}
        yield None if is_stored else Violation(detail, expected, row.step.index, name)


def _deleted_row_erases_nothing(execution: Execution) -> Iterator[Violation | None]:
    for row in taken_rows(execution):
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
            detail = f"a deleted row, in which every column is null, erased {', '.join(sorted(lost))}"
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
        detail = f"the rows of one person created {counted(count, 'profile')}: {names}"
        yield None if count == 1 else Violation(detail, {"counts": {"users": len(present)}})


def _people_stay_apart(execution: Execution) -> Iterator[Violation | None]:
    owners: dict[int, set[Persona]] = {}
    for step, item in execution.singles():
        for number in {profile.number for profile in step.written} | {event.owner for event in step.new_events}:
            owners.setdefault(number, set()).add(item.persona)
    for number, personas in owners.items():
        names = [profile.identifiers for profile in execution.end.profiles if profile.number == number]
        detail = f"rows of {len(personas)} people went into one profile, {to_json(names)}"
        expected = {"counts": {"users": len(execution.history.personas)}}
        yield Violation(detail, expected) if len(personas) > 1 else None


def _event_has_a_name(execution: Execution) -> Iterator[Violation | None]:
    for row in taken_rows(execution):
        for event in row.step.new_events if row.analysed.action == TRACK else ():
            detail = f"{row.analysed.subscription.name} stored a row as an event called {to_json(event.name)}"
            is_named = str(event.name).lower() not in ROW_NAMES
            owner = next(profile for profile in row.step.after.profiles if profile.number == event.owner)
            expected = {"events": [{"user": owner.identifiers, "eventName": "what it is called"}]}
            yield None if is_named else Violation(detail, expected, row.step.index, row.analysed.subscription.name)


def _time_is_that_of_the_row(execution: Execution) -> Iterator[Violation | None]:
    for row in taken_rows(execution):
        columns = [path for path in row.analysed.sources if _HAPPENED.search(path) and value_at(row.event, path)]
        events = row.step.new_events if row.analysed.action == TRACK else []
        if len(columns) != 1 or len(events) != 1:
            continue
        happened = datetime.fromisoformat(str(value_at(row.event, columns[0])))
        happened = happened.replace(tzinfo=happened.tzinfo or UTC, microsecond=0)
        stored = datetime.fromtimestamp(events[0].created_at, UTC)
        detail = f"{columns[0]} is {happened.isoformat()}; the event is stored with {stored.isoformat()}"
        owner = next(profile for profile in row.step.after.profiles if profile.number == events[0].owner)
        where = {"user": owner.identifiers, "eventName": events[0].name, "createdAt": happened.isoformat()}
        is_kept = stored == happened
        name = row.analysed.subscription.name
        yield None if is_kept else Violation(detail, {"events": [where]}, row.step.index, name)


_NEW: Final = frozenset({"a new row"})
PROPERTIES: Final = (
    Property(
        "rows.person-is-named",
        "A mapping for rows reads identifiers from where rows carry them.",
        f"{_REVERSE_ETL}, setup: columns are what is mapped; {_TYPES}",
        Severity.HIGH,
        ROWS,
        _person_is_named,
        themes=_NEW,
    ),
    Property(
        "rows.row-arrives",
        "A row reaches the person it names.",
        f"{_REVERSE_ETL}, setup; {_TYPES}",
        Severity.HIGH,
        ROWS,
        _row_arrives,
        themes=frozenset({"a new row", "a row without an e-mail", "two rows of one person"}),
    ),
    Property(
        "rows.update-changes-the-same-person",
        "An updated row changes the same person as the original row, and nobody else.",
        f"{_REVERSE_ETL}, system, record diffing",
        Severity.HIGH,
        ROWS,
        _update_changes_same_person,
        themes=frozenset({"the same row, changed"}),
    ),
    Property(
        "rows.one-profile-per-person",
        "All rows of a person end up in one profile.",
        _TYPES,
        Severity.HIGH,
        ROWS,
        _one_person_one_profile,
        themes=frozenset({"two rows of one person", "the same row, changed"}),
    ),
    Property(
        "rows.people-stay-apart",
        "Rows of different people end up in different profiles.",
        _TYPES,
        Severity.HIGH,
        ROWS,
        _people_stay_apart,
        themes=frozenset({"rows of several people"}),
    ),
    Property(
        "rows.types-arrive",
        "Numbers, booleans and timestamps in columns keep their types.",
        "Iterable support article 208183076, data types",
        Severity.MEDIUM,
        ROWS,
        _types_arrive,
        themes=frozenset({"a column as the warehouse gives it"}),
    ),
    Property(
        "rows.null-column-stops-nothing",
        "A null in a column that is not an identifier does not stop the row.",
        _NULLS,
        Severity.HIGH,
        ROWS,
        _null_stops_nothing,
        themes=frozenset({"a null column"}),
    ),
    Property(
        "rows.null-column-is-no-text",
        "A null in a column does not become a string.",
        _NULLS,
        Severity.MEDIUM,
        ROWS,
        _null_is_no_text,
        themes=frozenset({"a null column"}),
    ),
    Property(
        "rows.deleted-row-arrives",
        "A deleted row reaches its person if the trigger asks for deleted rows.",
        _DELETES,
        Severity.HIGH,
        ROWS,
        _deleted_row_arrives,
        themes=frozenset({"a deleted row"}),
    ),
    Property(
        "rows.deleted-row-erases-nothing",
        "A deleted row erases only what the mapping clears on purpose.",
        f"{_DELETES}; Iterable removes a field that is sent as null",
        Severity.HIGH,
        ROWS,
        _deleted_row_erases_nothing,
        themes=frozenset({"a deleted row"}),
    ),
    Property(
        "rows.event-has-a-name",
        "An event made from a row is not called new, updated or deleted.",
        f"{_REVERSE_ETL}, setup: the records to send are chosen by these names",
        Severity.MEDIUM,
        ROWS,
        _event_has_a_name,
        themes=_NEW,
    ),
    Property(
        "rows.time-is-that-of-the-row",
        "An event made from a row has the time in the row, not that of the sync.",
        f"{_REVERSE_ETL}: receivedAt is the time of the sync; Iterable API description, createdAt",
        Severity.LOW,
        ROWS,
        _time_is_that_of_the_row,
        themes=_NEW,
    ),
)

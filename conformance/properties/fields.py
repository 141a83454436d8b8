"""Properties about what is said of people and events: that it arrives, as what it was, and stays."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from functools import partial
from typing import Any, Final

from conformance.properties.execution import Execution
from conformance.properties.expectations import expect_person, to_json
from conformance.properties.model import Property, Severity, Violation
from conformance.properties.state import MANAGED
from conformance.properties.stored_records import (
    TRACK,
    UPDATE,
    ExpectedValue,
    expected_values,
    mapped_names,
    stored_records,
)
from conformance.strategies import DATES, EVENTS, PROFILES
from conformance.strategies.mapping_analysis import is_number
from conformance.strategies.values import NOTATIONS
from destination import HTTPError
from destination.actions import convert_dates
from simulator.project.field_types import normalised

_TYPES: Final = "Iterable support article 208183076, data types"
_DATES: Final = "Segment pull requests 1605, 2305, 2321; Iterable support article 208183076, data types"
#: A date alone is kept as it is.
_STORED_DATE: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}( [0-9]{2}:[0-9]{2}:[0-9]{2} \+00:00)?")
_MAPPING: Final = "Segment's page of the Iterable (Actions) destination"


def _named_arrives(execution: Execution, action: str) -> Iterator[Violation | None]:
    for record in stored_records(execution, action):
        for wanted in expected_values(record.subscription, record.event):
            found = wanted.find(record.fields)
            if found is None or (wanted.sent != "" and found == "") or not _is_same(wanted, found):
                detail = f"{wanted.source} is {to_json(wanted.sent)}; {wanted.name} is {to_json(found)}"
                about = "" if wanted.is_whole else wanted.name
                yield Violation(detail, record.expect(wanted.as_field(wanted.sent)), record.step.index, about)
            else:
                yield None


def _is_same(wanted: ExpectedValue, found: Any) -> bool:
    """Whether a value is what was sent; texts of it only need to have something to say."""
    if wanted.is_text:
        return True
    sent = normalised(convert_dates(wanted.sent), strict=False)
    return _contains(found, sent)


def _contains(found: Any, sent: Any) -> bool:
    if isinstance(found, dict) and isinstance(sent, dict):
        return all(value is None or _contains(found.get(key), value) for key, value in sent.items())
    return bool(found == sent)


def _no_unmapped_data(execution: Execution, action: str) -> Iterator[Violation | None]:
    for record in stored_records(execution, action):
        named = mapped_names(record.subscription, record.event)
        if named is None:
            continue
        extra = sorted(set(record.fields) - named - set(record.before))
        detail = f"the mapping does not set {', '.join(extra)}"
        yield Violation(detail, record.lack(*extra), record.step.index, extra[0]) if extra else None


def _type_arrives(execution: Execution, action: str) -> Iterator[Violation | None]:
    for record in stored_records(execution, action):
        for wanted in expected_values(record.subscription, record.event):
            if not isinstance(wanted.sent, (bool, int, float)) or not (wanted.is_copy or is_number(wanted.source)):
                continue
            found = wanted.find(record.fields)
            is_its_text = isinstance(found, str) and found.strip().lower() == to_json(wanted.sent)
            about = "" if wanted.is_whole else wanted.name
            detail = f"{wanted.source} is {to_json(wanted.sent)}; {wanted.name} is the string {to_json(found)}"
            expectation = record.expect(wanted.as_field(wanted.sent))
            yield Violation(detail, expectation, record.step.index, about) if is_its_text else None


def _keeps_type(execution: Execution, action: str) -> Iterator[Violation | None]:
    for step in execution.steps:
        for position, _ in execution.taken(step, action):
            outcome = step.outcomes[position]
            if not outcome.exchanges:
                continue
            refused = isinstance(outcome.error, HTTPError) and "FieldsTypesMismatched" in outcome.error.reply.text
            detail = "Iterable rejects the whole call, because a field has changed its type"
            yield Violation(detail, {"error": "none"}, step.index) if refused else None


def _missing_erases_nothing(execution: Execution) -> Iterator[Violation | None]:
    for record in stored_records(execution, UPDATE):
        for name, value in record.before.items():
            if name in MANAGED or name == "shoppingCartItems" or value in ("", None):
                continue
            lost = record.fields.get(name) in ("", None)
            left = to_json(record.fields.get(name))
            detail = f"{name} was {to_json(value)}; after an event without it, it is {left}"
            yield Violation(detail, record.expect({name: value}), record.step.index, name) if lost else None


def _parts_stay(execution: Execution) -> Iterator[Violation | None]:
    whole = {"city": "Rome", "zip": "00100"}
    profiles = [profile for profile in execution.end.profiles if _objects(profile.fields)]
    for profile in profiles if len(execution.history.deliveries) > 2 else []:  # noqa: PLR2004  # identify, and two parts
        for name, value in _objects(profile.fields).items():
            is_kept = all(value.get(key) == part for key, part in whole.items())
            detail = f"{name} is {to_json(value)} after its parts arrived one by one"
            yield None if is_kept else Violation(detail, expect_person(profile, {name: whole}))


def _objects(fields: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {
        name: value for name, value in fields.items() if isinstance(value, dict) and value.keys() & {"city", "zip"}
    }


def _date_arrives(execution: Execution) -> Iterator[Violation | None]:
    text, meaning = NOTATIONS[execution.history.theme]
    for record in (*stored_records(execution, UPDATE), *stored_records(execution, TRACK)):
        for wanted in expected_values(record.subscription, record.event):
            if wanted.sent != text:
                continue
            found = wanted.find(record.fields)
            stored = normalised(found, strict=False) if isinstance(found, str) else found
            right = _moment(stored) == datetime.fromisoformat(meaning)
            detail = f"{wanted.source} is {text}; {wanted.name} is {to_json(found)}"
            expectation = record.expect(wanted.as_field(_stored_form(meaning)))
            yield None if right else Violation(detail, expectation, record.step.index)


def _stored_form(meaning: str) -> str:
    return datetime.fromisoformat(meaning).strftime("%Y-%m-%d %H:%M:%S +00:00")


def _moment(stored: Any) -> datetime | None:
    """The moment of a value in the form in which Iterable stores dates; any other text is no date there."""
    if not isinstance(stored, str) or not _STORED_DATE.fullmatch(stored):
        return None
    moment = datetime.fromisoformat(stored.replace(" +00:00", "+00:00"))
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _twins(
    name: str,
    description: str,
    source: str,
    severity: Severity,
    check: Callable[..., Iterator[Violation | None]],
) -> tuple[Property, ...]:
    """A property of profiles, and its twin of events."""
    return tuple(
        Property(f"{group}.{name}", description, source, severity, family, partial(check, action=action))
        for group, family, action in (("fields", PROFILES, UPDATE), ("events", EVENTS, TRACK))
    )


PROPERTIES: Final = (
    *_twins(
        "named-arrives",
        "A value that the mapping reads arrives in the field it is mapped to.",
        _MAPPING,
        Severity.MEDIUM,
        _named_arrives,
    ),
    *_twins(
        "no-unmapped-data",
        "Data that is not mapped does not arrive.",
        _MAPPING,
        Severity.MEDIUM,
        _no_unmapped_data,
    ),
    *_twins(
        "type-arrives",
        "Numbers arrive as numbers, and booleans as booleans.",
        _TYPES,
        Severity.MEDIUM,
        _type_arrives,
    ),
    *_twins(
        "type-stays",
        "No field changes its type between events.",
        _TYPES,
        Severity.HIGH,
        _keeps_type,
    ),
    Property(
        "fields.missing-erases-nothing",
        "A trait missing from an event is not erased from the profile.",
        "Iterable API description, users/update: fields that are not sent stay",
        Severity.HIGH,
        PROFILES,
        _missing_erases_nothing,
        themes=frozenset({"a trait is missing later", "a number that not every event has"}),
    ),
    Property(
        "fields.parts-stay",
        "Sending part of an object does not erase the rest.",
        "Segment's page of the Iterable (Actions) destination, Merge Nested Objects",
        Severity.MEDIUM,
        PROFILES,
        _parts_stay,
        themes=frozenset({"an object comes in parts"}),
    ),
    Property(
        "fields.date-arrives",
        "A date arrives as a date, at the same instant.",
        _DATES,
        Severity.MEDIUM,
        DATES,
        _date_arrives,
    ),
)

"""Properties about phone numbers."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from conformance.properties.execution import Execution, Step
from conformance.properties.expectations import expect_person, to_json
from conformance.properties.model import Property, Severity, Violation
from conformance.strategies import PHONE_NUMBERS
from conformance.strategies.values import PHONES

_FIELD: Final = "phoneNumber"
_INTERNATIONAL: Final = re.compile(r"\+[1-9]\d{6,14}")


def _identified(execution: Execution) -> Iterator[tuple[Step, object]]:
    """The identifies that were taken, with the number that each carries."""
    for step, history_event in execution.singles():
        taken = list(execution.taken(step, "updateUser"))
        if taken and all(step.accepted_by(position) for position, _ in taken) and len(step.written) == 1:
            yield step, execution.analysis.phone_in(history_event.event)


def _arrives_usable(execution: Execution) -> Iterator[Violation | None]:
    for step, phone in _identified(execution):
        if phone is None:
            continue
        profile = step.written[0]
        stored = profile.fields.get(_FIELD)
        is_usable = isinstance(stored, str) and _INTERNATIONAL.fullmatch(stored) is not None
        is_theirs = str(phone).strip("+") in str(stored)
        detail = f"the number was {to_json(phone)}; {_FIELD} is {to_json(stored)}"
        wanted = expect_person(profile, {_FIELD: PHONES["international form"]})
        yield None if is_usable and is_theirs else Violation(detail, wanted, step.index)


def _missing_erases_nothing(execution: Execution) -> Iterator[Violation | None]:
    for step, history_event in execution.singles():
        if execution.analysis.phone_in(history_event.event) is not None or not step.was_sent:
            continue
        for profile in step.before.profiles:
            known = profile.fields.get(_FIELD)
            if not known:
                continue
            after = [later for later in step.after.profiles if later.number == profile.number]
            left = after[0].fields.get(_FIELD) if after else None
            detail = f"{_FIELD} was {known}; after an event without one, it is {to_json(left)}"
            wanted = expect_person(profile, {_FIELD: known})
            yield None if left == known else Violation(detail, wanted, step.index)


def _null_clears(execution: Execution) -> Iterator[Violation | None]:
    for step, phone in _identified(execution):
        known = [profile for profile in step.before.profiles if profile.fields.get(_FIELD)]
        if phone is not None or not known:
            continue
        left = step.written[0].fields.get(_FIELD)
        detail = f"the number was set to null, but {_FIELD} is still {to_json(left)}"
        wanted = {"users": [{**step.written[0].identifiers, "without": [_FIELD]}]}
        yield Violation(detail, wanted, step.index) if left else None


PROPERTIES: Final = (
    Property(
        "phone.arrives-usable",
        "A phone number arrives in a form that Iterable can send to.",
        "Iterable support article 217744303, fields that Iterable manages; segment-docs pull request 4340",
        Severity.MEDIUM,
        PHONE_NUMBERS,
        _arrives_usable,
        themes=frozenset(PHONES),
    ),
    Property(
        "phone.missing-erases-nothing",
        "A missing phone number does not erase a known one.",
        "Segment pull request 1684",
        Severity.HIGH,
        PHONE_NUMBERS,
        _missing_erases_nothing,
        themes=frozenset({"missing later", "null traits later"}),
    ),
    Property(
        "phone.null-clears",
        "A phone number set to null is removed.",
        "Segment pull request 1684",
        Severity.LOW,
        PHONE_NUMBERS,
        _null_clears,
        themes=frozenset({"null later"}),
    ),
)

"""Expectations of people and events held against the state document of a project."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

from conformance.scenario.matching import (
    Mismatch,
    format_found,
    format_value,
    given_members,
    mismatches,
    same_scalar,
    unwanted,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from conformance.scenario.model import EventExpectation, Identifier, StateExpectation, UserExpectation

Json = Any
Document = dict[str, Json]

#: Fields of a profile that Iterable writes by itself (support article 217744303), and the identifiers.
MANAGED: Final = frozenset(
    {
        "email",
        "userId",
        "profileUpdatedAt",
        "signupDate",
        "signupSource",
        "itblInternal",
        "itblUserId",
        "itblDS",
        "phoneNumberDetails",
    }
)


def check_state(expected: StateExpectation, document: Document, *, requests: int | None) -> list[Mismatch]:
    """Every place where an expectation of what is in a project does not hold.

    Args:
        expected: What must hold.
        document: The state document of the project.
        requests: How many requests there were, where they count as well.
    """
    found: list[Mismatch] = []
    for name, count in (expected.counts or {}).items():
        if name == "requests" and requests is not None:
            actual: Json = requests
        else:
            actual = len(document[name]) if isinstance(document.get(name), list) else None
        if actual != count:
            found.append(Mismatch(("counts", name), str(count), "(no such thing)" if actual is None else str(actual)))
    for index, user in enumerate(expected.users or ()):
        found += [mismatch.below("users", index) for mismatch in _check_user(user, document)]
    for index, event in enumerate(expected.events or ()):
        found += [mismatch.below("events", index) for mismatch in _check_event(event, document)]
    return found


def _check_user(expected: UserExpectation, document: Document) -> list[Mismatch]:
    matching = [user for user in document["users"] if _is(user, expected)]
    if expected.absent:
        # Which person of the project it is depends on who came before, and says nothing about the mistake.
        found_people = [
            {key: user[key] for key in ("email", "userId", "dataFields") if key in user} for user in matching
        ]
        return [Mismatch((), "nobody", format_value(found_people))] if matching else []
    if len(matching) != 1:
        who = _identifiers(expected)
        everybody = [{key: user.get(key) for key in ("email", "userId")} for user in document["users"]]
        return [Mismatch((), f"exactly one person with {format_value(who)}", format_found(len(matching), everybody))]
    user = matching[0]
    fields = user.get("dataFields", {})
    found: list[Mismatch] = []
    for wanted, name in ((expected.no_email, "email"), (expected.no_user_id, "userId")):
        if wanted and user.get(name):
            found.append(Mismatch((name,), f"no {name}", format_value(user[name])))
    if expected.data_fields is not None or expected.exact:
        actual = {key: value for key, value in fields.items() if key not in MANAGED} if expected.exact else fields
        inner = mismatches(expected.data_fields or {}, actual, exact=expected.exact)
        found += [mismatch.below("dataFields") for mismatch in inner]
    return found + unwanted(expected.without, fields)


def _identifiers(expected: UserExpectation | Identifier) -> dict[str, str]:
    given = {"email": expected.email, "userId": expected.user_id}
    return {key: value for key, value in given.items() if value is not None}


def _is(user: Mapping[str, Json], expected: UserExpectation | Identifier) -> bool:
    return all(user.get(key) == value for key, value in _identifiers(expected).items())


def _check_event(expected: EventExpectation, document: Document) -> list[Mismatch]:
    candidates = [event for event in document["events"] if _is_event(event, expected, document)]
    matching = [event for event in candidates if not _event_mismatches(expected, event)]
    if expected.absent:
        return [Mismatch((), "no matching event", format_value(matching))] if matching else []
    if expected.count is not None and len(matching) != expected.count:
        seen = [
            {key: event.get(key) for key in ("eventName", "eventType", "email", "userId")}
            for event in document["events"]
        ]
        return [Mismatch((), _count(expected.count, "matching event"), format_found(len(matching), seen))]
    if matching or expected.count == 0:
        return []
    if len(candidates) == 1:
        return _event_mismatches(expected, candidates[0])
    return [
        Mismatch((), f"an event like {format_value(given_members(expected))}", format_found(0, document["events"]))
    ]


def _is_event(event: Document, expected: EventExpectation, document: Document) -> bool:
    """Whether an event is the one meant: by its name, its type, its id and whose it is."""
    pairs = (("eventName", expected.event_name), ("eventType", expected.event_type), ("id", expected.id))
    if any(wanted is not None and event.get(name) != wanted for name, wanted in pairs):
        return False
    return expected.user is None or any(
        _belongs(event, user) for user in document["users"] if _is(user, expected.user)
    )


def _belongs(event: Document, user: Document) -> bool:
    """Whether an event is a person's; it names them by one identifier at least."""
    return any(event.get(key) is not None and event.get(key) == user.get(key) for key in ("email", "userId")) and all(
        event.get(key) in (None, user.get(key)) for key in ("email", "userId")
    )


def _event_mismatches(expected: EventExpectation, event: Document) -> list[Mismatch]:
    found: list[Mismatch] = []
    if expected.data_fields is not None:
        inner = mismatches(expected.data_fields, event.get("dataFields", {}))
        found += [mismatch.below("dataFields") for mismatch in inner]
    if expected.total is not None and not same_scalar(expected.total, event.get("total")):
        found.append(Mismatch(("total",), format_value(expected.total), format_value(event.get("total"))))
    if expected.items is not None:
        inner = mismatches(expected.items, event.get("shoppingCartItems"))
        found += [mismatch.below("items") for mismatch in inner]
    if expected.created_at is not None and _moment(event.get("createdAt")) != _moment(expected.created_at):
        found.append(Mismatch(("createdAt",), expected.created_at, format_value(event.get("createdAt"))))
    return found + unwanted(expected.without, event)


def _moment(value: Json) -> datetime | None:
    """The instant that an event or a file names, to the second: Iterable stores no more."""
    if isinstance(value, (int, float)):
        return datetime.fromtimestamp(value // 1000, UTC)
    try:
        moment = datetime.fromisoformat(str(value).replace(" +00:00", "+00:00"))
    except ValueError:
        return None
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).replace(microsecond=0)


def _count(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"

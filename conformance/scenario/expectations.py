"""Expectations held against what a step did and what is in the projects."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

from conformance.scenario.matching import Mismatch, mismatches, same_scalar, shown, unwanted

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from conformance.scenario.model import (
        ErrorExpectation,
        EventExpectation,
        Identifier,
        ReplyExpectation,
        RequestExpectation,
        ResultExpectation,
        StateExpectation,
        UserExpectation,
        _StepExpectation,
    )
    from conformance.scenario.record import Record

Json = Any
Document = dict[str, Json]
StateOf = "Callable[[str], Document]"

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


def check_step(expected: _StepExpectation, record: Record, state_of: Callable[[str], Document]) -> list[Mismatch]:
    """Every place where an expectation does not hold.

    Args:
        expected: What must hold.
        record: What was done.
        state_of: The state document of a project by its name in the scenario; empty for the one under test.
    """
    found: list[Mismatch] = []
    if expected.requests is not None:
        found += _each("requests", expected.requests, record.requests, _check_request)
    if expected.replies is not None:
        found += _each("replies", expected.replies, record.replies, _check_reply)
    if expected.result is not None:
        found += _each("result", expected.result, record.results, _check_result)
    if expected.error is not None:
        found += _check_error(expected.error, record.results)
    if expected.counts or expected.users or expected.events:
        found += _check_state(expected, state_of(""), requests=len(record.requests))
    for name, part in (expected.projects or {}).items():
        inner = _check_state(part, state_of(name), requests=None)
        found += [mismatch.below("projects", name) for mismatch in inner]
    return found


def _each(
    name: str,
    expected: Sequence[Any],
    actual: Sequence[Document],
    check: Callable[[Any, Document], list[Mismatch]],
) -> list[Mismatch]:
    found: list[Mismatch] = []
    if len(expected) != len(actual):
        found.append(Mismatch((name,), f"{len(expected)}", f"{len(actual)}: {_brief(actual)}"))
    for index, (wanted, given) in enumerate(zip(expected, actual, strict=False)):
        found += [mismatch.below(name, index) for mismatch in check(wanted, given)]
    return found


def _brief(items: Sequence[Document]) -> str:
    return shown([{key: value for key, value in item.items() if key not in {"headers", "url"}} for item in items])


def _check_request(expected: RequestExpectation, request: Document) -> list[Mismatch]:
    found = _members(expected, request, ("method", "url", "path"))
    found += [mismatch.below("headers") for mismatch in mismatches(expected.headers, request["headers"])]
    if "body" in expected.model_fields_set:
        inner = mismatches(expected.body, request["body"], exact=expected.exact)
        found += [mismatch.below("body") for mismatch in inner]
    return found + unwanted(expected.without, request["body"])


def _check_reply(expected: ReplyExpectation, reply: Document) -> list[Mismatch]:
    found = _members(expected, reply, ("status", "code", "msg"))
    if "body" in expected.model_fields_set:
        found += [mismatch.below("body") for mismatch in mismatches(expected.body, reply.get("body"))]
    return found + unwanted(expected.without, reply.get("body"))


def _check_result(expected: ResultExpectation, result: Document) -> list[Mismatch]:
    found = _members(expected, result, ("subscription", "action", "connection", "status"))
    if expected.error is not None:
        found += [mismatch.below("error") for mismatch in _error_mismatches(expected.error, result["error"])]
    if expected.nodes is not None:
        wanted = [_given(node) for node in expected.nodes]
        found += [mismatch.below("nodes") for mismatch in mismatches(wanted, result.get("nodes"))]
    return found


def _given(part: Any) -> Document:
    """What a part of the file says, by the names that it uses there."""
    members: Document = part.model_dump(by_alias=True, exclude_unset=True)
    return members


def _members(expected: Any, actual: Document, names: Iterable[str]) -> list[Mismatch]:
    wanted = {name: getattr(expected, name) for name in names if getattr(expected, name) is not None}
    return mismatches(wanted, actual)


def _check_error(expected: ErrorExpectation | str, results: Sequence[Document]) -> list[Mismatch]:
    errors = [result["error"] for result in results if result["error"] is not None]
    if isinstance(expected, str):
        return [Mismatch(("error",), "no error", shown(errors))] if errors else []
    if not errors:
        return [Mismatch(("error",), shown(_given(expected)), "no error")]
    if any(not _error_mismatches(expected, error) for error in errors):
        return []
    return [mismatch.below("error") for mismatch in _error_mismatches(expected, errors[0])]


def _error_mismatches(expected: ErrorExpectation, error: Json) -> list[Mismatch]:
    return mismatches(_given(expected), error)


def _check_state(expected: StateExpectation, document: Document, *, requests: int | None) -> list[Mismatch]:
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
        return [Mismatch((), "nobody", shown(matching))] if matching else []
    if len(matching) != 1:
        who = _identifiers(expected)
        everybody = [{key: user.get(key) for key in ("email", "userId")} for user in document["users"]]
        return [Mismatch((), f"exactly one person with {shown(who)}", f"{len(matching)} of {shown(everybody)}")]
    user = matching[0]
    fields = user.get("dataFields", {})
    found: list[Mismatch] = []
    for wanted, name in ((expected.no_email, "email"), (expected.no_user_id, "userId")):
        if wanted and user.get(name):
            found.append(Mismatch((name,), f"no {name}", shown(user[name])))
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
        return [Mismatch((), "no such event", shown(matching))] if matching else []
    if expected.count is not None and len(matching) != expected.count:
        seen = [
            {key: event.get(key) for key in ("eventName", "eventType", "email", "userId")}
            for event in document["events"]
        ]
        return [Mismatch((), f"{expected.count} such events", f"{len(matching)} of {shown(seen)}")]
    if matching or expected.count == 0:
        return []
    if len(candidates) == 1:
        return _event_mismatches(expected, candidates[0])
    return [Mismatch((), f"an event like {shown(_given(expected))}", f"none of {shown(document['events'])}")]


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
        found.append(Mismatch(("total",), shown(expected.total), shown(event.get("total"))))
    if expected.items is not None:
        inner = mismatches(expected.items, event.get("shoppingCartItems"))
        found += [mismatch.below("items") for mismatch in inner]
    if expected.created_at is not None and _moment(event.get("createdAt")) != _moment(expected.created_at):
        found.append(Mismatch(("createdAt",), expected.created_at, shown(event.get("createdAt"))))
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

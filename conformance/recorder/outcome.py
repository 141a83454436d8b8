"""What the requests came to, as expectations at the end of a scenario."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from conformance.recorder.state_before import Document, Mentioned, difference
from conformance.recorder.yaml_values import is_whole
from conformance.scenario.state_expectations import MANAGED

if TYPE_CHECKING:
    from collections.abc import Mapping

#: Events that are expected one by one; of more, the number is.
_MOST_EVENTS: Final = 60
_COUNTED: Final = ("users", "events", "lists")


def expected_end(
    before: Mapping[str, Any], taken: Document, after: Mapping[str, Any], mentioned: Mentioned, *, gaps: bool
) -> Document:
    """Expectations of people, events and counts.

    Args:
        before: The whole state before the first request.
        taken: The part of it that the scenario begins with.
        after: The whole state after the last request.
        mentioned: What the requests speak of.
        gaps: Whether other requests came in between, so that only what was spoken of is known.
    """
    if gaps:
        before, after = _spoken_of(before, mentioned), _spoken_of(after, mentioned)
    changed, gone = difference(after, before)
    expected: Document = {"counts": _counts(before, taken, after)}
    users = [_user(user) for user in changed if mentioned.person(user)] + [_absent(user) for user in gone]
    if users:
        expected["users"] = [user for user in users if is_whole(str(user))]
    known = {event["id"] for event in before["events"]}
    stored = [event for event in after["events"] if event["id"] not in known]
    if events := [_event(event) for event in stored[:_MOST_EVENTS]]:
        expected["events"] = [event for event in events if is_whole(str(event))]
    return expected


def _spoken_of(state: Mapping[str, Any], mentioned: Mentioned) -> Document:
    return {**state, "users": [user for user in state["users"] if mentioned.person(user)],
            "events": [event for event in state["events"] if mentioned.person(event)]}  # fmt: skip


def _counts(before: Mapping[str, Any], taken: Document, after: Mapping[str, Any]) -> dict[str, int]:
    return {part: len(taken.get(part, ())) + len(after[part]) - len(before[part]) for part in _COUNTED}


def _user(user: Mapping[str, Any]) -> Document:
    fields = {name: value for name, value in user["dataFields"].items() if name not in MANAGED}
    expected = _identifiers(user)
    if user.get("email") is None:
        expected["noEmail"] = True
    if user.get("userId") is None:
        expected["noUserId"] = True
    return {**expected, "dataFields": fields, "exact": True}


def _absent(user: Mapping[str, Any]) -> Document:
    return {**_identifiers(user), "absent": True}


def _identifiers(part: Mapping[str, Any]) -> Document:
    return {name: part[name] for name in ("email", "userId") if part.get(name) is not None}


def _event(event: Mapping[str, Any]) -> Document:
    expected: Document = {"user": _identifiers(event)}
    name = event.get("eventName")
    expected.update({"eventType": event["eventType"]} if name is None else {"eventName": name})
    expected["createdAt"] = event["createdAt"]
    if event.get("total") is not None:
        expected["total"] = event["total"]
    if event.get("dataFields"):
        expected["dataFields"] = event["dataFields"]
    return expected

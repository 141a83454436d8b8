"""What differs between two state documents, as sentences for a trace."""

from __future__ import annotations

from typing import Any

from conformance.scenario.matching import format_value


def changes(before: dict[str, Any], after: dict[str, Any]) -> list[str]:
    """What differs between two state documents, as sentences: people first, then events."""
    lines: list[str] = []
    old, new = _people(before), _people(after)
    for key, person in new.items():
        if key not in old:
            lines.append(f"person {key} created: {format_value(person)}")
        else:
            lines += _field_changes(key, old[key], person)
    lines += [f"person {key} gone" for key in old if key not in new]
    known = [_event_key(event) for event in before["events"]]
    for event in after["events"]:
        if _event_key(event) in known:
            known.remove(_event_key(event))
        else:
            lines.append(f"event stored: {format_value(event)}")
    lines += ["event gone or replaced"] * len(known)
    return lines or ["no change"]


def _people(document: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {who(user): user.get("dataFields", {}) for user in document["users"]}


def who(user: dict[str, Any]) -> str:
    """The identifiers of a person, or of whom an event belongs to."""
    return " / ".join(str(user[key]) for key in ("email", "userId") if user.get(key))


def _event_key(event: dict[str, Any]) -> str:
    return format_value(sorted((key, format_value(value)) for key, value in event.items()))


def _field_changes(who: str, before: dict[str, Any], after: dict[str, Any]) -> list[str]:
    lines = []
    for key in {**before, **after}:
        if key in {"itblInternal", "profileUpdatedAt"} or before.get(key) == after.get(key):
            continue
        old = format_value(before[key]) if key in before else "(absent)"
        new = format_value(after[key]) if key in after else "(absent)"
        lines.append(f"person {who}: {key} {old} -> {new}")
    return lines

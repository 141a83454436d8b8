"""Changes in words: what a mapping does, and what it should do instead."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from conformance.diagnosis.changes import TRIGGER, Change, Removed
from conformance.strategies.leaves import directive_of
from destination import Subscription
from destination.actions import ACTIONS
from destination.javascript import json_text

_LONGEST: Final = 90


def decision(change: Change, subscriptions: Sequence[Subscription]) -> str:
    """What the mapping does in the place of a change: `Identify Calls: userId reads $.traits.email`."""
    if not change.keys:
        if isinstance(change.after, Subscription):
            return f"no subscription has the action {change.after.partner_action}"
        return f"{subscriptions[change.position].name}: it sends the same as another subscription"
    subscription = subscriptions[change.position]
    if change.keys == TRIGGER:
        return f"{subscription.name}: the trigger is {change.before}"
    return f"{subscription.name}: {'; '.join(_states(change, subscription.partner_action))}"


def advice(change: Change) -> str:
    """What to do instead, as an imperative without its end."""
    if not change.keys:
        if isinstance(change.after, Subscription):
            return f"add one, such as the preset {change.after.name}"
        return "remove one of the two, or make their triggers mutually exclusive"
    if change.keys == TRIGGER:
        return f"write {change.after}"
    found = parts(change)
    renamed = _renamed(found)
    return renamed or _all_of([_advice(part) for part in found])


def _renamed(changes: Sequence[Change]) -> str:
    """The advice for a member whose value only moves to another name; empty for other changes."""
    match sorted(changes, key=lambda item: item.is_addition):
        case [old, new] if old.after is Removed.NOTHING and new.is_addition and old.before == new.after:
            return f"rename `{old.field}` to `{new.field}`"
        case _:
            return ""


def _all_of(texts: Sequence[str]) -> str:
    *first, last = texts
    return f"{', '.join(first)} and {last}" if first else last


def parts(change: Change) -> list[Change]:
    """A change of several members of an object as one change for each member; any other as it is."""
    before, after = change.before, change.after
    if change.keys not in {("mapping",), ("mapping", "user")} or not isinstance(before, dict):
        return [change]
    if not isinstance(after, dict):
        return [change]
    names = [name for name in {**before, **after} if _member(before, name) != _member(after, name)]
    return [
        Change(change.position, (*change.keys, name), _member(before, name), _member(after, name)) for name in names
    ]


def _member(holder: dict[str, Any], name: str) -> Any:
    return holder.get(name, Removed.NOTHING)


def _states(change: Change, action: str) -> list[str]:
    found = parts(change)
    known = ACTIONS[action].fields if action in ACTIONS else {}
    unknown = [part for part in found if part.after is Removed.NOTHING and _is_unknown(part, known)]
    return [
        f"{part.field} {_state(_read(part, part.before), is_unknown=_is_unknown(part, known), action=action)}"
        for part in unknown or found
    ]


def _read(change: Change, value: Any) -> Any:
    """The value of a change; where a list is read from, as a path."""
    is_root = change.keys[-2:] == ("@arrayPath", 0) and isinstance(value, str)
    return {"@path": value} if is_root else value


def _is_unknown(change: Change, known: Any) -> bool:
    match change.keys:
        case (_, name):
            return name not in known
        case (_, "user", name):
            return name not in ((known["user"].properties if "user" in known else None) or {})
        case _:
            return False


def _state(value: Any, *, is_unknown: bool, action: str) -> str:
    if is_unknown:
        return f"is not a field of {action}"
    if value is Removed.NOTHING:
        return "is not mapped"
    directive = directive_of(value)
    if directive == "@path":
        return f"reads {value['@path']}"
    if directive in {"@template", "@liquid"}:
        return f"is built by the template {_short(value[directive])}"
    if directive:
        return f"is decided by {directive}"
    if isinstance(value, dict):
        return "is an object with fields of its own"
    return f"is always {_short(value)}"


def _advice(change: Change) -> str:
    name, after = change.field, _read(change, change.after)
    if after is Removed.NOTHING:
        return f"leave {name} out"
    if directive_of(after) == "@path":
        return f"read {name} from {after['@path']}"
    verb = "map" if change.is_addition else "set"
    return f"{verb} {name} to {_short(after)}"


def _short(value: Any) -> str:
    text = value if isinstance(value, str) and value.startswith("{{") else json_text.stringify(value)
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"

"""What differs between two state documents, as sentences for a trace."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from conformance.scenario.matching import format_value

if TYPE_CHECKING:
    from collections.abc import Iterator

Json = dict[str, Any]

_IDENTIFIERS: Final = ("email", "userId")
#: Fields that change with every write, and the identifiers, which are told by themselves.
_NOT_TOLD: Final = frozenset({"itblInternal", "profileUpdatedAt", *_IDENTIFIERS})


def changes(before: Json, after: Json) -> list[str]:
    """What differs between two state documents, as sentences: people first, then events."""
    old, new = _people(before), _people(after)
    moved = _Events(before["events"], old)
    stored = [line for event in after["events"] if (line := moved.line(event, new))]
    lines: list[str] = []
    for key, person in new.items():
        if key not in old:
            lines.append(f"person {who(person)} created: {format_value(person.get('dataFields', {}))}")
        else:
            lines += _identifier_changes(old[key], person, moved.kept.get(key, 0))
            lines += _field_changes(old[key], person)
    lines += [f"person {who(person)} gone" for key, person in old.items() if key not in new]
    return [*lines, *stored, *["event gone"] * moved.left] or ["no change"]


def who(user: Json) -> str:
    """The identifiers of a person, or of whom an event belongs to."""
    return " / ".join(str(user[key]) for key in _IDENTIFIERS if user.get(key))


def _people(document: Json) -> dict[Any, Json]:
    """The people by what stays the same when an identifier changes: their number, where the document has it."""
    return {user.get("number", who(user)): user for user in document["users"]}


class _Events:
    """The events that were there, each until it is found again.

    Attributes:
        kept: How many events each person still has.
    """

    def __init__(self, events: list[Json], people: dict[Any, Json]) -> None:
        self._left = [(_owner(event, people), _content(event)) for event in events]
        self.kept: dict[Any, int] = {}

    @property
    def left(self) -> int:
        """How many were not found again."""
        return len(self._left)

    def line(self, event: Json, people: dict[Any, Json]) -> str:
        """What to say of an event that is there now; empty when it was there before and is the same person's."""
        owner, content = _owner(event, people), _content(event)
        if (owner, content) in self._left:
            self._left.remove((owner, content))
            self.kept[owner] = self.kept.get(owner, 0) + 1
            return ""
        same = next((item for item in self._left if item[1] == content), None)
        if same is None:
            return f"event stored: {format_value(event)}"
        self._left.remove(same)
        return f"event moved to {who(event)}: {event.get('eventName') or event.get('eventType')}"


def _owner(event: Json, people: dict[Any, Json]) -> Any:
    """Whose an event is; the identifiers that it names where nobody has them."""
    for key, person in people.items():
        if any(event.get(name) and event.get(name) == person.get(name) for name in _IDENTIFIERS):
            return key
    return who(event)


def _content(event: Json) -> str:
    members = ((key, format_value(value)) for key, value in event.items() if key not in _IDENTIFIERS)
    return format_value(sorted(members))


def _identifier_changes(before: Json, after: Json, kept: int) -> Iterator[str]:
    events = f"; {kept} event{'' if kept == 1 else 's'} kept" if kept else ""
    for name in _IDENTIFIERS:
        old, new = before.get(name) or None, after.get(name) or None
        if old == new:
            continue
        if old is None:
            yield f"person {who(before)} gained {name} {new}{events}"
        elif new is None:
            yield f"person {who(before)} lost {name} {old}{events}"
        else:
            yield f"person {who(before)}: {name} {old} -> {new}{events}"


def _field_changes(before: Json, after: Json) -> Iterator[str]:
    old, new = before.get("dataFields", {}), after.get("dataFields", {})
    for key in {**old, **new}:
        if key not in _NOT_TOLD and old.get(key) != new.get(key):
            was = format_value(old[key]) if key in old else "(absent)"
            yield f"person {who(after)}: {key} {was} -> {format_value(new[key]) if key in new else '(absent)'}"

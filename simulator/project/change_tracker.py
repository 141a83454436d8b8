"""What one request changes about one person: written here, and recorded as it is written."""

from __future__ import annotations

from functools import lru_cache
from sys import intern
from typing import TYPE_CHECKING, Any, Final, Literal

from simulator.project.profile_changes import ABSENT, ProfileChange

if TYPE_CHECKING:
    from collections.abc import Mapping

    from simulator.project.person import Person

_NONE: Final[Mapping[str, Any]] = {}
#: Characters of a text that is worth sharing.
_SHORT: Final = 40


class ChangeTracker:
    """Writes the fields of one person and records what one request has done to them; nothing else writes a field.

    No value of a profile is ever changed in place, so what a field held can be kept as it is.
    """

    __slots__ = ("_after", "_before", "_events", "_merged", "_person", "what")

    def __init__(self, person: Person) -> None:
        self._person = person
        #: What the fields that were written held when the request came.
        self._before: dict[str, Any] = {}
        #: What the same fields hold now.
        self._after: dict[str, Any] = {}
        #: Of those that are objects and were only merged, the keys that were named.
        self._merged: dict[str, dict[str, None]] | None = None
        self._events: dict[str, str] | None = None
        self.what: Literal["created", "updated", "removed", "never there"] = "updated"

    def create(self) -> None:
        """The person is created, with all that they hold."""
        self.what = "created"
        self._after = _held_by(self._person)
        self._before = dict.fromkeys(self._after, ABSENT)

    def remove(self) -> None:
        """The person is removed, with all that they hold."""
        self.what = "never there" if self.what == "created" else "removed"
        for name, value in _held_by(self._person).items():
            self._before.setdefault(name, value)
        self._after = dict.fromkeys(self._before, ABSENT)

    def rename(self, identifier: Literal["email", "userId"], old: str | None, new: str | None) -> None:
        """An identifier is written."""
        self._before.setdefault(identifier, _value_or_absent(old))
        self._after[identifier] = _value_or_absent(new)

    def set_fields(self, values: Mapping[str, Any], *, nested: bool) -> None:
        """Write fields: null removes one, and objects are replaced.

        Args:
            values: The fields.
            nested: Merge objects one level deep instead.
        """
        merges = nested and any(type(value) is dict for value in values.values())
        if not merges and not self._before and None not in values.values():
            self._set_all(values)
            return
        fields = self._person.fields
        if self.what == "created":
            values = {name: _shared(value) for name, value in values.items()}
        for name, value in values.items():
            if value is None:
                self.remove_field(name)
            elif nested and isinstance(value, dict) and isinstance(fields.get(name), dict):
                self._merge_field(name, value)
            else:
                self.set_field(name, value)

    def _set_all(self, values: Mapping[str, Any]) -> None:
        """Write every field whole, as the first change of the request: nothing is done more often."""
        fields = self._person.fields
        before = self._before = {name: fields.get(name, ABSENT) for name in values}
        self._after = dict(values)
        held = len(fields)
        fields.update(values)
        if len(fields) > held:
            for name, old in before.items():
                if old is ABSENT:
                    # A million profiles have the same few names.
                    value = fields.pop(name)
                    fields[intern(name)] = value

    def set_field(self, name: str, value: Any) -> None:
        """Write a field whole."""
        fields = self._person.fields
        if name not in self._before:
            self._before[name] = fields.get(name, ABSENT)
        elif self._merged is not None:
            self._merged.pop(name, None)
        # A million profiles have the same few names.
        self._after[name] = fields[intern(name)] = value

    def remove_field(self, name: str) -> None:
        """Remove a field, if it is there."""
        if name in self._person.fields:
            self.set_field(name, ABSENT)
            del self._person.fields[name]

    def _merge_field(self, name: str, added: Mapping[str, Any]) -> None:
        """Merge an object into a field that holds one: null removes a key."""
        old = self._person.fields[name]
        if name not in self._before:
            self._before[name] = old
            self._merged = self._merged or {}
            self._merged[name] = {}
        # What the same request has written whole before counts as whole.
        if self._merged is not None and name in self._merged:
            self._merged[name].update(dict.fromkeys(added))
        merged = {**old, **added}
        merged = {key: item for key, item in merged.items() if item is not None}
        self._after[name] = self._person.fields[name] = merged

    def add_event(self, event_id: str, name: str) -> None:
        """An event is stored."""
        if self._events is None:
            self._events = {}
        self._events[event_id] = name

    def remove_event(self, event_id: str) -> None:
        """An event is no longer theirs."""
        if self._events is not None:
            self._events.pop(event_id, None)

    def to_change(self, asked: int | None) -> ProfileChange | None:
        """All of it as plain data; None for somebody who was created and removed by the same request.

        Args:
            asked: The number of the earlier request that asked for it; None for this one.
        """
        if self.what == "never there":
            return None
        person, merged = self._person, self._merged
        return ProfileChange(
            person.number,
            self.what,
            person.email,
            person.user_id,
            self._before,
            self._after,
            self._events or _NONE,
            {name: tuple(keys) for name, keys in merged.items()} if merged else _NONE,
            asked,
        )


def _shared(value: Any) -> Any:
    """The same value, of one object for all people who come with it: most have one of few plans and cities."""
    if type(value) is str and len(value) <= _SHORT:
        return _shared_text(value)
    if type(value) is list:
        return [_shared(item) for item in value]
    return value


@lru_cache(maxsize=4096)
def _shared_text(text: str) -> str:
    return text


def _held_by(person: Person) -> dict[str, Any]:
    identifiers = {"email": person.email, "userId": person.user_id}
    return {**{name: value for name, value in identifiers.items() if value is not None}, **person.fields}


def _value_or_absent(identifier: str | None) -> Any:
    return ABSENT if identifier is None else identifier

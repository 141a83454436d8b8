"""Two people made one. Source: Iterable support article 33744314673172 and the API description of users/merge."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from simulator.project.subscriptions import UNSUBSCRIBED_CHANNELS, UNSUBSCRIBED_TYPES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from simulator.message import Instant
    from simulator.project.contents import ProjectContents
    from simulator.project.person import Person
    from simulator.project.undoable_map import UndoableMap

_DEVICES = "devices"


@dataclass(frozen=True, slots=True)
class ArrayMerge:
    """An array field that is united.

    Attributes:
        field: Its name.
        dedupe_by: A source object whose value of this key is there already is left out; with None, one that is there
            already as a whole.
    """

    field: str
    dedupe_by: str | None


def merge_people(
    project: ProjectContents, source: Person, destination: Person, arrays: Sequence[ArrayMerge], now: Instant
) -> None:
    """Fold the source into the destination, and remove it.

    The destination's values win, and fields that only the source has are copied. That list memberships, devices
    and unsubscriptions are united is assumed.
    """
    tracker = project.people.begin_change(destination)
    united = {array.field: array.dedupe_by for array in arrays}
    lists = project.subscriptions.lists_field
    for name in (lists, UNSUBSCRIBED_CHANNELS, UNSUBSCRIBED_TYPES):
        united.setdefault(name, None)
    united.setdefault(_DEVICES, "token")
    for name, value in source.fields.items():
        if name not in destination.fields:
            tracker.set_field(name, value)
        elif name in united:
            both = _united(destination.fields[name], value, united[name])
            tracker.set_field(name, sorted(set(both)) if name == lists else both)
    if destination.phone is None:
        destination.phone = source.phone
    project.events.move(source, destination)
    for kept in (project.sent, project.scheduled, project.embedded):
        _move_messages(kept, source, destination)
    project.remove_person(source)
    project.subscriptions.update_members(destination)
    destination.updated_at = now


def _move_messages(kept: UndoableMap[Any, Any], source: Person, destination: Person) -> None:
    for key, message in kept.items():
        if message.person is source:
            kept.put(key, replace(message, person=destination))


def _united(kept: Any, added: Any, dedupe_by: str | None) -> list[Any]:
    """Both arrays, what is none counting as one of one element."""
    first = kept if isinstance(kept, list) else [kept]
    second = added if isinstance(added, list) else [added]
    if dedupe_by is None:
        return [*first, *(item for item in second if item not in first)]
    there = [item[dedupe_by] for item in first if isinstance(item, dict) and dedupe_by in item]
    return [
        *first,
        *(item for item in second if not (isinstance(item, dict) and dedupe_by in item and item[dedupe_by] in there)),
    ]

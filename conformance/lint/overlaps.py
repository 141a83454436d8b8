"""Events that two subscriptions of one action take, so that they are sent twice."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Final

from conformance.lint.event_space import OTHER, matching, path_of, space
from conformance.lint.model import Complaint
from conformance.lint.single_conditions import AT
from conformance.lint.subject import Subject, Trigger
from destination.fql import Condition

#: So many events are tried for a whole configuration; a hundred subscriptions need a tenth of them.
_MOST_EVENTS: Final = 100_000
_MOST_NAMES: Final = 3


def overlaps(subjects: Sequence[Subject]) -> Iterator[tuple[int, Complaint]]:
    """For each subscription whose events earlier ones take too, its number and what is wrong."""
    left = _MOST_EVENTS
    for index, subject in enumerate(subjects):
        example: dict[str, Any] | None = None
        names: list[str] = []
        for other in subjects[:index]:
            if left <= 0 or subject.trigger is None or other.trigger is None or _apart(subject, other):
                continue
            tried, common = _common(subject.trigger, other.trigger)
            left -= tried
            if common is not None:
                example = example or common
                names.append(other.item.name)
        if example is not None:
            yield index, _complaint(example, names)


def _common(one: Trigger, two: Trigger) -> tuple[int, dict[str, Any] | None]:
    """How many events were tried, and one that both triggers take."""
    both = space(one.tree, two.tree)
    if both is None:
        return 0, None
    found = matching(one.tree, matching(two.tree, both.events))
    return len(both.events) + len(both.others), found[0] if found else None


def _complaint(example: dict[str, Any], names: Sequence[str]) -> Complaint:
    shown = ", ".join(f'"{name}"' for name in names[:_MOST_NAMES])
    others = f"{shown} and {len(names) - _MOST_NAMES} more" if len(names) > _MOST_NAMES else shown
    message = (
        f"{_shown(example)} also matches {others}, so it is sent {'twice' if len(names) == 1 else 'several times'}"
    )
    return Complaint("trigger.overlap", AT, message, "make the triggers mutually exclusive")


def _apart(one: Subject, two: Subject) -> bool:
    """Whether two subscriptions cannot take the same event, or do different things with it."""
    if one.slug != two.slug or one.item.model_id != two.item.model_id:
        return True
    ids = {one.item.destination_id, two.item.destination_id} - {None}
    if len(ids) > 1 and all(isinstance(item, str) for item in ids):
        return True
    if not one.types & two.types or _named_apart(one, two) or _named_apart(two, one):
        return True
    fixed, others = _fixed(one.trigger), _fixed(two.trigger)
    return any(others.get(path, value) != value for path, value in fixed.items())


def _fixed(trigger: Trigger | None) -> dict[tuple[str, ...], object]:
    """What must be exactly so in every event that is taken."""
    if trigger is None or trigger.tree.operator != "and":
        return {}
    parts = (part for part in trigger.tree.children if isinstance(part, Condition) and part.operator == "=")
    return {path_of(part): part.value for part in parts}


def _named_apart(one: Subject, two: Subject) -> bool:
    """Whether the names that one takes are none that the other can take."""
    return bool(one.names and two.trigger and not any(two.trigger.may_take(name) for name in one.names))


def _shown(event: dict[str, Any]) -> str:
    name = event.get("event")
    if event["type"] == "track" and name != OTHER:
        return f'the event "{name}"'
    return f"{'an' if event['type'][0] in 'aeiou' else 'a'} {event['type']} event"

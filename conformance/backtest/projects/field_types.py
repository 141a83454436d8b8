"""The types of fields, which the first value fixes for a whole project: what parts of an archive must be told.

Whoever plays a part alone knows only the fields of that part. So each part is told which request fixes which type,
and takes it over once its own requests are later than that one; and it tells what its own requests fixed. What is
told is a guess until it is what the parts together did. The earliest fixing that was told wrongly, or not at all,
comes out right in the next pass, and so does all that is earlier than the one after it: the passes come to an end.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


class Fixing(NamedTuple):
    """Types that a request fixed.

    Attributes:
        number: The number of the request.
        category: `user`, or the name of an event; without types it has been seen all the same.
        types: The types, by field.
    """

    number: int
    category: str
    types: tuple[tuple[str, str], ...]


#: The request that fixed the type of each field, and the type; the field `""` is that of the category itself.
Schedule = dict[tuple[str, str], tuple[int, str]]


def earliest(fixings: Iterable[Fixing]) -> Schedule:
    """Which request was the first to fix the type of each field.

    Args:
        fixings: What was fixed anywhere, in any order.
    """
    schedule: Schedule = {}
    for number, category, types in fixings:
        for name, kind in (("", ""), *types):
            known = schedule.get((category, name))
            if known is None or number < known[0]:
                schedule[category, name] = (number, kind)
    return schedule


def in_order(schedule: Mapping[tuple[str, str], tuple[int, str]]) -> tuple[Fixing, ...]:
    """A schedule as the requests that fix types, in the order of their numbers."""
    found: dict[tuple[int, str], dict[str, str]] = {}
    for (category, name), (number, kind) in schedule.items():
        types = found.setdefault((number, category), {})
        if name:
            types[name] = kind
    return tuple(Fixing(*key, tuple(sorted(found[key].items()))) for key in sorted(found))


class Correction(NamedTuple):
    """What was told wrongly.

    Attributes:
        added: Fields of which nothing was told.
        others: Fields of which something was told that was not so.
    """

    added: frozenset[tuple[str, str]]
    others: frozenset[tuple[str, str]]


def correct(told: Schedule, found: Schedule) -> Correction:
    """What is to be told otherwise in the next pass; nothing when what was told is what happened."""
    others = frozenset(field for field, fixed in told.items() if found.get(field) != fixed)
    return Correction(frozenset(found.keys() - told.keys()), others)

"""Checks of names that are nearly keys of the context, which Segment's libraries fill."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from conformance.lint.model import Complaint, Keys
from conformance.lint.near_misses import distance, same_but_written_otherwise
from conformance.lint.specification import Names

_SHORTEST_KEY: Final = 4
_SHORTEST_MEMBER: Final = 3
#: The parameters of an address by what Segment's libraries call them in the campaign.
_UTM: Final = {
    "utm_campaign": "name",
    **{f"utm_{name}": name for name in ("source", "medium", "term", "content")},
}


def check_context(rest: Sequence[str], keys: Keys, names: Names) -> Iterator[Complaint]:
    """What is wrong with a key of the context.

    Args:
        rest: The keys that are followed in it.
        keys: Where in the subscription that is.
        names: What Segment's libraries have there.
    """
    name = rest[0]
    near = _in_context(name, names.names, _SHORTEST_KEY)
    if near is None and name in names.members and len(rest) > 1:
        near = _UTM.get(rest[1]) if name == "campaign" else None
        near = near or _in_context(rest[1], names.members[name], _SHORTEST_MEMBER)
        name = rest[1]
    if near is not None:
        message = f"Segment's context has `{near}`, not `{name}`"
        yield Complaint("spec.context", keys, message, f"write {near}", instead=(name, near))


def _in_context(name: str, known: frozenset[str], shortest: int) -> str | None:
    """What a key of the context is meant to be. Segment's libraries fill it, so names of one's own are rare there."""
    if name in known:
        return None
    slips = (item for item in sorted(known) if min(len(name), len(item)) >= shortest and distance(name, item) == 1)
    return same_but_written_otherwise(name, sorted(known)) or next(slips, None)

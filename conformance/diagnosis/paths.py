"""Paths that may have been meant by one that finds nothing."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from conformance.diagnosis.reference import DATA_OF_TYPE
from conformance.strategies.leaves import plain_path
from conformance.strategies.mapping_analysis import is_possible

_WORDS: Final = re.compile(r"[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z0-9]+|[A-Z]+")
#: What Segment calls who somebody is, and when and which an event is.
_IDENTIFIERS: Final = ("userId", "anonymousId", "messageId", "email", "phone")
_SPELLED_RIGHT: Final = frozenset({*_IDENTIFIERS, "timestamp", "receivedAt", "sentAt", "event", "type"})


def nearby_paths(path: str, kind: str, *, inside_items: bool = False) -> Iterator[str]:
    """Paths like one, in the member where an event of a type has its data, and as Segment's specification spells it.

    Args:
        path: As a mapping has it.
        kind: A type of event.
        inside_items: Whether it is read from an item of a list, and not from the event.
    """
    root, dot, rest = path.removeprefix("$.").partition(".")
    prefix = "$." if path.startswith("$.") else ""
    if inside_items:
        for spelling in _spellings(root):
            yield f"{prefix}{spelling}{dot}{rest}"
        return
    if not rest and prefix and not is_possible(root, kind):
        if root in DATA_OF_TYPE.values() and kind in DATA_OF_TYPE:
            yield f"$.{DATA_OF_TYPE[kind]}"
        for other in _roots(kind):
            yield f"$.{other}.{root}"
    if rest and not is_possible(plain_path(path), kind):
        for other in _roots(kind):
            yield f"$.{other}.{rest}"
    holder, _, last = path.rpartition(".")
    for spelling in _spellings(last):
        yield f"{holder}.{spelling}" if holder else spelling
    if last in _IDENTIFIERS[:3]:
        yield f"$.{last}"


def _roots(kind: str) -> Iterator[str]:
    if kind in DATA_OF_TYPE:
        yield DATA_OF_TYPE[kind]
    if kind != "row":
        yield "context.traits"


def _spellings(name: str) -> Iterator[str]:
    """A name in snake case, which the specification of ecommerce events has, in camel case, and as an identifier."""
    if name in _SPELLED_RIGHT or name.startswith("_"):
        return
    words = _WORDS.findall(name)
    spelled = ["_".join(word.lower() for word in words)]
    if words:
        spelled.append(words[0].lower() + "".join(word[:1].upper() + word[1:] for word in words[1:]))
    spelled += [known for known in _IDENTIFIERS if known.lower() == "".join(words).lower()]
    yield from (spelling for spelling in dict.fromkeys(spelled) if spelling and spelling != name)

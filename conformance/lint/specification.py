"""Segment's specification of events, traits and context, read from `specification.json` when it is first needed."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

#: Properties by the name of the event; None where the specification does not list them.
Properties = frozenset[str] | None


@dataclass(frozen=True, slots=True)
class Names:
    """Reserved names, and those of their members."""

    names: frozenset[str]
    members: Mapping[str, frozenset[str]]


@dataclass(frozen=True, slots=True)
class Specification:
    """What Segment's specification names.

    Attributes:
        events: The properties of each event.
        products: The keys of the products in it, for each event with such a list.
        origins: Which specification each event is of.
        traits: The traits of an identify.
        group_traits: The traits of a group.
        context: The keys of the context.
        page: The properties of a page.
        numbers: Properties that are numbers.
        texts: Properties that are texts.
    """

    events: Mapping[str, Properties]
    products: Mapping[str, frozenset[str]]
    origins: Mapping[str, str]
    traits: Names
    group_traits: Names
    context: Names
    page: frozenset[str]
    numbers: frozenset[str]
    texts: frozenset[str]


@cache
def specification() -> Specification:
    """Segment's specification."""
    document = json.loads(Path(__file__).with_name("specification.json").read_text(encoding="utf-8"))
    events: dict[str, Properties] = {}
    products: dict[str, frozenset[str]] = {}
    origins: dict[str, str] = {}
    for origin, part in document["specifications"].items():
        for event, properties in part["events"].items():
            events[event] = None if properties is None else frozenset(properties)
            origins[event] = origin
            if properties and "products" in properties:
                products[event] = frozenset(part["products"])
    return Specification(
        events,
        products,
        origins,
        _names(document["traits"]),
        _names(document["groupTraits"]),
        _names(document["context"]),
        frozenset(document["page"]["names"]),
        frozenset(document["numbers"]["names"]),
        frozenset(document["texts"]["names"]),
    )


def _names(part: Mapping[str, Any]) -> Names:
    return Names(frozenset(part["names"]), {name: frozenset(members) for name, members in part["members"].items()})

"""The catalogs of a project: items by id, and the types of fields that were fixed."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from simulator.project.undoable_map import UndoableMap

if TYPE_CHECKING:
    from collections.abc import Mapping

    from simulator.message import Instant
    from simulator.project.changes import Changes


@dataclass(frozen=True, slots=True)
class Item:
    """One item of a catalog.

    Attributes:
        id: Unique within its catalog.
        value: Its fields.
        last_modified: When it was last written.
    """

    id: str
    value: Mapping[str, Any]
    last_modified: Instant

    @property
    def size(self) -> int:
        """Its size in bytes, as JSON."""
        return len(json.dumps(self.value, separators=(",", ":"), ensure_ascii=False).encode("utf-8", "replace"))


class Catalog:
    """One catalog.

    Args:
        name: Its name.
        changes: The change log of the project.
    """

    def __init__(self, name: str, changes: Changes) -> None:
        self.name = name
        self.items: UndoableMap[str, Item] = UndoableMap(changes)
        self.mappings: UndoableMap[str, str] = UndoableMap(changes)

    def write(self, item_id: str, value: Mapping[str, Any], now: Instant, *, merge: bool) -> None:
        """Write an item.

        Args:
            item_id: Which.
            value: Its fields; with `merge` those that it names, and the others stay.
            now: The present.
            merge: Whether an item that is there keeps its other fields.
        """
        old = self.items.get(item_id)
        whole = {**old.value, **value} if merge and old is not None else dict(value)
        self.items.put(item_id, Item(item_id, whole, now))

    def undefined_fields(self) -> list[str]:
        """The names of fields that items have and whose type is not fixed."""
        names = {name for item in self.items for name in item.value}
        return sorted(names - {name for name, _type in self.mappings.items()})

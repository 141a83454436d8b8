"""Things of a project that are known by a number or a name: campaigns, templates, catalogs and the like."""

from __future__ import annotations

from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from simulator.project.changes import Changes

Key = TypeVar("Key", int, str)
Record = TypeVar("Record")


class Records(Generic[Key, Record]):
    """Records by key, in the order in which they came. A record is replaced and never changed in place.

    Args:
        changes: Where changes are noted.
    """

    def __init__(self, changes: Changes) -> None:
        self._changes = changes
        self._all: dict[Key, Record] = {}
        self._last = 0

    def __len__(self) -> int:
        return len(self._all)

    def __iter__(self) -> Iterator[Record]:
        return iter(self._all.values())

    def __contains__(self, key: Key) -> bool:
        return key in self._all

    def items(self) -> list[tuple[Key, Record]]:
        """Every key with its record, in order."""
        return list(self._all.items())

    def get(self, key: Key) -> Record | None:
        """The record of a key, or None."""
        return self._all.get(key)

    def put(self, key: Key, record: Record) -> None:
        """Store a record, in the place of the one that has the key."""
        if self._changes.recording:
            self._note()
        self._all[key] = record
        number: object = key
        if isinstance(number, int):
            self._last = max(self._last, number)

    def next_number(self) -> int:
        """A number that no record has had."""
        return self._last + 1

    def remove(self, key: Key) -> Record | None:
        """Remove a record; gives the one that was there."""
        if self._changes.recording:
            self._note()
        return self._all.pop(key, None)

    def replace(self, records: Mapping[Key, Record]) -> None:
        """Store these and no others."""
        if self._changes.recording:
            self._note()
        self._all = {}
        for key, record in records.items():
            self.put(key, record)

    def _note(self) -> None:
        before = dict(self._all)

        def undo() -> None:
            self._all = before

        self._changes.note(undo)

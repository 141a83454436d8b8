"""Things of a project that are known by a number or a name: campaigns, templates, catalogs and the like."""

from __future__ import annotations

from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from simulator.project.changes import Changes

Key = TypeVar("Key", int, str)
Record = TypeVar("Record")


class UndoableMap(Generic[Key, Record]):
    """Records by key, in the order in which they came, each change undoable. A record is never changed in place.

    Args:
        changes: The change log of the project.
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
        if self._changes.undoable:
            self._log_undo()
        self._all[key] = record
        number: object = key
        if isinstance(number, int):
            self._last = max(self._last, number)

    @property
    def last_number(self) -> int:
        """The highest number that a record has had, also one that is gone; 0 for none."""
        return self._last

    def next_number(self) -> int:
        """A number that no record has had."""
        return self._last + 1

    def resume_after(self, number: int) -> None:
        """Take no number up to this one as free."""
        self._last = max(self._last, number)

    def remove(self, key: Key) -> Record | None:
        """Remove a record; gives the one that was there."""
        if self._changes.undoable:
            self._log_undo()
        return self._all.pop(key, None)

    def replace(self, records: Mapping[Key, Record]) -> None:
        """Store these and no others."""
        if self._changes.undoable:
            self._log_undo()
        self._all = {}
        for key, record in records.items():
            self.put(key, record)

    def _log_undo(self) -> None:
        before = dict(self._all)

        def undo() -> None:
            self._all = before

        self._changes.on_undo(undo)

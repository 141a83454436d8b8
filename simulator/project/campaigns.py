"""The campaigns of a project, and which of them is to start next."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.project.undoable_map import UndoableMap

if TYPE_CHECKING:
    from collections.abc import Mapping

    from simulator.message import Instant
    from simulator.project.changes import Changes
    from simulator.project.content import Campaign


class Campaigns(UndoableMap[int, "Campaign"]):
    """Every campaign by its number. Which ones wait for their time follows from what they are.

    Args:
        changes: The change log of the project.
    """

    def __init__(self, changes: Changes) -> None:
        super().__init__(changes)
        #: When each campaign starts that waits for its time, by its number.
        self._starts: dict[int, Instant] = {}

    @property
    def await_start(self) -> bool:
        """Whether any campaign waits for its time."""
        return bool(self._starts)

    def next_start(self) -> Campaign | None:
        """The campaign that starts next, of several the one with the lowest number; None when none waits."""
        if not self._starts:
            return None
        _, number = min((start, number) for number, start in self._starts.items())
        return self._all[number]

    def put(self, key: int, record: Campaign) -> None:
        """Store a campaign, in the place of the one that has the number."""
        super().put(key, record)
        if record.next_start is None:
            self._starts.pop(key, None)
        else:
            self._starts[key] = record.next_start

    def remove(self, key: int) -> Campaign | None:
        """Remove a campaign; gives the one that was there."""
        removed = super().remove(key)
        self._starts.pop(key, None)
        return removed

    def replace(self, records: Mapping[int, Campaign]) -> None:
        """Store these campaigns and no others."""
        if self._changes.undoable:
            self._log_undo()
        self._starts = {}
        super().replace(records)

    def _log_undo(self) -> None:
        super()._log_undo()
        before = dict(self._starts)

        def undo() -> None:
            self._starts = before

        self._changes.on_undo(undo)

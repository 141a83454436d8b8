"""What a request changes, noted so that it can be taken back.

A request whose effects come later is carried out at once to know its reply, taken back, and carried out again
when they are due.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable


class Changes:
    """The changes of one request, while somebody asks for them."""

    __slots__ = ("_undo", "recording")

    def __init__(self) -> None:
        self.recording = False
        self._undo: list[Callable[[], object]] = []

    def record(self) -> None:
        """Note changes from now on."""
        self.recording = True

    def note(self, undo: Callable[[], object]) -> None:
        """Note how a change is undone; only for callers that have seen `recording`."""
        self._undo.append(undo)

    def take_back(self) -> None:
        """Undo every change since `record`, the last one first, and note no more."""
        self.recording = False
        while self._undo:
            self._undo.pop()()

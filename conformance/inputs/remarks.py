"""What is said of events as they are read: each thing that is none, and the first doubts about those that are."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal

from conformance.inputs.errors import InputProblem
from conformance.inputs.event_members import event_problems
from conformance.inputs.events import doubts

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from conformance.inputs.events import ReadEvent

Kind = Literal["error", "warning"]

#: Doubts that are told one by one; of more, the number is.
MOST_DOUBTS: Final = 10


class Remarks:
    """Passes events on, and tells what is wrong with them and with what is none.

    Args:
        tell: Called with each thing that is to be said, and its kind, in the order in which it was read.

    Attributes:
        broken: How much of what was read is no event.
        doubtful: How many doubts there were, told or not.
    """

    def __init__(self, tell: Callable[[Kind, str], object]) -> None:
        self._tell = tell
        self.broken = 0
        self.doubtful = 0

    def events_of(self, found: Iterable[ReadEvent | InputProblem]) -> Iterator[ReadEvent]:
        """The events among what was read."""
        for item in found:
            if isinstance(item, InputProblem):
                self.problem(str(item))
                continue
            for doubt in doubts(item) if event_problems(item.event) else ():
                self._doubt(str(doubt))
            yield item

    def problem(self, text: str) -> None:
        """Tell of something that is no event."""
        self.broken += 1
        self._tell("error", text)

    def _doubt(self, text: str) -> None:
        self.doubtful += 1
        if self.doubtful <= MOST_DOUBTS:
            self._tell("warning", text)

    def add(self, told: Iterable[tuple[Kind, str]], doubtful: int) -> None:
        """Tell what other remarks told, as if what it is about had been read here.

        Args:
            told: What they told, in their order.
            doubtful: How many doubts they had.
        """
        for kind, text in told:
            if kind == "error":
                self.problem(text)
            else:
                self._doubt(text)
                doubtful -= 1
        # Of those that were not told there none is among the first here.
        self.doubtful += doubtful

    def finish(self) -> None:
        """Say how many doubts were not told."""
        if self.doubtful > MOST_DOUBTS:
            self._tell("warning", f"{self.doubtful - MOST_DOUBTS} more like these")

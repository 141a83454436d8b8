"""Progress of long work on stderr: a bar on a terminal, plain lines now and then elsewhere."""

from __future__ import annotations

import sys
import time
from typing import TYPE_CHECKING, Final, Self, TypeVar

from conformance.cli.streams import print_note

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from types import TracebackType

    import rich.progress

    from conformance.report import Event

#: Seconds between two plain lines.
_INTERVAL: Final = 5.0
#: Items between two looks at the clock.
_AT_A_TIME: Final = 500

ItemT = TypeVar("ItemT")


class Progress:
    """Shows how much of some work is done; a context manager.

    Args:
        title: What is being done.
        total: How many steps it takes; None where nobody knows.
        quiet: Show nothing.
    """

    def __init__(self, title: str, total: int | None, *, quiet: bool = False) -> None:
        self._title = title
        self._total = total
        self._done = 0
        self._quiet = quiet
        self._bar: rich.progress.Progress | None = None
        self._task: rich.progress.TaskID | None = None
        self._next_line = time.monotonic() + _INTERVAL

    def __enter__(self) -> Self:
        if not self._quiet and sys.stderr is not None and sys.stderr.isatty():
            from rich.console import Console
            from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

            columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
            self._bar = Progress(*columns, console=Console(stderr=True), transient=True)
            self._task = self._bar.add_task(self._title, total=self._total)
            self._bar.start()
        return self

    def advance(self, steps: int = 1) -> None:
        """So many more steps are done."""
        self._done += steps
        if self._bar is not None and self._task is not None:
            self._bar.advance(self._task, steps)
        elif not self._quiet and time.monotonic() >= self._next_line:
            self._next_line = time.monotonic() + _INTERVAL
            of = "" if self._total is None else f" of {self._total}"
            print_note(f"{self._title}: {self._done}{of}")

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._bar is not None:
            self._bar.stop()


def followed(items: Iterable[ItemT], progress: Progress, *, at_a_time: int = _AT_A_TIME) -> Iterator[ItemT]:
    """The items, while the progress shows how many were taken.

    Args:
        items: The items.
        progress: The progress.
        at_a_time: After how many it is told, as telling takes longer than many an item.
    """
    count = 0
    for count, item in enumerate(items, start=1):
        if count % at_a_time == 0:
            progress.advance(at_a_time)
        yield item
    progress.advance(count % at_a_time)


class ProgressReport:
    """Progress of a run, as one of its listeners.

    Args:
        title: What is being done.
        quiet: Show nothing.
    """

    def __init__(self, title: str, *, quiet: bool = False) -> None:
        self._title = title
        self._quiet = quiet
        self._progress: Progress | None = None

    def __call__(self, event: Event) -> None:
        """Show what the event changes."""
        from conformance.report import CaseFinished, RunFinished, RunStarted

        match event:
            case RunStarted(cases):
                self._progress = Progress(self._title, cases, quiet=self._quiet).__enter__()
            case CaseFinished() if self._progress is not None:
                self._progress.advance()
            case RunFinished() if self._progress is not None:
                self._progress.__exit__(None, None, None)
            case _:
                pass

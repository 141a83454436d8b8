"""Reports as listeners: on the terminal case by case, and as documents when the run has ended."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conformance.report.events import CaseFinished, RunFinished
from conformance.report.terminal import write_case, write_summary

if TYPE_CHECKING:
    from collections.abc import Callable

    from rich.console import Console

    from conformance.report.events import Event
    from conformance.report.model import Report


class TerminalReport:
    """Writes each case to a console as it ends, and the summary at the end.

    Args:
        console: Where it goes; it decides on colour.
        quiet: Leave out what passed.
        verbose: Show the trace of what passed, too.
    """

    def __init__(self, console: Console, *, quiet: bool = False, verbose: bool = False) -> None:
        self._console = console
        self._quiet = quiet
        self._verbose = verbose

    def __call__(self, event: Event) -> None:
        """Write what the event is about."""
        match event:
            case CaseFinished(result):
                write_case(result, self._console, quiet=self._quiet, verbose=self._verbose)
            # Where nothing could be used, stderr has told why, and there are no figures.
            case RunFinished(report) if report.cases or not report.mistakes:
                write_summary(report, self._console)
            case _:
                pass


class DocumentReport:
    """Writes a whole report when the run has ended.

    Args:
        view: What makes the text, such as `to_junit`.
        write: Where the text goes.
    """

    def __init__(self, view: Callable[[Report], str], write: Callable[[str], None]) -> None:
        self._view = view
        self._write = write

    def __call__(self, event: Event) -> None:
        """Write the report at the last event."""
        if isinstance(event, RunFinished):
            self._write(self._view(event.report))

"""What a run tells while it goes on; every report is a listener."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from conformance.inputs.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from conformance.report.model import CaseResult, Report


@dataclass(frozen=True, slots=True)
class RunStarted:
    """A run begins, of this many cases."""

    cases: int


@dataclass(frozen=True, slots=True)
class CaseStarted:
    """A scenario begins in one project type."""

    name: str
    file: str
    project_type: str


@dataclass(frozen=True, slots=True)
class CaseFinished:
    """A scenario has ended in one project type."""

    result: CaseResult


@dataclass(frozen=True, slots=True)
class RunFinished:
    """A run has ended: after its last case, or before, when it was interrupted."""

    report: Report


Event = RunStarted | CaseStarted | CaseFinished | RunFinished


class Listener(Protocol):
    """Whatever is called with each event of a run, in order."""

    def __call__(self, event: Event, /) -> None:
        """Take note of an event."""
        ...


def _to_stderr(sentence: str) -> None:
    sys.stderr.write(f"error: {sentence}\n")


class Dispatcher:
    """Gives events to listeners; one that fails is reported, gets no more, and never hides the verdict.

    Args:
        listeners: Who listens, in the order in which they are called.
        complain: Takes a sentence about a listener that failed; stderr by default.
    """

    def __init__(self, listeners: Iterable[Listener], complain: Callable[[str], None] = _to_stderr) -> None:
        self._listeners = list(listeners)
        self._complain = complain

    def emit(self, event: Event) -> None:
        """Call every listener."""
        for listener in list(self._listeners):
            try:
                listener(event)
            except (BrokenPipeError, SystemExit):
                # Whoever read this report has seen enough; rich exits the program then, but other reports go on.
                self._listeners.remove(listener)
            except Exception as error:  # noqa: BLE001  # the verdict matters more than any report of it
                self._listeners.remove(listener)
                self._complain(_sentence(error))


def _sentence(error: Exception) -> str:
    if isinstance(error, OSError) and error.strerror:
        reason = f"stdout cannot be written: {error.strerror.lower()}"
    else:
        reason = str(error) if isinstance(error, InputError) else f"{type(error).__name__}: {error}"
    return f"a report could not be made: {reason}"

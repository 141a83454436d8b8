"""SIGINT and SIGTERM while scenarios run: between two reports or inside a case, never in the middle of a report."""

from __future__ import annotations

import signal
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from conformance.report import Dispatcher

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from types import FrameType

    from conformance.report import Event, Listener

_SIGNALS: Final = (signal.SIGINT, signal.SIGTERM)


class InterruptibleDispatcher(Dispatcher):
    """A dispatcher during whose events an interruption waits, so that no report is left half written.

    A second signal does not wait.
    """

    def __init__(self, listeners: Iterable[Listener], complain: Callable[[str], None]) -> None:
        super().__init__(listeners, complain)
        self._is_busy = False
        self._is_due = False

    def emit(self, event: Event) -> None:
        """Call every listener.

        Raises:
            KeyboardInterrupt: A signal came meanwhile.
        """
        self._is_busy = True
        try:
            super().emit(event)
        finally:
            self._is_busy = False
        if self._is_due:
            self._is_due = False
            raise KeyboardInterrupt

    @contextmanager
    def interruptible(self) -> Iterator[None]:
        """While open, SIGINT and SIGTERM raise KeyboardInterrupt; signals can be handled in the main thread only."""
        if threading.current_thread() is not threading.main_thread():
            yield
            return
        previous = {number: signal.signal(number, self._interrupt) for number in _SIGNALS}
        try:
            yield
        finally:
            for number, handler in previous.items():
                signal.signal(number, handler)

    def _interrupt(self, _number: int, _frame: FrameType | None) -> None:
        if not self._is_busy or self._is_due:
            raise KeyboardInterrupt
        self._is_due = True

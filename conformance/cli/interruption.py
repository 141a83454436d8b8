"""SIGINT, SIGTERM and SIGHUP for a command that keeps an account: until its work begins they end it, then stop it."""

from __future__ import annotations

import asyncio
import signal
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final, Self

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_SIGNALS: Final = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Interruption:
    """A context manager that takes the signals over; without it SIGTERM and SIGHUP would end the process at once.

    Until `hold` is called a signal raises `KeyboardInterrupt`. After that it is only counted, and told to whoever
    listens: what has been sent must be accounted for, whatever comes.

    Attributes:
        count: How many signals have come.
    """

    def __init__(self) -> None:
        self.count = 0
        self._held = False
        self._tell: Callable[[], object] = int
        self._previous: dict[signal.Signals, Any] = {}

    def __enter__(self) -> Self:
        if threading.current_thread() is threading.main_thread():
            for number in _SIGNALS:
                # `nohup` has SIGHUP ignored, and means it.
                if number is not signal.SIGHUP or signal.getsignal(number) is not signal.SIG_IGN:
                    self._previous[number] = signal.signal(number, self._receive)
        return self

    def __exit__(self, *_: object) -> None:
        for number, handler in self._previous.items():
            signal.signal(number, handler)

    def hold(self) -> None:
        """Raise nothing from now on."""
        self._held = True

    @contextmanager
    def listened_to(self, told: Callable[[int], object]) -> Iterator[None]:
        """While open, `told` is called in the running loop with the number of signals so far, after each of them."""
        loop = asyncio.get_running_loop()
        self._tell = lambda: loop.call_soon_threadsafe(lambda: told(self.count))
        if self.count:
            self._tell()
        try:
            yield
        finally:
            self._tell = int

    def _receive(self, *_: object) -> None:
        self.count += 1
        if not self._held:
            raise KeyboardInterrupt
        self._tell()

"""What the garbage collector looks at while a simulator is served: what is new, and not all that is held.

A collection of everything walks millions of objects, people and entries that are still there, while every connection
waits for a quarter of a second. What people, events and entries consist of is freed without it, as nothing of theirs
refers back to itself. So what has survived a young collection is frozen: no collection looks at it again.

What is frozen, and then is garbage that refers to itself after all, stays until the process has grown by more than
what it holds explains. Then everything is looked at once, and frozen again.
"""

from __future__ import annotations

import gc
import resource
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

#: Bytes that nothing explains, after which everything is looked at: this many, and this part of what there was.
_ALLOWANCE: Final = 64 * 1024 * 1024
_PART: Final = 0.5
#: Bytes that a person or an event explains.
_EACH: Final = 4096
#: Objects that come to be before the young ones are looked at, and how often that is before what survives is frozen:
#: neither takes more than two or three milliseconds.
_THRESHOLDS: Final = (2_000, 5, 100)
_STATUS: Final = Path("/proc/self/statm")


def memory_of_process() -> int:
    """Bytes of memory that the process has; where the system does not say, the most that it has had."""
    try:
        return int(_STATUS.read_bytes().split()[1]) * resource.getpagesize()
    except OSError:
        most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        return most if sys.platform == "darwin" else most * 1024


class Freezing:
    """Freezes what survives, and knows when everything is to be looked at.

    Args:
        held: How many people and events there are.
        later: Calls a function soon, when no collection is under way.
        memory: Bytes of memory that the process has.
    """

    def __init__(
        self,
        held: Callable[[], int],
        later: Callable[[Callable[[], None]], object],
        memory: Callable[[], int] = memory_of_process,
    ) -> None:
        self._held = held
        self._later = later
        self._memory = memory
        self._is_due = False
        self._remember()

    def _remember(self) -> None:
        self._memory_then, self._held_then = self._memory(), self._held()

    def after_collection(self, phase: str, info: dict[str, Any]) -> None:
        """Freeze what has survived a collection of more than the youngest; in the form of `gc.callbacks`."""
        if phase != "stop" or not info["generation"]:
            return
        gc.freeze()
        if not self._is_due and self._has_grown():
            self._is_due = True
            self._later(self.look_at_everything)

    def look_at_everything(self) -> None:
        """Free all garbage, whatever was frozen."""
        gc.unfreeze()
        gc.collect()
        gc.freeze()
        self._is_due = False
        self._remember()

    def _has_grown(self) -> bool:
        explained = _EACH * max(0, self._held() - self._held_then)
        grown = self._memory() - self._memory_then - explained
        return grown > max(_ALLOWANCE, self._memory_then * _PART)


@contextmanager
def freezing(held: Callable[[], int], later: Callable[[Callable[[], None]], object]) -> Iterator[None]:
    """Freeze what survives, for as long as this lasts; for a process that does nothing else than serve.

    Args:
        held: How many people and events there are.
        later: Calls a function soon, when no collection is under way.
    """
    policy = Freezing(held, later)
    thresholds = gc.get_threshold()
    gc.set_threshold(*_THRESHOLDS)
    gc.freeze()
    gc.callbacks.append(policy.after_collection)
    try:
        yield
    finally:
        gc.callbacks.remove(policy.after_collection)
        gc.set_threshold(*thresholds)
        gc.unfreeze()

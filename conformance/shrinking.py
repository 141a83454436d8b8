"""The smallest value that still shows something: one predicate, asked once about each candidate, and many strategies.

A strategy proposes smaller candidates to a `Shrinker`, which remembers those that it has tried and counts them
against a budget. Scenarios and generated histories are both shrunk by it; each has strategies of its own.

Source: the shrinker of Hypothesis, for its one predicate and its many passes; Zeller and Hildebrandt, "Simplifying
and Isolating Failure-Inducing Input", 2002, for `shorten`.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Sequence
from typing import Any, Generic, TypeVar

Value = TypeVar("Value")


class Shrinker(Generic[Value]):
    """Keeps the smallest value found that still shows something.

    Attributes:
        smallest: The smallest value so far.
        tries: How many candidates were tried; one that was tried before is not tried again.

    Args:
        value: A value that shows it.
        shows: Whether a smaller value shows it, too; the same for the same value.
        budget: How many candidates to try at the most; None for no limit.
        key: What two values have in common that are the same.
    """

    def __init__(
        self,
        value: Value,
        shows: Callable[[Value], bool],
        *,
        budget: int | None = None,
        key: Callable[[Value], Hashable] = repr,
    ) -> None:
        self.smallest = value
        self.tries = 0
        self._shows = shows
        self._budget = budget
        self._key = key
        # Of large values only the hash is kept.
        self._seen = {hash(key(value))}

    @property
    def is_exhausted(self) -> bool:
        """Whether the budget is used up."""
        return self._budget is not None and self.tries >= self._budget

    def consider(self, candidate: Value) -> bool:
        """Take a candidate for the smallest value if it shows the same; whether it does."""
        key = hash(self._key(candidate))
        if key in self._seen or self.is_exhausted:
            return False
        self._seen.add(key)
        self.tries += 1
        if not self._shows(candidate):
            return False
        self.smallest = candidate
        return True

    def shrink(self, *strategies: Strategy[Value]) -> Value:
        """The smallest value that the strategies lead to, tried in turn until none of them finds a smaller one."""
        while True:
            before = self.smallest
            for strategy in strategies:
                strategy(self)
            if self.smallest is before or self.is_exhausted:
                return self.smallest


Strategy = Callable[[Shrinker[Value]], None]


def one_by_one(smaller: Callable[[Value], Iterable[Value]]) -> Strategy[Value]:
    """A strategy that takes the first candidate that shows the same, and begins again from there.

    Args:
        smaller: The candidates that follow from a value, the most promising first.
    """

    def strategy(shrinker: Shrinker[Value]) -> None:
        while any(shrinker.consider(candidate) for candidate in smaller(shrinker.smallest)):
            pass

    return strategy


def shorten(shrinker: Shrinker[Value], items: Sequence[Any], with_items: Callable[[Sequence[Any]], Value]) -> None:
    """Leave out items of a list inside the smallest value, until no single one can be left out: delta debugging.

    Args:
        shrinker: The shrinker.
        items: The list.
        with_items: The smallest value, with a shorter list in place of that one.
    """
    kept = list(items)
    size = max(1, len(kept) // 2)
    while kept:
        removed = False
        begin = 0
        while begin < len(kept):
            without = kept[:begin] + kept[begin + size :]
            if shrinker.consider(with_items(without)):
                kept, removed = without, True
            else:
                begin += size
        if size == 1 and not removed:
            return
        size = size if removed and size == 1 else max(1, size // 2)

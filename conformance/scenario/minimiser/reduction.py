"""The smallest part of a list that still has a property: delta debugging.

Source: Zeller and Hildebrandt, "Simplifying and Isolating Failure-Inducing Input", 2002.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

Item = TypeVar("Item")


def reduced(items: Sequence[Item], holds: Callable[[list[Item]], bool]) -> list[Item]:
    """A part of a list, in its order, of which no single item can be left out.

    Args:
        items: A list that has the property.
        holds: Whether a part of it has the property.
    """
    kept = list(items)
    size = max(1, len(kept) // 2)
    while kept:
        removed = False
        begin = 0
        while begin < len(kept):
            without = kept[:begin] + kept[begin + size :]
            if holds(without):
                kept, removed = without, True
            else:
                begin += size
        if size == 1 and not removed:
            return kept
        size = size if removed and size == 1 else max(1, size // 2)
    return kept

"""Choices that depend on the seed and on nothing else.

Hypothesis mixes constants of whichever modules happen to be loaded into the integers that it draws, so the same
seed would not always give the same run. Truth values it draws from the seed alone: every choice here is made of
them. The first option is the simplest.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from hypothesis import strategies as st

Option = TypeVar("Option")
Draw = Callable[[st.SearchStrategy[Any]], Any]

_BOOLEANS = st.booleans()


def choose(draw: Draw, options: Sequence[Option]) -> Option:
    """One of some options, each about as likely as any other."""
    return options[number(draw, len(options) - 1)]


def number(draw: Draw, largest: int) -> int:
    """A whole number from 0 to the largest."""
    value = 0
    for _ in range(_bits(largest)):
        value = value * 2 + bool(draw(_BOOLEANS))
    return value % (largest + 1)


def _bits(largest: int) -> int:
    """How many bits make a number: one more than it has keeps the remainder nearly fair, where there is one."""
    is_power_of_two = not (largest + 1) & largest
    return largest.bit_length() + (not is_power_of_two)


def maybe(draw: Draw) -> bool:
    """Yes or no."""
    return bool(draw(_BOOLEANS))


def interleaved(draw: Draw, lanes: Sequence[Sequence[Option]]) -> list[Option]:
    """Everything in several lanes, in some order that keeps that of each lane."""
    waiting = [list(lane) for lane in lanes if lane]
    merged: list[Option] = []
    while waiting:
        lane = choose(draw, waiting)
        merged.append(lane.pop(0))
        waiting = [other for other in waiting if other]
    return merged

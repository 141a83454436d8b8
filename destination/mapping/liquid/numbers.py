"""The filters that calculate."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Final

from destination.javascript.values import number_to_text, text_to_number
from destination.mapping.liquid.values import Filter, as_number, operand

_LARGEST_EXACT: Final = 2**53 - 1


def _calculating(operation: Callable[..., float]) -> Filter:
    """A filter on numbers: whatever it is given becomes a number first; what it is not given is not a number."""
    return lambda *values: operation(*map(operand, values))


def _divided(left: float, right: float = math.nan, whole: float = 0.0, *_: float) -> float:
    if right == 0:
        quotient = math.nan if left == 0 else math.copysign(math.inf, left)
    else:
        quotient = left / right
    return math.floor(quotient) if whole and math.isfinite(quotient) else quotient


def _remainder(left: float, right: float = math.nan, *_: float) -> float:
    return _javascript_remainder(_javascript_remainder(left, right) + right, right)


def _javascript_remainder(left: float, right: float) -> float:
    """`left % right`, where Python's function raises an error instead of giving what is not a number."""
    return math.nan if math.isinf(left) or right == 0 else math.fmod(left, right)


def _whole(operation: Callable[[float], int]) -> Callable[..., float]:
    return lambda number, *_: float(operation(number)) if math.isfinite(number) else number


def _round(value: object, digits: object = 0) -> float:
    """Halves are rounded away from zero, by the digits that the number shows: 1.005 becomes 1.01."""
    number, places = operand(value), operand(digits)
    scaled = _shifted(abs(number), places)
    if not scaled <= _LARGEST_EXACT:
        return number
    whole = math.floor(scaled)
    rounded = _shifted(whole + (scaled - whole >= 0.5), -places)  # noqa: PLR2004  # a half
    return -rounded if number < 0 else rounded


def _shifted(number: float, places: float) -> float:
    """The number with its decimal point moved in its text; not a number when the places are not whole."""
    mantissa, _, power = number_to_text(number).partition("e")
    return text_to_number(f"{mantissa}e{number_to_text(text_to_number(power) + places)}")


NUMBERS: Final[Mapping[str, Filter]] = {
    "plus": _calculating(lambda left, right=math.nan, *_: left + right),
    "minus": _calculating(lambda left, right=math.nan, *_: left - right),
    "times": _calculating(lambda left, right=math.nan, *_: left * right),
    "divided_by": _calculating(_divided),
    "modulo": _calculating(_remainder),
    "at_least": _calculating(lambda *numbers: max(numbers)),
    "at_most": _calculating(lambda *numbers: min(numbers)),
    "abs": _calculating(lambda number, *_: abs(number)),
    "ceil": _calculating(_whole(math.ceil)),
    "floor": _calculating(_whole(math.floor)),
    "round": _round,
    "to_integer": as_number,
}

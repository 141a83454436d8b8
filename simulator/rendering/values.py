"""Values of templates as the Java engine sees them: their text, their truth, and how they compare.

Source: jknack/handlebars.java 4.3, of which Iterable/handlebars.java 493047dd (2025-04-27) is a fork.
"""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import Any, Final

from simulator.rendering.errors import RenderingError

_SMALLEST_PLAIN: Final = 1e-3
_LARGEST_PLAIN: Final = 1e7
#: Numbers that go beyond a double's are texts.
_FARTHEST_DIGIT: Final = 400
_ESCAPES: Final = str.maketrans(
    {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#x27;", "`": "&#x60;", "=": "&#x3D;"}
)


class Safe(str):
    """A text that is not escaped again."""

    __slots__ = ()


def text_of(value: Any) -> str:
    """A value as text: what Java's `toString` gives, and nothing for null."""
    return "" if value is None else _text(value)


def _text(value: Any) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return _text_of_double(value)
    if isinstance(value, list):
        return f"[{', '.join(map(_text, value))}]"
    if isinstance(value, dict):
        return f"{{{', '.join(f'{name}={_text(part)}' for name, part in value.items())}}}"
    return str(value)


def _text_of_double(value: float) -> str:
    """As `Double.toString` writes it: 5.0, and 1.0E7 for what is very large or very small."""
    if value == 0 or _SMALLEST_PLAIN <= abs(value) < _LARGEST_PLAIN:
        return repr(value)
    sign, digits, exponent = Decimal(repr(value)).normalize().as_tuple()
    first, *rest = map(str, digits)
    power = int(exponent) + len(digits) - 1
    return f"{'-' if sign else ''}{first}.{''.join(rest) or '0'}E{power}"


def escaped(text: str) -> str:
    """A text for HTML."""
    return text.translate(_ESCAPES)


def is_falsy(value: Any) -> bool:
    """Whether a value counts as false: null, false, any zero, an empty text, an empty list; not an empty object."""
    if isinstance(value, dict):
        return False
    return not value


def number_of(value: Any) -> Decimal | None:
    """A number, or a text that is one; None for anything else."""
    if isinstance(value, bool) or value is None:
        return None
    try:
        number = Decimal(str(value).strip())
    except InvalidOperation:
        return None
    return number if number.is_finite() and abs(number.adjusted()) <= _FARTHEST_DIGIT else None


def equal(one: Any, other: Any) -> bool:
    """Whether values are equal; a number equals the text that it is."""
    if isinstance(one, (list, dict)) or isinstance(other, (list, dict)) or one is None or other is None:
        return bool(one == other)
    first, second = number_of(one), number_of(other)
    if first is not None and second is not None:
        return first == second
    return text_of(one) == text_of(other)


def compare(one: Any, other: Any, name: str) -> int:
    """Which of two values is greater, as -1, 0 or 1: by number where both are numbers, otherwise by text.

    Args:
        one: A value.
        other: Another.
        name: The helper that asks.

    Raises:
        RenderingError: One of them is null.
    """
    if one is None or other is None:
        raise RenderingError(f"{name}: a missing value cannot be compared")
    first, second = number_of(one), number_of(other)
    if first is not None and second is not None:
        return (first > second) - (first < second)
    return (text_of(one) > text_of(other)) - (text_of(one) < text_of(other))

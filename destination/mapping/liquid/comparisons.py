"""The operators of conditions, as LiquidJS has them."""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from typing import Any, Final

from destination.javascript import utf16
from destination.javascript.values import BLANKS, as_double, is_number, to_text
from destination.mapping.liquid.values import BLANK, EMPTY, NIL, Drop, as_number, is_false, is_nothing, to_value


def equal(left: object, right: object) -> bool:
    """Whether two values are the same, types included; lists are compared by their items, objects by identity.

    `nil`, `empty` and `blank` are asked first, the left one before the right one: `blank == nil`, not the reverse.
    """
    for asked, other in ((left, right), (right, left)):
        if isinstance(asked, Drop) and asked.name in _EQUALITIES:
            return _EQUALITIES[asked.name](other)
    if isinstance(left, list):
        return isinstance(right, list) and len(left) == len(right) and all(map(equal, left, right))
    return _identical(left, right)


def _identical(left: object, right: object) -> bool:
    if is_number(left) and is_number(right):
        return as_double(left) == as_double(right)
    if isinstance(left, str) and isinstance(right, str):
        return left == right
    return left is right


def _is_nil(value: object) -> bool:
    return is_nothing(to_value(value))


def _is_empty(value: object) -> bool:
    if value is EMPTY or value is BLANK:
        return False
    value = to_value(value)
    return isinstance(value, (str, list, dict)) and not value


def _is_blank(value: object) -> bool:
    if value is False or _is_nil(value):
        return True
    return not value.strip(BLANKS) if isinstance(value, str) else _is_empty(value)


_EQUALITIES: Final[Mapping[str, Callable[[object], bool]]] = {
    NIL.name: _is_nil,
    EMPTY.name: _is_empty,
    BLANK.name: _is_blank,
}


def _contains(left: object, right: object) -> bool:
    if isinstance(left, list):
        return any(equal(item, right) for item in left)
    left = to_value(left)
    if not isinstance(left, str):
        return False
    sought = to_text(to_value(right))
    return sought in left or (not sought.isascii() and "".join(utf16.units(sought)) in "".join(utf16.units(left)))


def _ordered(compare: Callable[[Any, Any], bool]) -> Callable[[object, object], bool]:
    """Texts are compared as such, everything else as numbers; lists and objects as their texts."""

    def holds(left: object, right: object) -> bool:
        if any(isinstance(value, Drop) and value.name in _EQUALITIES for value in (left, right)):
            return False
        left, right = _primitive(left), _primitive(right)
        if isinstance(left, str) and isinstance(right, str):
            return compare(utf16.order(left), utf16.order(right))
        return compare(as_number(left), as_number(right))

    return holds


def _primitive(value: object) -> object:
    return to_text(value) if isinstance(value, (list, dict, Drop)) else value


#: Each operator with how closely it binds, how many values it takes, and what it makes of them.
OPERATORS: Final[Mapping[str, tuple[int, int, Callable[..., bool]]]] = {
    "==": (2, 2, equal),
    "!=": (2, 2, lambda left, right: not equal(left, right)),
    "<": (2, 2, _ordered(operator.lt)),
    ">": (2, 2, _ordered(operator.gt)),
    "<=": (2, 2, _ordered(operator.le)),
    ">=": (2, 2, _ordered(operator.ge)),
    "contains": (2, 2, _contains),
    "not": (1, 1, is_false),
    "and": (0, 2, lambda left, right: not is_false(left) and not is_false(right)),
    "or": (0, 2, lambda left, right: not is_false(left) or not is_false(right)),
}

"""Helpers that show a block, or say yes or no."""

from __future__ import annotations

import json
import re
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final

from simulator.rendering.errors import RenderingError
from simulator.rendering.values import compare, equal, is_falsy, number_of, text_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from simulator.rendering.evaluation import Call, Helper

_FEWEST: Final = 2


def _answer(call: Call, *, holds: bool) -> Any:
    """The block or its other branch; outside of a block `yes` or `no`, which are true and false by themselves."""
    if call.block is not None:
        return call.body() if holds else call.inverse()
    return call.options.get("yes", True) if holds else call.options.get("no", False)


def _condition(test: Callable[[Call], bool]) -> Helper:
    def helper(call: Call) -> Any:
        return _answer(call, holds=test(call))

    return helper


def _comparison(test: Callable[[int], bool], *, strict: bool) -> Helper:
    """A comparison; one that is not strict does not hold where a value is missing, the others fail."""

    def holds(call: Call) -> bool:
        if len(call.args) < _FEWEST:
            raise RenderingError(f"{call.name} takes two values")
        if not strict and None in call.args[:2]:
            return False
        return test(compare(call.arg(0), call.arg(1), call.name))

    return _condition(holds)


def _is_divided(call: Call) -> bool:
    value, divisor, rest = (number_of(call.arg(place)) for place in range(3))
    if value is None or not divisor or rest is None:
        return False
    return value % divisor == rest


def _contains(call: Call) -> bool:
    """Whether a list has a value, or an object that has the members of the one that is given as JSON."""
    items, wanted = call.arg(0), call.arg(1)
    if isinstance(wanted, str) and wanted.lstrip().startswith("{"):
        with suppress(ValueError):
            wanted = json.loads(wanted)
    if not isinstance(items, list):
        return False
    if isinstance(wanted, dict):
        return any(isinstance(item, dict) and _has_members(item, wanted) for item in items)
    return any(equal(item, wanted) for item in items)


def _has_members(item: dict[str, Any], wanted: Mapping[str, Any]) -> bool:
    return all(name in item and equal(item[name], value) for name, value in wanted.items())


def _contains_text(call: Call) -> bool:
    text = call.arg(0)
    if is_falsy(text):
        raise RenderingError("ifContainsStr: the field is empty or missing")
    return text_of(call.arg(1)) in text_of(text)


def _matches(call: Call) -> bool:
    try:
        return call.arg(0) is not None and re.fullmatch(text_of(call.arg(1)), text_of(call.arg(0))) is not None
    except re.error as error:
        raise RenderingError(f"{call.name}: {error}") from error


_TESTS: Final[Mapping[str, Callable[[int], bool]]] = {
    "gt": lambda order: order > 0,
    "gte": lambda order: order >= 0,
    "lt": lambda order: order < 0,
    "lte": lambda order: order <= 0,
}
HELPERS: Final[Mapping[str, Helper]] = {
    "if": _condition(lambda call: not is_falsy(call.arg(0))),
    "unless": _condition(lambda call: is_falsy(call.arg(0))),
    "and": _condition(lambda call: not any(map(is_falsy, call.args))),
    "or": _condition(lambda call: not all(map(is_falsy, call.args))),
    "not": _condition(lambda call: is_falsy(call.arg(0))),
    "eq": _condition(lambda call: equal(call.arg(0), call.arg(1))),
    "neq": _condition(lambda call: not equal(call.arg(0), call.arg(1))),
    "ifEq": _condition(lambda call: equal(call.arg(0), call.arg(1))),
    "ifModEq": _condition(_is_divided),
    "ifContains": _condition(_contains),
    "ifContainsStr": _condition(_contains_text),
    "ifMatchesRegexStr": _condition(_matches),
    **{name: _comparison(test, strict=True) for name, test in _TESTS.items()},
    **{f"if{name.capitalize()}": _comparison(test, strict=False) for name, test in _TESTS.items()},
}

"""Conditions and literals, as LiquidJS 10.30 evaluates what python-liquid has parsed."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Final

from liquid.builtin.expressions import BooleanExpression, FilteredExpression, Nil, StringLiteral
from liquid.builtin.expressions.logical import (
    ContainsExpression,
    EqExpression,
    GeExpression,
    GtExpression,
    LeExpression,
    LogicalAndExpression,
    LogicalNotExpression,
    LogicalOrExpression,
    LtExpression,
    NeExpression,
)
from liquid.builtin.expressions.primitive import Blank, Empty, RangeLiteral
from liquid.expression import Expression

from destination.javascript import utf16
from destination.javascript.values import BLANKS, to_text
from destination.mapping.liquid.memory import ITEM, CountingContext
from destination.mapping.liquid.values import as_number, is_false, is_nothing

if TYPE_CHECKING:
    from liquid import RenderContext

_Comparison = Callable[[object, object], bool]
_ESCAPE: Final = re.compile(r"\\(u[0-9A-Fa-f]{0,4}|[0-7]{1,3}|.)", re.DOTALL)
_ESCAPED: Final = {"b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v"}


def equal(left: object, right: object) -> bool:
    """Whether two values are the same, types included; lists are compared by their items, objects by identity."""
    for special, other in ((left, right), (right, left)):
        if isinstance(special, Empty):
            return _is_empty(other)
        if isinstance(special, Blank):
            return _is_blank(other)
    if is_nothing(left) or is_nothing(right):
        return is_nothing(left) and is_nothing(right)
    if isinstance(left, list) and isinstance(right, list):
        return len(left) == len(right) and all(map(equal, left, right))
    if isinstance(left, dict) or isinstance(right, dict):
        return left is right
    return left == right and isinstance(left, bool) is isinstance(right, bool)


def _is_empty(value: object) -> bool:
    return isinstance(value, (str, list, dict)) and not value


def _is_blank(value: object) -> bool:
    if isinstance(value, str):
        return not value.strip(BLANKS)
    return is_false(value) or _is_empty(value)


def _contains(left: object, right: object) -> bool:
    if isinstance(left, list):
        return any(equal(item, right) for item in left)
    return isinstance(left, str) and to_text(right) in left


def _ordered(compare: Callable[[Any, Any], bool]) -> _Comparison:
    """Texts are compared as such, everything else as numbers; lists and objects as their texts."""

    def holds(left: object, right: object) -> bool:
        if isinstance(left, (Empty, Blank)) or isinstance(right, (Empty, Blank)):
            return False
        left, right = _primitive(left), _primitive(right)
        if isinstance(left, str) and isinstance(right, str):
            return compare(utf16.order(left), utf16.order(right))
        return compare(as_number(left), as_number(right))

    return holds


def _primitive(value: object) -> object:
    return to_text(value) if isinstance(value, (list, dict)) else value


_COMPARISONS: Final[Mapping[type[Expression], _Comparison]] = {
    EqExpression: equal,
    NeExpression: lambda left, right: not equal(left, right),
    LtExpression: _ordered(operator.lt),
    LeExpression: _ordered(operator.le),
    GtExpression: _ordered(operator.gt),
    GeExpression: _ordered(operator.ge),
    ContainsExpression: _contains,
}
_WITHOUT_ORDER: Final = (LtExpression, LeExpression, GtExpression, GeExpression)


class _Test(Expression):
    """A condition over other expressions."""

    def __init__(self, expression: Expression, parts: tuple[Expression, ...], test: Callable[..., bool]) -> None:
        super().__init__(expression.token)
        self.parts = parts
        self.test = test

    def evaluate(self, context: RenderContext) -> bool:
        """Whether it holds."""
        return self.test(*(part.evaluate(context) for part in self.parts))

    def children(self) -> list[Expression]:
        """What it is over."""
        return list(self.parts)


class _Range(Expression):
    """A range, which is a list of whole numbers."""

    def __init__(self, expression: RangeLiteral) -> None:
        super().__init__(expression.token)
        self.range = expression

    def evaluate(self, context: RenderContext) -> list[int]:
        """The numbers.

        Raises:
            FilterFailure: There are more of them than a rendering may use.
        """
        numbers = self.range.evaluate(context)
        if isinstance(context, CountingContext):
            context.use(ITEM * (numbers.stop - numbers.start))
        return list(numbers)

    def children(self) -> list[Expression]:
        """Its ends."""
        return self.range.children()


def as_in_liquidjs(expression: Expression) -> Expression:
    """The expression, evaluated as LiquidJS does."""
    if isinstance(expression, BooleanExpression):
        return _Test(expression, (as_in_liquidjs(expression.expression),), lambda value: not is_false(value))
    if isinstance(expression, LogicalNotExpression):
        return _negation(expression)
    if isinstance(expression, (LogicalAndExpression, LogicalOrExpression)):
        parts = (as_in_liquidjs(expression.left), as_in_liquidjs(expression.right))
        either = isinstance(expression, LogicalOrExpression)
        return _Test(expression, parts, _either if either else _both)
    if isinstance(expression, tuple(_COMPARISONS)):
        return _comparison(expression, *expression.children())
    if isinstance(expression, FilteredExpression):
        return _filtered(expression)
    if isinstance(expression, RangeLiteral):
        return _Range(expression)
    if isinstance(expression, StringLiteral):
        return StringLiteral(expression.token, _ESCAPE.sub(_unescaped, expression.value))
    return expression


def _negation(expression: LogicalNotExpression) -> Expression:
    right = expression.right
    if isinstance(right, (LogicalAndExpression, LogicalOrExpression)):
        # `not` binds more than these do; python-liquid reads it as of all that follows.
        negated = LogicalNotExpression(expression.token, right.left)
        return as_in_liquidjs(type(right)(right.token, negated, right.right))
    return _Test(expression, (as_in_liquidjs(right),), is_false)


def _both(left: object, right: object) -> bool:
    return not is_false(left) and not is_false(right)


def _either(left: object, right: object) -> bool:
    return not is_false(left) or not is_false(right)


def _comparison(expression: Expression, left: Expression, right: Expression) -> Expression:
    test = _COMPARISONS[type(expression)]
    if isinstance(expression, _WITHOUT_ORDER) and (isinstance(left, Nil) or isinstance(right, Nil)):
        test = _never
    return _Test(expression, (as_in_liquidjs(left), as_in_liquidjs(right)), test)


def _never(*_: object) -> bool:
    return False


def _filtered(expression: FilteredExpression) -> FilteredExpression:
    for each in expression.filters or []:
        for argument in each.args:
            argument.value = as_in_liquidjs(argument.value)
    return FilteredExpression(expression.token, as_in_liquidjs(expression.left), expression.filters)


def _unescaped(match: re.Match[str]) -> str:
    escape = match[1]
    if escape in _ESCAPED:
        return _ESCAPED[escape]
    if escape[0] == "u":
        return chr(int(escape[1:] or "0", 16))
    return chr(int(escape, 8)) if escape[0] in "01234567" else escape

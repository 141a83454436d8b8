"""The `@liquid` directive on python-liquid, made to show values as LiquidJS 10.30 does.

Source: the limits, disabled tags and disabled filters are those of Segment's build; they were observed there.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Final, NoReturn

from liquid import BoundTemplate, Environment, Mode, Undefined
from liquid.exceptions import LiquidError, LiquidSyntaxError
from liquid.tag import Tag

from destination.errors import MappingError
from destination.javascript.json_text import stringify
from destination.javascript.values import (
    BLANKS,
    is_number,
    number_to_text,
    text_to_number,
    to_text,
    utf16_length,
)

if TYPE_CHECKING:
    from liquid.ast import Node
    from liquid.stream import TokenStream

LONGEST_TEMPLATE: Final = 1000
_LONGEST_SNAPSHOT: Final = 32
_DISABLED_TAGS: Final = ("case", "for", "include", "layout", "render", "tablerow")
_DISABLED_FILTERS: Final = (
    "array_to_sentence_string",
    "concat",
    "find",
    "find_exp",
    "find_index",
    "find_index_exp",
    "group_by",
    "group_by_exp",
    "has",
    "has_exp",
    "map",
    "newline_to_br",
    "reject",
    "reject_exp",
    "reverse",
    "sort",
    "sort_natural",
    "uniq",
    "where_exp",
    "type",
)


class _Refusal(Exception):  # it carries a finished message through the library, no more
    """A disabled tag or filter, under the name and text that Segment reports."""

    def __init__(self, name: str, text: str) -> None:
        super().__init__(text)
        self.name = name


class _Object(dict[str, object]):
    """An object that shows itself as JavaScript's do."""

    def __str__(self) -> str:
        return "[object Object]"


class _Double(float):
    """A fraction that shows itself as JavaScript's do."""

    __slots__ = ()

    def __str__(self) -> str:
        return number_to_text(float(self))


def render_liquid(template: str, event: object) -> str:
    """The rendered template.

    Raises:
        MappingError: The template is too long, is not well formed, or uses what is disabled.
    """
    if not template:
        return ""
    if utf16_length(template) > LONGEST_TEMPLATE:
        raise MappingError(f"liquid template values are limited to {LONGEST_TEMPLATE} characters")
    scope = _shown_as_javascript(event)
    try:
        return _parsed(template).render(scope if isinstance(scope, Mapping) else {})
    except _Refusal as refusal:
        raise MappingError(str(refusal), name=refusal.name) from refusal
    except LiquidError as error:
        # What a tag raises while it is parsed arrives wrapped.
        if isinstance(error.__cause__, _Refusal):
            raise MappingError(str(error.__cause__), name=error.__cause__.name) from error
        raise MappingError(f"the liquid template failed: {error}", name=_error_name(error)) from error
    except (TypeError, ValueError, ArithmeticError, RecursionError) as error:
        raise MappingError(f"the liquid template failed: {error}", name="RenderError") from error


def _error_name(error: LiquidError) -> str:
    return "ParseError" if isinstance(error, LiquidSyntaxError) else "RenderError"


class _LimitedEnvironment(Environment):
    """Holds to the 100 MB that a rendering may use.

    The original also gives up after 500 ms; without loops, templates of 1,000 characters do not get there.
    """

    output_stream_limit = 100_000_000
    local_namespace_limit = 100_000_000


@lru_cache(maxsize=256)
def _parsed(template: str) -> BoundTemplate:
    _require_closed(template)
    return _environment().from_string(template)


def _require_closed(template: str) -> None:
    """Refuse an output or a tag that is never closed, in LiquidJS's words."""
    for what, opening, closing in (("output", "{{", "}}"), ("tag", "{%", "%}")):
        start = template.rfind(opening)
        if start >= 0 and closing not in template[start:] and "{% raw" not in template:
            rest = template[start:]
            shown = rest if len(rest) <= _LONGEST_SNAPSHOT else f"{rest[: _LONGEST_SNAPSHOT - 3]}..."
            line, column = template.count("\n", 0, start) + 1, start - template.rfind("\n", 0, start)
            place = f"line:{line}, col:{column}"
            raise _Refusal("TokenizationError", f"{what} {stringify(shown)} not closed, {place}")


@lru_cache(maxsize=1)
def _environment() -> Environment:
    environment = _LimitedEnvironment(tolerance=Mode.STRICT, strict_filters=False)
    for name in _DISABLED_TAGS:
        environment.tags[name] = _disabled_tag(environment, name)
    environment.filters.update(_FILTERS)
    for name in _DISABLED_FILTERS:
        environment.filters[name] = _disabled_filter(name)
    return environment


def _disabled_tag(environment: Environment, tag: str) -> Tag:
    class Disabled(Tag):
        """A tag that refuses to be parsed."""

        name = tag
        block = False

        def parse(self, stream: TokenStream) -> Node:
            token = stream.current
            line, column = _place(token.source, token.start_index)
            raise _Refusal("ParseError", f'tag "{tag}" is disabled, line:{line}, col:{column}')

    return Disabled(environment)


def _disabled_filter(name: str) -> Callable[..., object]:
    def refuse(*_: object, **__: object) -> NoReturn:
        # LiquidJS names the place of the output statement; templates of one line begin there.
        raise _Refusal("RenderError", f'filter "{name}" is disabled, line:1, col:1')

    return refuse


def _place(source: str, index: int) -> tuple[int, int]:
    """The line and column, counted from 1, of the `{%` that the index stands behind."""
    start = max(source.rfind("{%", 0, index + 2), 0)
    return source.count("\n", 0, start) + 1, start - source.rfind("\n", 0, start)


def _shown_as_javascript(value: object) -> object:
    if isinstance(value, dict):
        return _Object({key: _shown_as_javascript(item) for key, item in value.items()})
    if isinstance(value, list):
        return [_shown_as_javascript(item) for item in value]
    if is_number(value):
        return _number(value)
    return value


def _number(number: float) -> float:
    if math.isfinite(number) and float(number).is_integer() and abs(number) < 1e21:  # noqa: PLR2004
        return int(number_to_text(number))
    return _Double(number)


def _operand(value: object) -> float:
    """The number that LiquidJS calculates with: 0 for what is none, also for what is absent."""
    if value is None or value is True or value is False or isinstance(value, Undefined):
        return float(value is True)
    number = float(value) if is_number(value) else float(text_to_number(to_text(value).strip(BLANKS)))
    return 0.0 if math.isnan(number) else number


def _arithmetic(operation: Callable[[float, float], float]) -> Callable[[object, object], float]:
    return lambda left, right: _number(operation(_operand(left), _operand(right)))


def _divide(left: float, right: float) -> float:
    if right == 0:
        return math.nan if left == 0 or math.isnan(left) else math.copysign(math.inf, left)
    return left / right


def _remainder(left: float, right: float) -> float:
    return math.fmod(math.fmod(left, right) + right, right) if right else math.nan


def _round(value: object, digits: object = 0) -> float:
    # JavaScript rounds halves up, Python to even.
    scale = 10.0 ** _operand(digits)
    return _number(math.floor(_operand(value) * scale + 0.5) / scale)


def _size(value: object) -> int:
    if isinstance(value, str):
        return utf16_length(value)
    return len(value) if isinstance(value, (list, dict)) else 0


def _join(value: object, separator: object = " ") -> str:
    items = value if isinstance(value, list) else [value]
    return to_text(separator).join("" if item is None else to_text(item) for item in items)


def _escape(value: object) -> str:
    text = "" if value is None else to_text(value)
    for character, entity in _ENTITIES.items():
        text = text.replace(character, entity)
    return text


_ENTITIES: Final = {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&#34;", "'": "&#39;"}
_FILTERS: Final[dict[str, Callable[..., object]]] = {
    "plus": _arithmetic(lambda left, right: left + right),
    "minus": _arithmetic(lambda left, right: left - right),
    "times": _arithmetic(lambda left, right: left * right),
    "divided_by": _arithmetic(_divide),
    "modulo": _arithmetic(_remainder),
    "at_least": _arithmetic(max),
    "at_most": _arithmetic(min),
    "abs": lambda value: _number(abs(_operand(value))),
    "ceil": lambda value: _number(float(math.ceil(_operand(value)))),
    "floor": lambda value: _number(float(math.floor(_operand(value)))),
    "round": _round,
    "size": _size,
    "join": _join,
    "escape": _escape,
}

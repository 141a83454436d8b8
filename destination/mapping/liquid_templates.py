"""The `@liquid` directive on python-liquid, made to show values as LiquidJS 10.30 does.

Source: the limits, disabled tags and disabled filters are those of Segment's build; they were observed there.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Final, NoReturn

from liquid import BoundTemplate, Environment, Mode
from liquid.builtin.output import Output, OutputNode
from liquid.builtin.tags.echo_tag import EchoTag
from liquid.exceptions import LiquidError, LiquidSyntaxError
from liquid.tag import Tag

from destination.errors import MappingError
from destination.javascript.json_text import stringify
from destination.javascript.values import utf16_length
from destination.mapping.liquid_filters import FILTERS
from destination.mapping.liquid_values import into_liquid, liquid_text

if TYPE_CHECKING:
    from typing import TextIO

    from liquid import RenderContext
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


def render_liquid(template: str, event: object) -> str:
    """The rendered template.

    Raises:
        MappingError: The template is too long, is not well formed, or uses what is disabled.
    """
    if not template:
        return ""
    if utf16_length(template) > LONGEST_TEMPLATE:
        raise MappingError(f"liquid template values are limited to {LONGEST_TEMPLATE} characters")
    scope = into_liquid(event)
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
    environment.tags[_ShownOutputTag.name] = _ShownOutputTag(environment)
    environment.tags[_ShownEchoTag.name] = _ShownEchoTag(environment)
    environment.filters.update(FILTERS)
    for name in _DISABLED_FILTERS:
        environment.filters[name] = _disabled_filter(name)
    return environment


class _ShownOutput(OutputNode):
    """An output that shows values as LiquidJS does, also inside lists."""

    def render_to_output(self, context: RenderContext, buffer: TextIO) -> int:
        """Write the text of the value."""
        return buffer.write(liquid_text(self.expression.evaluate(context)))


class _ShownOutputTag(Output):
    """What makes such outputs of `{{ … }}`."""

    node_class = _ShownOutput


class _ShownEchoTag(EchoTag):
    """The same, for `{% echo … %}`."""

    node_class = _ShownOutput  # type: ignore[assignment]  # any output will do


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

"""What templates are parsed and rendered with: python-liquid, made to read and show values as LiquidJS 10.30 does.

Source: the limits, disabled tags and disabled filters are those of Segment's build; they were observed there.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from io import StringIO
from typing import TYPE_CHECKING, Any, Final, NoReturn, TextIO

from liquid import BoundTemplate, Environment, Mode, RenderContext
from liquid.ast import Node
from liquid.builtin.output import Output, OutputNode
from liquid.builtin.tags.assign_tag import AssignNode, AssignTag
from liquid.builtin.tags.echo_tag import EchoTag
from liquid.builtin.tags.if_tag import IfNode, IfTag
from liquid.builtin.tags.unless_tag import UnlessNode, UnlessTag
from liquid.exceptions import OutputStreamLimitError
from liquid.output import LimitedStringIO
from liquid.tag import Tag
from liquid.utils import ReadOnlyChainMap

from destination.javascript.values import UNDEFINED
from destination.mapping.liquid.expressions import as_in_liquidjs
from destination.mapping.liquid.filters import FILTERS
from destination.mapping.liquid.memory import CountingContext
from destination.mapping.liquid.values import LARGEST_MEMORY, FilterFailure, liquid_text, property_of

if TYPE_CHECKING:
    from liquid.stream import TokenStream

#: What python-liquid has and LiquidJS has not.
_FOREIGN_TAGS: Final = ("doc", "ifchanged")
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


class TagRefusal(Exception):  # it carries its place through the library, no more
    """A tag that is disabled.

    Attributes:
        tag: Its name.
        index: Where its name stands in the template.
    """

    def __init__(self, tag: str, index: int) -> None:
        super().__init__(tag)
        self.tag = tag
        self.index = index


class _Context(CountingContext):
    """What a template reads from, with the properties that values have in LiquidJS, and no variables of its own."""

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.scope = ReadOnlyChainMap(self.locals, self.globals, self.counters)

    def get_item(self, obj: object, key: object) -> object:
        """What a step of a path leads to.

        Raises:
            KeyError: To nothing.
        """
        found = property_of(obj, key)
        if found is UNDEFINED:
            raise KeyError(key)
        return found

    def get_buffer(self, buf: TextIO | None = None) -> StringIO:
        """A buffer for a part of what another one holds."""
        return _Output(LARGEST_MEMORY - (buf.size if isinstance(buf, _Output) else 0))


class _Output(LimitedStringIO):
    """What is rendered: as many characters as may be, halves of them too, and the ends of lines as they are."""

    def __init__(self, limit: int) -> None:
        super().__init__(limit, newline="")

    def write(self, text: str) -> int:
        """Write the text.

        Raises:
            OutputStreamLimitError: It is too much.
        """
        self.size += len(text)
        if self.size > self.limit:
            raise OutputStreamLimitError("memory alloc limit exceeded", token=None)
        return StringIO.write(self, text)


class _Template(BoundTemplate):
    """A template that reads and writes so."""

    context_class = _Context

    def _get_buffer(self) -> StringIO:
        return _Output(LARGEST_MEMORY)


class _LimitedEnvironment(Environment):
    """Holds to the 100 MB that a rendering may use.

    The original also gives up after 500 ms; without loops, templates of 1,000 characters do not get there.
    """

    output_stream_limit = LARGEST_MEMORY
    local_namespace_limit = LARGEST_MEMORY
    template_class = _Template
    logical_not_operator = True
    suppress_blank_control_flow_blocks = False


@lru_cache(maxsize=1)
def environment() -> Environment:
    """What parses every template; made once."""
    limited = _LimitedEnvironment(tolerance=Mode.STRICT, strict_filters=False)
    for name in _FOREIGN_TAGS:
        del limited.tags[name]
    for name in _DISABLED_TAGS:
        limited.tags[name] = _disabled_tag(limited, name)
    for tag in (_OutputTag, _EchoTag, _AssignTag, _IfTag, _UnlessTag):
        limited.tags[tag.name] = tag(limited)
    limited.filters = dict(FILTERS)
    for name in _DISABLED_FILTERS:
        limited.filters[name] = _disabled_filter(name)
    return limited


class _ShownOutput(OutputNode):
    """An output that shows values as LiquidJS does, also inside lists."""

    def render_to_output(self, context: RenderContext, buffer: TextIO) -> int:
        """Write the text of the value."""
        return buffer.write(liquid_text(self.expression.evaluate(context)))


class _LiquidJSTag(Tag):
    """A tag whose expressions are evaluated as in LiquidJS."""

    def parse(self, stream: TokenStream) -> Any:
        """The node that the library makes of it, with such expressions."""
        node = super().parse(stream)  # type: ignore[safe-super]  # the tag beside it parses
        if isinstance(node, (OutputNode, AssignNode)):
            node.expression = as_in_liquidjs(node.expression)
        elif isinstance(node, (IfNode, UnlessNode)):
            node.condition = as_in_liquidjs(node.condition)
            for alternative in node.alternatives:
                alternative.expression = as_in_liquidjs(alternative.expression)
        return node


class _OutputTag(_LiquidJSTag, Output):
    """`{{ … }}`."""

    node_class = _ShownOutput


class _EchoTag(_LiquidJSTag, EchoTag):
    """`{% echo … %}`."""

    node_class = _ShownOutput  # type: ignore[assignment]  # any output will do


class _AssignTag(_LiquidJSTag, AssignTag):
    """`{% assign … %}`."""


class _IfTag(_LiquidJSTag, IfTag):
    """`{% if … %}`."""


class _UnlessTag(_LiquidJSTag, UnlessTag):
    """`{% unless … %}`."""


def _disabled_tag(environment: Environment, tag: str) -> Tag:
    class Disabled(Tag):
        """A tag that refuses to be parsed."""

        name = tag
        block = False

        def parse(self, stream: TokenStream) -> Node:
            raise TagRefusal(tag, stream.current.start_index)

    return Disabled(environment)


def _disabled_filter(name: str) -> Callable[..., object]:
    def refuse(*_: object, **__: object) -> NoReturn:
        raise FilterFailure(f'filter "{name}" is disabled')

    return refuse

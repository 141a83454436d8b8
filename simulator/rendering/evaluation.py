"""A parsed template made into text."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

from dotpromptz_handlebars import Block, Mustache, Text
from dotpromptz_handlebars._render import compile_template

from simulator.rendering.errors import RenderingError
from simulator.rendering.scope import Scope
from simulator.rendering.source import MARK, after_feeds, feed_source, prepared
from simulator.rendering.values import Safe, escaped, is_falsy, text_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dotpromptz_handlebars import Node

    from simulator.rendering.surroundings import Surroundings

_NUMBER: Final = re.compile(r"-?\d+(?:\.\d+)?", re.ASCII)
_LITERALS: Final[Mapping[str, Any]] = {"true": True, "false": False, "null": None, "undefined": None}
#: Helpers that take no argument; other helpers without one are fields of that name.
_BARE: Final = frozenset({"now", "timestamp", "sendSkip"})
_DEEPEST: Final = 50


@dataclass(frozen=True, slots=True)
class Call:
    """A helper that is called, with what it is given.

    Attributes:
        name: The helper.
        args: Its arguments.
        options: Its named arguments.
        scope: Where it is called.
        renderer: What renders its blocks.
        block: Its block; None where it stands in a merge parameter or in an expression.
        is_nested: Whether its value is the argument of another helper.
    """

    name: str
    args: tuple[Any, ...]
    options: Mapping[str, Any]
    scope: Scope
    renderer: Renderer
    block: Block | None = None
    is_nested: bool = False

    def arg(self, place: int, usual: Any = None) -> Any:
        """An argument; the usual one where it is not given."""
        return self.args[place] if place < len(self.args) else usual

    def body(self, scope: Scope | None = None) -> Safe:
        """The text of the block, rendered in a scope; without one, where the helper is called."""
        return Safe("" if self.block is None else self.renderer.render(self.block.body, scope or self.scope))

    def inverse(self) -> Safe:
        """The text of what follows `{{else}}`."""
        return Safe("" if self.block is None else self.renderer.render(self.block.inverse, self.scope))

    def named(self, *values: Any) -> dict[str, Any]:
        """The values by the names of the block parameters."""
        names: list[str] = [] if self.block is None else self.block.call["params"]
        return dict(zip(names, values, strict=False))

    def content(self) -> Any:
        """What a helper works on that takes an argument as well as a block."""
        return str(self.body()) if self.block is not None and not self.args else self.arg(0)


Helper = Callable[[Call], Any]


class Renderer:
    """What renders one template.

    Args:
        helpers: Every helper by its name.
        surroundings: What the template may draw on beside its fields.
    """

    def __init__(self, helpers: Mapping[str, Helper], surroundings: Surroundings) -> None:
        self._helpers = helpers
        self.surroundings = surroundings
        #: What `assign` has set, visible everywhere.
        self.variables: dict[str, Any] = {}
        self._depth = 0

    def render_source(self, source: str, scope: Scope) -> str:
        """The text of a template, or of one that it includes.

        Raises:
            RenderingError: It cannot be parsed, includes itself, or a helper refuses what it is given.
        """
        self._depth += 1
        if self._depth > _DEEPEST:
            raise RenderingError("snippets include each other endlessly")
        try:
            return self.render(_program(source), scope)
        finally:
            self._depth -= 1

    def render(self, nodes: Sequence[Node], scope: Scope) -> str:
        """The text of nodes."""
        return "".join(self._render_node(node, scope) for node in nodes)

    def _render_node(self, node: Node, scope: Scope) -> str:
        if isinstance(node, Text):
            return node.value
        if isinstance(node, Mustache):
            value = self._mustache(node.call, scope)
            text = text_of(value)
            return text if node.raw or isinstance(value, Safe) else escaped(text)
        if isinstance(node, Block):
            return self._render_block(node, scope)
        raise RenderingError("partials are not found: there are none")

    def _mustache(self, call: Mapping[str, Any], scope: Scope) -> Any:
        name = call["name"]
        given = call["args"] or call["hash"]
        if name in self._helpers and (given or name in _BARE):
            return self._call(call, scope)
        if given:
            raise RenderingError(f"could not find helper: '{name}'")
        return self.value(name, scope)

    def _render_block(self, node: Block, scope: Scope) -> str:
        name = node.call["name"]
        if name in self._helpers:
            return text_of(self._call(node.call, scope, node))
        if node.call["args"] or node.call["hash"]:
            raise RenderingError(f"could not find helper: '{name}'")
        return self._render_section(node, self.value(name, scope), scope)

    def _render_section(self, node: Block, value: Any, scope: Scope) -> str:
        if is_falsy(value):
            return self.render(node.inverse, scope)
        if value is True:
            return self.render(node.body, scope)
        items = value if isinstance(value, list) else [value]
        return "".join(self.render(node.body, scope.inner(item)) for item in items)

    def _call(
        self, call: Mapping[str, Any], scope: Scope, block: Block | None = None, *, is_nested: bool = False
    ) -> Any:
        args = tuple(self.value(token, scope) for token in call["args"])
        options = {name: self.value(token, scope) for name, token in call["hash"].items()}
        helper = self._helpers.get(call["name"])
        if helper is None:
            raise RenderingError(f"could not find helper: '{call['name']}'")
        return helper(Call(call["name"], args, options, scope, self, block, is_nested))

    def value(self, token: str, scope: Scope) -> Any:
        """What an argument stands for: a literal, an expression in parentheses, or a path."""
        if token.startswith("("):
            [node] = compile_template(f"{{{{{token[1:-1].strip()}}}}}")
            return self._call(node.call, scope, is_nested=True) if isinstance(node, Mustache) else None
        if token[:1] in {'"', "'"}:
            return token[1:-1].replace(f"\\{token[0]}", token[0])
        if _NUMBER.fullmatch(token):
            return float(token) if "." in token else int(token)
        if token in _LITERALS:
            return _LITERALS[token]
        if token in self.variables:
            return self.variables[token]
        return scope.lookup(token)


@lru_cache(maxsize=256)
def _program(source: str) -> list[Node]:
    try:
        program = compile_template(prepared(source))
    except (ValueError, IndexError) as error:
        raise RenderingError(str(error)) from error
    _remove_marks(program)
    return program


def _remove_marks(nodes: Sequence[Node]) -> None:
    for node in nodes:
        if isinstance(node, Text):
            node.value = node.value.replace(MARK, "")
        elif isinstance(node, Block):
            _remove_marks(node.body)
            _remove_marks(node.inverse)


def evaluate(source: str, fields: Mapping[str, Any], surroundings: Surroundings) -> str:
    """The text of a template; see `simulator.rendering.render`."""
    from simulator.rendering.helpers import HELPERS

    feeds = feed_source(source)
    try:
        if feeds is not None:
            feed_scope = Scope(dict(surroundings.data_feed))
            source = after_feeds(Renderer(HELPERS, surroundings).render_source(feeds, feed_scope))
        return Renderer(HELPERS, surroundings).render_source(source, Scope(dict(fields)))
    except RenderingError:
        raise
    except (ValueError, ArithmeticError, RecursionError) as error:
        raise RenderingError(str(error)) from error

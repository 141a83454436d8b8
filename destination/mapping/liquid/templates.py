"""Templates compiled into functions of the event, with LiquidJS's errors."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, Final

from destination.errors import MappingError
from destination.javascript import utf16
from destination.javascript.values import UNDEFINED
from destination.liquidjs import DEFAULT_LIQUIDJS, LiquidjsVersion
from destination.mapping.liquid.context import Context
from destination.mapping.liquid.errors import LiquidError
from destination.mapping.liquid.nodes import parse
from destination.mapping.liquid.tokens import read_tokens

if TYPE_CHECKING:
    from destination.mapping.liquid.nodes import Write
    from destination.mapping.paths import Resolver

LONGEST_TEMPLATE: Final = 1000


def compile_liquid(template: str, version: LiquidjsVersion = DEFAULT_LIQUIDJS) -> Resolver:
    """A function that renders the template with an event.

    The function raises a `MappingError` when the template is too long, is not well formed, uses what is disabled, or
    fails with this event.

    Args:
        template: The template.
        version: The LiquidJS that it is rendered as.
    """
    if not template:
        return lambda _: ""
    newer = version != DEFAULT_LIQUIDJS
    try:
        write = _parsed(template, newer=newer)
    except MappingError as error:
        # As in Segment's build, what is wrong with a template shows when an event comes.
        return _raising(error.message, error.name)
    return lambda event: _rendered(write, event, newer=newer)


def _parsed(template: str, *, newer: bool) -> Write:
    if utf16.length(template) > LONGEST_TEMPLATE:
        raise MappingError(f"liquid template values are limited to {LONGEST_TEMPLATE} characters")
    source = template if template.isascii() else "".join(utf16.units(template))
    try:
        return parse(deque(read_tokens(source, newer=newer)))
    except LiquidError as error:
        raise _mapping_error(error) from error
    except RecursionError as error:
        raise MappingError("the liquid template is nested too deeply", name="ParseError") from error


def _rendered(write: Write, event: object, *, newer: bool) -> str:
    out: list[str] = []
    try:
        write(Context({} if event is UNDEFINED else event, newer=newer), out)
    except LiquidError as error:
        raise _mapping_error(error) from error
    except (TypeError, ValueError, ArithmeticError, RecursionError) as error:
        raise MappingError(f"the liquid template failed: {error}", name="RenderError") from error
    return utf16.joined("".join(out))


def _mapping_error(error: LiquidError) -> MappingError:
    return MappingError(utf16.joined(error.message), name=error.name)


def _raising(message: str, name: str) -> Resolver:
    """A function that raises a new error each time, so that no traceback grows."""

    def refuse(_: object) -> object:
        raise MappingError(message, name=name)

    return refuse

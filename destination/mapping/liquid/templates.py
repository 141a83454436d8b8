"""Templates rendered as LiquidJS 10.30 does, with its errors."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Final

from liquid import BoundTemplate
from liquid.exceptions import LiquidError, LiquidSyntaxError

from destination.errors import MappingError
from destination.javascript import utf16
from destination.javascript.json_text import stringify
from destination.mapping.liquid.environment import TagRefusal, environment
from destination.mapping.liquid.values import FilterFailure, into_liquid

LONGEST_TEMPLATE: Final = 1000
_LONGEST_SNAPSHOT: Final = 32
_UNKNOWN_TAG: Final = re.compile("(?:unexpected tag |expected tag, found )'?([^']*)'?")


def render_liquid(template: str, event: object) -> str:
    """The rendered template.

    Raises:
        MappingError: The template is too long, is not well formed, or uses what is disabled.
    """
    if not template:
        return ""
    if utf16.length(template) > LONGEST_TEMPLATE:
        raise MappingError(f"liquid template values are limited to {LONGEST_TEMPLATE} characters")
    scope = into_liquid(event)
    try:
        return utf16.joined(_parsed(template).render(scope if isinstance(scope, Mapping) else {}))
    except TagRefusal as refusal:
        raise _disabled(template, refusal) from refusal
    except LiquidError as error:
        raise _error(template, error) from error
    except (TypeError, ValueError, ArithmeticError, RecursionError) as error:
        raise MappingError(f"the liquid template failed: {error}", name="RenderError") from error


def _error(template: str, error: LiquidError) -> MappingError:
    """The error in LiquidJS's words where they are known, else in python-liquid's."""
    if isinstance(error.__cause__, TagRefusal):
        # What a tag raises while it is parsed arrives wrapped.
        return _disabled(template, error.__cause__)
    index = error.token.start_index if error.token else 0
    if isinstance(error, FilterFailure):
        return MappingError(f"{error.text}, {_place(template, index)}", name="RenderError")
    unknown = _UNKNOWN_TAG.fullmatch(str(error.message))
    if unknown:
        return MappingError(f'tag "{unknown[1]}" not found, {_place(template, index)}', name="ParseError")
    name = "ParseError" if isinstance(error, LiquidSyntaxError) else "RenderError"
    return MappingError(f"the liquid template failed: {error}", name=name)


def _disabled(template: str, refusal: TagRefusal) -> MappingError:
    return MappingError(f'tag "{refusal.tag}" is disabled, {_place(template, refusal.index)}', name="ParseError")


@lru_cache(maxsize=256)
def _parsed(template: str) -> BoundTemplate:
    _require_closed(template)
    return environment().from_string(template)


def _require_closed(template: str) -> None:
    """Refuse an output or a tag that is never closed, in LiquidJS's words.

    Raises:
        MappingError: There is one.
    """
    for what, opening, closing in (("output", "{{", "}}"), ("tag", "{%", "%}")):
        start = template.rfind(opening)
        if start >= 0 and closing not in template[start:] and "{% raw" not in template:
            rest = template[start:]
            shown = rest if len(rest) <= _LONGEST_SNAPSHOT else f"{rest[: _LONGEST_SNAPSHOT - 3]}..."
            text = f"{what} {stringify(shown)} not closed, {_place(template, start)}"
            raise MappingError(text, name="TokenizationError")


def _place(template: str, index: int) -> str:
    """The line and column, counted from 1, of the output or tag that the index stands in."""
    start = max(template.rfind("{%", 0, index + 2), template.rfind("{{", 0, index + 2), 0)
    line, column = template.count("\n", 0, start) + 1, start - template.rfind("\n", 0, start)
    return f"line:{line}, col:{column}"

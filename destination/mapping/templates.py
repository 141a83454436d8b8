"""Templates such as `{{traits.name}}`, compiled into functions of the input.

Triple braces are rendered before double ones, and the second pass runs over the output of the first. Inside
the braces stands a path whose `$.` is *not* removed.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from destination.javascript.values import BLANKS, UNDEFINED, to_text
from destination.mapping.paths import path_getter

if TYPE_CHECKING:
    from destination.mapping.paths import Resolver

_TRIPLE: Final = re.compile(r"\{\{\{([^}]+)\}\}\}")
_DOUBLE: Final = re.compile(r"\{\{([^}]+)\}\}")


def compile_template(template: str) -> Resolver:
    """A function that renders the template, without escaping anything."""
    if _TRIPLE.search(template):
        return lambda value: _render(_render(template, _TRIPLE, value), _DOUBLE, value)
    return _compile_double(template)


def _compile_double(template: str) -> Resolver:
    pieces = _DOUBLE.split(template)
    literals = tuple(pieces[0::2])
    getters = tuple(path_getter(path.strip(BLANKS)) for path in pieces[1::2])
    if not getters:
        return lambda _: template
    if len(getters) == 1:
        before, after, get = literals[0], literals[1], getters[0]
        return lambda value: f"{before}{_shown(get(value))}{after}"

    def render(value: object) -> object:
        rendered = [literals[0]]
        for get, literal in zip(getters, literals[1:], strict=True):
            rendered += (_shown(get(value)), literal)
        return "".join(rendered)

    return render


def _render(template: str, pattern: re.Pattern[str], value: object) -> str:
    return pattern.sub(lambda match: _shown(path_getter(match[1].strip(BLANKS))(value)), template)


def _shown(value: object) -> str:
    return "" if value is None or value is UNDEFINED else to_text(value)

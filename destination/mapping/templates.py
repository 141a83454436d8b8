"""Templates such as `{{traits.name}}`, compiled into functions of the input.

Triple braces are rendered before double ones, and the second pass runs over the output of the first. Inside
the braces stands a path whose `$.` is *not* removed.

Segment's expressions are `{{{([^}]+)}}}` and `{{([^}]+)}}`. Ours also take what opens and does not close, up to the
brace that breaks it, and leave it as it stands: no later opening before that brace could close either, so a text of
nothing but opening braces is read once and not once for each of them.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from destination.javascript.values import BLANKS, UNDEFINED, to_text
from destination.mapping.paths import path_getter

if TYPE_CHECKING:
    from destination.mapping.paths import Resolver

_TRIPLE: Final = re.compile(r"\{\{\{([^}]+)(\}\}\})?")
_DOUBLE: Final = re.compile(r"\{\{([^}]+)(\}\})?")


def compile_template(template: str) -> Resolver:
    """A function that renders the template, without escaping anything."""
    if any(match[2] for match in _TRIPLE.finditer(template)):
        return lambda value: _render(_render(template, _TRIPLE, value), _DOUBLE, value)
    return _compile_double(template)


def _compile_double(template: str) -> Resolver:
    tags = [match for match in _DOUBLE.finditer(template) if match[2]]
    begins = [0, *(tag.end() for tag in tags)]
    ends = [*(tag.start() for tag in tags), len(template)]
    literals = tuple(template[begin:end] for begin, end in zip(begins, ends, strict=True))
    getters = tuple(path_getter(tag[1].strip(BLANKS)) for tag in tags)
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
    def rendered(tag: re.Match[str]) -> str:
        return _shown(path_getter(tag[1].strip(BLANKS))(value)) if tag[2] else tag[0]

    return pattern.sub(rendered, template)


def _shown(value: object) -> str:
    return "" if value is None or value is UNDEFINED else to_text(value)

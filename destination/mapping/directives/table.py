"""The directives by their name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from destination.mapping.directives.choices import exclude_when_null_directive, if_directive, literal_directive
from destination.mapping.directives.definition import (
    Compile,
    Directive,
    failing,
    options_directive,
    text_directive,
)
from destination.mapping.directives.structures import array_path_directive, flatten_directive, merge_directive
from destination.mapping.directives.texts import case_directive, json_directive, replace_directive
from destination.mapping.paths import Resolver, compile_path
from destination.mapping.templates import compile_template

_DIRECTIVES: Final[Mapping[str, Directive]] = {
    "@path": text_directive("@path", compile_path),
    "@template": text_directive("@template", compile_template),
    "@literal": literal_directive,
    "@if": if_directive,
    "@case": options_directive("@case", 'a "operator" key', ("operator",), case_directive),
    "@replace": options_directive("@replace", 'a "pattern" key', ("pattern",), replace_directive),
    "@arrayPath": array_path_directive,
    "@flatten": options_directive("@flatten", 'a "separator" key', ("separator",), flatten_directive),
    "@json": options_directive("@json", 'a "value" key', ("mode", "value"), json_directive),
    "@merge": options_directive(
        "@merge", 'an "objects" key and a "direction" key', ("direction", "objects"), merge_directive
    ),
    "@excludeWhenNull": exclude_when_null_directive,
}


def compile_directive(name: str, argument: object, compile_nested: Compile, *, keep_undefined: bool) -> Resolver:
    """The function of one directive; an unknown one raises `MappingError` when it runs."""
    directive = _DIRECTIVES.get(name)
    if directive is None:
        return failing(f"{name} is not a valid directive, got undefined")
    return directive(argument, compile_nested, keep_undefined)

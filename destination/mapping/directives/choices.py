"""Directives that choose between values: `@if`, `@excludeWhenNull` and, which chooses nothing, `@literal`."""

from __future__ import annotations

from destination.javascript.values import UNDEFINED, loosely_equals_empty_text, truthy
from destination.mapping.directives.definition import Compile, constant, failing
from destination.mapping.paths import Resolver


def literal_directive(argument: object, compile_nested: Compile, keep: bool) -> Resolver:
    """`@literal`: a nested mapping like any other, whose directives run."""
    return compile_nested(argument, keep)


def if_directive(argument: object, compile_nested: Compile, keep: bool) -> Resolver:
    """`@if`: one of two nested mappings, by what `exists` or else `blank` gives."""
    if not isinstance(argument, dict):
        return failing('@if requires an object with an "exists" key')
    if not truthy(argument.get("exists")) and not truthy(argument.get("blank")):
        return failing('@if requires an "exists" key or a "blank" key')
    nothing = constant(UNDEFINED)
    then = compile_nested(argument["then"], keep) if "then" in argument else nothing
    other = compile_nested(argument["else"], keep) if truthy(argument.get("else")) else nothing
    if "exists" in argument:
        exists = compile_nested(argument["exists"], False)

        def resolve_exists(value: object) -> object:
            found = exists(value)
            return other(value) if found is None or found is UNDEFINED else then(value)

        return resolve_exists
    blank = compile_nested(argument["blank"], False)

    def resolve_blank(value: object) -> object:
        found = blank(value)
        # The directive is called "blank", and is true when the value is not.
        empty = found is None or found is UNDEFINED or loosely_equals_empty_text(found)
        return other(value) if empty else then(value)

    return resolve_blank


def exclude_when_null_directive(argument: object, compile_nested: Compile, keep: bool) -> Resolver:
    """`@excludeWhenNull`: undefined instead of null, and objects without their members that are null."""
    get = compile_nested(argument, keep)

    def resolve(value: object) -> object:
        found = get(value)
        return UNDEFINED if found is None else _without_null(found)

    return resolve


def _without_null(value: object) -> object:
    if not isinstance(value, dict):
        return value
    return {key: _without_null(item) for key, item in value.items() if item is not None}

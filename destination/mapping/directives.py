"""Each directive compiled into a function of the input.

What is wrong with a directive that the configuration check did not see (inside a list) is raised when the
directive runs. Source: observed in `actions-core` 3.170.0.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from destination.errors import DestinationError, MappingError
from destination.javascript import json_text, utf16
from destination.javascript.values import (
    UNDEFINED,
    is_number,
    loosely_equals_empty_text,
    own_members,
    to_text,
    truthy,
    type_name,
    without_undefined,
)
from destination.mapping.configuration import LONGEST_PATTERN, LONGEST_REPLACEMENT, is_directive
from destination.mapping.paths import Resolver, path_getter, without_root
from destination.mapping.replacement import replace_text
from destination.mapping.templates import compile_template

#: Compiles a nested mapping; with the flag, objects keep members that are undefined.
Compile = Callable[[object, bool], Resolver]
_Directive = Callable[[Any, Compile, bool], Resolver]


def compile_directive(name: str, argument: object, compile_nested: Compile, *, keep_undefined: bool) -> Resolver:
    """The function of one directive; an unknown one raises `MappingError` when it runs."""
    directive = _DIRECTIVES.get(name)
    if directive is None:
        return failing(f"{name} is not a valid directive, got undefined")
    return directive(argument, compile_nested, keep_undefined)


def failing(reason: str | DestinationError) -> Resolver:
    """A function that raises the error, or a `MappingError` with that text."""

    def fail(_: object) -> object:
        raise MappingError(reason) if isinstance(reason, str) else reason

    return fail


def _constant(value: object) -> Resolver:
    return lambda _: value


def _text(name: str, compile_text: Callable[[str], Resolver]) -> _Directive:
    """A directive on a text, which is compiled at once when it stands in the mapping as it is."""

    def directive(argument: object, compile_nested: Compile, _: bool) -> Resolver:
        if isinstance(argument, str):
            return compile_text(argument)
        get_text = compile_nested(argument, False)

        def resolve(value: object) -> object:
            text = get_text(value)
            if not isinstance(text, str):
                raise MappingError(f"{name}: expected string, got {type_name(text)}")
            return compile_text(text)(value)

        return resolve

    return directive


def _options(name: str, object_with: str, keys: tuple[str, ...], directive: _Directive) -> _Directive:
    """A directive on an object, whose named keys must be truthy as they are written.

    Args:
        name: The directive.
        object_with: What Segment says that the object must have, when there is none.
        keys: The keys, in the order in which they are looked for.
        directive: The directive itself.
    """

    def checked(argument: object, compile_nested: Compile, keep: bool) -> Resolver:
        if not isinstance(argument, dict):
            return failing(f"{name} requires an object with {object_with}")
        for key in keys:
            if not truthy(argument.get(key)):
                return failing(f'{name} requires a "{key}" key')
        return directive(argument, compile_nested, keep)

    return checked


def _literal(argument: object, compile_nested: Compile, keep: bool) -> Resolver:
    return compile_nested(argument, keep)


def _if(argument: object, compile_nested: Compile, keep: bool) -> Resolver:
    if not isinstance(argument, dict):
        return failing('@if requires an object with an "exists" key')
    if not truthy(argument.get("exists")) and not truthy(argument.get("blank")):
        return failing('@if requires an "exists" key or a "blank" key')
    nothing = _constant(UNDEFINED)
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


def _case(argument: Mapping[str, Any], compile_nested: Compile, _: bool) -> Resolver:
    if not truthy(argument.get("value")):
        return _constant(UNDEFINED)
    get = compile_nested(argument["value"], False)
    operator = argument["operator"]
    change = {"lower": str.lower, "upper": str.upper}.get(operator) if isinstance(operator, str) else None

    def resolve(value: object) -> object:
        text = get(value)
        if not isinstance(text, str):
            return text
        if change is None:
            raise MappingError('operator key should have a value of "lower" or "upper"')
        return change(text)

    return resolve


def _replace(argument: Mapping[str, Any], compile_nested: Compile, _: bool) -> Resolver:
    if not truthy(argument.get("value")):
        return _constant(UNDEFINED)
    get = compile_nested(argument["value"], False)
    replacements = _replacements(argument)

    def resolve(value: object) -> object:
        found = get(value)
        if replacements is None or not (isinstance(found, (str, bool)) or is_number(found)):
            return ""
        text = to_text(found)
        for replace in replacements:
            text = replace(text)
        return text

    return resolve


def _replacements(argument: Mapping[str, Any]) -> list[Callable[[str], str]] | None:
    """What is done to a text, step by step; None where an option is of a type that makes every text empty."""
    ignore_case, everywhere = _or_default(argument, "ignorecase", False), _or_default(argument, "global", True)
    first, second = _or_default(argument, "replacement", ""), _or_default(argument, "replacement2", "")
    if not (isinstance(argument["pattern"], str) and isinstance(first, str)):
        return None
    if not (isinstance(ignore_case, bool) and isinstance(everywhere, bool)):
        return None
    steps = [_replacement(argument["pattern"], first, ignore_case=ignore_case, everywhere=everywhere)]
    pattern = argument.get("pattern2")
    if isinstance(pattern, str) and pattern and isinstance(second, str):
        steps.append(_replacement(pattern, second, ignore_case=ignore_case, everywhere=everywhere))
    return steps


def _or_default(argument: Mapping[str, Any], key: str, default: object) -> object:
    value = argument.get(key)
    return default if value is None else value


def _replacement(pattern: str, replacement: str, *, ignore_case: bool, everywhere: bool) -> Callable[[str], str]:
    """One replacement; what is too long is found out only when there is a text to change."""

    def replace(text: str) -> str:
        if utf16.length(pattern) > LONGEST_PATTERN:
            raise MappingError(f'@replace requires a "pattern" less than {LONGEST_PATTERN} characters')
        if utf16.length(replacement) > LONGEST_REPLACEMENT:
            raise MappingError(f'@replace requires a "replacement" less than {LONGEST_REPLACEMENT} characters')
        return replace_text(text, pattern, replacement, ignore_case=ignore_case, everywhere=everywhere)

    return replace


def _array_path(argument: object, compile_nested: Compile, _: bool) -> Resolver:
    if not isinstance(argument, list):
        return failing(f"@arrayPath expected array, got {type_name(argument)}")
    path = argument[0] if argument else UNDEFINED
    shape = argument[1] if len(argument) > 1 else UNDEFINED
    root = path_getter(without_root(path)) if isinstance(path, str) else compile_nested(path, False)
    if not isinstance(shape, dict) or not shape:
        return root
    resolve_item = compile_nested(shape, False)

    def resolve(value: object) -> object:
        found = root(value)
        if isinstance(found, list):
            return [resolve_item(item) for item in found]
        return [resolve_item(found)] if isinstance(found, dict) else found

    return resolve


def _flatten(argument: Mapping[str, Any], compile_nested: Compile, _: bool) -> Resolver:
    get = compile_nested(argument.get("value", UNDEFINED), False)
    get_separator = compile_nested(argument["separator"], False)
    lists_too = not truthy(argument.get("omitArrays"))

    def resolve(value: object) -> object:
        separator = get_separator(value)
        if not isinstance(separator, str):
            raise MappingError("@flatten requires a string separator")
        flat: dict[str, object] = {}
        _flatten_into(flat, "", get(value), separator, lists_too=lists_too)
        return without_undefined(flat)

    return resolve


def _flatten_into(flat: dict[str, object], prefix: str, value: object, separator: str, *, lists_too: bool) -> None:
    if isinstance(value, dict):
        members = list(value.items())
    elif isinstance(value, list) and lists_too:
        members = [(str(index), item) for index, item in enumerate(value)]
    else:
        flat[prefix] = value
        return
    for key, item in members:
        inner = f"{prefix}{separator}{key}" if prefix else key
        _flatten_into(flat, inner, item, separator, lists_too=lists_too)


def _json(argument: Mapping[str, Any], compile_nested: Compile, _: bool) -> Resolver:
    get = compile_nested(argument["value"], False)
    mode = argument["mode"]

    def nothing(value: object) -> object:
        get(value)
        return UNDEFINED

    def encode(value: object) -> object:
        found = get(value)
        return UNDEFINED if found is UNDEFINED else json_text.stringify(found)

    def decode(value: object) -> object:
        found = get(value)
        if not isinstance(found, str):
            return found
        try:
            return json_text.parse(found)
        except (ValueError, RecursionError):
            return found

    if not isinstance(mode, str):
        return nothing
    return {"encode": encode, "decode": decode}.get(mode, nothing)


def _merge(argument: Mapping[str, Any], compile_nested: Compile, keep: bool) -> Resolver:
    if not isinstance(argument["objects"], list):
        return failing(f"@merge: expected opts.array, got {_typeof(argument['objects'])}")
    # An undefined member still overwrites, so it must stay until the merge is done.
    getters = [compile_nested(member, True) for member in argument["objects"]]
    get_direction = compile_nested(argument["direction"], False)

    def resolve(value: object) -> object:
        objects = [get(value) for get in getters]
        if get_direction(value) == "left":
            objects.reverse()
        merged: dict[str, object] = {}
        for item in objects:
            merged.update(own_members(item))
        return merged if keep else without_undefined(merged)

    return resolve


def _typeof(value: object) -> str:
    return "object" if isinstance(value, dict) else type_name(value)


def _exclude_when_null(argument: object, compile_nested: Compile, keep: bool) -> Resolver:
    get = compile_nested(argument, keep)

    def resolve(value: object) -> object:
        found = get(value)
        return UNDEFINED if found is None else _without_null(found)

    return resolve


def _without_null(value: object) -> object:
    if not isinstance(value, dict):
        return value
    return {key: _without_null(item) for key, item in value.items() if item is not None}


def _liquid(argument: object, _: Compile, __: bool) -> Resolver:
    if not isinstance(argument, str):
        return failing("liquid template value must be a string")
    # Only here: python-liquid takes longer to import than everything else that a mapping needs.
    from destination.mapping.liquid import render_liquid

    return lambda value: render_liquid(argument, value)


_DIRECTIVES: Final[Mapping[str, _Directive]] = {
    "@path": _text("@path", lambda path: path_getter(without_root(path))),
    "@template": _text("@template", compile_template),
    "@literal": _literal,
    "@if": _if,
    "@case": _options("@case", 'a "operator" key', ("operator",), _case),
    "@replace": _options("@replace", 'a "pattern" key', ("pattern",), _replace),
    "@arrayPath": _array_path,
    "@flatten": _options("@flatten", 'a "separator" key', ("separator",), _flatten),
    "@json": _options("@json", 'a "value" key', ("mode", "value"), _json),
    "@merge": _options("@merge", 'an "objects" key and a "direction" key', ("direction", "objects"), _merge),
    "@excludeWhenNull": _exclude_when_null,
    "@liquid": _liquid,
}

__all__ = ["Compile", "compile_directive", "is_directive"]

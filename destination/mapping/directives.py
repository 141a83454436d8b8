"""Each directive compiled into a function of the input.

What is wrong with a directive that the configuration check did not see (inside a list) is raised when the
directive runs. Source: observed in `actions-core` 3.170.0.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from destination.errors import MappingError
from destination.javascript import json_text
from destination.javascript.values import (
    UNDEFINED,
    is_number,
    loosely_equals_empty_text,
    to_text,
    truthy,
    type_name,
    utf16_item,
    utf16_length,
    without_undefined,
)
from destination.mapping.configuration import LONGEST_PATTERN, LONGEST_REPLACEMENT, is_directive
from destination.mapping.liquid_templates import render_liquid
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
        return _failing(f"{name} is not a valid directive, got undefined")
    return directive(argument, compile_nested, keep_undefined)


def _failing(message: str) -> Resolver:
    def fail(_: object) -> object:
        raise MappingError(message)

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


def _options(name: str, keys: tuple[str, ...], directive: _Directive) -> _Directive:
    """A directive on an object, whose named keys must be truthy as they are written."""

    def checked(argument: object, compile_nested: Compile, keep: bool) -> Resolver:
        if not isinstance(argument, dict):
            return _failing(f'{name} requires an object with a "{keys[0]}" key')
        for key in keys:
            if not truthy(argument.get(key)):
                return _failing(f'{name} requires a "{key}" key')
        return directive(argument, compile_nested, keep)

    return checked


def _literal(argument: object, compile_nested: Compile, keep: bool) -> Resolver:
    return compile_nested(argument, keep)


def _if(argument: object, compile_nested: Compile, keep: bool) -> Resolver:
    if not isinstance(argument, dict):
        return _failing('@if requires an object with an "exists" key')
    if not truthy(argument.get("exists")) and not truthy(argument.get("blank")):
        return _failing('@if requires an "exists" key or a "blank" key')
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
    change = {"lower": str.lower, "upper": str.upper}.get(str(argument["operator"]))

    def resolve(value: object) -> object:
        text = get(value)
        if not isinstance(text, str):
            return text
        if change is None:
            raise MappingError('operator key should have a value of "lower" or "upper"')
        return change(text)

    return resolve


def _replace(argument: Mapping[str, Any], compile_nested: Compile, _: bool) -> Resolver:
    for pattern, replacement in (("pattern", "replacement"), ("pattern2", "replacement2")):
        if isinstance(argument.get(pattern), str) and utf16_length(argument[pattern]) > LONGEST_PATTERN:
            return _failing(f'@replace requires a "pattern" less than {LONGEST_PATTERN} characters')
        if isinstance(argument.get(replacement), str) and utf16_length(argument[replacement]) > LONGEST_REPLACEMENT:
            return _failing(f'@replace requires a "replacement" less than {LONGEST_REPLACEMENT} characters')
    if not truthy(argument.get("value")):
        return _constant(UNDEFINED)
    get = compile_nested(argument["value"], False)
    ignore_case, everywhere = _flag(argument, "ignorecase", False), _flag(argument, "global", True)
    replacements = [
        (argument[pattern], replacement)
        for pattern, replacement in (
            ("pattern", _replacement(argument, "replacement")),
            ("pattern2", _replacement(argument, "replacement2")),
        )
        if isinstance(argument.get(pattern), str) and argument[pattern] and isinstance(replacement, str)
    ]

    def resolve(value: object) -> object:
        found = get(value)
        text = to_text(found) if isinstance(found, (str, bool)) or is_number(found) else ""
        for pattern, replacement in replacements:
            text = replace_text(text, pattern, replacement, ignore_case=ignore_case, everywhere=everywhere)
        return text

    return resolve


def _flag(argument: Mapping[str, Any], key: str, default: bool) -> bool:
    value = argument.get(key)
    return default if value is None else value is True


def _replacement(argument: Mapping[str, Any], key: str) -> object:
    value = argument.get(key)
    return "" if value is None else value


def _array_path(argument: object, compile_nested: Compile, _: bool) -> Resolver:
    if not isinstance(argument, list):
        return _failing(f"@arrayPath expected array, got {type_name(argument)}")
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
    separator = to_text(argument["separator"])
    lists_too = not truthy(argument.get("omitArrays"))

    def resolve(value: object) -> object:
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

    return {"encode": encode, "decode": decode}.get(mode, _constant(UNDEFINED))


def _merge(argument: Mapping[str, Any], compile_nested: Compile, keep: bool) -> Resolver:
    if not isinstance(argument["objects"], list):
        return _failing("@merge: expected opts.objects to be an array")
    # An undefined member still overwrites, so it must stay until the merge is done.
    getters = [compile_nested(member, True) for member in argument["objects"]]
    if argument["direction"] == "left":
        getters.reverse()

    def resolve(value: object) -> object:
        merged: dict[str, object] = {}
        for get in getters:
            merged.update(_own_members(get(value)))
        return merged if keep else without_undefined(merged)

    return resolve


def _own_members(value: object) -> Mapping[str, object]:
    """What `Object.assign` copies: members, list items and characters by their index; of others nothing."""
    if isinstance(value, dict):
        return value
    if isinstance(value, list):
        return {str(index): item for index, item in enumerate(value)}
    if isinstance(value, str):
        return {str(index): utf16_item(value, index) for index in range(utf16_length(value))}
    return {}


def _transform(argument: Mapping[str, Any], compile_nested: Compile, keep: bool) -> Resolver:
    apply = compile_nested(argument["apply"], False)
    mapping = compile_nested(argument["mapping"], keep)
    return lambda value: mapping(apply(value))


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
        return _failing("liquid template value must be a string")
    return lambda value: render_liquid(argument, value)


_DIRECTIVES: Final[Mapping[str, _Directive]] = {
    "@path": _text("@path", lambda path: path_getter(without_root(path))),
    "@template": _text("@template", compile_template),
    "@literal": _literal,
    "@if": _if,
    "@case": _options("@case", ("operator",), _case),
    "@replace": _options("@replace", ("pattern",), _replace),
    "@arrayPath": _array_path,
    "@flatten": _options("@flatten", ("separator",), _flatten),
    "@json": _options("@json", ("mode", "value"), _json),
    "@merge": _options("@merge", ("direction", "objects"), _merge),
    "@transform": _options("@transform", ("apply", "mapping"), _transform),
    "@excludeWhenNull": _exclude_when_null,
    "@liquid": _liquid,
}

__all__ = ["Compile", "compile_directive", "is_directive"]

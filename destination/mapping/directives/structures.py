"""Directives that build lists and objects: `@arrayPath`, `@flatten` and `@merge`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from destination.errors import MappingError
from destination.javascript.values import UNDEFINED, own_members, truthy, type_name, without_undefined
from destination.mapping.directives.definition import Compile, failing
from destination.mapping.paths import Resolver, compile_path


def array_path_directive(argument: object, compile_nested: Compile, _: bool) -> Resolver:
    """`@arrayPath`: a list of the event, each item put through a mapping; an object counts as a list of one."""
    if not isinstance(argument, list):
        return failing(f"@arrayPath expected array, got {type_name(argument)}")
    path = argument[0] if argument else UNDEFINED
    shape = argument[1] if len(argument) > 1 else UNDEFINED
    root = compile_path(path) if isinstance(path, str) else compile_nested(path, False)
    if not isinstance(shape, dict) or not shape:
        return root
    resolve_item = compile_nested(shape, False)

    def resolve(value: object) -> object:
        found = root(value)
        if isinstance(found, list):
            return [resolve_item(item) for item in found]
        return [resolve_item(found)] if isinstance(found, dict) else found

    return resolve


def flatten_directive(argument: Mapping[str, Any], compile_nested: Compile, _: bool) -> Resolver:
    """`@flatten`: an object with its nested members at the top, their keys joined by the separator."""
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


def merge_directive(argument: Mapping[str, Any], compile_nested: Compile, keep: bool) -> Resolver:
    """`@merge`: several objects made into one; of two with one key the later wins, or the earlier from the left."""
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

"""A mapping compiled, once, into a function of the event.

Nothing that comes from the event is copied: the result shares lists and objects with it, and nobody changes
either afterwards.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from destination.errors import MappingError
from destination.javascript.values import UNDEFINED, type_name, without_undefined
from destination.mapping.configuration import check_configuration, is_directive
from destination.mapping.directives import compile_directive

if TYPE_CHECKING:
    from destination.mapping.paths import Resolver

_ROOT_DIRECTIVE: Final = "__segment_internal_directive"


def compile_mapping(mapping: object) -> Resolver:
    """A function that resolves the mapping for one event.

    The function raises `MappingError` when the event is not an object or a directive cannot be resolved.
    Members that come out undefined are left out of objects; list items that do are null.

    Raises:
        AggregateError: The configuration has mistakes; all of them are named.
        RootMappingError: The mistake is at the mapping's root.
    """
    mapping = _with_root_directive(mapping)
    check_configuration(mapping)
    resolve = _compile(mapping, keep_undefined=False)

    def resolve_event(event: object) -> object:
        if type(event) is not dict:
            _require_object(event)
        return resolve(event)

    return resolve_event


def resolve_batch(resolve: Resolver, events: object) -> list[object]:
    """The mapping resolved for each event of a batch; an event in a batch may be any value.

    Raises:
        MappingError: The batch is not a list, or a directive cannot be resolved for one event.
    """
    if not isinstance(events, list):
        raise MappingError(f"data must be an array, got {type_name(events)}")
    return [resolve(event) for event in events]


def compile_batch_mapping(mapping: object) -> Resolver:
    """Like `compile_mapping`, for one event of a batch, which Segment does not check to be an object."""
    mapping = _with_root_directive(mapping)
    check_configuration(mapping)
    return _compile(mapping, keep_undefined=False)


def _require_object(event: object) -> None:
    if not isinstance(event, dict):
        raise MappingError(f"data must be an object, got {type_name(event)}")


def _with_root_directive(mapping: object) -> object:
    """The mapping, put as a whole into the directive that its special root key names, if there is one."""
    if not isinstance(mapping, dict) or _ROOT_DIRECTIVE not in mapping:
        return mapping
    root = mapping[_ROOT_DIRECTIVE]
    if not isinstance(root, dict):
        raise MappingError("The root directive must be an object")
    if len(root) > 1:
        raise MappingError("The root mapping must only have a single directive object")
    members = {key: value for key, value in mapping.items() if key != _ROOT_DIRECTIVE}
    return {
        name: {**argument, "mapping": members} if isinstance(argument, dict) else {"mapping": members}
        for name, argument in root.items()
    }


def _compile_nested(mapping: object, keep_undefined: bool) -> Resolver:  # noqa: FBT001  # called positionally by every directive
    return _compile(mapping, keep_undefined=keep_undefined)


def _compile(mapping: object, *, keep_undefined: bool) -> Resolver:
    if isinstance(mapping, dict):
        if is_directive(mapping):
            name = next(key for key in mapping if key.startswith("@"))
            return compile_directive(name, mapping[name], _compile_nested, keep_undefined=keep_undefined)
        return _object(mapping, keep_undefined=keep_undefined)
    if isinstance(mapping, list):
        return _list(mapping)
    return lambda _: mapping


def _is_constant(mapping: object) -> bool:
    if isinstance(mapping, dict):
        return not is_directive(mapping) and all(map(_is_constant, mapping.values()))
    if isinstance(mapping, list):
        return all(map(_is_constant, mapping))
    return True


def _object(mapping: dict[str, Any], *, keep_undefined: bool) -> Resolver:
    if _is_constant(mapping):
        return lambda _: mapping
    members = tuple((key, _compile(value, keep_undefined=keep_undefined)) for key, value in mapping.items())
    if keep_undefined:
        return lambda event: {key: resolve(event) for key, resolve in members}
    undefined = UNDEFINED

    def resolve_members(event: object) -> object:
        resolved = {}
        for key, resolve in members:
            value = resolve(event)
            if value is not undefined:
                resolved[key] = value
        return resolved

    return resolve_members


def _list(mapping: list[Any]) -> Resolver:
    if _is_constant(mapping):
        return lambda _: mapping
    items = tuple(_compile(item, keep_undefined=False) for item in mapping)
    return lambda event: [resolve(event) for resolve in items]


__all__ = ["compile_batch_mapping", "compile_mapping", "resolve_batch", "without_undefined"]

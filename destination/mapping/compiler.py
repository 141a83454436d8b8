"""A mapping compiled, once, into a function of the event.

Nothing that comes from the event is copied: the result shares lists and objects with it, and nobody changes
either afterwards. Only a mapping whose templates count gets a copy, since LiquidJS keeps counters in the event.
"""

from __future__ import annotations

from copy import deepcopy
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from destination.errors import DestinationError, MappingError
from destination.javascript.values import UNDEFINED, in_key_order, own_members, truthy, type_name
from destination.liquidjs import DEFAULT_LIQUIDJS, LiquidjsVersion
from destination.mapping.configuration import check_configuration
from destination.mapping.directives import compile_directive, failing, liquid_directive
from destination.mapping.paths import path_keys
from destination.mapping.recognition import runs_as_directive
from destination.mapping.source import MappingSource

if TYPE_CHECKING:
    from destination.mapping.paths import Resolver

_ROOT_DIRECTIVE: Final = "__segment_internal_directive"


def compile_mapping(mapping: object, liquidjs: LiquidjsVersion = DEFAULT_LIQUIDJS) -> Resolver:
    """A function that resolves the mapping for one event.

    The function raises `MappingError` when the event is not an object or a directive cannot be resolved.
    Members that come out undefined are left out of objects; list items that do are null.

    Args:
        mapping: The mapping.
        liquidjs: The LiquidJS that `@liquid` is.

    Raises:
        AggregateError: The configuration has mistakes; all of them are named.
        RootMappingError: The mistake is at the mapping's root.
    """
    return requiring_object(compile_batch_mapping(mapping, liquidjs))


def requiring_object(resolve: Resolver) -> Resolver:
    """The mapping of one event of a batch, made that of a single event: it refuses what is not an object."""

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


def compile_batch_mapping(mapping: object, liquidjs: LiquidjsVersion = DEFAULT_LIQUIDJS) -> Resolver:
    """Like `compile_mapping`, for one event of a batch, which Segment does not check to be an object."""
    mapping = _with_root_directive(mapping)
    check_configuration(mapping)
    resolve = _Compiler(liquidjs).compile(mapping, keep_undefined=False)
    if not _counts(mapping):
        return resolve
    # Its templates write into the event, which Segment lets them: what is resolved after them sees it.
    return lambda event: resolve(deepcopy(event))


def member_mappings(mapping: object) -> dict[str, object] | None:
    """The mappings of the members that a mapping gives, in the order that these have.

    None where it gives something else, and where a member may change what those after it read.
    """
    if not isinstance(mapping, dict) or _ROOT_DIRECTIVE in mapping or runs_as_directive(mapping) or _counts(mapping):
        return None
    return in_key_order(mapping)


def mapping_source(liquidjs: LiquidjsVersion = DEFAULT_LIQUIDJS) -> MappingSource:
    """What writes mappings that have been checked as source."""
    compiler = _Compiler(liquidjs)
    return MappingSource(lambda mapping: compiler.compile(mapping, keep_undefined=False))


def is_constant(mapping: object) -> bool:
    """Whether a mapping gives itself for every event."""
    if isinstance(mapping, dict):
        return not runs_as_directive(mapping) and all(map(is_constant, mapping.values()))
    if isinstance(mapping, list):
        return all(map(is_constant, mapping))
    return True


def _require_object(event: object) -> None:
    if not isinstance(event, dict):
        raise MappingError(f"data must be an object, got {type_name(event)}")


def _with_root_directive(mapping: object) -> object:
    """The mapping as an object, put into the directive that its special root key names, if there is one."""
    members = dict(own_members(mapping))
    if _ROOT_DIRECTIVE not in members:
        return members
    root = own_members(members.pop(_ROOT_DIRECTIVE))
    if len(root) > 1:
        raise MappingError("The root mapping must only have a single directive object")
    for name, argument in root.items():
        if isinstance(argument, dict):
            return {name: {**argument, "mapping": members}}
        if isinstance(argument, list):
            return {name: argument}
    raise MappingError("The root directive must be an object")


def _counts(mapping: object) -> bool:
    """Whether a template in the mapping may have a counter."""
    if isinstance(mapping, dict):
        template = mapping.get("@liquid")
        if isinstance(template, str) and ("increment" in template or "decrement" in template):
            return True
        return any(map(_counts, mapping.values()))
    return isinstance(mapping, list) and any(map(_counts, mapping))


def _key_read(mapping: object) -> str | None:
    """The key of the event that a mapping reads and does nothing else; None for every other mapping."""
    if not isinstance(mapping, dict) or mapping.keys() - {"@path", "_metadata"}:
        return None
    path = mapping.get("@path")
    keys = path_keys(path) if isinstance(path, str) else ()
    return keys[0] if len(keys) == 1 else None


def _resolving_members(mapping: dict[str, Any], resolvers: dict[str, Resolver]) -> Resolver:
    """An object whose members are resolved in order, and left out where they come out undefined.

    Every event has a constant, and most members read a key of it: neither is worth a call.

    Args:
        mapping: The members as they are written, in the order that they have in the result.
        resolvers: The same, compiled.
    """
    constants = {name: value for name, value in mapping.items() if is_constant(value)}
    template = {name: constants.get(name) for name in mapping}
    members = tuple((name, _key_read(mapping[name]), resolvers[name]) for name in mapping if name not in constants)
    undefined = UNDEFINED

    def resolve_members(event: object) -> object:
        resolved = template.copy()
        for name, key, resolve in members:
            value = resolve(event) if key is None or type(event) is not dict else event.get(key, undefined)
            if value is undefined:
                del resolved[name]
            else:
                resolved[name] = value
        return resolved

    return resolve_members


@dataclass(frozen=True, slots=True)
class _Compiler:
    """Compiles a mapping and all that is nested in it."""

    liquidjs: LiquidjsVersion

    def compile(self, mapping: object, *, keep_undefined: bool) -> Resolver:
        if isinstance(mapping, dict):
            if runs_as_directive(mapping):
                name = next(key for key in mapping if key.startswith("@"))
                return self._directive(name, mapping[name], keep_undefined=keep_undefined)
            return self._object(mapping, keep_undefined=keep_undefined)
        if isinstance(mapping, list):
            return self._list(mapping)
        return lambda _: mapping

    def _nested(self, mapping: object, keep_undefined: bool) -> Resolver:  # noqa: FBT001  # called positionally by every directive
        return self.compile(mapping, keep_undefined=keep_undefined)

    def _directive(self, name: str, argument: object, *, keep_undefined: bool) -> Resolver:
        if name == "@transform":
            return self._transform(argument, keep_undefined=keep_undefined)
        if name == "@liquid":
            return liquid_directive(argument, self.liquidjs)
        return compile_directive(name, argument, self._nested, keep_undefined=keep_undefined)

    def _transform(self, argument: object, *, keep_undefined: bool) -> Resolver:
        """The directive that is a mapping of its own: `apply` makes the input that `mapping` is resolved for."""
        if not isinstance(argument, dict):
            return failing('@transform requires an object with an "apply" key and a "mapping" key')
        for key in ("mapping", "apply"):
            if not truthy(argument.get(key)):
                return failing(f'@transform requires a "{key}" key')
        if not isinstance(argument["apply"], dict):
            return failing('@transform "apply" key should be an object')
        try:
            apply = compile_mapping(argument["apply"], self.liquidjs)
        except DestinationError as error:
            # Inside a list nobody has looked at it before it runs.
            return failing(error)
        mapping = self.compile(argument["mapping"], keep_undefined=keep_undefined)
        return lambda value: mapping(apply({} if value is UNDEFINED else value))

    def _object(self, mapping: dict[str, Any], *, keep_undefined: bool) -> Resolver:
        if is_constant(mapping):
            return lambda _: mapping
        mapping = in_key_order(mapping)
        resolvers = {name: self.compile(value, keep_undefined=keep_undefined) for name, value in mapping.items()}
        if keep_undefined:
            return lambda event: {name: resolve(event) for name, resolve in resolvers.items()}
        return _resolving_members(mapping, resolvers)

    def _list(self, mapping: list[Any]) -> Resolver:
        if is_constant(mapping):
            return lambda _: mapping
        items = tuple(self.compile(item, keep_undefined=False) for item in mapping)
        return lambda event: [resolve(event) for resolve in items]

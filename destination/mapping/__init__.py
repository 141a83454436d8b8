"""The mapping kit: mappings checked, compiled and resolved."""

from destination.liquidjs import DEFAULT_LIQUIDJS, LIQUIDJS_VERSIONS, LiquidjsVersion
from destination.mapping.compiler import (
    compile_batch_mapping,
    compile_mapping,
    is_constant,
    mapping_source,
    member_mappings,
    requiring_object,
    resolve_batch,
)
from destination.mapping.configuration import DIRECTIVES
from destination.mapping.paths import Resolver, compile_path, path_keys
from destination.mapping.source import items_mapping

__all__ = [
    "DEFAULT_LIQUIDJS",
    "DIRECTIVES",
    "LIQUIDJS_VERSIONS",
    "LiquidjsVersion",
    "Resolver",
    "compile_batch_mapping",
    "compile_mapping",
    "compile_path",
    "is_constant",
    "items_mapping",
    "mapping_source",
    "member_mappings",
    "path_keys",
    "requiring_object",
    "resolve_batch",
]

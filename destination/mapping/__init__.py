"""The mapping kit: mappings checked, compiled and resolved."""

from destination.mapping.compiler import compile_batch_mapping, compile_mapping, resolve_batch
from destination.mapping.paths import Resolver

__all__ = ["Resolver", "compile_batch_mapping", "compile_mapping", "resolve_batch"]

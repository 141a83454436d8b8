"""Field definitions, and what is done with a payload before an action sees it."""

from destination.fields.compiler import ALWAYS_KEPT, Validator, compile_fields, unchanged_values
from destination.fields.definition import Field, RequiredWhen

__all__ = ["ALWAYS_KEPT", "Field", "RequiredWhen", "Validator", "compile_fields", "unchanged_values"]

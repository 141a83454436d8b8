"""What a mapping reads, written as Python source, so that nearly every event needs not one call for it.

Constants, paths, and `@if` with `exists`, of which most mappings are made, become statements. Any other directive
becomes a call of what it is compiled into.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from destination.javascript.values import UNDEFINED, truthy
from destination.mapping.paths import path_keys, step

if TYPE_CHECKING:
    from collections.abc import Callable

    from destination.mapping.paths import Resolver

_INDENT: Final = "    "
#: How far statements are indented; choices in choices beyond that are calls.
_DEEPEST: Final = 10 * len(_INDENT)
#: Stands for the directive that is missing where `@if` has nothing to choose.
_NOTHING: Final = object()


class MappingSource:
    """Statements that read an object called `event`, and the values that they name.

    Args:
        compile_nested: Compiles a mapping for which there are no statements.

    Attributes:
        lines: The statements, to stand in the body of a function.
        names: What the statements need in the namespace of the function.
    """

    def __init__(self, compile_nested: Callable[[object], Resolver]) -> None:
        self._compile_nested = compile_nested
        self.lines: list[str] = []
        self.names: dict[str, Any] = {"undefined": UNDEFINED, "step": step}

    def name(self, value: object) -> str:
        """A name for a value."""
        name = f"value_{len(self.names)}"
        self.names[name] = value
        return name

    def assign(self, target: str, mapping: object, indent: str = _INDENT) -> None:
        """Add the statements that give a variable what the mapping gives for the event."""
        keys, choice = _path_of(mapping), _choice_of(mapping)
        if mapping is _NOTHING:
            self.lines.append(f"{indent}{target} = undefined")
        elif keys:
            self._assign_path(target, keys, indent)
        elif choice and len(indent) < _DEEPEST:
            self._assign_choice(target, choice, indent)
        else:
            self.lines.append(f"{indent}{target} = {self.name(self._compile_nested(mapping))}(event)")

    def _assign_path(self, target: str, keys: tuple[str, ...], indent: str) -> None:
        first, *others = keys
        self.lines.append(f"{indent}{target} = event.get({first!r}, undefined)")
        for key in others:
            inner = f"{target}.get({key!r}, undefined) if type({target}) is dict else step({target}, {key!r})"
            self.lines.append(f"{indent}{target} = {inner}")

    def _assign_choice(self, target: str, choice: dict[str, Any], indent: str) -> None:
        then, other = choice.get("then", _NOTHING), choice.get("else")
        keys = _path_of(then)
        self.assign(target, choice["exists"], indent)
        missing = f"{target} is None or {target} is undefined"
        if keys and keys == _path_of(choice["exists"]):
            # What is looked for is what is taken, and it has been read.
            self.lines.append(f"{indent}if {missing}:")
        else:
            self.lines.append(f"{indent}if not ({missing}):")
            self.assign(target, then, indent + _INDENT)
            self.lines.append(f"{indent}else:")
        self.assign(target, other if truthy(other) else _NOTHING, indent + _INDENT)


def _argument_of(mapping: object, name: str) -> object:
    """The argument of a directive, if the mapping is that one."""
    return mapping.get(name) if isinstance(mapping, dict) and mapping.keys() - {"_metadata"} == {name} else None


def _path_of(mapping: object) -> tuple[str, ...]:
    """The keys that a mapping reads, one after the other; none where it does anything else."""
    path = _argument_of(mapping, "@path")
    return path_keys(path) if isinstance(path, str) else ()


def _choice_of(mapping: object) -> dict[str, Any] | None:
    """The argument of an `@if` that goes by `exists`."""
    argument = _argument_of(mapping, "@if")
    return argument if isinstance(argument, dict) and truthy(argument.get("exists")) else None

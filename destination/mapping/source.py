"""What a mapping reads, written as Python source, so that nearly every event needs not one call for it.

Constants, paths, and `@if` with `exists`, of which most mappings are made, become statements. Any other directive
becomes a call of what it is compiled into. What a path walks through is read once, before everything else.
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
#: How many keys are read by statements; longer paths are calls.
_LONGEST_PATH: Final = 10
#: Stands for the directive that is missing where `@if` has nothing to choose.
_NOTHING: Final = object()


class MappingSource:
    """Statements that read an object, and the values that they name.

    Args:
        compile_nested: Compiles a mapping for which there are no statements.
        event: The variable that holds the object.

    Attributes:
        event: The same.
        names: What the statements need in the namespace of the function.
    """

    def __init__(self, compile_nested: Callable[[object], Resolver], event: str = "event") -> None:
        self._compile_nested = compile_nested
        self._indent = _INDENT
        self._places: dict[tuple[str, ...], str] = {}
        self._reads: list[str] = []
        self._statements: list[str] = []
        self.event = event
        self.names: dict[str, Any] = {"undefined": UNDEFINED, "step": step}

    @property
    def lines(self) -> list[str]:
        """The statements, to stand in the body of a function after one that makes sure of the object."""
        return self._reads + self._statements

    def name(self, value: object) -> str:
        """A name for a value."""
        name = f"value_{len(self.names)}"
        self.names[name] = value
        return name

    def add(self, *statements: str) -> None:
        """Add statements of one line each."""
        self._statements += [self._indent + statement for statement in statements]

    def item(self, items: str) -> MappingSource:
        """Empty statements that read an item of a list, for `add_loop`.

        Args:
            items: The variable that holds the list.
        """
        source = MappingSource(self._compile_nested, f"item_of_{items}")
        source.names = self.names
        source._indent = self._indent + _INDENT
        return source

    def add_loop(self, items: str, item: MappingSource) -> None:
        """Add a loop over a list with the statements of an item, each of which must be an object."""
        self.add(f"for {item.event} in {items}:", f"{_INDENT}if type({item.event}) is not dict: return None")
        self._statements += item.lines

    def assign(self, target: str, mapping: object) -> None:
        """Add the statements that give a variable what the mapping gives for the object."""
        self._assign(target, mapping, self._indent)

    def _assign(self, target: str, mapping: object, indent: str) -> None:
        keys, choice = _path_of(mapping), _choice_of(mapping)
        if choice and len(indent) < _DEEPEST:
            self._assign_choice(target, choice, indent)
            return
        if mapping is _NOTHING:
            value = "undefined"
        elif 0 < len(keys) <= _LONGEST_PATH:
            value = self._places.get(keys) or self._step(keys)
        else:
            value = f"{self.name(self._compile_nested(mapping))}({self.event})"
        self._statements.append(f"{indent}{target} = {value}")

    def _step(self, keys: tuple[str, ...]) -> str:
        """What the last key of a path reads. What the others read has a variable, given before all statements."""
        value = f"{self.event}.get({keys[0]!r}, undefined)"
        for length, key in enumerate(keys[1:], start=1):
            before = keys[:length]
            if before not in self._places:
                self._places[before] = f"{self.event}_{len(self._places)}"
                self._reads.append(f"{self._indent}{self._places[before]} = {value}")
            place = self._places[before]
            value = f"{place}.get({key!r}, undefined) if type({place}) is dict else step({place}, {key!r})"
        return value

    def _assign_choice(self, target: str, choice: dict[str, Any], indent: str) -> None:
        then, other = choice.get("then", _NOTHING), choice.get("else")
        keys = _path_of(then)
        self._assign(target, choice["exists"], indent)
        missing = f"{target} is None or {target} is undefined"
        if keys and keys == _path_of(choice["exists"]):
            # What is looked for is what is taken, and it has been read.
            self._statements.append(f"{indent}if {missing}:")
        else:
            self._statements.append(f"{indent}if not ({missing}):")
            self._assign(target, then, indent + _INDENT)
            self._statements.append(f"{indent}else:")
        self._assign(target, other if truthy(other) else _NOTHING, indent + _INDENT)


def items_mapping(mapping: object) -> tuple[object, dict[str, Any]] | None:
    """Where the items of an `@arrayPath` are found, and what each of them is mapped to; None for anything else."""
    argument = _argument_of(mapping, "@arrayPath")
    match argument:
        case [where, dict() as shape, *_] if shape:
            return {"@path": where} if isinstance(where, str) else where, shape
    return None


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

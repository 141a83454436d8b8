"""What a mapping reads, and the texts in it, each with its place."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any, Final, Literal

from conformance.lint.model import Keys
from destination.mapping import path_keys

#: What the braces of a template hold, after Segment's own expressions.
_TAG: Final = re.compile(r"\{\{\{?([^{}]+)\}?\}\}")
_LIQUID_OUTPUT: Final = re.compile(r"\{\{-?\s*([A-Za-z_][\w-]*(?:(?:\.[\w-]+)|(?:\[[^\]]*\]))*)")
_ROOT: Final = "__segment_internal_directive"
INTERNAL: Final = "__segment_internal_"
#: Members of directives that are options and no values.
_OPTIONS: Final = {
    "@case": frozenset({"operator"}),
    "@replace": frozenset({"pattern", "replacement", "pattern2", "replacement2", "ignorecase", "global"}),
    "@json": frozenset({"mode"}),
    "@flatten": frozenset({"separator", "omitArrays"}),
    "@merge": frozenset({"direction"}),
}
_AFTER_A_PATH: Final = 2
Input = Literal["event", "item", "other"]


@dataclass(frozen=True, slots=True)
class Read:
    """A path that a mapping reads.

    Attributes:
        keys: Where in the mapping it is written.
        field: The field that it fills: `("user", "email")`.
        path: As it is written.
        directive: `@path`, `@template`, `@liquid` or `@arrayPath`.
        input: What it is followed in: the event, an item of a list, or what a `@transform` made.
        choice: The outermost `@if` around it, whose other paths may be there instead; something of
            its own without one.
        list: The path of the list whose items it is followed in.
    """

    keys: Keys
    field: tuple[str, ...]
    path: str
    directive: str
    input: Input
    choice: Keys
    list: str = ""

    @property
    def steps(self) -> tuple[str, ...]:
        """The keys that are followed; in a template `$.` is one of them."""
        written = self.path if self.directive in {"@path", "@arrayPath"} else f"$.{self.path}"
        return path_keys(written)


@dataclass(frozen=True, slots=True)
class Text:
    """A text in a mapping.

    Attributes:
        keys: Where it is written.
        field: The field that it fills.
        text: The text.
        directive: The directive whose argument it is; empty where it is a value of its own.
        input: What a template would be rendered with.
    """

    keys: Keys
    field: tuple[str, ...]
    text: str
    directive: str
    input: Input


@dataclass(frozen=True, slots=True)
class Contents:
    """Everything that a mapping reads, and every text in it."""

    reads: tuple[Read, ...]
    texts: tuple[Text, ...]

    def of(self, *field: str) -> tuple[Read, ...]:
        """What is read for a field, or for a part of it."""
        return tuple(read for read in self.reads if read.field[: len(field)] == field)


@dataclass(frozen=True, slots=True)
class _At:
    keys: Keys = ()
    field: tuple[str, ...] = ()
    input: Input = "event"
    choice: Keys | None = None
    list: str = ""

    def down(self, *keys: str | int) -> _At:
        return replace(self, keys=(*self.keys, *keys))

    def read(self, path: str, directive: str) -> Read:
        return Read(self.keys, self.field, path, directive, self.input, self.choice or (*self.keys, path), self.list)


def contents(mapping: Any) -> Contents:
    """What a mapping reads, and the texts in it, in order."""
    whole: Input = "other" if isinstance(mapping, dict) and _ROOT in mapping else "event"
    found = list(_walk(mapping, _At(input=whole)))
    return Contents(
        tuple(item for item in found if isinstance(item, Read)),
        tuple(item for item in found if isinstance(item, Text)),
    )


def directive_of(value: Any) -> str:
    """The name of the directive that a value is; empty when it is none."""
    names = [key for key in value if key.startswith("@")] if isinstance(value, dict) else []
    return names[0] if len(names) == 1 else ""


def has_directive(value: Any) -> bool:
    """Whether a value is a directive, or has one in it."""
    if isinstance(value, dict):
        return any(key.startswith("@") for key in value) or any(map(has_directive, value.values()))
    return isinstance(value, list) and any(map(has_directive, value))


def _walk(value: Any, at: _At) -> Iterator[Read | Text]:
    name = directive_of(value)
    if name:
        yield from _directive(name, value[name], at.down(name))
    elif isinstance(value, dict):
        for key, inner in value.items():
            if not key.startswith(INTERNAL):
                yield from _walk(inner, replace(at.down(key), field=(*at.field, key)))
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from _walk(inner, at.down(index))
    elif isinstance(value, str):
        yield Text(at.keys, at.field, value, "", at.input)


def _directive(name: str, argument: Any, at: _At) -> Iterator[Read | Text]:
    if name == "@path" and isinstance(argument, str):
        yield at.read(argument, name)
    elif name in {"@template", "@liquid"} and isinstance(argument, str):
        yield Text(at.keys, at.field, argument, name, at.input)
        pattern = _TAG if name == "@template" else _LIQUID_OUTPUT
        for path in dict.fromkeys(match[1].strip() for match in pattern.finditer(argument)):
            yield at.read(path, name)
    elif name == "@arrayPath" and isinstance(argument, list):
        yield from _array_path(argument, at)
    elif name == "@transform" and isinstance(argument, dict):
        yield from _walk(argument.get("apply"), at.down("apply"))
        yield from _walk(argument.get("mapping"), replace(at.down("mapping"), input="other"))
    elif name == "@literal":
        # A text in it is meant as it stands; a directive in it is resolved all the same.
        inside = _walk(argument, at)
        yield from (item for item in inside if isinstance(item, Read) or item.directive)
    else:
        chosen = at if name != "@if" or at.choice else replace(at, choice=at.keys)
        yield from _argument(name, argument, chosen)


def _array_path(argument: list[Any], at: _At) -> Iterator[Read | Text]:
    for index, part in enumerate(argument[:_AFTER_A_PATH]):
        inside = at.down(index)
        if index == 0:
            path = part.get("@path") if isinstance(part, dict) else part
            if isinstance(path, str):
                keys = inside.keys if isinstance(part, str) else (*inside.keys, "@path")
                yield replace(inside.read(path, "@arrayPath"), keys=keys)
                at = replace(at, list=path)
            else:
                yield from _walk(part, inside)
        else:
            # Of an item that is read from another item nothing is known.
            inner: Input = "item" if at.input == "event" else "other"
            yield from _walk(part, replace(inside, input=inner))


def _argument(name: str, argument: Any, at: _At) -> Iterator[Read | Text]:
    """What stands in the argument of a directive that resolves it, with the field that it fills."""
    options = _OPTIONS.get(name, frozenset())
    if not isinstance(argument, dict) or directive_of(argument):
        yield from _walk(argument, at)
        return
    transparent = name in {"@if", "@case", "@replace", "@json", "@flatten", "@merge"}
    for key, inner in argument.items():
        if key not in options:
            deeper = at.down(key) if transparent else replace(at.down(key), field=(*at.field, key))
            yield from _walk(inner, deeper)

"""What a directive is: a function that compiles the argument of the directive into a function of the input."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from destination.errors import DestinationError, MappingError
from destination.javascript.values import truthy, type_name
from destination.mapping.paths import Resolver

#: Compiles a nested mapping; with the flag, objects keep members that are undefined.
Compile = Callable[[object, bool], Resolver]
#: Takes the argument, the compiler of nested mappings, and whether undefined members are kept.
Directive = Callable[[Any, Compile, bool], Resolver]


def failing(reason: str | DestinationError) -> Resolver:
    """A function that raises the error, or a `MappingError` with that text."""

    def fail(_: object) -> object:
        raise MappingError(reason) if isinstance(reason, str) else reason

    return fail


def constant(value: object) -> Resolver:
    """A function that gives the value, whatever the input."""
    return lambda _: value


def text_directive(name: str, compile_text: Callable[[str], Resolver]) -> Directive:
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


def options_directive(name: str, object_with: str, keys: tuple[str, ...], directive: Directive) -> Directive:
    """A directive on an object, whose named keys must be truthy as they are written.

    Args:
        name: The directive.
        object_with: What Segment says that the object must have, when there is none.
        keys: The keys, in the order in which they are looked for.
        directive: The directive itself.
    """

    def checked(argument: object, compile_nested: Compile, keep: bool) -> Resolver:
        if not isinstance(argument, dict):
            return failing(f"{name} requires an object with {object_with}")
        for key in keys:
            if not truthy(argument.get(key)):
                return failing(f'{name} requires a "{key}" key')
        return directive(argument, compile_nested, keep)

    return checked

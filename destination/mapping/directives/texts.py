"""Directives that make or change a text: `@case`, `@replace`, `@json` and `@liquid`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from destination.errors import MappingError
from destination.javascript import json_text, utf16
from destination.javascript.values import UNDEFINED, is_number, to_text, truthy
from destination.liquidjs import LiquidjsVersion
from destination.mapping.configuration import LONGEST_PATTERN, LONGEST_REPLACEMENT
from destination.mapping.directives.definition import Compile, constant, failing
from destination.mapping.paths import Resolver
from destination.mapping.replacement import replace_text


def case_directive(argument: Mapping[str, Any], compile_nested: Compile, _: bool) -> Resolver:
    """`@case`: a text in upper or in lower case; what is not text stays as it is."""
    if not truthy(argument.get("value")):
        return constant(UNDEFINED)
    get = compile_nested(argument["value"], False)
    operator = argument["operator"]
    change = {"lower": str.lower, "upper": str.upper}.get(operator) if isinstance(operator, str) else None

    def resolve(value: object) -> object:
        text = get(value)
        if not isinstance(text, str):
            return text
        if change is None:
            raise MappingError('operator key should have a value of "lower" or "upper"')
        return change(text)

    return resolve


def replace_directive(argument: Mapping[str, Any], compile_nested: Compile, _: bool) -> Resolver:
    """`@replace`: a text with one or two patterns replaced; what cannot be made a text is empty."""
    if not truthy(argument.get("value")):
        return constant(UNDEFINED)
    get = compile_nested(argument["value"], False)
    replacements = _replacements(argument)

    def resolve(value: object) -> object:
        found = get(value)
        if replacements is None or not (isinstance(found, (str, bool)) or is_number(found)):
            return ""
        text = to_text(found)
        for replace in replacements:
            text = replace(text)
        return text

    return resolve


def _replacements(argument: Mapping[str, Any]) -> list[Callable[[str], str]] | None:
    """What is done to a text, step by step; None where an option is of a type that makes every text empty."""
    ignore_case, everywhere = _or_default(argument, "ignorecase", False), _or_default(argument, "global", True)
    first, second = _or_default(argument, "replacement", ""), _or_default(argument, "replacement2", "")
    if not (isinstance(argument["pattern"], str) and isinstance(first, str)):
        return None
    if not (isinstance(ignore_case, bool) and isinstance(everywhere, bool)):
        return None
    steps = [_replacement(argument["pattern"], first, ignore_case=ignore_case, everywhere=everywhere)]
    pattern = argument.get("pattern2")
    if isinstance(pattern, str) and pattern and isinstance(second, str):
        steps.append(_replacement(pattern, second, ignore_case=ignore_case, everywhere=everywhere))
    return steps


def _or_default(argument: Mapping[str, Any], key: str, default: object) -> object:
    value = argument.get(key)
    return default if value is None else value


def _replacement(pattern: str, replacement: str, *, ignore_case: bool, everywhere: bool) -> Callable[[str], str]:
    """One replacement; what is too long is found out only when there is a text to change."""

    def replace(text: str) -> str:
        if utf16.length(pattern) > LONGEST_PATTERN:
            raise MappingError(f'@replace requires a "pattern" less than {LONGEST_PATTERN} characters')
        if utf16.length(replacement) > LONGEST_REPLACEMENT:
            raise MappingError(f'@replace requires a "replacement" less than {LONGEST_REPLACEMENT} characters')
        return replace_text(text, pattern, replacement, ignore_case=ignore_case, everywhere=everywhere)

    return replace


def json_directive(argument: Mapping[str, Any], compile_nested: Compile, _: bool) -> Resolver:
    """`@json`: a value as JSON text, or the value of a JSON text; what is no JSON stays as it is."""
    get = compile_nested(argument["value"], False)
    mode = argument["mode"]

    def nothing(value: object) -> object:
        get(value)
        return UNDEFINED

    def encode(value: object) -> object:
        found = get(value)
        return UNDEFINED if found is UNDEFINED else json_text.stringify(found)

    def decode(value: object) -> object:
        found = get(value)
        if not isinstance(found, str):
            return found
        try:
            return json_text.parse(found)
        except (ValueError, RecursionError):
            return found

    if not isinstance(mode, str):
        return nothing
    return {"encode": encode, "decode": decode}.get(mode, nothing)


def liquid_directive(argument: object, version: LiquidjsVersion) -> Resolver:
    """`@liquid`: a Liquid template, parsed at once and rendered with the event."""
    if not isinstance(argument, str):
        return failing("liquid template value must be a string")
    # Only here: most mappings need no templates.
    from destination.mapping.liquid import compile_liquid

    return compile_liquid(argument, version)

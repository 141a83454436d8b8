"""Paths such as `$.traits.address.city`, compiled into functions of the input."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache
from typing import Final

from destination.javascript.values import UNDEFINED, member, truthy

#: A part of a mapping, compiled: takes the input and gives the value, `UNDEFINED` for none.
Resolver = Callable[[object], object]

#: A dot; a bracket before a quote or a digit; brackets after a quote or a digit.
_SEPARATOR: Final = re.compile(r"\.|\[(?=['\"0-9])|(?<=['\"0-9])\]+")
_QUOTES: Final = str.maketrans("", "", "'\"")


def without_root(path: str) -> str:
    """The path without its `$.`: the first occurrence goes, wherever it stands."""
    return path.replace("$.", "", 1)


def path_keys(path: str) -> tuple[str, ...]:
    """The keys that `{"@path": path}` follows, one after the other; none for the whole input."""
    return _keys(without_root(path))


def compile_path(path: str) -> Resolver:
    """A function that gives what `{"@path": path}` reads, `UNDEFINED` where nothing is there."""
    return path_getter(without_root(path))


@lru_cache(maxsize=1024)
def path_getter(path: str) -> Resolver:
    """A function that walks the path, `$.` already removed; empty and `.` give the whole input.

    A falsy value on the way is the result, whatever remains of the path.
    """
    keys = _keys(path)
    if not keys:
        return _whole
    if len(keys) == 1:
        return _one_step(keys[0])
    if len(keys) == 2:  # noqa: PLR2004  # the two lengths that nearly every mapping has
        return _two_steps(*keys)
    return _walk(keys)


def _keys(path: str) -> tuple[str, ...]:
    """The keys of a path, `$.` already removed."""
    return tuple(piece.translate(_QUOTES) for piece in _SEPARATOR.split(path) if piece)


def _whole(value: object) -> object:
    return value


def step(value: object, key: str) -> object:
    """What one key of a path reads of a value; a falsy value stands for itself."""
    return member(value, key) if truthy(value) else value


def _one_step(key: str) -> Resolver:
    def get(value: object) -> object:
        if type(value) is dict:
            return value.get(key, UNDEFINED)
        return step(value, key)

    return get


def _two_steps(first: str, second: str) -> Resolver:
    def get(value: object) -> object:
        inner = value.get(first, UNDEFINED) if type(value) is dict else step(value, first)
        if type(inner) is dict:
            return inner.get(second, UNDEFINED)
        return step(inner, second)

    return get


def _walk(keys: tuple[str, ...]) -> Resolver:
    def get(value: object) -> object:
        for key in keys:
            value = value.get(key, UNDEFINED) if type(value) is dict else step(value, key)
            if value is UNDEFINED:
                break
        return value

    return get

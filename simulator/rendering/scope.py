"""Where names are looked up: the values that blocks have stepped into, the innermost first.

A name that the innermost value lacks is looked up in those around it: so does the Java engine, and JavaScript's does
not.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

_THIS: Final = re.compile(r"this(?=[./]|$)|\.(?!\.)")
_PIECE: Final = re.compile(r"\[(?P<quoted>[^\]]*)\]|(?P<up>\.\.)|(?P<name>[^./\[\]]+)|(?P<here>\.(?!\.))|/")


@dataclass(frozen=True, slots=True)
class Scope:
    """One value that a block has stepped into.

    Attributes:
        value: The value.
        parent: What is around it; None for the outermost.
        names: Block parameters, and variables.
        data: What names with `@` are looked up in.
    """

    value: Any
    parent: Scope | None = None
    names: Mapping[str, Any] = field(default_factory=dict)
    data: Mapping[str, Any] = field(default_factory=dict)

    def inner(self, value: Any, names: Mapping[str, Any] | None = None, **data: Any) -> Scope:
        """The scope of a block that steps into a value."""
        return Scope(value, self, names or {}, {**self.data, **data})

    def lookup(self, path: str) -> Any:
        """What a path such as `user.items.[0].name`, `../name`, `this` or `@index` leads to; None for nothing."""
        if path.startswith("@"):
            first, *rest = path[1:].split(".")
            return _follow(self.data.get(first), rest)
        scope, names = self._start(path)
        if not names:
            return scope.value
        if _THIS.match(path):
            return _follow(scope.value, names)
        return _follow(scope.find(names[0]), names[1:])

    def _start(self, path: str) -> tuple[Scope, list[str]]:
        scope: Scope = self
        names: list[str] = []
        for piece in _PIECE.finditer(path):
            if piece["up"]:
                scope = scope.parent or scope
            elif piece["quoted"] is not None:
                names.append(piece["quoted"])
            elif piece["name"] is not None and piece["name"] != "this":
                names.append(piece["name"])
        return scope, names

    def find(self, name: str) -> Any:
        """What a name stands for here, or in the values around; None for nothing."""
        scope: Scope | None = self
        while scope is not None:
            if name in scope.names:
                return scope.names[name]
            found = step(scope.value, name)
            if found is not None:
                return found
            scope = scope.parent
        return None


def _follow(value: Any, names: list[str]) -> Any:
    for name in names:
        value = step(value, name)
    return value


def step(value: Any, name: str) -> Any:
    """A member of a value; None for none. Texts have a length, lists a size as well."""
    if isinstance(value, dict):
        return value[name] if name in value else (len(value) if name == "size" else None)
    if isinstance(value, list):
        if name.isdigit() and int(name) < len(value):
            return value[int(name)]
        return len(value) if name in {"size", "length"} else None
    return len(value) if isinstance(value, str) and name == "length" else None

"""Where in a JSON text something stands, said as a path such as `batch[3].traits.plan`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

_TOKEN: Final = re.compile(r'"(?:[^"\\]|\\.)*"?|[{}\[\]:,]|[^\s"{}\[\]:,]+', re.DOTALL)
_PLAIN_KEY: Final = re.compile(r"[A-Za-z_$][\w$-]*")
#: What Python and JavaScript write for numbers that JSON does not have.
_CONSTANTS: Final = frozenset({"NaN", "Infinity", "-Infinity"})


def path_text(path: tuple[str | int, ...]) -> str:
    """A path as people write it: `batch[3].traits.plan`, with unusual keys in brackets; empty for no path."""
    parts: list[str] = []
    for step in path:
        if isinstance(step, int):
            parts.append(f"[{step}]")
        elif _PLAIN_KEY.fullmatch(step):
            parts.append(f".{step}" if parts else step)
        else:
            parts.append(f'["{step}"]')
    return "".join(parts)


def path_at(text: str, offset: int) -> tuple[str | int, ...]:
    """The members and items around an offset of a JSON text; the text may be broken, at the offset or behind it."""
    open_containers: list[_Container] = []
    for match in _TOKEN.finditer(text, 0, offset + 1):
        if match.start() >= offset:
            break
        _read(match[0], open_containers)
    return tuple(container.step for container in open_containers if container.step is not None)


def constants_in(text: str) -> Iterator[tuple[str, int]]:
    """Every `NaN`, `Infinity` and `-Infinity` that stands in the place of a value, with its offset."""
    return ((match[0], match.start()) for match in _TOKEN.finditer(text) if match[0] in _CONSTANTS)


@dataclass(slots=True)
class _Container:
    """An object or an array that is not closed yet, and the member or item that is being read."""

    step: str | int | None
    awaits_key: bool


def _read(piece: str, open_containers: list[_Container]) -> None:
    if piece == "{":
        open_containers.append(_Container(None, awaits_key=True))
    elif piece == "[":
        open_containers.append(_Container(0, awaits_key=False))
    elif not open_containers:
        return
    elif piece in {"}", "]"}:
        open_containers.pop()
    elif piece == ",":
        current = open_containers[-1]
        if isinstance(current.step, int):
            current.step += 1
        else:
            current.step, current.awaits_key = None, True
    elif open_containers[-1].awaits_key and piece.startswith('"'):
        open_containers[-1].step = piece.strip('"')
        open_containers[-1].awaits_key = False

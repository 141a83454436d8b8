"""What a mapping reads from an event, and what it names: its leaves, found without resolving anything."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

_PLACEHOLDER: Final = re.compile(r"\{\{\{?\s*([^{}|]+?)\s*(?:\|[^{}]*)?\}?\}\}")
_LIQUID_WORD: Final = re.compile(
    r"\b((?:traits|properties|context)(?:\.\w+)+|userId|anonymousId|messageId|timestamp|event)\b"
)

Json = Any


@dataclass(frozen=True, slots=True)
class Leaf:
    """One value of a mapping: what it is called, and where it comes from.

    Attributes:
        target: The keys that lead to it in the payload; empty for a mapping that is one directive as a whole.
        sources: The dotted paths of the event that it reads, without `$.`, each once.
        definition: The value as configured.
        bare: The path, when the value is that path and nothing else; None otherwise.
        text_of: The path, when the value is the text of that path and nothing else; None otherwise.
    """

    target: tuple[str, ...]
    sources: tuple[str, ...]
    definition: Json
    bare: str | None = None
    text_of: str | None = None

    @property
    def name(self) -> str:
        """The dotted name of the target."""
        return ".".join(self.target) or "the whole mapping"

    @property
    def is_constant(self) -> bool:
        """Whether it reads nothing."""
        return not self.sources


def leaves(mapping: Json) -> tuple[Leaf, ...]:
    """All leaves of a mapping, in order."""
    return tuple(_leaves((), mapping))


def _leaves(target: tuple[str, ...], value: Json) -> Iterator[Leaf]:
    if isinstance(value, dict) and not directive_of(value):
        for key, inner in value.items():
            yield from _leaves((*target, key), inner)
        return
    sources = tuple(dict.fromkeys(_sources(value)))
    yield Leaf(target, sources, value, _bare(value), _text_of(value))


def directive_of(value: Json) -> str:
    """The name of the directive that a value is, such as `@path`; empty when it is none."""
    if not isinstance(value, dict):
        return ""
    names = [key for key in value if key.startswith("@")]
    return names[0] if len(names) == 1 else ""


def plain_path(path: str) -> str:
    """A path in dots: without `$.`, and with brackets and quotes resolved."""
    text = path.strip().replace("$.", "", 1)
    return re.sub(r"\[['\"]?([^'\"\]]+)['\"]?\]", r".\1", text).strip(".")


def _bare(value: Json) -> str | None:
    path = value.get("@path") if isinstance(value, dict) else None
    return plain_path(path) if isinstance(path, str) else None


def _text_of(value: Json) -> str | None:
    template = value.get("@template") if isinstance(value, dict) else None
    if not isinstance(template, str):
        return None
    found = _PLACEHOLDER.fullmatch(template.strip())
    return plain_path(found[1]) if found else None


def _sources(value: Json) -> Iterator[str]:
    """The paths that a value reads from the event itself."""
    if isinstance(value, list):
        for item in value:
            yield from _sources(item)
        return
    if not isinstance(value, dict):
        return
    for key, inner in value.items():
        if key == "@arrayPath" and isinstance(inner, list) and inner:
            # The shape reads from the items, not from the event.
            yield from _sources({"@path": inner[0]} if isinstance(inner[0], str) else inner[0])
        elif key == "@transform" and isinstance(inner, Mapping):
            yield from _sources(inner.get("apply"))
        elif key in {"@path", "@template", "@liquid"} and isinstance(inner, str):
            yield from _read_by_text(key, inner)
        else:
            yield from _sources(inner)


def _read_by_text(directive: str, text: str) -> Iterator[str]:
    if directive == "@path":
        yield plain_path(text)
    elif directive == "@template":
        yield from (plain_path(found) for found in _PLACEHOLDER.findall(text))
    else:
        yield from _LIQUID_WORD.findall(text)


def members(mapping: Json) -> Iterator[tuple[str, Json]]:
    """Every key with its value anywhere in a mapping, inside directives too."""
    if isinstance(mapping, list):
        for item in mapping:
            yield from members(item)
    elif isinstance(mapping, dict):
        for key, value in mapping.items():
            yield key, value
            yield from members(value)

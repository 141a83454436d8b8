"""Which events must stay in order: those that share a person."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pydantic import JsonValue

Identifier = tuple[str, str]


def identifiers(event: Mapping[str, JsonValue]) -> frozenset[Identifier]:
    """Everything in an event that names its person, such as `("userId", "u1")`.

    Two events with one identifier in common are delivered one after the other; so an anonymous visitor who
    signs in keeps one order, because the event that signs them in carries both identifiers.
    """
    return frozenset(_identifiers(event))


def _identifiers(event: Mapping[str, JsonValue]) -> Iterator[Identifier]:
    for key in ("userId", "anonymousId"):
        if (text := _text(event.get(key))) is not None:
            yield key, text
    context = event.get("context")
    inner = context.get("traits") if isinstance(context, dict) else None
    for holder in (event.get("traits"), event.get("properties"), inner):
        if isinstance(holder, dict) and (text := _text(holder.get("email"))) is not None:
            yield "email", text.lower()


def _text(value: JsonValue) -> str | None:
    if isinstance(value, (str, int, float)) and not isinstance(value, bool) and value != "":
        return str(value)
    return None

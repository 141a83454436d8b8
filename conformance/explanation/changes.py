"""What validation changed in a payload, and why."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from destination.javascript import UNDEFINED, to_json_value

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from destination import CompiledSubscription, Outcome

Json = Any
_NOT_A_FIELD: Final = "not a field of the action"


@dataclass(frozen=True, slots=True)
class Change:
    """One difference between what the mapping gave and what the action got.

    Attributes:
        path: The dotted path in the payload.
        what: `removed` or `coerced`.
        before: The value that the mapping gave.
        after: The value that the action got; None for what was removed.
        why: Why it was removed; empty for what was coerced.
    """

    path: str
    what: str
    before: Json
    after: Json
    why: str = ""


def changes(
    compiled: CompiledSubscription, resolved: Sequence[object], outcome: Outcome
) -> Iterator[tuple[Change, ...]]:
    """For each payload, what differs from what the mapping gave; a refused event has no payload."""
    if len(resolved) != len(outcome.payloads):
        return
    fields = () if compiled.action is None else tuple(compiled.action.fields)
    for before, after in zip(resolved, outcome.payloads, strict=True):
        yield tuple(_differences((), before, after, fields))


def _differences(path: tuple[str, ...], before: object, after: object, fields: Sequence[str]) -> Iterator[Change]:
    if isinstance(before, dict) and isinstance(after, dict):
        for key, value in before.items():
            place = (*path, key)
            if key not in after:
                why = _why_removed(value, known=bool(path) or key in fields)
                yield Change(".".join(place), "removed", to_json_value(value), None, why)
            else:
                yield from _differences(place, value, after[key], fields)
    elif isinstance(before, list) and isinstance(after, list) and len(before) == len(after):
        for index, (old, new) in enumerate(zip(before, after, strict=True)):
            yield from _differences((*path, str(index)), old, new, fields)
    elif before is not after and (type(before) is not type(after) or before != after):
        yield Change(".".join(path), "coerced", to_json_value(before), to_json_value(after))


def _why_removed(value: object, *, known: bool) -> str:
    if value is None:
        return "null" if known else f"null, and {_NOT_A_FIELD}"
    if value is UNDEFINED:
        return "undefined"
    if value == "" and isinstance(value, str):
        return "empty text" if known else f"empty text, and {_NOT_A_FIELD}"
    return "not declared in the field" if known else _NOT_A_FIELD

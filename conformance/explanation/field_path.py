"""One field followed from the event to the wire."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from destination.javascript import UNDEFINED, member, to_json_value
from destination.mapping import compile_path

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from destination import Outcome

_SEPARATORS: Final = re.compile(r"[.\[\]]+")

Json = Any


@dataclass(frozen=True, slots=True)
class FieldStep:
    """A field at one stage of its way.

    Attributes:
        stage: `mapping`, `event`, `resolved`, `payload` or `wire`.
        path: Where the value stands at this stage.
        value: The value; meaningless when it is absent.
        absent: Whether there is nothing in that place.
        note: What happened since the stage before; may be empty.
    """

    stage: str
    path: str
    value: Json = None
    absent: bool = False
    note: str = ""


def follow_field(
    field: str, mapping: Json, events: Sequence[Json], outcome: Outcome, *, fields: Collection[str] = ()
) -> tuple[FieldStep, ...]:
    """A field of the payload at every stage of its way, for every event of the outcome that matched.

    Args:
        field: A dotted path in the payload, such as `dataFields.plan` or `items.0.price`; or only how it ends, where
            the action has no such field and the mapping one key that ends so.
        mapping: The mapping of the subscription.
        events: The events; more than one in a batch.
        outcome: What became of them.
        fields: The fields of the action.
    """
    asked_for = [key for key in _SEPARATORS.split(field) if key]
    keys = asked_for if asked_for[0] in fields else _meant(mapping, asked_for)
    return tuple(_steps(keys, mapping, events, outcome))


def keys_named(mapping: Json, names: Sequence[str]) -> list[list[str]]:
    """The keys of a mapping, as paths, that end with some names.

    Args:
        mapping: The mapping of a subscription.
        names: The names, the last one last.
    """
    return [
        [*path] for path, _ in _walk((), mapping) if [*path[-len(names) :]] == [*names] and not _is_in_directive(path)
    ]


def _meant(mapping: Json, asked_for: list[str]) -> list[str]:
    """The one key that ends as was asked for; where there are more, or none, it is taken as it is."""
    configured, _ = _configured(mapping, asked_for)
    found = keys_named(mapping, asked_for) if configured is UNDEFINED else []
    return found[0] if len(found) == 1 else asked_for


def _steps(keys: list[str], mapping: Json, events: Sequence[Json], outcome: Outcome) -> Iterator[FieldStep]:
    field = ".".join(keys)
    configured, rest = _configured(mapping, keys)
    yield _step("mapping", field, configured, _no_such_key(mapping, keys[-1]) if configured is UNDEFINED else "")
    paths = [_extended(path, rest) for path in _paths_read(configured)]
    for event in events:
        for path in dict.fromkeys(paths):
            yield _step("event", path, compile_path(path)(event))
    resolved = [_at(value, keys) for value in outcome.resolved]
    for value in resolved:
        yield _step("resolved", field, value)
    for index, payload in enumerate(outcome.payloads):
        before = resolved[index] if len(resolved) == len(outcome.payloads) else UNDEFINED
        yield _payload_step(field, before, _at(payload, keys))
    if not outcome.payloads:
        yield FieldStep("payload", field, absent=True, note=_refusal(outcome))
    yield from _wire_steps(keys, outcome)


def _payload_step(field: str, before: object, after: object) -> FieldStep:
    note = ""
    if after is UNDEFINED and before is not UNDEFINED:
        note = "removed by validation"
    elif after is not UNDEFINED and to_json_value(before) != to_json_value(after):
        note = "coerced by validation"
    return _step("payload", field, after, note)


def _refusal(outcome: Outcome) -> str:
    return "the event was refused" if outcome.error is None else f"refused: {outcome.error.message.strip()}"


def _wire_steps(keys: list[str], outcome: Outcome) -> Iterator[FieldStep]:
    sent = [to_json_value(_at(payload, keys)) for payload in outcome.payloads]
    for exchange in outcome.exchanges:
        request = exchange.request
        found = list(_found_on_wire(keys, request.json))
        for path, value in found:
            note = "" if value in sent else "converted by the action"
            yield _step("wire", f"{request.method} {request.url} {path}", value, note)
        if not found:
            yield FieldStep("wire", f"{request.method} {request.url}", absent=True, note="not in the body")


def _found_on_wire(keys: list[str], body: Json) -> list[tuple[str, Json]]:
    """Where the body has the field: under its own path, deeper down, or by its last key alone."""
    every = list(_walk((), body))
    for length in range(len(keys), 0, -1):
        wanted = tuple(keys[-length:])
        found = [(".".join(path), value) for path, value in every if path[-length:] == wanted]
        if found:
            return found
    return []


def _walk(path: tuple[str, ...], value: Json) -> Iterator[tuple[tuple[str, ...], Json]]:
    if isinstance(value, (dict, list)):
        for key, item in value.items() if isinstance(value, dict) else enumerate(value):
            yield (*path, str(key)), item
            yield from _walk((*path, str(key)), item)


def _configured(mapping: Json, keys: Sequence[str]) -> tuple[object, list[str]]:
    """The part of the mapping that makes the field, and the keys that lead on from there into its value."""
    value: object = mapping
    for position, key in enumerate(keys):
        if not isinstance(value, dict) or any(name.startswith("@") for name in value):
            return value, list(keys[position:])
        value = value.get(key, UNDEFINED)
    return value, []


def _no_such_key(mapping: Json, name: str) -> str:
    """That the mapping has no such key, and where it has one of that name."""
    others = map(".".join, keys_named(mapping, [name]))
    hint = " or ".join(others)
    return f"the mapping has no such key{f'; did you mean {hint}?' if hint else ''}"


def _is_in_directive(path: Sequence[str]) -> bool:
    return any(key.startswith("@") for key in path)


def _paths_read(configured: object) -> Iterator[str]:
    """Every path of the event that a part of a mapping reads."""
    if isinstance(configured, dict):
        for key, value in configured.items():
            if key == "@path" and isinstance(value, str):
                yield value
            elif key == "@arrayPath" and isinstance(value, list) and value and isinstance(value[0], str):
                yield value[0]
            elif key == "@template" and isinstance(value, str):
                yield from (path.strip() for path in re.findall(r"{{+([^}]*)}}", value))
            else:
                yield from _paths_read(value)
    elif isinstance(configured, list):
        for item in configured:
            yield from _paths_read(item)


def _extended(path: str, rest: Sequence[str]) -> str:
    return ".".join((path, *rest))


def _at(value: object, keys: Sequence[str]) -> object:
    for key in keys:
        value = member(value, key)
    return value


def _step(stage: str, path: str, value: object, note: str = "") -> FieldStep:
    if value is UNDEFINED:
        return FieldStep(stage, path, absent=True, note=note)
    return FieldStep(stage, path, to_json_value(value), note=note)

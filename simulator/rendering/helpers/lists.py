"""Helpers that step into values and go through lists."""

from __future__ import annotations

from functools import cmp_to_key
from typing import TYPE_CHECKING, Any, Final

from simulator.rendering.scope import step
from simulator.rendering.values import Safe, compare, is_falsy, number_of, text_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from simulator.rendering.evaluation import Call, Helper

#: Source: Iterable support article 36267178160788.
_MOST_GROUPED: Final = 100


def _each(call: Call) -> Any:
    value = call.arg(0)
    pairs: list[tuple[Any, Any]] = []
    if isinstance(value, dict):
        pairs = list(value.items())
    elif isinstance(value, list):
        pairs = list(enumerate(value))
    if not pairs:
        return call.inverse()
    return Safe("".join(_turn(call, index, len(pairs), *pair) for index, pair in enumerate(pairs)))


def _turn(call: Call, index: int, count: int, key: Any, item: Any) -> str:
    first, last = ("first" if index == 0 else ""), ("last" if index == count - 1 else "")
    odd, even = ("odd" if index % 2 else ""), ("" if index % 2 else "even")
    data = {"index": index, "key": key, "first": first, "last": last, "odd": odd, "even": even}
    return call.body(call.scope.inner(item, call.named(item, key), **data))


def _with(call: Call) -> Any:
    value = call.arg(0)
    return call.inverse() if is_falsy(value) else call.body(call.scope.inner(value, call.named(value)))


def _lookup(call: Call) -> Any:
    """A member by a name that is a value itself; one with dots is a path, but with `resolveKey=false`."""
    key = text_of(call.arg(1))
    names = [key] if call.options.get("resolveKey") is False else key.split(".")
    found = call.arg(0)
    for name in names:
        found = step(found, name)
    if call.block is None:
        return found
    return call.inverse() if found is None else call.body(call.scope.inner(call.scope.value, call.named(found)))


def _sort_by(call: Call) -> Any:
    items = _listed(call.arg(0))
    field = text_of(call.options.get("field", call.arg(1)))
    known = [item for item in items if step(item, field) is not None]
    known.sort(key=cmp_to_key(lambda one, other: compare(step(one, field), step(other, field), call.name)))
    if call.options.get("order") == "desc":
        known.reverse()
    return _given(call, [*known, *(item for item in items if step(item, field) is None)])


def _group_by(call: Call) -> Any:
    field = text_of(call.options.get("field", call.arg(1)))
    groups: dict[str, list[Any]] = {}
    for item in _listed(call.arg(0))[:_MOST_GROUPED]:
        groups.setdefault(text_of(step(item, field)), []).append(item)
    return _given(
        call,
        [{"key": {field: step(items[0], field)}, "count": len(items), "items": items} for items in groups.values()],
    )


def _given(call: Call, value: list[Any]) -> Any:
    """The block with a list for its parameter."""
    return call.body(call.scope.inner(call.scope.value, call.named(value)))


def _extreme(*, largest: bool) -> Helper:
    def helper(call: Call) -> Any:
        field = text_of(call.arg(1))
        numbered = [
            (number, item) for item in _listed(call.arg(0)) if (number := number_of(step(item, field))) is not None
        ]
        if not numbered:
            return call.inverse()
        choose = max if largest else min
        _, found = choose(numbered, key=lambda pair: pair[0])
        return call.body(call.scope.inner(found, call.named(found)))

    return helper


def _join(call: Call) -> Any:
    separator = text_of(call.args[-1]) if len(call.args) > 1 else ","
    parts: Iterable[Any] = call.args[:-1] if len(call.args) > 1 else call.args
    texts = [text_of(part) for arg in parts for part in (arg if isinstance(arg, list) else [arg])]
    return f"{text_of(call.options.get('prefix'))}{separator.join(texts)}{text_of(call.options.get('suffix'))}"


def _listed(value: Any) -> list[Any]:
    return list(value) if isinstance(value, list) else []


HELPERS: Final[Mapping[str, Helper]] = {
    "each": _each,
    "with": _with,
    "lookup": _lookup,
    "sortBy": _sort_by,
    "groupBy": _group_by,
    "minInList": _extreme(largest=False),
    "maxInList": _extreme(largest=True),
    "join": _join,
}

"""Helpers that step into values and go through lists."""

from __future__ import annotations

from functools import cmp_to_key, partial
from typing import TYPE_CHECKING, Any, Final

from simulator.rendering.scope import step
from simulator.rendering.values import Safe, compare, is_falsy, number_of, text_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from simulator.rendering.evaluation import Call, Helper

#: Source: Iterable support article 36267178160788, which also has several fields for sortBy and groupBy.
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
    found = _at(call.arg(0), names)
    if call.block is None:
        return found
    return call.inverse() if found is None else call.body(call.scope.inner(call.scope.value, call.named(found)))


def _sort_by(call: Call) -> Any:
    """The items in the order of a field, or of several; one without a field comes after those that have it."""
    items = _listed(call.arg(0))
    descending = call.options.get("order") == "desc"
    for path in reversed(_paths(call)):  # the sort is stable, so the first field is sorted by last
        known = [item for item in items if _at(item, path) is not None]
        known.sort(key=cmp_to_key(partial(_compared, path, call.name)), reverse=descending)
        items = [*known, *(item for item in items if _at(item, path) is None)]
    return _given(call, items)


def _compared(path: list[str], name: str, one: Any, other: Any) -> int:
    return compare(_at(one, path), _at(other, path), name)


def _group_by(call: Call) -> Any:
    """Groups of the items that have the same in a field, or in several; their keys go by the last name of a path."""
    paths = _paths(call)
    groups: dict[tuple[str, ...], list[Any]] = {}
    for item in _listed(call.arg(0))[:_MOST_GROUPED]:
        groups.setdefault(tuple(text_of(_at(item, path)) for path in paths), []).append(item)
    return _given(
        call,
        [
            {"key": {path[-1]: _at(items[0], path) for path in paths}, "count": len(items), "items": items}
            for items in groups.values()
        ],
    )


def _paths(call: Call) -> list[list[str]]:
    """The fields that a call names: separated by commas, those of nested objects with dots."""
    fields = text_of(call.options.get("field", call.arg(1)))
    return [field.strip().split(".") for field in fields.split(",")]


def _at(item: Any, path: list[str]) -> Any:
    for name in path:
        item = step(item, name)
    return item


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

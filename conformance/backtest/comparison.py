"""What differs between the requests that two mappings make of one event, and in which fields; pure.

Requests are put beside each other in three steps: the same request, whoever makes it; else the same address from a
subscription of the same name; else the same address, in order. What is left appears or disappears. So a subscription
that is renamed, split in two or moved makes no difference, as long as what goes out is the same. Neither does the
order of requests: subscriptions run independently of each other.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

Json = Any

#: The kind of a difference in whom a request is about.
OTHER_PERSON: Final = "other person"
#: Fields of bodies that say whose the request is.
_IDENTIFIERS: Final = frozenset({"email", "userId", "user.email", "user.userId"})
#: Stands between two identifiers, of which the first names a person where the second did.
INSTEAD_OF: Final = " instead of "
_ABSENT: Final = object()


class Planned(NamedTuple):
    """A request that a mapping makes.

    Attributes:
        subscription: The name of the subscription.
        action: Its action.
        path: Where it goes, such as `/api/users/update`.
        body: What it says.
    """

    subscription: str
    action: str
    path: str
    body: Json


class FieldDifference(NamedTuple):
    """A field that differs; `before` or `after` is None where the field is not there.

    Attributes:
        field: The field, such as `dataFields.plan`; `[]` stands for any position in a list. `userId instead of email`
            where the person is named by another identifier than before.
        kind: `added`, `removed`, `other type`, `other value` or `other person`.
        before: What the old mapping gives.
        after: What the new one gives.
    """

    field: str
    kind: str
    before: Json
    after: Json


class Pairing(NamedTuple):
    """Requests of one event under two mappings that are not the same.

    Attributes:
        differ: Those that both make, but not alike: before and after.
        disappear: Those that only the old one makes.
        appear: Those that only the new one makes.
    """

    differ: tuple[tuple[Planned, Planned], ...] = ()
    disappear: tuple[Planned, ...] = ()
    appear: tuple[Planned, ...] = ()


def pair_requests(old: Sequence[Planned], new: Sequence[Planned]) -> Pairing:
    """What is not the same in the requests of an event.

    Args:
        old: What the old mapping makes of it.
        new: What the new one does.
    """
    left_old, left_new = list(old), list(new)
    _take_pairs(left_old, left_new, _is_same_request)
    differ = _take_pairs(left_old, left_new, _is_same_place)
    differ += _take_pairs(left_old, left_new, lambda before, after: before.path == after.path)
    return Pairing(tuple(differ), tuple(left_old), tuple(left_new))


def _is_same_request(before: Planned, after: Planned) -> bool:
    return before.path == after.path and is_same(before.body, after.body)


def _is_same_place(before: Planned, after: Planned) -> bool:
    return before.path == after.path and before.subscription == after.subscription


def _take_pairs(
    old: list[Planned], new: list[Planned], belong: Callable[[Planned, Planned], bool]
) -> list[tuple[Planned, Planned]]:
    """Take what belongs together out of both lists, in order."""
    pairs = []
    for before in tuple(old):
        found = next((position for position, after in enumerate(new) if belong(before, after)), None)
        if found is not None:
            pairs.append((before, new.pop(found)))
            old.remove(before)
    return pairs


def is_same(before: Json, after: Json) -> bool:
    """Whether two values are the same JSON; true is not 1, and the order of members says nothing."""
    if isinstance(before, dict):
        return (
            isinstance(after, dict)
            and before.keys() == after.keys()
            and all(is_same(value, after[key]) for key, value in before.items())
        )
    if isinstance(before, list):
        return isinstance(after, list) and len(before) == len(after) and all(map(is_same, before, after))
    return isinstance(before, bool) is isinstance(after, bool) and bool(before == after)


def field_differences(before: Json, after: Json) -> tuple[FieldDifference, ...]:
    """The fields in which two bodies differ, in order of their names; each field once for each kind."""
    found = list(_walk("", before, after))
    identified = _people(before) & _people(after)
    told = [item._replace(kind=_kind_of_identifier(item, shared=bool(identified))) for item in found]
    told = [*_with_pairs_joined(told)]
    first = {(item.field, item.kind): item for item in reversed(told)}
    return tuple(first[key] for key in sorted(first))


def _walk(field: str, before: Json, after: Json) -> Iterator[FieldDifference]:
    if before is _ABSENT:
        yield FieldDifference(field, "added", None, after)
    elif after is _ABSENT:
        yield FieldDifference(field, "removed", before, None)
    elif isinstance(before, dict) and isinstance(after, dict):
        for key in sorted(before.keys() | after.keys()):
            name = f"{field}.{key}" if field else key
            yield from _walk(name, before.get(key, _ABSENT), after.get(key, _ABSENT))
    elif isinstance(before, list) and isinstance(after, list):
        for position in range(max(len(before), len(after))):
            yield from _walk(f"{field}[]", _item(before, position), _item(after, position))
    elif not is_same(before, after):
        kind = "other value" if _type(before) == _type(after) else "other type"
        yield FieldDifference(field, kind, before, after)


def _item(items: list[Json], position: int) -> Json:
    return items[position] if position < len(items) else _ABSENT


def _type(value: Json) -> str:
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, (int, float)):
        return "number"
    return type(value).__name__


def _kind_of_identifier(item: FieldDifference, *, shared: bool) -> str:
    """Another person, where one identifier stands in the place of another, or where none is common to both."""
    if item.field not in _IDENTIFIERS:
        return item.kind
    if item.kind in {"added", "removed"}:
        return item.kind if shared else OTHER_PERSON
    name = item.field.rpartition(".")[2]
    return item.kind if _as_person(name, item.before) == _as_person(name, item.after) else OTHER_PERSON


def _with_pairs_joined(found: Sequence[FieldDifference]) -> Iterator[FieldDifference]:
    """The differences, of which an identifier that is gone and one that came in its place are one."""
    others = [item for item in found if item.kind == OTHER_PERSON]
    gone = [item for item in others if item.after is None]
    come = [item for item in others if item.before is None]
    pairs = tuple(zip(gone, come, strict=False))
    yield from (item for item in found if not any(item in pair for pair in pairs))
    for old, new in pairs:
        yield FieldDifference(f"{new.field}{INSTEAD_OF}{old.field}", OTHER_PERSON, old.before, new.after)


def _people(body: Json) -> set[tuple[str, str]]:
    """The identifiers of a body, so that those of one person compare equal."""
    holders = [body, body.get("user")] if isinstance(body, dict) else []
    return {
        (name, _as_person(name, holder[name]))
        for holder in holders
        if isinstance(holder, dict)
        for name in ("email", "userId")
        if holder.get(name) not in (None, "")
    }


def _as_person(name: str, value: Json) -> str:
    """An identifier as Iterable compares it: e-mail addresses without capitals; a userId keeps them."""
    return value.lower() if name == "email" and isinstance(value, str) else repr(value)

"""What differs between two states of one project."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from simulator.project.document import dump_beside_people

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from simulator.project import Project
    from simulator.project.lists import PeopleList
    from simulator.project.person import Person

#: Parts that `lists` has already.
_REPORTED: Final = ("lists",)
_MISSING: Final = object()
#: The members by which the things of a project are known, the first that a thing has.
_NAMES: Final = ("id", "name", "identifier", "messageId", "criteriaId")


def difference(before: Project, after: Project) -> dict[str, Any]:
    """What differs, as JSON: `users`, `events`, `lists`, and by its path in the state document everything `other`."""
    pairs = _pairs(before, after)
    return {
        "users": [
            _user(old, new, fields) for old, new in pairs if (fields := _fields(old, new)) or not (old and new)
        ],
        "events": _events(before, after),
        "lists": _lists(before, after),
        "other": _other(before, after),
    }


def _pairs(before: Project, after: Project) -> list[tuple[Person | None, Person | None]]:
    """Everybody in the two states, side by side; a person is known by their number, or else by an identifier."""
    rest = {person.number: person for person in before.people}
    pairs: list[tuple[Person | None, Person | None]] = []
    new: list[Person] = []
    for person in after.people:
        old = rest.get(person.number)
        if old is not None and old.created_at == person.created_at:
            pairs.append((rest.pop(person.number), person))
        else:
            new.append(person)
    for person in new:
        # A state document that was put in the place of the project numbers people anew.
        found = next((old for old in _holders(before, person) if old.number in rest), None)
        pairs.append((None if found is None else rest.pop(found.number), person))
    return [*((old, None) for old in rest.values()), *pairs]


def _holders(project: Project, person: Person) -> Iterator[Person]:
    if person.email is not None:
        yield from project.people.with_email(person.email)
    if person.user_id is not None:
        yield from project.people.with_user_id(person.user_id)


def _held(person: Person | None) -> dict[str, Any]:
    if person is None:
        return {}
    identifiers = {"email": person.email, "userId": person.user_id}
    return {**{name: value for name, value in identifiers.items() if value is not None}, **person.fields}


def _fields(before: Person | None, after: Person | None) -> list[dict[str, Any]]:
    old, new = _held(before), _held(after)
    if old == new:
        return []
    return [_change("field", name, old, new) for name in {**old, **new} if old.get(name) != new.get(name)]


def _change(what: str, name: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> dict[str, Any]:
    change: dict[str, Any] = {what: name}
    if name in old:
        change["before"] = old[name]
    if name in new:
        change["after"] = new[name]
    return change


def _user(before: Person | None, after: Person | None, fields: list[dict[str, Any]]) -> dict[str, Any]:
    person = after or before
    return {
        "email": None if person is None else person.email,
        "userId": None if person is None else person.user_id,
        "what": "created" if before is None else "removed" if after is None else "updated",
        "fields": fields,
    }


def _events(before: Project, after: Project) -> list[dict[str, Any]]:
    old, new = _events_by_key(before), _events_by_key(after)
    removed = [{"what": "removed", "event": event} for key, event in old.items() if key not in new]
    created = [{"what": "created", "event": event} for key, event in new.items() if key not in old]
    updated = [
        {"what": "updated", "event": event, "before": old[key]}
        for key, event in new.items()
        if key in old and old[key] != event
    ]
    return [*removed, *updated, *created]


def _events_by_key(project: Project) -> dict[tuple[str, int], dict[str, Any]]:
    return {(event.id, event.person.number): project.event_to_json(event) for event in project.events}


def _lists(before: Project, after: Project) -> list[dict[str, Any]]:
    old = {found.id: found for found in before.lists}
    new = {found.id: found for found in after.lists}
    compared = [_list(old.get(number), new.get(number)) for number in sorted({*old, *new})]
    return [change for change in compared if change["what"] != "same"]


def _list(before: PeopleList | None, after: PeopleList | None) -> dict[str, Any]:
    named = after or before
    old, new = _members(before), _members(after)
    joined = [who for number, who in new.items() if number not in old]
    left = [who for number, who in old.items() if number not in new]
    what = "created" if before is None else "removed" if after is None else "updated" if joined or left else "same"
    return {
        "what": what,
        "id": None if named is None else named.id,
        "name": None if named is None else named.name,
        "joined": joined,
        "left": left,
    }


def _members(found: PeopleList | None) -> dict[int, dict[str, str | None]]:
    people = () if found is None else found.members
    return {person.number: {"email": person.email, "userId": person.user_id} for person in people}


def _other(before: Project, after: Project) -> list[dict[str, Any]]:
    old, new = dump_beside_people(before), dump_beside_people(after)
    for part in _REPORTED:
        del old[part], new[part]
    return list(_differing("", old, new))


def _differing(path: str, before: Any, after: Any) -> Iterator[dict[str, Any]]:
    if before == after:
        return
    old, new = _by_name(before), _by_name(after)
    if old is None or new is None:
        sides = {"before": before, "after": after}
        yield {"path": path, **{side: value for side, value in sides.items() if value is not _MISSING}}
        return
    for name in {**old, **new}:
        inner = f"{path}.{name}" if path else name
        yield from _differing(inner, old.get(name, _MISSING), new.get(name, _MISSING))


def _by_name(value: Any) -> dict[str, Any] | None:
    """The parts of an object or of a list by their names; None for what has no such parts."""
    if isinstance(value, dict):
        return value
    if not isinstance(value, list):
        return None
    named = {_name(part, place): part for place, part in enumerate(value)}
    return named if len(named) == len(value) else dict(zip(map(str, range(len(value))), value, strict=True))


def _name(part: Any, place: int) -> str:
    names = [str(part[name]) for name in _NAMES if name in part] if isinstance(part, dict) else []
    return names[0] if names else str(place)

"""What should have been, as a scenario file says it; and states compared without what may differ."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from typing import Any, Final

from conformance.properties.state import MANAGED, Profile, State

#: What a scenario file calls the members of an event beside its data fields, where it has another name for them.
_MEMBERS: Final = {"total": "total", "shoppingCartItems": "items"}


def expect_person(profile_or_names: Profile | dict[str, str], fields: dict[str, Any] | None = None) -> dict[str, Any]:
    """That there is a person with these identifiers, and perhaps with fields."""
    names = profile_or_names.identifiers if isinstance(profile_or_names, Profile) else profile_or_names
    found: dict[str, Any] = dict(names)
    if fields is not None:
        found["dataFields"] = fields
    return {"users": [found]}


def expect_matches(names: list[str]) -> dict[str, Any]:
    """That exactly these subscriptions match."""
    return {"result": [{"subscription": name} for name in names]}


def expect_state(state: State, instead_of: State) -> dict[str, Any]:
    """That a project is in a state, as far as that differs from another one.

    What both have in common says nothing about what went wrong, and may be other once a mapping is mended: two events
    that no longer take each other's place are two.

    Args:
        state: What should be.
        instead_of: What is, which differs from it.
    """
    counts = {
        name: len(wanted)
        for name, wanted, there in (
            ("users", state.profiles, instead_of.profiles),
            ("events", state.events, instead_of.events),
        )
        if len(wanted) != len(there)
    }
    known = _people(instead_of)
    users = [
        _expect_profile(profile, instead_of)
        for profile, person in zip(state.profiles, _people(state), strict=True)
        if profile.identifiers and person not in known
    ]
    parts = {"counts": counts, "users": users, "events": list(_missing_events(state, instead_of))}
    return {name: part for name, part in parts.items() if part}


def _people(state: State) -> list[tuple[dict[str, str], dict[str, Any]]]:
    return [(profile.identifiers, own_fields(profile)) for profile in state.profiles]


def _expect_profile(profile: Profile, instead_of: State) -> dict[str, Any]:
    """A profile with all its fields, and without an identifier that it has in the other state alone."""
    mine = profile.identifiers
    more = [other.identifiers for other in instead_of.profiles if mine.items() < other.identifiers.items()]
    switches = {"email": "noEmail", "userId": "noUserId"}
    extra = {name for other in more for name in other} - mine.keys()
    lacks = {switch: True for name, switch in switches.items() if name in extra}
    return {**mine, **lacks, "dataFields": own_fields(profile), "exact": True}


def _missing_events(state: State, instead_of: State) -> Iterator[dict[str, Any]]:
    """The events that a state has more often than another, each as an expectation that the other does not meet."""
    expected, there = _event_documents(state), _event_documents(instead_of)
    counts, others = Counter(map(_text, expected)), Counter(map(_text, there))
    documents = {_text(document): document for document in expected}
    for text, document in documents.items():
        if counts[text] > others[text]:
            count = {"count": counts[text]} if counts[text] > 1 else {}
            yield {**_expect_event(document, [*expected, *there]), **count}


def _expect_event(document: dict[str, Any], others: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """An event such that none of the others meets the expectation unless it is the same."""
    shown = {name: document[name] for name in ("user", "eventName", "eventType") if document[name]}
    # Times make a long expectation, and seldom tell events apart.
    if any(other["createdAt"] != document["createdAt"] and _is_like(document, other) for other in others):
        shown["createdAt"] = document["createdAt"]
    shown["dataFields"] = document["dataFields"]
    shown |= {ours: document[name] for name, ours in _MEMBERS.items() if name in document}
    paths = dict.fromkeys(path for other in others for path in _paths_beyond(other, document))
    return {**shown, "without": list(paths)} if paths else shown


def _is_like(one: dict[str, Any], other: dict[str, Any]) -> bool:
    return {**one, "createdAt": None} == {**other, "createdAt": None}


def _paths_beyond(value: Any, other: Any, prefix: str = "") -> Iterator[str]:
    """The dotted paths of what one value has and another lacks, the outermost of each."""
    if not isinstance(value, dict) or not isinstance(other, dict):
        return
    for name, inner in value.items():
        if name in other:
            yield from _paths_beyond(inner, other[name], f"{prefix}{name}.")
        else:
            yield f"{prefix}{name}"


def _event_documents(state: State) -> list[dict[str, Any]]:
    """The events of a state with all that may differ, as the API names it: made-up ids may."""
    names = {profile.number: profile.identifiers for profile in state.profiles}
    return [
        {
            "user": names.get(event.owner),
            "eventName": event.name,
            "eventType": event.type,
            "createdAt": datetime.fromtimestamp(event.created_at, UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
            "dataFields": event.fields,
            **event.members,
        }
        for event in state.events
    ]


def own_fields(profile: Profile) -> dict[str, Any]:
    """The fields of a profile that somebody sent."""
    return {name: value for name, value in profile.fields.items() if name not in MANAGED}


def comparable(state: State) -> str:
    """A state as a text that is the same when nothing that matters differs: the order, and made-up ids, do not."""
    return json.dumps([_sorted(_people(state)), _sorted(_event_documents(state))])


def _sorted(values: Iterable[Any]) -> list[str]:
    return sorted(map(_text, values))


def _text(value: Any) -> str:
    return json.dumps(value, sort_keys=True, default=str)


def to_json(value: Any) -> str:
    """A value as JSON on one line."""
    return json.dumps(value, ensure_ascii=False, default=str)

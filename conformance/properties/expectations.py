"""What should have been, as a scenario file says it; and states compared without what may differ."""

from __future__ import annotations

import json
from typing import Any

from conformance.properties.state import MANAGED, Profile, State


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


def expect_state(state: State) -> dict[str, Any]:
    """That a project is in a state: everybody in it with all their fields, and so many events."""
    return {
        "counts": {"users": len(state.profiles), "events": len(state.events)},
        "users": [
            {**profile.identifiers, "dataFields": own_fields(profile), "exact": True}
            for profile in state.profiles
            if profile.identifiers
        ],
    }


def own_fields(profile: Profile) -> dict[str, Any]:
    """The fields of a profile that somebody sent."""
    return {name: value for name, value in profile.fields.items() if name not in MANAGED}


def comparable(state: State) -> str:
    """A state as a text that is the same when nothing that matters differs: the order, and made-up ids, do not."""
    names = {profile.number: profile.identifiers for profile in state.profiles}
    people = [(profile.identifiers, own_fields(profile)) for profile in state.profiles]
    events = [
        (event.type, event.name, names.get(event.owner), event.created_at, event.fields, event.members)
        for event in state.events
    ]
    return json.dumps([sorted(map(_text, people)), sorted(map(_text, events))])


def _text(value: Any) -> str:
    return json.dumps(value, sort_keys=True, default=str)


def to_json(value: Any) -> str:
    """A value as JSON on one line."""
    return json.dumps(value, ensure_ascii=False, default=str)

"""What a request did to a person, as plain data."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from typing import Any, Final, Literal, NamedTuple


class _Absence(Enum):
    """The value of a field that is not there; null is never stored, and yet this tells the two apart."""

    ABSENT = "absent"

    def __repr__(self) -> str:
        return self.name


ABSENT: Final = _Absence.ABSENT


_NOTHING: Final[Mapping[str, Any]] = {}


# Every request makes one, and a named tuple is made in a fraction of the time that a frozen dataclass takes.
class ProfileChange(NamedTuple):
    """What one request did to one person.

    Attributes:
        person: The number of the person in the project.
        what: Whether the person was created, updated or removed.
        email: Their email afterwards, that before when they went; None when they have none.
        user_id: Their userId, likewise.
        before: What the data fields that were written, `email` and `userId` among them, held before; `ABSENT` for
            nothing. A field that was written with the value that it had is among them as well.
        after: What the same fields held afterwards.
        events: The ids of the events of theirs that were stored or written again, with the name of each, or its
            type where it has no name.
        merged: Of the fields that are objects and were merged, the keys that were named; a field that is not among
            them was written whole.
        asked: The number of the request that asked for it, when that is an earlier one whose effects came due now;
            None for the request itself.
    """

    person: int
    what: Literal["created", "updated", "removed"]
    email: str | None
    user_id: str | None
    before: Mapping[str, Any]
    after: Mapping[str, Any]
    events: Mapping[str, str]
    merged: Mapping[str, tuple[str, ...]] = _NOTHING
    asked: int | None = None

    @property
    def fields(self) -> dict[str, tuple[Any, Any]]:
        """The fields that were written, with what they held before and after."""
        return {name: (old, self.after[name]) for name, old in self.before.items()}

    def to_json(self) -> dict[str, Any]:
        """The change as the control surface shows it; `before` and `after` are left out where there is nothing."""
        as_json: dict[str, Any] = {
            "person": self.person,
            "what": self.what,
            "email": self.email,
            "userId": self.user_id,
            "fields": [_field_to_json(name, *values, self.merged.get(name)) for name, values in self.fields.items()],
            "events": [{"id": identifier, "name": name} for identifier, name in self.events.items()],
        }
        if self.asked is not None:
            as_json["asked"] = self.asked
        return as_json

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> ProfileChange:
        """The change that `to_json` has written."""
        return cls(
            value["person"],
            value["what"],
            value["email"],
            value["userId"],
            {part["field"]: part.get("before", ABSENT) for part in value["fields"]},
            {part["field"]: part.get("after", ABSENT) for part in value["fields"]},
            {event["id"]: event["name"] for event in value["events"]},
            {part["field"]: tuple(part["keys"]) for part in value["fields"] if "keys" in part},
            value.get("asked"),
        )


def _field_to_json(name: str, before: object, after: object, keys: tuple[str, ...] | None) -> dict[str, object]:
    as_json: dict[str, object] = {"field": name}
    if before is not ABSENT:
        as_json["before"] = before
    if after is not ABSENT:
        as_json["after"] = after
    if keys is not None:
        as_json["keys"] = list(keys)
    return as_json

"""What a request did to a person, as plain data."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping


class _Absent:
    """The value of a field that is not there; null is never stored, and yet this tells the two apart."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "ABSENT"


ABSENT: Final = _Absent()


@dataclass(frozen=True, slots=True)
class ProfileChange:
    """What one request did to one person.

    Attributes:
        person: The number of the person in the project.
        what: Whether the person came, was written, or went.
        email: Their email afterwards, that before when they went; None when they have none.
        user_id: Their userId, likewise.
        fields: The data fields that differ, `email` and `userId` among them: before and after, `ABSENT` where
            there is none. A field that was written with the value that it had is among them as well.
        events: The ids of the events of theirs that were stored or written again, with the name of each, or its
            type where it has no name.
    """

    person: int
    what: Literal["created", "updated", "removed"]
    email: str | None
    user_id: str | None
    fields: Mapping[str, tuple[Any, Any]]
    events: Mapping[str, str]

    def to_json(self) -> dict[str, Any]:
        """The change as the control surface shows it; `before` and `after` are left out where there is nothing."""
        return {
            "person": self.person,
            "what": self.what,
            "email": self.email,
            "userId": self.user_id,
            "fields": [_field_to_json(name, *values) for name, values in self.fields.items()],
            "events": [{"id": identifier, "name": name} for identifier, name in self.events.items()],
        }

    @classmethod
    def from_json(cls, shown: Mapping[str, Any]) -> ProfileChange:
        """The change that `to_json` has shown."""
        return cls(
            shown["person"],
            shown["what"],
            shown["email"],
            shown["userId"],
            {part["field"]: (part.get("before", ABSENT), part.get("after", ABSENT)) for part in shown["fields"]},
            {event["id"]: event["name"] for event in shown["events"]},
        )


def _field_to_json(name: str, before: object, after: object) -> dict[str, object]:
    shown: dict[str, object] = {"field": name}
    if before is not ABSENT:
        shown["before"] = before
    if after is not ABSENT:
        shown["after"] = after
    return shown

"""The state of a project as properties see it: profiles and events, whoever they were read from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from conformance.strategies.history import Persona

#: Fields of a profile that Iterable writes by itself (support article 217744303), and the identifiers.
MANAGED: Final = frozenset(
    {"email", "userId", "profileUpdatedAt", "signupDate", "signupSource"}
    | {"itblInternal", "itblUserId", "itblDS", "phoneNumberDetails"}
)


@dataclass(frozen=True, slots=True)
class Profile:
    """One profile at some moment.

    Attributes:
        number: Which person of the project it is; it stays when identifiers change.
        email: In lower case, or None.
        user_id: Or None.
        fields: The data fields, without what only Iterable writes.
        written: In which delivery it was written last, counted from 0; below 0 when none has written it.
    """

    number: int
    email: str | None
    user_id: str | None
    fields: dict[str, Any]
    written: int

    @property
    def identifiers(self) -> dict[str, str]:
        """Who it is, as a scenario file names it."""
        named = {"email": self.email, "userId": self.user_id}
        return {name: value for name, value in named.items() if value is not None}

    def is_of(self, persona: Persona) -> bool:
        """Whether it has an identifier of a person."""
        return any(value.lower() in persona.identifiers for value in self.identifiers.values())


@dataclass(frozen=True, slots=True)
class StoredEvent:
    """One event at some moment; `owner` is the number of a profile, `created_at` is in seconds."""

    id: str
    type: str
    name: str | None
    owner: int
    created_at: int
    fields: dict[str, Any]
    members: dict[str, Any]


@dataclass(frozen=True, slots=True)
class State:
    """What a project holds at some moment."""

    profiles: tuple[Profile, ...] = ()
    events: tuple[StoredEvent, ...] = ()

    def of(self, persona: Persona) -> list[Profile]:
        """The profiles that have an identifier of a person."""
        return [profile for profile in self.profiles if profile.is_of(persona)]

    def find(self, *, email: str | None = None, user_id: str | None = None) -> list[Profile]:
        """The profiles with an e-mail, or with a userId."""
        if email is not None:
            return [profile for profile in self.profiles if profile.email == email.lower()]
        return [profile for profile in self.profiles if profile.user_id == user_id]

    def events_of(self, profiles: Sequence[Profile]) -> list[StoredEvent]:
        """The events of some profiles."""
        numbers = {profile.number for profile in profiles}
        return [event for event in self.events if event.owner in numbers]

"""A customer's history: who the people are, and what their apps tell Segment about them, in order.

A history is plain data. What is true about a person is read from the events themselves, so that a history from
which something is taken away is still a history.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Final

#: The present, in every history: histories happen in the days before it.
PRESENT: Final = "2026-08-20T12:00:00Z"
PRESENT_MILLISECONDS: Final = 1_787_227_200_000

Json = Any
Event = dict[str, Json]


@dataclass(frozen=True, slots=True)
class Persona:
    """A person outside of any project.

    Attributes:
        number: Which of the history's people this is.
        user_id: Their id in the customer's own system.
        email: Their address.
        phone: Their number, in international form.
        devices: The anonymousIds that Segment's libraries made up on their devices.
    """

    number: int
    user_id: str
    email: str
    phone: str
    devices: tuple[str, ...]

    @property
    def new_email(self) -> str:
        """The address that they move to, if they do."""
        return f"new.{self.email}"

    @property
    def identifiers(self) -> frozenset[str]:
        """Everything that names this person and nobody else, in lower case."""
        return frozenset(name.lower() for name in (self.user_id, self.email, self.new_email, *self.devices))


@dataclass(frozen=True, slots=True)
class HistoryEvent:
    """One Segment event, and whose it really is."""

    persona: Persona
    event: Event


@dataclass(frozen=True, slots=True)
class Delivery:
    """What Segment hands to the destination at once: one event, or a batch."""

    history_events: tuple[HistoryEvent, ...]
    is_batch: bool = False

    @property
    def events(self) -> list[Event]:
        """The events, in order."""
        return [history_event.event for history_event in self.history_events]


@dataclass(frozen=True, slots=True)
class KnownPerson:
    """Somebody whom the project knows before anything is delivered, as another system told it of them.

    Attributes:
        persona: Who it is.
        email: The address by which the project knows them, or None.
        user_id: The userId by which it knows them, or None.
    """

    persona: Persona
    email: str | None
    user_id: str | None

    def identifiers_in(self, project_type: str) -> dict[str, str] | None:
        """The identifiers of their profile, as the API names them; None where the type of project cannot have it."""
        required = {"email": self.email, "userid": self.user_id}.get(project_type, self.email or self.user_id)
        if required is None:
            return None
        named = {"email": self.email, "userId": self.user_id}
        return {name: value for name, value in named.items() if value is not None}


@dataclass(frozen=True, slots=True)
class History:
    """A customer's history.

    Attributes:
        theme: What is peculiar about it, in a few words that stay the same from version to version.
        deliveries: What is delivered, in order.
        known: Whom the project knows before.
    """

    theme: str
    deliveries: tuple[Delivery, ...]
    known: tuple[KnownPerson, ...] = ()

    @property
    def history_events(self) -> list[HistoryEvent]:
        """All events, in order."""
        return [history_event for delivery in self.deliveries for history_event in delivery.history_events]

    @property
    def personas(self) -> list[Persona]:
        """Everybody who appears, in the order in which they do."""
        return list(dict.fromkeys(history_event.persona for history_event in self.history_events))

    def known_in(self, project_type: str) -> list[dict[str, str]]:
        """The identifiers of everybody whom a project of a type knows before."""
        found = (known.identifiers_in(project_type) for known in self.known)
        return [identifiers for identifiers in found if identifiers is not None]

    def one_by_one(self) -> History:
        """The same events, none of them in a batch."""
        return replace(self, deliveries=tuple(single(history_event) for history_event in self.history_events))


def single(history_event: HistoryEvent) -> Delivery:
    """The delivery of one event by itself."""
    return Delivery((history_event,))


def value_at(event: Json, path: str) -> Json:
    """What stands at a dotted path of an event; None where there is nothing."""
    value = event
    for key in path.split("."):
        if not isinstance(value, dict) or key not in value:
            return None
        value = value[key]
    return value


def with_value(event: Event, path: str, value: Json) -> Event:
    """The event with a value at a dotted path; objects on the way are made, anything else there is replaced."""
    first, _, rest = path.partition(".")
    if not rest:
        return {**event, first: value}
    inner = event.get(first)
    return {**event, first: with_value(inner if isinstance(inner, dict) else {}, rest, value)}

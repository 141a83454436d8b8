"""Segment events of a person, filled in wherever the mapping looks."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Final

from conformance.strategies.history import Event, Happening, Human, with_value
from conformance.strategies.mapping_analysis import Knowledge, is_number, is_time

_GIVEN: Final = object()
DAY: Final = "2026-08-"


@dataclass(slots=True)
class Writer:
    """Writes the events of one history, each with a messageId and a time of its own.

    Args:
        knowledge: The mapping.
    """

    knowledge: Knowledge
    _count: int = field(default=0)

    def identify(
        self,
        human: Human,
        traits: dict[str, Any] | None = None,
        *,
        email: Any = _GIVEN,
        user_id: Any = _GIVEN,
        device: int = 0,
        bare: bool = False,
    ) -> Happening:
        """An identify of a person.

        Args:
            human: The person.
            traits: What is said about them beside who they are.
            email: Their address as sent; theirs without it, none with None.
            user_id: Their id as sent; theirs without it, none with None.
            device: On which of their devices.
            bare: Say nothing else, whatever the mapping reads.
        """
        event = self._event("identify", human, user_id, device)
        event["traits"] = {}
        event = self._filled(event, self.knowledge.of_action("updateUser"), bare=bare)
        event["traits"].update(traits or {})
        return Happening(human, self._with_email(event, human.email if email is _GIVEN else email))

    def track(
        self,
        human: Human,
        properties: dict[str, Any] | None = None,
        *,
        name: str = "",
        action: str = "trackEvent",
        email: Any = _GIVEN,
        user_id: Any = _GIVEN,
        device: int = 0,
    ) -> Happening:
        """A track of a person.

        Args:
            human: The person.
            properties: What is said about the event.
            name: Its name; one that fires the action's first subscription without it.
            action: The action that is meant to take it.
            email: Their address as sent; theirs without it, none with None.
            user_id: Their id as sent; theirs without it, none with None.
            device: On which of their devices.
        """
        event = self._event("track", human, user_id, device)
        event["event"] = name or "Page Liked"
        event["properties"] = {}
        event = self._filled(event, self.knowledge.of_action(action), keep_name=bool(name))
        event["properties"].update(properties or {})
        return Happening(human, self._with_email(event, human.email if email is _GIVEN else email))

    def _event(self, kind: str, human: Human, user_id: Any, device: int) -> Event:
        self._count += 1
        event: Event = {
            "type": kind,
            "messageId": f"m-{self._count}",
            "timestamp": f"{DAY}{self._count % 19 + 1:02}T10:00:{self._count % 60:02}.000Z",
            "anonymousId": human.devices[device % len(human.devices)],
        }
        named = human.user_id if user_id is _GIVEN else user_id
        return event if named is None else {**event, "userId": named}

    def _filled(self, event: Event, meant_for: Any, *, keep_name: bool = False, bare: bool = False) -> Event:
        """The event with what the first subscription that it is meant for asks for, and what all of them read."""
        matching = [known for known in meant_for if known.type == event["type"]]
        own = {} if bare else self.knowledge.own_paths(event["type"])
        for path, field_type in own.items():
            event = with_value(event, path, usual_value(path, field_type))
        if matching and not keep_name:
            event = _joined(event, matching[0].trigger.intended[0])
        return event

    def _with_email(self, event: Event, email: Any) -> Event:
        if email is not None:
            for path in self.knowledge.paths_of("email", event["type"]):
                event = with_value(event, path, email)
        return event


def with_phone(happening: Happening, knowledge: Knowledge, phone: Any) -> Happening:
    """The event with a phone number wherever events of its type carry one."""
    event = happening.event
    for path in knowledge.paths_of("phone", event["type"]):
        event = with_value(event, path, phone)
    return Happening(happening.human, event)


def with_new_email(happening: Happening, knowledge: Knowledge, address: str) -> Happening:
    """The identify with the address that is to replace the person's."""
    event = happening.event
    for path in knowledge.new_email_paths():
        event = with_value(event, path, address)
    return Happening(happening.human, event)


def usual_value(path: str, field_type: str = "any") -> Any:
    """A value that a path's name, and the type of the field that it fills, make likely."""
    if field_type in {"integer", "number"} or (field_type == "any" and is_number(path)):
        return 7
    if field_type == "object":
        return {"detail": "some"}
    if field_type == "datetime" or is_time(path):
        return "2026-07-01T08:30:00.000Z"
    return f"a {path.rpartition('.')[2]}"


def _joined(event: Event, other: Event) -> Event:
    """Two events in one; where both have something, objects are joined and the second one wins."""
    joined = dict(event)
    for key, value in other.items():
        mine = joined.get(key)
        joined[key] = _joined(mine, value) if isinstance(mine, dict) and isinstance(value, dict) else value
    return joined

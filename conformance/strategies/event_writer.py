"""Segment events of a person, filled in wherever the mapping looks."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Final

from conformance.strategies.history import Event, HistoryEvent, Persona, with_value
from conformance.strategies.mapping_analysis import MappingAnalysis, is_number, is_time

_GIVEN: Final = object()
DAY: Final = "2026-08-"


@dataclass(slots=True)
class Writer:
    """Writes the events of one history, each with a messageId and a time of its own.

    Args:
        analysis: The mapping.
    """

    analysis: MappingAnalysis
    _count: int = field(default=0)

    def identify(
        self,
        persona: Persona,
        traits: dict[str, Any] | None = None,
        *,
        email: Any = _GIVEN,
        user_id: Any = _GIVEN,
        device: int = 0,
        bare: bool = False,
    ) -> HistoryEvent:
        """An identify of a person.

        Args:
            persona: The person.
            traits: What is said about them beside who they are.
            email: Their address as sent; theirs without it, none with None.
            user_id: Their id as sent; theirs without it, none with None.
            device: On which of their devices.
            bare: Say nothing else, whatever the mapping reads.
        """
        event = self._event("identify", persona, user_id, device)
        event["traits"] = {}
        event = self._filled(event, self.analysis.of_action("updateUser"), bare=bare)
        event["traits"].update(traits or {})
        event = self._with_user_id(event)
        return HistoryEvent(persona, self._with_email(event, persona.email if email is _GIVEN else email))

    def track(
        self,
        persona: Persona,
        properties: dict[str, Any] | None = None,
        *,
        name: str = "",
        action: str = "trackEvent",
        email: Any = _GIVEN,
        user_id: Any = _GIVEN,
        device: int = 0,
    ) -> HistoryEvent:
        """A track of a person.

        Args:
            persona: The person.
            properties: What is said about the event.
            name: Its name; one that fires the action's first subscription without it.
            action: The action that is meant to take it.
            email: Their address as sent; theirs without it, none with None.
            user_id: Their id as sent; theirs without it, none with None.
            device: On which of their devices.
        """
        event = self._event("track", persona, user_id, device)
        event["event"] = name or "Page Liked"
        event["properties"] = {}
        event = self._filled(event, self.analysis.of_action(action), keep_name=bool(name))
        event["properties"].update(properties or {})
        event = self._with_user_id(event)
        return HistoryEvent(persona, self._with_email(event, persona.email if email is _GIVEN else email))

    def _event(self, kind: str, persona: Persona, user_id: Any, device: int) -> Event:
        self._count += 1
        event: Event = {
            "type": kind,
            "messageId": f"m-{self._count}",
            "timestamp": f"{DAY}{self._count % 19 + 1:02}T10:00:{self._count % 60:02}.000Z",
            "anonymousId": persona.devices[device % len(persona.devices)],
        }
        named = persona.user_id if user_id is _GIVEN else user_id
        return event if named is None else {**event, "userId": named}

    def _filled(self, event: Event, meant_for: Any, *, keep_name: bool = False, bare: bool = False) -> Event:
        """The event with what the first subscription that it is meant for asks for, and what all of them read."""
        matching = [analysed for analysed in meant_for if analysed.type == event["type"]]
        own = {} if bare else self.analysis.own_paths(event["type"])
        for path, field_type in own.items():
            event = with_value(event, path, usual_value(path, field_type))
        if matching and not keep_name:
            event = _joined(event, matching[0].trigger.intended[0])
        return event

    def _with_user_id(self, event: Event) -> Event:
        if "userId" in event:
            for path in self.analysis.user_id_paths(event["type"]):
                # As text even where it is a number elsewhere: a data field takes values of one type only.
                event = with_value(event, path, str(event["userId"]))
        return event

    def _with_email(self, event: Event, email: Any) -> Event:
        if email is not None:
            for path in self.analysis.paths_of("email", event["type"]):
                event = with_value(event, path, email)
        return event


def with_phone(history_event: HistoryEvent, analysis: MappingAnalysis, phone: Any) -> HistoryEvent:
    """The event with a phone number wherever events of its type carry one."""
    event = history_event.event
    for path in analysis.paths_of("phone", event["type"]):
        event = with_value(event, path, phone)
    return HistoryEvent(history_event.persona, event)


def with_new_email(history_event: HistoryEvent, analysis: MappingAnalysis, address: str) -> HistoryEvent:
    """The identify with the address that is to replace the person's."""
    event = history_event.event
    for path in analysis.new_email_paths():
        event = with_value(event, path, address)
    return HistoryEvent(history_event.persona, event)


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

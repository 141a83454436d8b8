"""Histories of events that cannot be attributed to anybody, or that Iterable cannot take."""

from __future__ import annotations

from typing import Any, Final

from conformance.strategies.choice import Draw, choose, maybe
from conformance.strategies.event_writer import Writer
from conformance.strategies.families import Family, Maker
from conformance.strategies.history import Delivery, HistoryEvent, Persona
from conformance.strategies.mapping_analysis import MappingAnalysis
from conformance.strategies.personas import name_of, personas

_TOO_LONG: Final = "x" * 53


def _stranger(*, batch: bool, track: bool | None = None, **names: Any) -> Maker:
    """One event of somebody whom nobody has identified, perhaps after an event of somebody who is known."""

    def make(draw: Draw, analysis: MappingAnalysis) -> list[HistoryEvent | Delivery]:
        writer = Writer(analysis)
        known, stranger = personas(draw, 2, fewest=2)
        parts: list[HistoryEvent | Delivery] = [writer.identify(known)] if maybe(draw) else []
        is_track = maybe(draw) if track is None else track
        event = _event(writer, stranger, names, is_track=is_track)
        if batch and analysis.batches(event.event):
            return [*parts, Delivery((event,), is_batch=True)]
        return [*parts, event]

    return make


def _event(writer: Writer, persona: Persona, names: dict[str, Any], *, is_track: bool) -> HistoryEvent:
    if is_track:
        return writer.track(persona, {"colour": "red"}, **names)
    return writer.identify(persona, {"name": name_of(persona)}, **names)


_NOBODY: Final[dict[str, Any]] = {"email": None, "user_id": None}
_BY_USER_ID: Final[dict[str, Any]] = {"email": None}
_BY_EMAIL: Final[dict[str, Any]] = {"user_id": None}

STRANGERS: Final = Family(
    "strangers",
    {
        f"{name}{', in a batch' if batch else ''}": _stranger(batch=batch, track=track, **names)
        for batch in (False, True)
        for name, track, names in (
            ("an identify without identifiers", False, _NOBODY),
            ("an event without identifiers", True, _NOBODY),
            ("an identify by an unknown userId", False, _BY_USER_ID),
            ("an event by an unknown userId", True, _BY_USER_ID),
            ("an identify by an unknown e-mail", False, _BY_EMAIL),
            ("an event by an unknown e-mail", True, _BY_EMAIL),
            ("an event by both, unknown", True, {}),
            ("a malformed e-mail", None, {"email": "None", "user_id": None}),
            ("a userId that is too long", None, {"email": None, "user_id": _TOO_LONG}),
            ("an empty e-mail", None, {"email": "", "user_id": None}),
            ("an empty userId", None, {"email": None, "user_id": ""}),
        )
    },
)


def _one_fails(spoil: dict[str, Any], *, track: bool) -> Maker:
    """A batch in which one event is not taken by Iterable, and the others are."""

    def make(draw: Draw, analysis: MappingAnalysis) -> list[HistoryEvent | Delivery]:
        writer = Writer(analysis)
        people = personas(draw, 3, fewest=2)
        known = [writer.identify(persona) for persona in people] if track else []
        good = [_event(writer, persona, {}, is_track=track) for persona in people[1:]]
        bad = _event(writer, people[0], spoil, is_track=track)
        place = choose(draw, range(len(good) + 1))
        events = (*good[:place], bad, *good[place:])
        if not all(analysis.batches(history_event.event) for history_event in events):
            return [*known, *events]
        return [*known, Delivery(events, is_batch=True)]

    return make


PARTIAL_FAILURES: Final = Family(
    "partial failures",
    {
        "a userId that is too long": _one_fails({"email": None, "user_id": _TOO_LONG}, track=False),
        "an unknown userId": _one_fails({"email": None, "user_id": "somebody-else"}, track=False),
        "nobody is named": _one_fails(_NOBODY, track=False),
        "an event of an unknown userId": _one_fails({"email": None, "user_id": "somebody-else"}, track=True),
        "an event of an unknown e-mail": _one_fails({"email": "nobody@example.com", "user_id": None}, track=True),
    },
)

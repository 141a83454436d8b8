"""Histories of traits, properties and dates."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from conformance.strategies.choice import Draw, choose, maybe
from conformance.strategies.event_writer import Writer, usual_value
from conformance.strategies.families import Family, Maker
from conformance.strategies.history import Delivery, HistoryEvent, Persona, with_value
from conformance.strategies.mapping_analysis import MappingAnalysis
from conformance.strategies.personas import personas
from conformance.strategies.values import BY_TYPE, NOTATIONS, of_type

Parts = list["HistoryEvent | Delivery"]
#: A trait, or a property, that the mapping need not know.
FREE: Final = "loyalty"


def paths_to_vary(analysis: MappingAnalysis, kind: str, root: str) -> list[str]:
    """Where a history may put values of its own: one free name, and what the mapping reads below the root."""
    own = [path for path, field_type in analysis.own_paths(kind).items() if field_type == "any"]
    return [f"{root}.{FREE}", *(path for path in own if path.startswith(f"{root}."))]


def after_identify(make: Callable[[Draw, MappingAnalysis, Writer, Persona], Parts]) -> Maker:
    """Histories that begin with an identify by both identifiers and nothing else; `make` draws the rest."""

    def maker(draw: Draw, analysis: MappingAnalysis) -> Parts:
        writer, persona = Writer(analysis), personas(draw, 1)[0]
        return [writer.identify(persona, bare=True), *make(draw, analysis, writer, persona)]

    return maker


def _varied(history_event: HistoryEvent, path: str, value: Any) -> HistoryEvent:
    return HistoryEvent(history_event.persona, with_value(history_event.event, path, value))


def _typed(kind: str) -> Maker:
    def make(draw: Draw, analysis: MappingAnalysis, writer: Writer, persona: Persona) -> Parts:
        path = choose(draw, paths_to_vary(analysis, "identify", "traits"))
        first = _varied(writer.identify(persona), path, of_type(draw, kind))
        return [single_or_batch(draw, analysis, first)]

    return after_identify(make)


def single_or_batch(draw: Draw, analysis: MappingAnalysis, history_event: HistoryEvent) -> HistoryEvent | Delivery:
    """The event alone or, where Segment would batch it and the draw says so, as a batch of one."""
    if maybe(draw) and analysis.batches(history_event.event):
        return Delivery((history_event,), is_batch=True)
    return history_event


def _missing_later(draw: Draw, analysis: MappingAnalysis, writer: Writer, persona: Persona) -> Parts:
    """A trait is known; a later identify says nothing of it."""
    path = choose(draw, paths_to_vary(analysis, "identify", "traits"))
    first = _varied(writer.identify(persona), path, usual_value(path))
    return [first, single_or_batch(draw, analysis, without(writer.identify(persona), path))]


def without(history_event: HistoryEvent, path: str) -> HistoryEvent:
    """The event without what stands at a path."""
    outer, _, last = path.rpartition(".")
    event = history_event.event
    holder: Any = event
    for key in outer.split("."):
        holder = holder.get(key) if isinstance(holder, dict) else None
    if not isinstance(holder, dict) or last not in holder:
        return history_event
    kept = {key: value for key, value in holder.items() if key != last}
    return HistoryEvent(history_event.persona, with_value(event, outer, kept))


def _parts_of_an_object(_: Draw, analysis: MappingAnalysis, writer: Writer, persona: Persona) -> Parts:
    path = f"traits.{FREE}"
    own = [path for path in paths_to_vary(analysis, "identify", "traits") if path == "traits.address"]
    path = own[0] if own else path
    return [
        _varied(writer.identify(persona), path, {"city": "Rome"}),
        _varied(writer.identify(persona), path, {"zip": "00100"}),
    ]


def _two_types(first: str, second: str) -> Maker:
    def make(draw: Draw, analysis: MappingAnalysis, writer: Writer, persona: Persona) -> Parts:
        path = choose(draw, paths_to_vary(analysis, "identify", "traits"))
        return [
            _varied(writer.identify(persona), path, BY_TYPE[first][0]),
            _varied(writer.identify(persona, {"plan": "pro"}), path, BY_TYPE[second][0]),
        ]

    return after_identify(make)


def _number_unknown(draw: Draw, analysis: MappingAnalysis, writer: Writer, persona: Persona) -> Parts:
    """A number that some events have and others lack, in either order."""
    path = choose(draw, paths_to_vary(analysis, "identify", "traits"))
    have = _varied(writer.identify(persona), path, of_type(draw, "a whole number"))
    lack = without(writer.identify(persona, {"plan": "pro"}), path)
    return [have, lack] if maybe(draw) else [lack, have]


def _named_phone_number(_: Draw, __: MappingAnalysis, writer: Writer, persona: Persona) -> Parts:
    return [writer.identify(persona, {"phoneNumber": persona.phone})]


PROFILES: Final = Family(
    "profiles",
    {
        **{kind: _typed(kind) for kind in BY_TYPE},
        "a trait is missing later": after_identify(_missing_later),
        "a number that not every event has": after_identify(_number_unknown),
        "an object comes in parts": after_identify(_parts_of_an_object),
        "a number, then text": _two_types("a whole number", "text"),
        "a whole number, then a fraction": _two_types("a whole number", "a fraction"),
        "a trait named phoneNumber": after_identify(_named_phone_number),
    },
)


def _date(notation: str) -> Maker:
    text = NOTATIONS[notation][0]

    def make(draw: Draw, analysis: MappingAnalysis) -> Parts:
        writer, persona = Writer(analysis), personas(draw, 1)[0]
        known = writer.identify(persona, bare=True)
        if maybe(draw):
            path = choose(draw, paths_to_vary(analysis, "identify", "traits"))
            return [known, _varied(writer.identify(persona), path, text)]
        path = choose(draw, paths_to_vary(analysis, "track", "properties"))
        return [known, _varied(writer.track(persona), path, text)]

    return make


DATES: Final = Family("dates", {notation: _date(notation) for notation in NOTATIONS})

"""Histories of phone numbers: in several notations, missing, and set to null."""

from __future__ import annotations

from typing import Final

from conformance.strategies.choice import Draw, number
from conformance.strategies.event_writer import Writer, with_phone
from conformance.strategies.families import Family, Maker
from conformance.strategies.field_histories import after_identify, single_or_batch
from conformance.strategies.history import Delivery, HistoryEvent, Persona
from conformance.strategies.mapping_analysis import MappingAnalysis
from conformance.strategies.values import PHONES

Parts = list["HistoryEvent | Delivery"]


def _phone(form: str) -> Maker:
    def make(draw: Draw, analysis: MappingAnalysis, writer: Writer, persona: Persona) -> Parts:
        sent = with_phone(writer.identify(persona), analysis, PHONES[form])
        return [single_or_batch(draw, analysis, sent)]

    return after_identify(make)


def _phone_then(later: str) -> Maker:
    """A phone number is known; then comes an identify, or an event, without it."""

    def make(draw: Draw, analysis: MappingAnalysis, writer: Writer, persona: Persona) -> Parts:
        known = with_phone(writer.identify(persona), analysis, persona.phone)
        if later == "null traits":
            nothing = HistoryEvent(persona, {**writer.identify(persona).event, "traits": None})
            return [known, single_or_batch(draw, analysis, nothing)]
        if later == "null":
            return [known, with_phone(writer.identify(persona), analysis, None)]
        repeated = [writer.identify(persona, {"plan": "pro"}) for _ in range(1 + number(draw, 1))]
        return [known, *(single_or_batch(draw, analysis, history_event) for history_event in repeated)]

    return after_identify(make)


PHONE_NUMBERS: Final = Family(
    "phone numbers",
    {
        **{form: _phone(form) for form in PHONES},
        "missing later": _phone_then("missing"),
        "null traits later": _phone_then("null traits"),
        "null later": _phone_then("null"),
    },
)

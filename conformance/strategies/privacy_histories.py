"""Histories with something sensitive in them, and histories for triggers."""

from __future__ import annotations

from typing import Final

from conformance.strategies.choice import Draw, choose, maybe
from conformance.strategies.commerce_histories import Shop, product
from conformance.strategies.event_writer import Writer
from conformance.strategies.families import Family, Maker
from conformance.strategies.history import Delivery, HistoryEvent, with_value
from conformance.strategies.mapping_analysis import AnalysedSubscription, MappingAnalysis
from conformance.strategies.personas import personas

Parts = list["HistoryEvent | Delivery"]
#: What nobody should find in a marketing tool, by the names under which sources send it.
SENSITIVE: Final = (
    "ssn", "password", "token", "card_number", "iban", "passport", "diagnosis", "date_of_birth", "salary",
)  # fmt: skip


def secret(name: str) -> str:
    """The value of something sensitive: a text that stands nowhere else."""
    return f"secret {name}"


def _secrets(where: str) -> Maker:
    def make(draw: Draw, analysis: MappingAnalysis) -> Parts:
        shop = Shop(analysis, Writer(analysis))
        persona = personas(draw, 1)[0]
        identified = shop.writer.identify(persona)
        match where:
            case "traits":
                event = shop.writer.identify(persona)
            case "properties" | "context.traits of an event":
                event = shop.writer.track(persona)
            case _:
                event = shop.order(persona, [product(1)])
        path = {"properties": "properties", "traits": "traits"}.get(where.partition(" ")[0], "context.traits")
        body = event.event
        named = [name for name in SENSITIVE if analysis.mentions(name)]
        for name in dict.fromkeys([choose(draw, SENSITIVE), *named]):
            body = with_value(body, f"{path}.{name}", secret(name))
        return [identified, HistoryEvent(persona, body)]

    return make


SECRETS: Final = Family(
    "secrets",
    {
        where: _secrets(where)
        for where in (
            "traits",
            "properties",
            "context.traits of an event",
            "context.traits of an order",
            "properties of an order",
        )
    },
)


def _intended(draw: Draw, analysis: MappingAnalysis) -> Parts:
    """An event that the author of some trigger had in mind."""
    writer, persona = Writer(analysis), personas(draw, 1)[0]
    if not analysis.subscriptions:
        return [writer.identify(persona)]
    analysed = choose(draw, analysis.subscriptions)
    return [writer.identify(persona), HistoryEvent(persona, intended_event(draw, writer, analysed))]


def intended_event(draw: Draw, writer: Writer, analysed: AnalysedSubscription) -> dict[str, object]:
    """One of the events that a subscription's author had in mind."""
    persona = personas(draw, 1)[0]
    wanted = choose(draw, analysed.trigger.intended)
    base = writer.track(persona) if wanted["type"] == "track" else writer.identify(persona)
    event = {**base.event, "type": wanted["type"]}
    for key, value in wanted.items():
        inner = event.get(key)
        event[key] = {**inner, **value} if isinstance(inner, dict) and isinstance(value, dict) else value
    if wanted["type"] != "track":
        event.pop("event", None)
    return event


_ELSE: Final = ("Newsletter Opened", "Video Played")


def _unintended(draw: Draw, analysis: MappingAnalysis) -> Parts:
    """An event that no trigger asks for by name."""
    writer, persona = Writer(analysis), personas(draw, 1)[0]
    event = writer.track(persona, name=choose(draw, _ELSE))
    return [writer.identify(persona), event] if maybe(draw) else [event]


TRIGGERS: Final = Family("triggers", {"an event that is asked for": _intended, "an event that is not": _unintended})

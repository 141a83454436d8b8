"""Histories of events that the triggers of a mapping ask for, and of events that none of them asks for."""

from __future__ import annotations

from typing import Final

from conformance.strategies.choice import Draw, choose, maybe
from conformance.strategies.commerce_histories import CART, ORDER, Shop, product
from conformance.strategies.event_writer import Writer
from conformance.strategies.families import Family
from conformance.strategies.history import Delivery, HistoryEvent, Persona
from conformance.strategies.mapping_analysis import AnalysedSubscription, MappingAnalysis
from conformance.strategies.personas import personas

Parts = list["HistoryEvent | Delivery"]


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
    base = _of_action(writer, persona, analysed.action) if wanted["type"] == "track" else writer.identify(persona)
    event = {**base.event, "type": wanted["type"]}
    for key, value in wanted.items():
        inner = event.get(key)
        event[key] = {**inner, **value} if isinstance(inner, dict) and isinstance(value, dict) else value
    if wanted["type"] != "track":
        event.pop("event", None)
    return event


def _of_action(writer: Writer, persona: Persona, action: str) -> HistoryEvent:
    """A track with what an action requires of one: without products nothing would be sent."""
    shop = Shop(writer.analysis, writer)
    if action == CART:
        return shop.cart(persona, [product(1)])
    return shop.order(persona, [product(1)]) if action == ORDER else writer.track(persona)


_ELSE: Final = ("Newsletter Opened", "Video Played")


def _unintended(draw: Draw, analysis: MappingAnalysis) -> Parts:
    """An event that no trigger asks for by name."""
    writer, persona = Writer(analysis), personas(draw, 1)[0]
    event = writer.track(persona, name=choose(draw, _ELSE))
    return [writer.identify(persona), event] if maybe(draw) else [event]


TRIGGERS: Final = Family("triggers", {"an event that is asked for": _intended, "an event that is not": _unintended})

"""Histories that are delivered in more than one way: singly or in a batch, twice, in another order."""

from __future__ import annotations

from typing import Any, Final

from conformance.strategies.choice import Draw, choose, interleaved, maybe, number
from conformance.strategies.commerce_histories import Shop, product
from conformance.strategies.event_writer import Writer, with_phone
from conformance.strategies.families import Family, Maker
from conformance.strategies.field_histories import without
from conformance.strategies.history import Delivery, HistoryEvent, Persona
from conformance.strategies.mapping_analysis import MappingAnalysis
from conformance.strategies.personas import name_of, personas

Parts = list["HistoryEvent | Delivery"]


def _batch(analysis: MappingAnalysis, history_events: list[HistoryEvent]) -> Parts:
    """A batch, or single events where Segment would not batch them."""
    if history_events and all(analysis.batches(history_event.event) for history_event in history_events):
        return [Delivery(tuple(history_events), is_batch=True)]
    return [*history_events]


def _identifies(draw: Draw, analysis: MappingAnalysis) -> Parts:
    writer = Writer(analysis)
    people = personas(draw, 3)
    events = [writer.identify(choose(draw, people), {"visits": index}) for index in range(2 + number(draw, 2))]
    return _batch(analysis, events)


def _tracks(draw: Draw, analysis: MappingAnalysis) -> Parts:
    writer = Writer(analysis)
    people = personas(draw, 2)
    known = [writer.identify(persona) for persona in people]
    events = [writer.track(choose(draw, people), {"colour": "red"}) for _ in range(1 + number(draw, 2))]
    return [*known, *_batch(analysis, events)]


def _peculiar(**names: Any) -> Maker:
    """A batch with an event whose identifiers are there and empty."""

    def make(draw: Draw, analysis: MappingAnalysis) -> Parts:
        writer, persona = Writer(analysis), personas(draw, 1)[0]
        event = writer.track(persona, **names) if maybe(draw) else writer.identify(persona, {"plan": "pro"}, **names)
        return [writer.identify(persona), *_batch(analysis, [event])]

    return make


def _together(_: Draw, analysis: MappingAnalysis) -> Parts:
    writer, persona = Writer(analysis), Persona(0, "u1", "ada@example.com", "+14155550100", ("anonymous-ada-laptop",))
    return _batch(analysis, [writer.identify(persona), writer.track(persona, {"colour": "red"})])


def _missing(draw: Draw, analysis: MappingAnalysis) -> Parts:
    """A phone number and a trait are known; then a batch says nothing of them."""
    writer, persona = Writer(analysis), personas(draw, 1)[0]
    known = with_phone(writer.identify(persona, {"plan": "pro"}), analysis, persona.phone)
    later = writer.identify(persona, {"visits": 2})
    for path in analysis.own_paths("identify"):
        if maybe(draw):
            later = without(later, path)
    return [known, *_batch(analysis, [later])]


def _mixed_types(draw: Draw, analysis: MappingAnalysis) -> Parts:
    writer = Writer(analysis)
    first, second = personas(draw, 2, fewest=2)
    return _batch(analysis, [writer.identify(first, {"age": 41}), writer.identify(second, {"age": "41"})])


BATCHES: Final = Family(
    "batches",
    {
        "identifies": _identifies,
        "custom events": _tracks,
        "an empty e-mail": _peculiar(email=""),
        "an empty userId": _peculiar(user_id=""),
        "an identify and an event together": _together,
        "a trait that is missing": _missing,
        "two types of a trait": _mixed_types,
    },
)


def _twice(what: str) -> Maker:
    def make(draw: Draw, analysis: MappingAnalysis) -> Parts:
        shop = Shop(analysis, Writer(analysis))
        persona = personas(draw, 1)[0]
        items = [product(1 + number(draw, 2))]
        match what:
            case "an identify":
                event = shop.writer.identify(persona, {"plan": "pro", "name": name_of(persona)})
            case "a custom event":
                event = shop.writer.track(persona, {"colour": "red"})
            case "a cart":
                event = shop.cart(persona, items)
            case "an order":
                event = shop.order(persona, items)
            case _:
                event = without(shop.order(persona, items), "properties.order_id")
        return [shop.writer.identify(persona), event]

    return make


REPETITIONS: Final = Family(
    "repetitions",
    {
        what: _twice(what)
        for what in ("an identify", "a custom event", "a cart", "an order", "an order without order_id")
    },
)


def _unrelated(draw: Draw, analysis: MappingAnalysis) -> Parts:
    """Two people's events, mixed."""
    shop = Shop(analysis, Writer(analysis))
    lanes = []
    for persona in personas(draw, 2, fewest=2):
        lane = [shop.writer.identify(persona, {"plan": "pro"})]
        lane += [shop.writer.track(persona, {"colour": "red"}) for _ in range(number(draw, 2))]
        lane += [shop.cart(persona, [product(1)])] if maybe(draw) else []
        lanes.append(lane)
    return [*interleaved(draw, lanes)]


UNRELATED: Final = Family("unrelated events", {"two people": _unrelated})


def _says(writer: Writer, persona: Persona, **traits: Any) -> HistoryEvent:
    return writer.identify(persona, traits, bare=True)


def _pair(what: str) -> Maker:
    """Two events of one person, of which the second may overtake the first."""

    def make(draw: Draw, analysis: MappingAnalysis) -> Parts:
        shop = Shop(analysis, Writer(analysis))
        persona = personas(draw, 1)[0]
        writer, items = shop.writer, [product(1 + number(draw, 2))]
        known = writer.identify(persona, bare=True)
        match what:
            case "an identify and an event":
                return [known, writer.track(persona, {"colour": "red"})]
            case "two identifies about different traits":
                return [known, _says(writer, persona, plan="pro"), _says(writer, persona, visits=2)]
            case "two identifies about the same trait":
                return [known, _says(writer, persona, plan="free"), _says(writer, persona, plan="pro")]
            case "two custom events":
                return [known, writer.track(persona, {"colour": "red"}), writer.track(persona, {"colour": "blue"})]
            case _:
                return [known, shop.cart(persona, items), shop.order(persona, items)]

    return make


PAIRS: Final = Family(
    "related events",
    {
        what: _pair(what)
        for what in (
            "an identify and an event",
            "two identifies about different traits",
            "two identifies about the same trait",
            "two custom events",
            "a cart and an order",
        )
    },
)

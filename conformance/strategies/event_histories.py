"""Histories of custom events: their properties, times and ids."""

from __future__ import annotations

from typing import Any, Final

from conformance.strategies.choice import Draw, choose, maybe, number
from conformance.strategies.event_writer import Writer
from conformance.strategies.families import Family, Maker
from conformance.strategies.field_histories import paths_to_vary
from conformance.strategies.history import Delivery, HistoryEvent, with_value
from conformance.strategies.mapping_analysis import MappingAnalysis
from conformance.strategies.personas import personas
from conformance.strategies.values import BY_TYPE, of_type

Parts = list["HistoryEvent | Delivery"]


def _event(kind: str) -> Maker:
    def make(draw: Draw, analysis: MappingAnalysis) -> Parts:
        writer, persona = Writer(analysis), personas(draw, 1)[0]
        path = choose(draw, paths_to_vary(analysis, "track", "properties"))
        track = writer.track(persona)
        varied = HistoryEvent(persona, with_value(track.event, path, of_type(draw, kind)))
        if maybe(draw) and analysis.batches(varied.event):
            return [writer.identify(persona), Delivery((varied,), is_batch=True)]
        return [writer.identify(persona), varied]

    return make


def _late(draw: Draw, analysis: MappingAnalysis) -> Parts:
    """An event that was held back on a device and reaches Segment days after it happened."""
    writer, persona = Writer(analysis), personas(draw, 1)[0]
    late = writer.track(persona, {"colour": "red"})
    times = {
        "timestamp": f"2026-07-{1 + number(draw, 27):02}T07:00:00.000Z",
        "sentAt": "2026-08-20T11:59:00.000Z",
        "receivedAt": "2026-08-20T11:59:01.000Z",
    }
    return [writer.identify(persona), HistoryEvent(persona, {**late.event, **times})]


def _several(draw: Draw, analysis: MappingAnalysis) -> Parts:
    """Several events of one person that share whatever a source repeats: an order, a product, a session."""
    writer, persona = Writer(analysis), personas(draw, 1)[0]
    shared = {"order_id": "o-1", "product_id": "p-1", "session_id": "s-1", "id": "x-1"}
    tracks = [writer.track(persona, shared) for _ in range(2 + number(draw, 2))]
    return [writer.identify(persona), *tracks]


def _named_like(field: str, values: tuple[Any, ...]) -> Maker:
    def make(draw: Draw, analysis: MappingAnalysis) -> Parts:
        writer, persona = Writer(analysis), personas(draw, 1)[0]
        return [writer.identify(persona), writer.track(persona, {field: choose(draw, values)})]

    return make


EVENTS: Final = Family(
    "events",
    {
        **{kind: _event(kind) for kind in BY_TYPE},
        "an event that arrives late": _late,
        "several events about one thing": _several,
        "a property named campaignId": _named_like("campaignId", ("spring-sale", "c-7", 1.5)),
        "a property named templateId": _named_like("templateId", ("welcome", "t-7", 1.5)),
    },
)

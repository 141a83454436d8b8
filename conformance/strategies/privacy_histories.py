"""Histories with something sensitive in them."""

from __future__ import annotations

from typing import Final

from conformance.strategies.choice import Draw, choose
from conformance.strategies.commerce_histories import Shop, product
from conformance.strategies.event_writer import Writer
from conformance.strategies.families import Family, Maker
from conformance.strategies.history import Delivery, HistoryEvent, with_value
from conformance.strategies.mapping_analysis import MappingAnalysis
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

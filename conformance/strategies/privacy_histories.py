"""Histories with something sensitive in them, and histories for triggers."""

from __future__ import annotations

from typing import Final

from conformance.strategies.choice import Draw, choose, maybe
from conformance.strategies.commerce_histories import Shop, product
from conformance.strategies.event_writer import Writer
from conformance.strategies.families import Family, Maker
from conformance.strategies.history import Delivery, Happening, with_value
from conformance.strategies.mapping_analysis import Knowledge, KnownSubscription
from conformance.strategies.personas import humans

Parts = list["Happening | Delivery"]
#: What nobody should find in a marketing tool, by the names under which sources send it.
SENSITIVE: Final = (
    "ssn", "password", "token", "card_number", "iban", "passport", "diagnosis", "date_of_birth", "salary",
)  # fmt: skip


def secret(name: str) -> str:
    """The value of something sensitive: a text that stands nowhere else."""
    return f"secret {name}"


def _secrets(where: str) -> Maker:
    def make(draw: Draw, knowledge: Knowledge) -> Parts:
        shop = Shop(knowledge, Writer(knowledge))
        human = humans(draw, 1)[0]
        known = shop.writer.identify(human)
        match where:
            case "traits":
                event = shop.writer.identify(human)
            case "properties" | "context.traits of an event":
                event = shop.writer.track(human)
            case _:
                event = shop.order(human, [product(1)])
        path = {"properties": "properties", "traits": "traits"}.get(where.partition(" ")[0], "context.traits")
        body = event.event
        named = [name for name in SENSITIVE if knowledge.mentions(name)]
        for name in dict.fromkeys([choose(draw, SENSITIVE), *named]):
            body = with_value(body, f"{path}.{name}", secret(name))
        return [known, Happening(human, body)]

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


def _intended(draw: Draw, knowledge: Knowledge) -> Parts:
    """An event that the author of some trigger had in mind."""
    writer, human = Writer(knowledge), humans(draw, 1)[0]
    if not knowledge.subscriptions:
        return [writer.identify(human)]
    known = choose(draw, knowledge.subscriptions)
    return [writer.identify(human), Happening(human, intended_event(draw, writer, known))]


def intended_event(draw: Draw, writer: Writer, known: KnownSubscription) -> dict[str, object]:
    """One of the events that a subscription's author had in mind."""
    human = humans(draw, 1)[0]
    wanted = choose(draw, known.trigger.intended)
    base = writer.track(human) if wanted["type"] == "track" else writer.identify(human)
    event = {**base.event, "type": wanted["type"]}
    for key, value in wanted.items():
        inner = event.get(key)
        event[key] = {**inner, **value} if isinstance(inner, dict) and isinstance(value, dict) else value
    if wanted["type"] != "track":
        event.pop("event", None)
    return event


_ELSE: Final = ("Newsletter Opened", "Video Played")


def _unintended(draw: Draw, knowledge: Knowledge) -> Parts:
    """An event that no trigger asks for by name."""
    writer, human = Writer(knowledge), humans(draw, 1)[0]
    event = writer.track(human, name=choose(draw, _ELSE))
    return [writer.identify(human), event] if maybe(draw) else [event]


TRIGGERS: Final = Family("triggers", {"an event that is asked for": _intended, "an event that is not": _unintended})

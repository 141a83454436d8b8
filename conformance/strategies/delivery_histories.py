"""Histories that are delivered in more than one way: singly or in a batch, twice, in another order."""

from __future__ import annotations

from typing import Any, Final

from conformance.strategies.choice import Draw, choose, interleaved, maybe, number
from conformance.strategies.commerce_histories import Shop, product
from conformance.strategies.event_writer import Writer, with_phone
from conformance.strategies.families import Family, Maker
from conformance.strategies.field_histories import without
from conformance.strategies.history import Delivery, Happening, Human
from conformance.strategies.mapping_analysis import Knowledge
from conformance.strategies.personas import humans, name_of

Parts = list["Happening | Delivery"]


def _batch(knowledge: Knowledge, happenings: list[Happening]) -> Parts:
    """A batch, or single events where Segment would not batch them."""
    if happenings and all(knowledge.batches(happening.event) for happening in happenings):
        return [Delivery(tuple(happenings), is_batch=True)]
    return [*happenings]


def _identifies(draw: Draw, knowledge: Knowledge) -> Parts:
    writer = Writer(knowledge)
    people = humans(draw, 3)
    events = [writer.identify(choose(draw, people), {"visits": index}) for index in range(2 + number(draw, 2))]
    return _batch(knowledge, events)


def _tracks(draw: Draw, knowledge: Knowledge) -> Parts:
    writer = Writer(knowledge)
    people = humans(draw, 2)
    known = [writer.identify(human) for human in people]
    events = [writer.track(choose(draw, people), {"colour": "red"}) for _ in range(1 + number(draw, 2))]
    return [*known, *_batch(knowledge, events)]


def _peculiar(**names: Any) -> Maker:
    """A batch with an event whose identifiers are there and empty."""

    def make(draw: Draw, knowledge: Knowledge) -> Parts:
        writer, human = Writer(knowledge), humans(draw, 1)[0]
        event = writer.track(human, **names) if maybe(draw) else writer.identify(human, {"plan": "pro"}, **names)
        return [writer.identify(human), *_batch(knowledge, [event])]

    return make


def _together(_: Draw, knowledge: Knowledge) -> Parts:
    writer, human = Writer(knowledge), Human(0, "u1", "ada@example.com", "+14155550100", ("anonymous-ada-laptop",))
    return _batch(knowledge, [writer.identify(human), writer.track(human, {"colour": "red"})])


def _missing(draw: Draw, knowledge: Knowledge) -> Parts:
    """A phone number and a trait are known; then a batch says nothing of them."""
    writer, human = Writer(knowledge), humans(draw, 1)[0]
    known = with_phone(writer.identify(human, {"plan": "pro"}), knowledge, human.phone)
    later = writer.identify(human, {"visits": 2})
    for path in knowledge.own_paths("identify"):
        if maybe(draw):
            later = without(later, path)
    return [known, *_batch(knowledge, [later])]


def _mixed_types(draw: Draw, knowledge: Knowledge) -> Parts:
    writer = Writer(knowledge)
    first, second = humans(draw, 2, fewest=2)
    return _batch(knowledge, [writer.identify(first, {"age": 41}), writer.identify(second, {"age": "41"})])


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
    def make(draw: Draw, knowledge: Knowledge) -> Parts:
        shop = Shop(knowledge, Writer(knowledge))
        human = humans(draw, 1)[0]
        items = [product(1 + number(draw, 2))]
        match what:
            case "an identify":
                event = shop.writer.identify(human, {"plan": "pro", "name": name_of(human)})
            case "a custom event":
                event = shop.writer.track(human, {"colour": "red"})
            case "a cart":
                event = shop.cart(human, items)
            case "an order":
                event = shop.order(human, items)
            case _:
                event = without(shop.order(human, items), "properties.order_id")
        return [shop.writer.identify(human), event]

    return make


REPETITIONS: Final = Family(
    "repetitions",
    {
        what: _twice(what)
        for what in ("an identify", "a custom event", "a cart", "an order", "an order without order_id")
    },
)


def _unrelated(draw: Draw, knowledge: Knowledge) -> Parts:
    """Two people's events, mixed."""
    shop = Shop(knowledge, Writer(knowledge))
    lanes = []
    for human in humans(draw, 2, fewest=2):
        lane = [shop.writer.identify(human, {"plan": "pro"})]
        lane += [shop.writer.track(human, {"colour": "red"}) for _ in range(number(draw, 2))]
        lane += [shop.cart(human, [product(1)])] if maybe(draw) else []
        lanes.append(lane)
    return [*interleaved(draw, lanes)]


UNRELATED: Final = Family("unrelated events", {"two people": _unrelated})


def _says(writer: Writer, human: Human, **traits: Any) -> Happening:
    return writer.identify(human, traits, bare=True)


def _pair(what: str) -> Maker:
    """Two events of one person, of which the second may overtake the first."""

    def make(draw: Draw, knowledge: Knowledge) -> Parts:
        shop = Shop(knowledge, Writer(knowledge))
        human = humans(draw, 1)[0]
        writer, items = shop.writer, [product(1 + number(draw, 2))]
        known = writer.identify(human, bare=True)
        match what:
            case "an identify and an event":
                return [known, writer.track(human, {"colour": "red"})]
            case "two identifies about different traits":
                return [known, _says(writer, human, plan="pro"), _says(writer, human, visits=2)]
            case "two identifies about the same trait":
                return [known, _says(writer, human, plan="free"), _says(writer, human, plan="pro")]
            case "two custom events":
                return [known, writer.track(human, {"colour": "red"}), writer.track(human, {"colour": "blue"})]
            case _:
                return [known, shop.cart(human, items), shop.order(human, items)]

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

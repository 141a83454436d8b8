"""Histories of what is said about people and events: traits, properties, dates, phone numbers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from conformance.strategies.choice import Draw, choose, maybe, number
from conformance.strategies.event_writer import Writer, usual_value, with_phone
from conformance.strategies.families import Family, Maker
from conformance.strategies.history import Delivery, Happening, Human, with_value
from conformance.strategies.mapping_analysis import Knowledge
from conformance.strategies.personas import humans
from conformance.strategies.values import BY_TYPE, NOTATIONS, PHONES, of_type

Parts = list["Happening | Delivery"]
#: A trait, or a property, that the mapping need not know.
FREE: Final = "loyalty"


def paths_to_vary(knowledge: Knowledge, kind: str, root: str) -> list[str]:
    """Where a history may put values of its own: one free name, and what the mapping reads below the root."""
    own = [path for path, field_type in knowledge.own_paths(kind).items() if field_type == "any"]
    return [f"{root}.{FREE}", *(path for path in own if path.startswith(f"{root}."))]


def _profile(make: Callable[[Draw, Knowledge, Writer, Human], Parts]) -> Maker:
    """A person who is identified with both identifiers, and what is said about them after that."""

    def maker(draw: Draw, knowledge: Knowledge) -> Parts:
        writer, human = Writer(knowledge), humans(draw, 1)[0]
        return [writer.identify(human, bare=True), *make(draw, knowledge, writer, human)]

    return maker


def _varied(happening: Happening, path: str, value: Any) -> Happening:
    return Happening(happening.human, with_value(happening.event, path, value))


def _typed(kind: str) -> Maker:
    def make(draw: Draw, knowledge: Knowledge, writer: Writer, human: Human) -> Parts:
        path = choose(draw, paths_to_vary(knowledge, "identify", "traits"))
        first = _varied(writer.identify(human), path, of_type(draw, kind))
        return [_once_or_in_a_batch(draw, knowledge, first)]

    return _profile(make)


def _once_or_in_a_batch(draw: Draw, knowledge: Knowledge, happening: Happening) -> Happening | Delivery:
    if maybe(draw) and knowledge.batches(happening.event):
        return Delivery((happening,), is_batch=True)
    return happening


def _missing_later(draw: Draw, knowledge: Knowledge, writer: Writer, human: Human) -> Parts:
    """A trait is known; a later identify says nothing of it."""
    path = choose(draw, paths_to_vary(knowledge, "identify", "traits"))
    first = _varied(writer.identify(human), path, usual_value(path))
    return [first, _once_or_in_a_batch(draw, knowledge, without(writer.identify(human), path))]


def without(happening: Happening, path: str) -> Happening:
    """The event without what stands at a path."""
    outer, _, last = path.rpartition(".")
    event = happening.event
    holder: Any = event
    for key in outer.split("."):
        holder = holder.get(key) if isinstance(holder, dict) else None
    if not isinstance(holder, dict) or last not in holder:
        return happening
    kept = {key: value for key, value in holder.items() if key != last}
    return Happening(happening.human, with_value(event, outer, kept))


def _parts_of_an_object(_: Draw, knowledge: Knowledge, writer: Writer, human: Human) -> Parts:
    path = f"traits.{FREE}"
    own = [path for path in paths_to_vary(knowledge, "identify", "traits") if path == "traits.address"]
    path = own[0] if own else path
    return [
        _varied(writer.identify(human), path, {"city": "Rome"}),
        _varied(writer.identify(human), path, {"zip": "00100"}),
    ]


def _two_types(first: str, second: str) -> Maker:
    def make(draw: Draw, knowledge: Knowledge, writer: Writer, human: Human) -> Parts:
        path = choose(draw, paths_to_vary(knowledge, "identify", "traits"))
        return [
            _varied(writer.identify(human), path, BY_TYPE[first][0]),
            _varied(writer.identify(human, {"plan": "pro"}), path, BY_TYPE[second][0]),
        ]

    return _profile(make)


def _number_unknown(draw: Draw, knowledge: Knowledge, writer: Writer, human: Human) -> Parts:
    """A number that some events have and others lack, in either order."""
    path = choose(draw, paths_to_vary(knowledge, "identify", "traits"))
    have = _varied(writer.identify(human), path, of_type(draw, "a whole number"))
    lack = without(writer.identify(human, {"plan": "pro"}), path)
    return [have, lack] if maybe(draw) else [lack, have]


def _named_phone_number(_: Draw, __: Knowledge, writer: Writer, human: Human) -> Parts:
    return [writer.identify(human, {"phoneNumber": human.phone})]


PROFILES: Final = Family(
    "profiles",
    {
        **{kind: _typed(kind) for kind in BY_TYPE},
        "a trait is missing later": _profile(_missing_later),
        "a number that not every event has": _profile(_number_unknown),
        "an object comes in parts": _profile(_parts_of_an_object),
        "a number, then text": _two_types("a whole number", "text"),
        "a whole number, then a fraction": _two_types("a whole number", "a fraction"),
        "a trait named phoneNumber": _profile(_named_phone_number),
    },
)


def _date(notation: str) -> Maker:
    text = NOTATIONS[notation][0]

    def make(draw: Draw, knowledge: Knowledge) -> Parts:
        writer, human = Writer(knowledge), humans(draw, 1)[0]
        known = writer.identify(human, bare=True)
        if maybe(draw):
            path = choose(draw, paths_to_vary(knowledge, "identify", "traits"))
            return [known, _varied(writer.identify(human), path, text)]
        path = choose(draw, paths_to_vary(knowledge, "track", "properties"))
        return [known, _varied(writer.track(human), path, text)]

    return make


DATES: Final = Family("dates", {notation: _date(notation) for notation in NOTATIONS})


def _phone(form: str) -> Maker:
    def make(draw: Draw, knowledge: Knowledge, writer: Writer, human: Human) -> Parts:
        sent = with_phone(writer.identify(human), knowledge, PHONES[form])
        return [_once_or_in_a_batch(draw, knowledge, sent)]

    return _profile(make)


def _phone_then(later: str) -> Maker:
    """A phone number is known; then comes an identify, or an event, without it."""

    def make(draw: Draw, knowledge: Knowledge, writer: Writer, human: Human) -> Parts:
        known = with_phone(writer.identify(human), knowledge, human.phone)
        if later == "null traits":
            nothing = Happening(human, {**writer.identify(human).event, "traits": None})
            return [known, _once_or_in_a_batch(draw, knowledge, nothing)]
        if later == "null":
            return [known, with_phone(writer.identify(human), knowledge, None)]
        repeated = [writer.identify(human, {"plan": "pro"}) for _ in range(1 + number(draw, 1))]
        return [known, *(_once_or_in_a_batch(draw, knowledge, happening) for happening in repeated)]

    return _profile(make)


PHONE_NUMBERS: Final = Family(
    "phone numbers",
    {
        **{form: _phone(form) for form in PHONES},
        "missing later": _phone_then("missing"),
        "null traits later": _phone_then("null traits"),
        "null later": _phone_then("null"),
    },
)

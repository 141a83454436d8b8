"""Histories about who somebody is: known from the start, later, by different names, or not at all."""

from __future__ import annotations

from typing import Any, Final

from conformance.strategies.choice import Draw, choose, interleaved, maybe, number
from conformance.strategies.event_writer import Writer, with_new_email
from conformance.strategies.families import Family, Maker
from conformance.strategies.history import Delivery, Happening, Human
from conformance.strategies.mapping_analysis import Knowledge
from conformance.strategies.personas import humans, name_of

Lane = list[Happening]
Parts = list["Happening | Delivery"]


def _people(lane: Any) -> Maker:
    """Some people, each with a lane of events, the lanes mixed, and some of it batched."""

    def make(draw: Draw, knowledge: Knowledge) -> Parts:
        writer = Writer(knowledge)
        lanes = [lane(draw, writer, human) for human in humans(draw)]
        return _partly_batched(draw, knowledge, interleaved(draw, lanes))

    return make


def _partly_batched(draw: Draw, knowledge: Knowledge, happenings: Lane) -> Parts:
    """The same events; some that follow each other, and that Segment would batch, in a batch."""
    parts: Parts = []
    waiting = list(happenings)
    while waiting:
        size = 1 + number(draw, 3) if maybe(draw) else 1
        together, waiting = waiting[:size], waiting[size:]
        if size > 1 and all(knowledge.batches(happening.event) for happening in together):
            parts.append(Delivery(tuple(together), is_batch=True))
        else:
            parts += together
    return parts


def _afterwards(draw: Draw, writer: Writer, human: Human, **names: Any) -> Lane:
    """What a person does once they are known."""
    return [writer.track(human, {"colour": "red"}, **names) for _ in range(number(draw, 2))]


def _traits(human: Human) -> dict[str, Any]:
    return {"name": name_of(human)}


def _both(draw: Draw, writer: Writer, human: Human) -> Lane:
    identifies = [writer.identify(human, _traits(human)) for _ in range(1 + number(draw, 1))]
    return [*identifies, *_afterwards(draw, writer, human)]


def _email_only(draw: Draw, writer: Writer, human: Human) -> Lane:
    return [
        writer.identify(human, _traits(human), user_id=None),
        *_afterwards(draw, writer, human, user_id=None),
    ]


def _user_id_only(draw: Draw, writer: Writer, human: Human) -> Lane:
    return [writer.identify(human, _traits(human), email=None), *_afterwards(draw, writer, human, email=None)]


def _known_then_user_id(_: Draw, writer: Writer, human: Human) -> Lane:
    return [writer.identify(human, _traits(human)), writer.track(human, {"colour": "red"}, email=None)]


def _different(draw: Draw, writer: Writer, human: Human) -> Lane:
    by_email = writer.identify(human, _traits(human), user_id=None)
    by_user_id = writer.identify(human, _traits(human), email=None)
    return [by_email, by_user_id] if maybe(draw) else [by_user_id, by_email]


def _devices(draw: Draw, writer: Writer, human: Human) -> Lane:
    first = writer.identify(human, _traits(human), device=0)
    second = writer.identify(human, _traits(human), device=1)
    return [first, second, writer.track(human, {"colour": "red"}, device=number(draw, 1))]


def _anonymous_first(draw: Draw, writer: Writer, human: Human) -> Lane:
    before = [writer.track(human, {"colour": "red"}, email=None, user_id=None) for _ in range(1 + number(draw, 1))]
    return [*before, writer.identify(human, _traits(human))]


def _numeric(draw: Draw, writer: Writer, human: Human) -> Lane:
    number_of = 1000 + human.number
    named = Human(human.number, str(number_of), human.email, human.phone, human.devices)
    return [
        writer.identify(named, _traits(human), user_id=number_of),
        *_afterwards(draw, writer, named, user_id=choose(draw, (number_of, str(number_of)))),
    ]


def _capitals(draw: Draw, writer: Writer, human: Human) -> Lane:
    loud = human.email.upper().replace("EXAMPLE.COM", "Example.com")
    return [
        writer.identify(human, _traits(human), email=loud),
        writer.identify(human, _traits(human)),
        *_afterwards(draw, writer, human),
    ]


def _malformed_email(draw: Draw, writer: Writer, human: Human) -> Lane:
    broken = choose(draw, (" " + human.email, "None", human.email.replace("@", " at ")))
    return [writer.identify(human, _traits(human), email=broken)]


def _event_first(draw: Draw, writer: Writer, human: Human) -> Lane:
    early = writer.track(human, {"colour": "red"}, email=choose(draw, (None, human.email)))
    return [early, writer.identify(human, _traits(human))]


PEOPLE: Final = Family(
    "people",
    {
        "both identifiers": _people(_both),
        "e-mail only": _people(_email_only),
        "userId only": _people(_user_id_only),
        "known by both, then named by the userId": _people(_known_then_user_id),
        "first one identifier, then the other": _people(_different),
        "several devices": _people(_devices),
        "anonymous at first": _people(_anonymous_first),
        "numeric userId": _people(_numeric),
        "capitals in the e-mail": _people(_capitals),
        "malformed e-mail beside a userId": _people(_malformed_email),
        "an event before the identify": _people(_event_first),
    },
)


def _new_address(draw: Draw, writer: Writer, human: Human, *, batch: bool) -> Parts:
    address = human.new_email
    first = writer.identify(human, _traits(human))
    if writer.knowledge.new_email_paths():
        change = with_new_email(writer.identify(human, _traits(human)), writer.knowledge, address)
    else:
        change = writer.identify(human, _traits(human), email=address)
    parts: Parts = [first, Delivery((change,), is_batch=True) if batch else change]
    return [*parts, *(writer.identify(human, {"plan": "pro"}, email=address) for _ in range(number(draw, 1)))]


def _changes_singly(draw: Draw, knowledge: Knowledge) -> Parts:
    return _new_address(draw, Writer(knowledge), humans(draw, 1)[0], batch=False)


def _changes_in_batch(draw: Draw, knowledge: Knowledge) -> Parts:
    writer, human = Writer(knowledge), humans(draw, 1)[0]
    batch = knowledge.batches(writer.identify(human).event)
    return _new_address(draw, Writer(knowledge), human, batch=batch)


def _user_id_among_traits(draw: Draw, knowledge: Knowledge) -> Parts:
    writer = Writer(knowledge)
    return [
        writer.identify(human, {**_traits(human), "userId": f"legacy-{human.number}"}) for human in humans(draw, 2)
    ]


def _shared_address(draw: Draw, knowledge: Knowledge) -> Parts:
    writer = Writer(knowledge)
    first, second = humans(draw, 2, fewest=2)
    lanes = [
        [writer.identify(first, _traits(first))],
        [writer.identify(second, _traits(second), email=first.email)],
    ]
    return [*interleaved(draw, lanes)]


def _reused_user_id(draw: Draw, knowledge: Knowledge) -> Parts:
    writer = Writer(knowledge)
    first, second = humans(draw, 2, fewest=2)
    return [
        writer.identify(first, _traits(first)),
        writer.identify(second, _traits(second), user_id=first.user_id),
    ]


CHANGES: Final = Family(
    "changes",
    {
        "a new e-mail": _changes_singly,
        "a new e-mail, in a batch": _changes_in_batch,
        "a trait named userId": _user_id_among_traits,
        "two people, one e-mail": _shared_address,
        "two people, one userId": _reused_user_id,
    },
)

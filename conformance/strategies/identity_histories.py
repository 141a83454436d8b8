"""Histories about who somebody is: known from the start, later, by different names, or not at all."""

from __future__ import annotations

from typing import Any, Final

from conformance.strategies.choice import Draw, choose, interleaved, maybe, number
from conformance.strategies.event_writer import Writer, with_new_email
from conformance.strategies.families import Family, Maker
from conformance.strategies.history import Delivery, HistoryEvent, Persona
from conformance.strategies.mapping_analysis import MappingAnalysis
from conformance.strategies.personas import name_of, personas

Lane = list[HistoryEvent]
Parts = list["HistoryEvent | Delivery"]


def _people(lane: Any) -> Maker:
    """Some people, each with a lane of events, the lanes mixed, and some of it batched."""

    def make(draw: Draw, analysis: MappingAnalysis) -> Parts:
        writer = Writer(analysis)
        lanes = [lane(draw, writer, persona) for persona in personas(draw)]
        return _partly_batched(draw, analysis, interleaved(draw, lanes))

    return make


def _partly_batched(draw: Draw, analysis: MappingAnalysis, history_events: Lane) -> Parts:
    """The same events; some that follow each other, and that Segment would batch, in a batch."""
    parts: Parts = []
    waiting = list(history_events)
    while waiting:
        size = 1 + number(draw, 3) if maybe(draw) else 1
        together, waiting = waiting[:size], waiting[size:]
        if size > 1 and all(analysis.batches(history_event.event) for history_event in together):
            parts.append(Delivery(tuple(together), is_batch=True))
        else:
            parts += together
    return parts


def _afterwards(draw: Draw, writer: Writer, persona: Persona, **names: Any) -> Lane:
    """What a person does once they are known."""
    return [writer.track(persona, {"colour": "red"}, **names) for _ in range(number(draw, 2))]


def _traits(persona: Persona) -> dict[str, Any]:
    return {"name": name_of(persona)}


def _both(draw: Draw, writer: Writer, persona: Persona) -> Lane:
    identifies = [writer.identify(persona, _traits(persona)) for _ in range(1 + number(draw, 1))]
    return [*identifies, *_afterwards(draw, writer, persona)]


def _email_only(draw: Draw, writer: Writer, persona: Persona) -> Lane:
    return [
        writer.identify(persona, _traits(persona), user_id=None),
        *_afterwards(draw, writer, persona, user_id=None),
    ]


def _user_id_only(draw: Draw, writer: Writer, persona: Persona) -> Lane:
    return [writer.identify(persona, _traits(persona), email=None), *_afterwards(draw, writer, persona, email=None)]


def _known_then_user_id(_: Draw, writer: Writer, persona: Persona) -> Lane:
    return [writer.identify(persona, _traits(persona)), writer.track(persona, {"colour": "red"}, email=None)]


def _different(draw: Draw, writer: Writer, persona: Persona) -> Lane:
    by_email = writer.identify(persona, _traits(persona), user_id=None)
    by_user_id = writer.identify(persona, _traits(persona), email=None)
    return [by_email, by_user_id] if maybe(draw) else [by_user_id, by_email]


def _devices(draw: Draw, writer: Writer, persona: Persona) -> Lane:
    first = writer.identify(persona, _traits(persona), device=0)
    second = writer.identify(persona, _traits(persona), device=1)
    return [first, second, writer.track(persona, {"colour": "red"}, device=number(draw, 1))]


def _anonymous_first(draw: Draw, writer: Writer, persona: Persona) -> Lane:
    before = [writer.track(persona, {"colour": "red"}, email=None, user_id=None) for _ in range(1 + number(draw, 1))]
    return [*before, writer.identify(persona, _traits(persona))]


def _numeric(draw: Draw, writer: Writer, persona: Persona) -> Lane:
    number_of = 1000 + persona.number
    named = Persona(persona.number, str(number_of), persona.email, persona.phone, persona.devices)
    return [
        writer.identify(named, _traits(persona), user_id=number_of),
        *_afterwards(draw, writer, named, user_id=choose(draw, (number_of, str(number_of)))),
    ]


def _capitals(draw: Draw, writer: Writer, persona: Persona) -> Lane:
    loud = persona.email.upper().replace("EXAMPLE.COM", "Example.com")
    return [
        writer.identify(persona, _traits(persona), email=loud),
        writer.identify(persona, _traits(persona)),
        *_afterwards(draw, writer, persona),
    ]


def _malformed_email(draw: Draw, writer: Writer, persona: Persona) -> Lane:
    broken = choose(draw, (" " + persona.email, "None", persona.email.replace("@", " at ")))
    return [writer.identify(persona, _traits(persona), email=broken)]


def _event_first(draw: Draw, writer: Writer, persona: Persona) -> Lane:
    early = writer.track(persona, {"colour": "red"}, email=choose(draw, (None, persona.email)))
    return [early, writer.identify(persona, _traits(persona))]


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


def _new_address(draw: Draw, writer: Writer, persona: Persona, *, batch: bool) -> Parts:
    address = persona.new_email
    first = writer.identify(persona, _traits(persona))
    if writer.analysis.new_email_paths():
        change = with_new_email(writer.identify(persona, _traits(persona)), writer.analysis, address)
    else:
        change = writer.identify(persona, _traits(persona), email=address)
    parts: Parts = [first, Delivery((change,), is_batch=True) if batch else change]
    return [*parts, *(writer.identify(persona, {"plan": "pro"}, email=address) for _ in range(number(draw, 1)))]


def _changes_singly(draw: Draw, analysis: MappingAnalysis) -> Parts:
    return _new_address(draw, Writer(analysis), personas(draw, 1)[0], batch=False)


def _changes_in_batch(draw: Draw, analysis: MappingAnalysis) -> Parts:
    writer, persona = Writer(analysis), personas(draw, 1)[0]
    batch = analysis.batches(writer.identify(persona).event)
    return _new_address(draw, Writer(analysis), persona, batch=batch)


def _user_id_among_traits(draw: Draw, analysis: MappingAnalysis) -> Parts:
    writer = Writer(analysis)
    return [
        writer.identify(persona, {**_traits(persona), "userId": f"legacy-{persona.number}"})
        for persona in personas(draw, 2)
    ]


def _shared_address(draw: Draw, analysis: MappingAnalysis) -> Parts:
    writer = Writer(analysis)
    first, second = personas(draw, 2, fewest=2)
    lanes = [
        [writer.identify(first, _traits(first))],
        [writer.identify(second, _traits(second), email=first.email)],
    ]
    return [*interleaved(draw, lanes)]


def _reused_user_id(draw: Draw, analysis: MappingAnalysis) -> Parts:
    writer = Writer(analysis)
    first, second = personas(draw, 2, fewest=2)
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

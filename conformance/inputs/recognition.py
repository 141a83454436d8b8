"""What a JSON value is that was given where Segment events are taken.

Nearly every value is an event, which costs one look at its type; only what is not is looked at closely, so that it
can be named with what it looks like. Where in a file it stands is the caller's business: a path says where inside the
value.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final, cast

from conformance.inputs.event_members import TYPES, EventProblem, event_problems, near_word
from conformance.inputs.foreign_documents import look_of_object, look_of_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pydantic import JsonValue

Path = tuple[str | int, ...]

_KNOWN_TYPES: Final = frozenset(TYPES)
#: Members that hardly anything but an event has.
_TELLING: Final = frozenset({"messageId", "anonymousId", "originalTimestamp", "properties", "traits", "integrations"})
_SUPPORTING: Final = frozenset({"userId", "event", "context", "timestamp", "groupId", "previousId", "sentAt", "name"})
_MEMBERS: Final = _TELLING | _SUPPORTING | {"type"}
_TYPE_BY_MEMBER: Final = {"event": "track", "previousId": "alias", "groupId": "group", "traits": "identify"}
_ENOUGH: Final = 2
#: Types are few and unlike, so that `page_view` is near enough to `page`.
_ALIKE: Final = 0.6
_SHOWN_MEMBERS: Final = 6
_EXPECTED: Final = "expected one of: a Segment event, a list of events, the body of /v1/batch"


@dataclass(frozen=True, slots=True)
class Event:
    """A Segment event.

    Attributes:
        event: The event.
        path: Where it stands inside the value; empty where it is the value.
        subscriptions: The names of the only subscriptions that it is meant for, as a file of undelivered events
            says; None for all.
        envelope: What the body of /v1/batch around it says of all its messages; None where there is none.
    """

    event: dict[str, JsonValue]
    path: Path = ()
    subscriptions: frozenset[str] | None = None
    envelope: dict[str, JsonValue] | None = None

    @property
    def problems(self) -> tuple[EventProblem, ...]:
        """What its author should know; see `event_problems`."""
        return event_problems(self.event)


@dataclass(frozen=True, slots=True)
class Envelope:
    """A body of /v1/batch, as SDKs of Segment and RudderStack send it.

    Attributes:
        messages: What it holds, in order; each may again be anything.
        members: What else it says, such as `sentAt` and `context`.
        path: Where the messages stand inside the value.
    """

    messages: tuple[JsonValue, ...]
    members: dict[str, JsonValue]
    path: Path = ("batch",)


@dataclass(frozen=True, slots=True)
class Listing:
    """A JSON list; each of its items may again be anything."""

    items: tuple[JsonValue, ...]


@dataclass(frozen=True, slots=True)
class Unknown:
    """Something that is neither an event nor holds events where they are looked for.

    Attributes:
        looks_like: What it looks like, as a noun: `a warehouse row`.
        advice: What to do about it.
        path: The member that shows it, inside the value; empty for the value as a whole.
    """

    looks_like: str
    advice: str
    path: Path = ()

    @property
    def message(self) -> str:
        """What is wrong, as a sentence without its end: `this is not a Segment event; it looks like …`."""
        return f"this is not a Segment event; it looks like {self.looks_like}"


Recognized = Event | Envelope | Listing | Unknown


def recognize(value: object) -> Recognized:
    """What a JSON value is; never an error, whatever the value."""
    if isinstance(value, dict):
        if is_event(value):
            return Event(value)
        return _recognize_object(cast("dict[str, JsonValue]", value))
    if isinstance(value, list):
        return Listing(tuple(value))
    if isinstance(value, str) and value.lstrip()[:1] in {"{", "["}:
        return Unknown("a string that contains JSON", "it was encoded twice: decode it once (jq fromjson)")
    return Unknown(_scalar(value), _EXPECTED)


def is_event(value: dict[str, JsonValue]) -> bool:
    """Whether an object has the type of an event."""
    event_type = value.get("type")
    return isinstance(event_type, str) and event_type in _KNOWN_TYPES


def recognize_text(text: bytes) -> Unknown:
    """What a text looks like that is not JSON: CSV, several values one below the other, a packed file, and so on."""
    looks_like, advice = look_of_text(text)
    return Unknown(looks_like, advice or _EXPECTED)


def events_in(value: object, path: Path = ()) -> Iterator[Event | Unknown]:
    """Every event of a value, through lists and envelopes, each with its path inside the value; and what is none."""
    found = recognize(value)
    if isinstance(found, Event):
        yield Event(found.event, path + found.path, found.subscriptions)
    elif isinstance(found, Unknown):
        yield Unknown(found.looks_like, found.advice, path + found.path)
    else:
        holder, items = _held(found)
        if not items:
            yield Unknown("an empty list", _EXPECTED, path + holder)
        for index, item in enumerate(items):
            for held in events_of_item(item, (*path, *holder, index)):
                if isinstance(found, Envelope) and isinstance(held, Event):
                    yield replace(held, envelope=found.members)
                else:
                    yield held


def _held(found: Listing | Envelope) -> tuple[Path, tuple[JsonValue, ...]]:
    """Where the items of a list or an envelope stand, and the items."""
    return ((), found.items) if isinstance(found, Listing) else (found.path, found.messages)


def events_of_item(value: object, path: Path) -> Iterator[Event | Unknown]:
    """The events of an item; lists are followed no further, however deep somebody has nested them."""
    if isinstance(value, list):
        yield Unknown("a list inside a list", _EXPECTED, path)
    elif isinstance(value, dict) and path.count("batch") and isinstance(value.get("batch"), list):
        yield Unknown("an envelope inside an envelope", _EXPECTED, path)
    else:
        yield from events_in(value, path)


def _scalar(value: object) -> str:
    if isinstance(value, bool):
        return "a boolean"
    if value is None:
        return "null"
    return "a string" if isinstance(value, str) else "a number"


def _recognize_object(value: dict[str, JsonValue]) -> Recognized:
    batch = value.get("batch")
    if isinstance(batch, list):
        return Envelope(tuple(batch), {name: member for name, member in value.items() if name != "batch"})
    if _is_undelivered(value):
        return _undelivered(value["event"], value["subscriptions"])
    if not value:
        return Unknown("an empty object", _EXPECTED)
    if not all(isinstance(name, str) for name in value):
        return Unknown("an object with keys that are not strings", _EXPECTED)
    given = value.get("type")
    only_members = value.keys() <= _MEMBERS
    if isinstance(given, str) and (only_members or _like_an_event(value) or _near_type(given)):
        return _misspelt(given)
    look = look_of_object(value)
    if look is not None:
        return Unknown(*look)
    if _like_an_event(value):
        return _without_type(value)
    holder = next((name for name, member in value.items() if _has_known_type(member)), None)
    if holder is not None:
        return Unknown(f"an object with an event in `{holder}`", f"use only the value of `{holder}`", (holder,))
    return _anything(value)


def _is_undelivered(value: JsonValue) -> bool:
    """Whether `send --failed` wrote a line."""
    return (
        isinstance(value, dict)
        and value.keys() == {"event", "subscriptions"}
        and isinstance(value["subscriptions"], list)
        and not isinstance(value["event"], str)
    )


def _undelivered(event: JsonValue, names: JsonValue) -> Event | Unknown:
    subscriptions = names if isinstance(names, list) else []
    inner = Unknown("an undelivered line inside another", "") if _is_undelivered(event) else recognize(event)
    if isinstance(inner, Event):
        return Event(inner.event, ("event", *inner.path), frozenset(map(str, subscriptions)))
    if isinstance(inner, Unknown):
        return Unknown(inner.looks_like, inner.advice, ("event", *inner.path))
    return Unknown("an undelivered line with several events", "each line has one", ("event",))


def _like_an_event(value: dict[str, JsonValue]) -> bool:
    telling = len(value.keys() & _TELLING)
    supporting = len(value.keys() & _SUPPORTING)
    return (telling > 0 and telling + supporting >= _ENOUGH) or value.keys() >= {"userId", "event"}


def _has_known_type(value: JsonValue) -> bool:
    return isinstance(value, dict) and value.get("type") in TYPES


def _near_type(given: str) -> str | None:
    return near_word(given, TYPES, alike=_ALIKE)


def _misspelt(given: str) -> Unknown:
    near = _near_type(given)
    advice = f"did you mean {near}?" if near else f"known types are {', '.join(TYPES)}"
    return Unknown(f"an event of the unknown type `{given:.40}`", advice, ("type",))


def _without_type(value: dict[str, JsonValue]) -> Unknown:
    misspelt = near_word("type", value)
    if misspelt is not None and value[misspelt] in TYPES:
        return Unknown("an event without `type`", f"did you mean `type` instead of `{misspelt}`?", (misspelt,))
    given = value.get("type")
    looks_like = "an event without `type`" if given is None else f"an event whose `type` is {_scalar(given)}"
    return Unknown(looks_like, f'add "type": "{_likely_type(value)}"', ("type",) if "type" in value else ())


def _likely_type(value: dict[str, JsonValue]) -> str:
    for member, event_type in _TYPE_BY_MEMBER.items():
        if member in value:
            return event_type
    return "page" if "name" in value or "category" in value else "track"


def _anything(value: dict[str, JsonValue]) -> Unknown:
    names = [f"`{name:.30}`" for name in list(value)[:_SHOWN_MEMBERS]]
    more = f" and {len(value) - _SHOWN_MEMBERS} more" if len(value) > _SHOWN_MEMBERS else ""
    advice = f"an event has a `type`: {', '.join(TYPES)}"
    return Unknown(f"an object with {', '.join(names)}{more}", advice)

"""What can be said against an event whose type is known: members that no event has, and what Segment would drop."""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from pydantic import JsonValue

#: The types of events, in the order in which Segment's documentation has them.
TYPES: Final = ("identify", "track", "page", "screen", "group", "alias")
_OF_EVERY_TYPE: Final = frozenset(
    {
        "type", "messageId", "userId", "anonymousId", "context", "integrations", "timestamp", "originalTimestamp",
        "sentAt", "receivedAt", "version", "channel", "projectId", "writeKey", "_metadata", "metadata",
    }
)  # fmt: skip
_OF_TYPE: Final[Mapping[str, frozenset[str]]] = {
    "identify": _OF_EVERY_TYPE | {"traits"},
    "track": _OF_EVERY_TYPE | {"event", "properties"},
    "page": _OF_EVERY_TYPE | {"name", "category", "properties"},
    "screen": _OF_EVERY_TYPE | {"name", "category", "properties"},
    "group": _OF_EVERY_TYPE | {"groupId", "traits"},
    "alias": _OF_EVERY_TYPE | {"previousId"},
}
_OF_ANY_TYPE: Final = frozenset[str]().union(*_OF_TYPE.values())
#: Every member that the specification has.
MEMBERS: Final = tuple(sorted(_OF_ANY_TYPE))
#: What Segment's own products and RudderStack's SDKs put beside the members of the specification.
_OF_PRODUCTS: Final = frozenset({"rudderId", "request_ip", "failedInitialization", "enrichments", "protocols"})
_OF_ENGINE: Final = "__segment_"
#: Where a member of another type was meant to stand.
_MEANT: Final = {
    ("identify", "properties"): "traits",
    ("group", "properties"): "traits",
    ("track", "traits"): "context.traits",
    ("track", "name"): "event",
}
_OBJECTS: Final = ("context", "traits", "properties", "integrations")
#: What Segment takes for no value.
_ABSENT: Final = (None, "")
_LONGEST_MESSAGE_ID: Final = 99
#: What other products call members of an event.
_SYNONYMS: Final = {
    "props": "properties", "eventName": "event", "event_name": "event", "uid": "userId", "distinct_id": "userId",
    "ctx": "context", "time": "timestamp", "user_traits": "traits", "attributes": "traits",
}  # fmt: skip
#: How alike a misspelt word is at least, from 0 to 1.
_ALIKE: Final = 0.7

Code = Literal[
    "unknown-member", "misplaced-member", "not-an-object", "no-event-name", "no-identifier", "long-message-id"
]


@dataclass(frozen=True, slots=True)
class EventProblem:
    """Something about an event that its author should be warned of; it can be delivered all the same.

    Attributes:
        code: What it is, for programs.
        path: The member, inside the event.
        message: What is wrong, as a sentence.
        hint: What to do about it.
    """

    code: Code
    path: tuple[str, ...]
    message: str
    hint: str = ""


def near_word(word: str, known: Iterable[str], *, alike: float = _ALIKE) -> str | None:
    """The known word that was probably meant, whatever the capitals; never the word itself.

    Args:
        word: The word that was written.
        known: The words that could have been meant.
        alike: How alike they must be, from 0 to 1.
    """
    by_folded = {candidate.casefold(): candidate for candidate in known if candidate != word}
    close = difflib.get_close_matches(word.casefold(), by_folded, n=1, cutoff=alike)
    return by_folded[close[0]] if close else None


def event_problems(event: dict[str, JsonValue]) -> tuple[EventProblem, ...]:
    """What is wrong with an event whose `type` is known; nothing for nearly every event, and at little cost.

    Raises:
        ValueError: The type is not known.
    """
    event_type = event["type"]
    if not isinstance(event_type, str) or event_type not in _OF_TYPE:
        raise ValueError(f"{event_type!r} is not an event type")
    message_id = event.get("messageId")
    if (
        event.keys() <= _OF_TYPE[event_type]
        and (event.get("userId") or event.get("anonymousId"))
        and (event_type != "track" or event.get("event"))
        and all(isinstance(event[name], dict) for name in _OBJECTS if name in event)
        and not (isinstance(message_id, str) and len(message_id) > _LONGEST_MESSAGE_ID)
    ):
        return ()
    return tuple(_problems(event, event_type))


def _problems(event: dict[str, JsonValue], event_type: str) -> Iterator[EventProblem]:
    for member in event:
        if member not in _OF_TYPE[event_type] and member not in _OF_PRODUCTS and not member.startswith(_OF_ENGINE):
            yield _unknown_member(member, event_type)
    for name in _OBJECTS:
        if not isinstance(event.get(name, {}), dict) and event[name] is not None:
            yield EventProblem("not-an-object", (name,), f"`{name}` is not an object", "mappings read its members")
    if event_type == "track" and event.get("event") in _ABSENT:
        yield EventProblem(
            "no-event-name", ("event",), "a track event without a name", "Segment drops it: add `event`"
        )
    if event.get("userId") in _ABSENT and event.get("anonymousId") in _ABSENT:
        yield EventProblem("no-identifier", (), "neither userId nor anonymousId", "Segment drops such an event")
    message_id = event.get("messageId")
    if isinstance(message_id, str) and len(message_id) > _LONGEST_MESSAGE_ID:
        yield EventProblem(
            "long-message-id",
            ("messageId",),
            f"a messageId of {len(message_id)} characters",
            "Segment asks for fewer than 100",
        )


def _unknown_member(member: str, event_type: str) -> EventProblem:
    if member in _OF_ANY_TYPE:
        meant = _MEANT.get((event_type, member))
        owners = ", ".join(name for name in TYPES if member in _OF_TYPE[name])
        hint = f"did you mean {meant}?" if meant else "a mapping can still read it"
        message = f"`{member}` is a member of {owners}, not of {event_type}"
        return EventProblem("misplaced-member", (member,), message, hint)
    synonym = _SYNONYMS.get(member)
    known = _OF_TYPE[event_type]
    near = synonym if synonym in known else near_word(member, sorted(known))
    home = "traits" if event_type in {"identify", "group"} else "properties"
    hint = f"did you mean {near}?" if near else f"your own data belongs in {home}"
    return EventProblem("unknown-member", (member,), f"no Segment event has `{member}`", hint)

"""A message on its way through Segment: its envelope, its receipt, and what became of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from conformance.tracking_api.instants import write_instant

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from pydantic import JsonValue

TYPES: Final = frozenset({"identify", "track", "page", "screen", "group", "alias"})
#: Stands for a member that is not there; no value of a message is this object.
_NOTHING: Final = object()
#: The rule that decides each field that Segment sets.
_RULE_OF_FIELD: Final = {
    "type": "segment.type",
    "messageId": "segment.message-id",
    "originalTimestamp": "segment.original-timestamp",
    "sentAt": "segment.sent-at",
    "receivedAt": "segment.received-at",
    "timestamp": "segment.timestamp",
    "version": "segment.version",
    "channel": "segment.channel",
    "projectId": "segment.project-id",
    "writeKey": "segment.write-key-field",
}


@dataclass(frozen=True, slots=True)
class Envelope:
    """What a request says of all its messages.

    Attributes:
        type: The type that the path names; None for batches.
        sent_at: The envelope's `sentAt`, as it was given.
        context: Its `context`, empty where it has none.
        integrations: Its `integrations`, empty where it has none.
    """

    type: str | None = None
    sent_at: JsonValue = None
    context: dict[str, JsonValue] | None = None
    integrations: dict[str, JsonValue] | None = None


def envelope_of(members: Mapping[str, JsonValue]) -> Envelope:
    """The envelope that the members of a batch's body beside `batch` make."""
    context, integrations = members.get("context"), members.get("integrations")
    return Envelope(
        None,
        members.get("sentAt"),
        context if isinstance(context, dict) else None,
        integrations if isinstance(integrations, dict) else None,
    )


#: That of a message that came without a request, such as one of a file.
NO_ENVELOPE: Final = Envelope()


@dataclass(frozen=True, slots=True)
class Receipt:
    """How a request came in.

    Attributes:
        received_at: When, in milliseconds since 1970.
        new_message_id: Makes an id for a message without one; the same receipts must give the same ids.
        peer_ip: From which address; empty where that is not known.
        received_text: `received_at` as messages have it.
    """

    received_at: int
    new_message_id: Callable[[], str]
    peer_ip: str = ""
    received_text: str = ""

    def __post_init__(self) -> None:
        """Write the instant once for all messages of the request."""
        object.__setattr__(self, "received_text", write_instant(self.received_at))


@dataclass(frozen=True, slots=True)
class Change:
    """One field that Segment added or changed.

    Attributes:
        field: Its path, such as `context.ip`.
        rule: The id of the rule that says so.
        before: What the message had; None where it had nothing.
        after: What it has now.
    """

    field: str
    rule: str
    before: JsonValue
    after: JsonValue


@dataclass(frozen=True, slots=True)
class PassedOn:
    """A message that goes on to the destination.

    Attributes:
        received: As it came in.
        message: As the destination sees it.
        envelope: The envelope that it came in.
    """

    received: dict[str, JsonValue]
    message: dict[str, JsonValue]
    envelope: Envelope

    @property
    def changes(self) -> tuple[Change, ...]:
        """What was added and changed, field by field."""
        return tuple(_changes(self))


@dataclass(frozen=True, slots=True)
class Dropped:
    """A message that Segment answered 200 and gave to nobody.

    Attributes:
        received: As it came in; any JSON value.
        rule: The id of the rule that dropped it.
        reason: Why, as a sentence about this message.
        message: As the destination would have seen it, where it came so far.
    """

    received: JsonValue
    rule: str
    reason: str
    message: dict[str, JsonValue] | None = None


def numbered_ids(prefix: str) -> Callable[[], str]:
    """Makes message ids that are the same in every run: `PREFIX-1`, then `PREFIX-2`, and so on."""
    number = 0

    def next_id() -> str:
        nonlocal number
        number += 1
        return f"{prefix}-{number}"

    return next_id


def _changes(passed_on: PassedOn) -> Iterator[Change]:
    received, message, envelope = passed_on.received, passed_on.message, passed_on.envelope
    for field, rule in _RULE_OF_FIELD.items():
        if field not in received or received[field] != message[field]:
            yield Change(field, rule, received.get(field), message[field])
    for name, of_envelope in (("context", envelope.context), ("integrations", envelope.integrations)):
        for key, before, after in _added(received.get(name), message.get(name)):
            from_envelope = of_envelope is not None and of_envelope.get(key, _NOTHING) is after
            rule = f"segment.envelope-{name}" if from_envelope else "segment.ip"
            yield Change(f"{name}.{key}", rule, before, after)


def _added(before: JsonValue, after: JsonValue) -> Iterator[tuple[str, JsonValue, JsonValue]]:
    """Members of `context` or `integrations` that the message did not have: key, value before, value after."""
    if before is after or not isinstance(after, dict):
        return
    given = before if isinstance(before, dict) else {}
    for key, value in after.items():
        if key not in given or given[key] is not value:
            yield key, given.get(key), value

"""Messages that come without a request, those of a file or of a scenario, as Segment passes them on."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from conformance.tracking_api.ingestion import SeenMessages, ingest
from conformance.tracking_api.instants import read_instant
from conformance.tracking_api.messages import NO_ENVELOPE, Dropped, PassedOn, Receipt, envelope_of, numbered_ids
from conformance.tracking_api.settings import SourceSettings
from conformance.tracking_api.sources import DEFAULT_WRITE_KEY, Source

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pydantic import JsonValue

    from conformance.inputs.events import ReadEvent
    from conformance.tracking_api.messages import Envelope
    from conformance.tracking_api.settings import MessageSettings

_SOURCE: Final = Source(DEFAULT_WRITE_KEY)
#: How the ids begin that are given to messages without one.
_PREFIX: Final = "segment"


class _Memory:
    """What a source goes on with from message to message: the ids it has had, and those that it makes."""

    def __init__(self) -> None:
        self.seen = SeenMessages()
        self.new_id = numbered_ids(_PREFIX)


class SingleMessages:
    """Takes messages in, one after the other, as a source of its own; the same messages give the same ids.

    Args:
        source: The source.
        memory: What it goes on with; nothing for one that has had no message.
    """

    def __init__(self, source: Source = _SOURCE, memory: _Memory | None = None) -> None:
        self._source = source
        self._memory = memory or _Memory()

    def take(self, message: JsonValue, received_at: int, envelope: Envelope = NO_ENVELOPE) -> PassedOn | Dropped:
        """What becomes of a message that comes in at an instant, in milliseconds since 1970."""
        return ingest(message, envelope, self._source, Receipt(received_at, self._memory.new_id), self._memory.seen)

    def with_settings(self, settings: MessageSettings) -> SingleMessages:
        """The same source with other settings: it goes on with the same ids, and remembers the same messages."""
        own = SourceSettings.model_validate(settings.model_dump())
        return SingleMessages(replace(self._source, settings=own), self._memory)


@dataclass(frozen=True, slots=True)
class IngestedEvents:
    """The events of files after Segment.

    Attributes:
        passed_on: What goes on to the destination, in order.
        dropped: What does not, with where it stands.
    """

    passed_on: tuple[ReadEvent, ...]
    dropped: tuple[tuple[str, Dropped], ...]


def ingest_events(events: Iterable[ReadEvent], received_at: int | None, now: int) -> IngestedEvents:
    """Events of files as Segment passes them on.

    Args:
        events: The events, with the envelopes that they stand in.
        received_at: When all of them come in. None for each when it says itself, if it has been through Segment
            before (as in an archive), which leaves its times as they are; and for all others now.
        now: The present, in milliseconds since 1970.
    """
    messages = SingleMessages()
    passed_on: list[ReadEvent] = []
    dropped: list[tuple[str, Dropped]] = []
    for read in events:
        ingested = ingest_event(messages, read, received_at, now)
        if isinstance(ingested, Dropped):
            dropped.append((read.place, ingested))
        else:
            passed_on.append(ingested)
    return IngestedEvents(tuple(passed_on), tuple(dropped))


def ingest_event(messages: SingleMessages, read: ReadEvent, received_at: int | None, now: int) -> ReadEvent | Dropped:
    """One event of a file as Segment passes it on, or why it does not.

    Args:
        messages: What has come in before.
        read: The event, with the envelope that it stands in.
        received_at: When it comes in, as for `ingest_events`.
        now: The present, in milliseconds since 1970.
    """
    event, instant = (read.event, received_at) if received_at is not None else before_segment(read.event)
    envelope = NO_ENVELOPE if read.envelope is None else envelope_of(read.envelope)
    outcome = messages.take(event, now if instant is None else instant, envelope)
    return outcome if isinstance(outcome, Dropped) else replace(read, event=outcome.message, envelope=None)


def with_envelope(read: ReadEvent) -> dict[str, JsonValue]:
    """An event with what the envelope around it says, for where an event stands alone; its own members win."""
    if read.envelope is None:
        return read.event
    event = dict(read.event)
    if event.get("sentAt") is None and read.envelope.get("sentAt") is not None:
        event["sentAt"] = read.envelope["sentAt"]
    for name in ("context", "integrations"):
        of_envelope, own = read.envelope.get(name), event.get(name)
        if isinstance(of_envelope, dict) and (own is None or isinstance(own, dict)):
            event[name] = {**of_envelope, **(own or {})}
    return event


def before_segment(event: dict[str, JsonValue]) -> tuple[dict[str, JsonValue], int | None]:
    """A message as it was before it went through Segment, and when that was; itself and None where it has not."""
    received, original = read_instant(event.get("receivedAt")), event.get("originalTimestamp")
    if received is None or read_instant(original) is None:
        return event, None
    return {**event, "timestamp": original}, received

"""What Segment does with a message before any destination sees it: one pure function, and the state that it needs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Protocol

from conformance.tracking_api.instants import corrected_instant, read_instant, write_instant
from conformance.tracking_api.messages import TYPES, Dropped, PassedOn

if TYPE_CHECKING:
    from pydantic import JsonValue

    from conformance.tracking_api.messages import Envelope, Receipt
    from conformance.tracking_api.settings import SourceSettings
    from conformance.tracking_api.sources import Source

_VERSION: Final = 2
#: The key of the classic destination, which does not stand for the one that the harness is about.
_CLASSIC: Final = "Iterable"
#: How libraries of browsers and phones name themselves in `context.library.name`.
_CLIENT_LIBRARIES: Final = frozenset(
    {
        "analytics.js",
        "analytics-ios",
        "analytics-android",
        "analytics-swift",
        "analytics-kotlin",
        "analytics-flutter",
        "analytics_flutter",
        "analytics-react-native",
        "@segment/analytics-react-native",
    }
)


#: MessageIds that a source remembers at the most; Segment has no such bound, and this computer's memory has one.
_MOST_IDS: Final = 1_000_000
_DAY: Final = 86_400_000


class SeenMessages:
    """The messageIds that a source has had, each with the instant of its first receipt.

    Args:
        most: So many are remembered at the most, the newest.
    """

    __slots__ = ("_first_receipts", "_most")

    def __init__(self, most: int = _MOST_IDS) -> None:
        self._first_receipts: dict[str, int] = {}
        self._most = most

    def __len__(self) -> int:
        """How many are remembered."""
        return len(self._first_receipts)

    def first_receipt(self, message_id: str, now: int, window: float) -> int | None:
        """When an id came in before, within the window; None for a new one, which is remembered from now on.

        Args:
            message_id: The id.
            now: The instant, in milliseconds.
            window: For how many milliseconds ids are remembered.
        """
        first_receipts = self._first_receipts
        first = first_receipts.get(message_id)
        if first is not None:
            if abs(now - first) < window:
                return first
            del first_receipts[message_id]
        # Messages of an archive stand in no order, but by day: what comes next may be of a day before.
        self._forget_before(now - window - max(window, _DAY))
        if len(first_receipts) >= self._most:
            del first_receipts[next(iter(first_receipts))]
        first_receipts[message_id] = now
        return None

    def forget(self, message_id: str) -> None:
        """Forget an id, of a message that was not taken after all."""
        self._first_receipts.pop(message_id, None)

    def _forget_before(self, instant: float) -> None:
        """Forget the oldest, which stand in front; each is forgotten once, so this costs nothing on the whole."""
        first_receipts = self._first_receipts
        while first_receipts:
            oldest = next(iter(first_receipts))
            if first_receipts[oldest] > instant:
                return
            del first_receipts[oldest]


class Receipts(Protocol):
    """Whatever knows which messageIds came in before."""

    def first_receipt(self, message_id: str, now: int, window: float) -> int | None:
        """As `SeenMessages` has it."""


def ingest(
    received: JsonValue, envelope: Envelope, source: Source, receipt: Receipt, seen: Receipts
) -> PassedOn | Dropped:
    """A message as Segment passes it on to the destination, or why it does not.

    The message that was received is never changed. The only effect is that `seen` remembers the messageId, also of
    a message that `integrations` then keeps from the destination.

    Args:
        received: The message as it came in.
        envelope: What the request says of all its messages.
        source: The source that its write key names.
        receipt: When the request came in, and from where.
        seen: The ids that the source has had.
    """
    if not isinstance(received, dict):
        return Dropped(received, "segment.not-an-object", f"a message must be an object, not {_kind(received)}")
    settings = source.settings
    message = dict(received)
    refusal = (
        _complete_type(message, envelope)
        or _missing_member(message, settings)
        or _set_instants(message, envelope, settings, receipt)
        or _identify_message(message, settings, receipt, seen)
    )
    if refusal is not None:
        return Dropped(received, *refusal)
    _set_origin(message, source)
    _merge_context(message, envelope, settings, receipt)
    refusal = _merge_integrations(message, envelope, settings)
    return PassedOn(received, message, envelope) if refusal is None else Dropped(received, *refusal, message)


def _kind(value: JsonValue) -> str:
    if isinstance(value, list):
        return "an array"
    return {str: "a string", bool: "a boolean", type(None): "null"}.get(type(value), "a number")


def _complete_type(message: dict[str, JsonValue], envelope: Envelope) -> tuple[str, str] | None:
    given = message.get("type")
    if given is None or given == "":
        message["type"] = given = envelope.type
    if isinstance(given, str) and given in TYPES:
        return None
    if given is None:
        return "segment.unknown-type", "the message has no type, and the path names none"
    return "segment.unknown-type", f"{_shown(given)} is not a message type"


def _missing_member(message: dict[str, JsonValue], settings: SourceSettings) -> tuple[str, str] | None:
    if settings.require_identifier and _absent(message.get("userId")) and _absent(message.get("anonymousId")):
        return "segment.no-identifier", "the message has neither userId nor anonymousId"
    if message["type"] == "track" and settings.require_event_name and _absent(message.get("event")):
        return "segment.no-event-name", "the track message has no event name"
    return None


def _absent(value: JsonValue) -> bool:
    return value is None or value == ""


def _identify_message(
    message: dict[str, JsonValue], settings: SourceSettings, receipt: Receipt, seen: Receipts
) -> tuple[str, str] | None:
    message_id = message.get("messageId")
    if message_id is None or message_id == "":
        message["messageId"] = receipt.new_message_id()
    elif settings.deduplicate:
        first = seen.first_receipt(str(message_id), receipt.received_at, settings.deduplication_window * 1000)
        if first is not None:
            return "segment.duplicate", f"the messageId {message_id} was received before, at {write_instant(first)}"
    return None


def _shown(value: JsonValue) -> str:
    """The beginning of a value, for a reason that people read."""
    if isinstance(value, dict):
        return "an object"
    return f"`{value:.40}`" if isinstance(value, str) else _kind(value)


def _set_instants(
    message: dict[str, JsonValue], envelope: Envelope, settings: SourceSettings, receipt: Receipt
) -> tuple[str, str] | None:
    given = message.get("timestamp")
    if given is None:
        given = message.get("originalTimestamp")
    original = _instant(given, settings)
    if original is None and given is not None and settings.unreadable_timestamps == "drop":
        return "segment.unreadable-timestamp", f"the timestamp {_shown(given)} is not a date"
    given_sent = message.get("sentAt")
    if given_sent is None:
        given_sent = envelope.sent_at
    sent = _instant(given_sent, settings)
    received_text = receipt.received_text
    message["originalTimestamp"] = received_text if original is None else _text(given, original, settings)
    message["sentAt"] = received_text if sent is None else _text(given_sent, sent, settings)
    message["receivedAt"] = message["timestamp"] = received_text
    if original is not None:
        if sent is not None and settings.clock_correction:
            original = corrected_instant(original, sent, receipt.received_at)
        message["timestamp"] = write_instant(original)
    return None


def _instant(value: JsonValue, settings: SourceSettings) -> int | None:
    if isinstance(value, str) or settings.numeric_timestamps == "milliseconds":
        return read_instant(value)
    return None


def _text(given: JsonValue, instant: int, settings: SourceSettings) -> JsonValue:
    if isinstance(given, str) and settings.given_instants == "kept":
        return given
    return write_instant(instant)


def _set_origin(message: dict[str, JsonValue], source: Source) -> None:
    message["version"] = _VERSION
    message["projectId"] = source.project_id
    message["writeKey"] = source.write_key


def _merge_context(
    message: dict[str, JsonValue], envelope: Envelope, settings: SourceSettings, receipt: Receipt
) -> None:
    """Set `context`, and `channel`, which follows from its library."""
    given = message.get("context")
    context = given if isinstance(given, dict) else {}
    if envelope.context and settings.merge_envelope and _absent_or_object(given):
        message["context"] = context = {**envelope.context, **context}
    by_client = _is_client_library(context.get("library"))
    if settings.given_channel == "replaced" or not isinstance(message.get("channel"), str):
        message["channel"] = "client" if by_client else "server"
    wanted = by_client or settings.collect_ip == "always" or context.get("direct") is True
    if wanted and receipt.peer_ip and settings.collect_ip != "never" and _absent(context.get("ip")):
        message["context"] = {**context, "ip": receipt.peer_ip}


def _absent_or_object(value: JsonValue) -> bool:
    return value is None or isinstance(value, dict)


def _is_client_library(library: JsonValue) -> bool:
    name = library.get("name") if isinstance(library, dict) else library
    return isinstance(name, str) and name in _CLIENT_LIBRARIES


def _merge_integrations(
    message: dict[str, JsonValue], envelope: Envelope, settings: SourceSettings
) -> tuple[str, str] | None:
    given = message.get("integrations")
    integrations = given if isinstance(given, dict) else {}
    if envelope.integrations and settings.merge_envelope and _absent_or_object(given):
        message["integrations"] = integrations = {**envelope.integrations, **integrations}
    if not integrations or not settings.respect_integrations:
        return None
    name = settings.destination_name
    if name in integrations:
        if integrations[name] is False:
            return "segment.integrations", f"integrations has false for {name}"
    elif integrations.get("All") is False:
        classic = f"; `{_CLASSIC}` is another destination" if _CLASSIC in integrations else ""
        return "segment.integrations", f"integrations has All: false and no entry for {name}{classic}"
    return None

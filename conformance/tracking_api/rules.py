"""What Segment does in front of a destination, rule by rule, in the form of the simulator's rule book."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from simulator.rulebook import Rule
from simulator.rulebook.sources import ASSUMED, DOCUMENTED, INFERRED, RECORDED, SILENT

if TYPE_CHECKING:
    from collections.abc import Mapping

_HTTP_API: Final = "Segment documentation, HTTP API source"
_COMMON: Final = "Segment documentation, Spec: Common Fields"
_DUPLICATES: Final = "Segment documentation, Handling Duplicate Data"
_FILTERING: Final = "Segment documentation, Filtering your Segment Data"
_SDKS: Final = "requests of analytics-node 3.1.0, analytics-next 1.84.3, segment-analytics-python 2.4.0 and rudder-sdk-node 3.0.13"
_DESTINATION: Final = "segmentio/action-destinations, destinations/iterable/index.ts"

# fmt: off
_REQUESTS: Final = (
    Rule("segment.accepted", 'A request is answered 200 {"success": true} before any of it is processed, whatever happens to its messages.', _HTTP_API, DOCUMENTED),
    Rule("segment.paths", "v1/import and v1/b stand for v1/batch; v1/i, t, p, s, g and a stand for v1/identify, track, page, screen, group and alias; a trailing slash makes no difference.", f"{_HTTP_API}; {_SDKS}", RECORDED),
    Rule("segment.metrics", "Metrics of the browser SDK, at v1/m, are answered and dropped.", "analytics-next 1.84.3", INFERRED),
    Rule("segment.method", "The paths of the Tracking API accept only POST; other methods get 405.", SILENT, ASSUMED),
    Rule("segment.content-type", "A body is read as JSON whatever its Content-Type says.", _SDKS, RECORDED),
    Rule("segment.encoding", "A body with Content-Encoding gzip is decompressed; one that cannot be decompressed, or has another encoding, gets 400.", f"{_SDKS}; the refusal is assumed", RECORDED),
    Rule("segment.not-json", "A body that is not a JSON object, or contains NaN or Infinity, gets 400, and all of it is lost.", _HTTP_API, DOCUMENTED),
    Rule("segment.request-too-large", "A request over the limit (500 KB for a batch, 32 KB otherwise, uncompressed) gets 400, and all of it is lost.", f"{_HTTP_API}; the bytes of a KB follow from segment-analytics-python, which sends 500,714", DOCUMENTED),
    Rule("segment.message-too-large", "A message over 32 KB in a batch fails the whole request with 400; its size is the UTF-8 bytes of its JSON without whitespace.", f"{_HTTP_API}; how a message is counted is assumed", DOCUMENTED),
    Rule("segment.rate-limit", "While too many messages are waiting to be delivered, a request gets 429 with Retry-After, and the client must send all of it again.", f"{_HTTP_API}; how many are too many is this harness's own", DOCUMENTED),
    Rule("segment.write-key", "The write key is taken from Basic authentication (`KEY:` or `KEY`), else from the envelope, else from the message.", f"{_HTTP_API}; which one wins is assumed", DOCUMENTED),
    Rule("segment.no-write-key", "Messages without a write key are answered 200 and dropped.", f"{_HTTP_API}; segmentio/analytics-go issue 205 saw 400 for an empty key", DOCUMENTED),
    Rule("segment.unknown-write-key", "Messages with the write key of no source are answered 200 and dropped.", f"{_HTTP_API}; segmentio/analytics-go issue 205", DOCUMENTED),
    Rule("segment.no-batch", "A batch request whose body has no array `batch` is answered 200 and dropped.", SILENT, ASSUMED),
    Rule("segment.too-many-messages", "A batch can have 2,500 messages; any after those are answered 200 and dropped.", f"{_HTTP_API}; which ones are dropped is assumed", DOCUMENTED),
)
_DROPS: Final = (
    Rule("segment.not-an-object", "An item of a batch that is not an object is dropped.", SILENT, ASSUMED),
    Rule("segment.unknown-type", "A message whose type is not identify, track, page, screen, group or alias is dropped.", f"{_HTTP_API}; that it is dropped in silence is assumed", DOCUMENTED),
    Rule("segment.no-identifier", "A message with neither userId nor anonymousId is dropped; null and an empty string count as absent.", f"{_HTTP_API}; null and empty text are assumed", DOCUMENTED),
    Rule("segment.no-event-name", "A track message without an event name is dropped; null and an empty string count as absent.", f"{_HTTP_API}; null and empty text are assumed", DOCUMENTED),
    Rule("segment.duplicate", "A message is dropped if the source has received its messageId within the last 24 hours, whatever its type and content; a repeat does not restart the 24 hours.", f"{_DUPLICATES}; where the 24 hours begin is assumed", DOCUMENTED),
    Rule("segment.unreadable-timestamp", "A timestamp that is not a date is replaced by the time of receipt, or the message is dropped if the setting unreadableTimestamps says so.", SILENT, ASSUMED),
    Rule("segment.integrations", "A message goes to a destination unless `integrations` has false for its exact name, or false for All and no entry for its name.", f"{_FILTERING}; {_DESTINATION}; that only false switches off is taken from segmentio/facade", DOCUMENTED),
)
_FIELDS: Final = (
    Rule("segment.type", "A message without a type gets the type of the path.", f"{_HTTP_API}; that its own wins is assumed", DOCUMENTED),
    Rule("segment.message-id", "A message without a messageId is given one.", f"{_COMMON}; {_DUPLICATES}", DOCUMENTED),
    Rule("segment.original-timestamp", "originalTimestamp is the given timestamp, else the given originalTimestamp, else the time of receipt.", f"{_COMMON}; the second is assumed, for RudderStack's SDKs", DOCUMENTED),
    Rule("segment.sent-at", "sentAt is the message's, else the envelope's, else the time of receipt.", f"{_COMMON}; {_SDKS}", DOCUMENTED),
    Rule("segment.received-at", "receivedAt is the time the request came in, whatever the message says.", _COMMON, DOCUMENTED),
    Rule("segment.timestamp", "timestamp is receivedAt - (sentAt - originalTimestamp), to the millisecond, in UTC, or the time of receipt if no timestamp was given.", _COMMON, DOCUMENTED),
    Rule("segment.version", "version is 2.", _COMMON, DOCUMENTED),
    Rule("segment.channel", "channel is client for browser and mobile libraries and server otherwise, if the message has none.", "archives of Segment's S3 destination; the list of libraries is assumed", INFERRED),
    Rule("segment.project-id", "projectId is the source's.", "archives of Segment's S3 destination", INFERRED),
    Rule("segment.write-key-field", "writeKey is the source's.", "archives of Segment's S3 destination", INFERRED),
    Rule("segment.ip", "context.ip is the remote address of the connection for browser and mobile libraries, or if context.direct is true, unless the message has one.", f"{_COMMON}; {_HTTP_API}", DOCUMENTED),
    Rule("segment.envelope-context", "The envelope's context applies to each of its messages, member by member; the message's own members win.", f"{_HTTP_API}; which one wins is assumed", DOCUMENTED),
    Rule("segment.envelope-integrations", "The envelope's integrations apply to each of its messages, key by key; the message's own keys win.", f"{_HTTP_API}; which one wins is assumed", DOCUMENTED),
)
# fmt: on

#: Every rule of Segment in front by its id, in alphabetical order.
RULES: Final[Mapping[str, Rule]] = {
    rule.id: rule for rule in sorted((*_REQUESTS, *_DROPS, *_FIELDS), key=lambda rule: rule.id)
}

"""Every rule of the linter, with its source."""

from __future__ import annotations

from types import MappingProxyType
from typing import Final

from conformance.lint.model import Rule

_ACTION: Final = "segmentio/action-destinations, destinations/iterable"
_FIELDS: Final = "observed in @segment/action-destinations 3.497.0 with actions-core 3.170.0"
_TRIGGERS: Final = "observed in @segment/destination-subscriptions 3.37.0 with fql-ts 1.10.1"
_KIT: Final = "observed in actions-core 3.170.0"
_SPEC: Final = "segmentio/segment-docs, src/connections/spec"
_COMMON: Final = f"{_SPEC}/common.md and those of each call"
_REVERSE_ETL: Final = "segmentio/segment-docs, src/connections/reverse-etl/system.md"
_IDENTITY: Final = "Iterable support articles 9216719179796 and 217502386"

# fmt: off
_ALL: Final = (
    Rule("batching.fields", "error", "An action that cannot batch is told to: a batch is refused as a whole, with 501.", f"{_FIELDS}; {_ACTION}: no performBatch in updateCart and trackPurchase"),
    Rule("batching.new-email", "warning", "`newEmail` renames singly; in a batch it does so in hybrid projects only.", "segmentio/action-destinations pull request 3811"),
    Rule("batching.size", "warning", "`batch_size` is beyond what is known to be taken.", "segmentio/action-destinations pull request 2370, which left open whether Iterable takes more than 1,000"),
    Rule("batching.update-only", "warning", "`updateOnly` is heeded in batches only, where the first event of the batch decides for all.", "segmentio/action-destinations pull request 3617"),
    Rule("choice.missing", "error", "An `@if` gives what it has just found missing.", _KIT),
    Rule("created-at.constant", "warning", "One time is given to every event.", "Iterable API documentation, events/track"),
    Rule("created-at.received", "note", "`createdAt` is the instant at which Segment got the event, and not that of the event.", f"{_COMMON}: Timestamps"),
    Rule("data-fields.identifier", "warning", "A data field called `email` or `userId` renames the person.", _IDENTITY),
    Rule("data-fields.managed", "warning", "A data field that only Iterable writes is not kept.", "Iterable support article 217744303; that it is ignored is assumed"),
    Rule("data-fields.phone-number", "error", "A data field called `phoneNumber` is overwritten by the field of that name, or removed without it.", f"{_FIELDS}; segmentio/action-destinations pull request 1273"),
    Rule("event.no-id", "note", "An event without an id that is delivered twice is stored twice.", "segmentio/action-destinations pull request 2082; Iterable API documentation, events/track"),
    Rule("event.one-name", "warning", "One name is given to events of many.", "Iterable API documentation, events/track"),
    Rule("event.shared-id", "warning", "Events that share an id overwrite each other.", "rudderlabs/rudder-transformer pull requests 2595 and 2659"),
    Rule("fields.literal", "error", "A fixed value is not of the field's type.", _FIELDS),
    Rule("fields.missing", "error", "A field that must be there is not mapped.", _FIELDS),
    Rule("fields.other-action", "error", "A field of another action is dropped without a word.", _FIELDS),
    Rule("fields.type", "error", "What fills a field is never of its type.", f"{_FIELDS}; {_KIT}"),
    Rule("fields.unknown", "error", "A field that the action does not have is dropped without a word.", _FIELDS),
    Rule("identifier.anonymous-id", "error", "An anonymousId is no e-mail address.", f"{_FIELDS}; {_SPEC}/identify.md: Anonymous ID"),
    Rule("identifier.constant", "error", "A fixed identifier makes all events those of one person.", _IDENTITY),
    Rule("identifier.device", "warning", "An anonymousId is that of a device, and no person.", f"{_SPEC}/identify.md: Anonymous ID"),
    Rule("identifier.exchanged", "error", "The identifiers are read from each other's place.", f"{_SPEC}/identify.md"),
    Rule("identifier.message-id", "error", "A messageId is another in every event, and so is the person.", f"{_COMMON}: Message ID"),
    Rule("identifier.missing", "error", "Neither `email` nor `userId` is mapped: every event is refused, singly.", _FIELDS),
    Rule("identifier.new-email", "warning", "`newEmail` and `email` are one value, so nobody is renamed.", "segmentio/action-destinations pull request 3811"),
    Rule("identifier.project-type", "error", "The identifier that the project type goes by is not mapped.", _IDENTITY),
    Rule("identifier.seldom", "warning", "An email-based project would know people by a property that Segment's specification does not have.", f"{_SPEC}/common.md: Context; Segment's page of the Iterable (Actions) destination"),
    Rule("items.names", "warning", "A product's key is called otherwise in Iterable.", "Iterable API documentation, commerce/trackPurchase"),
    Rule("liquid.disabled", "error", "A tag, a filter or a length that Segment's Liquid refuses.", _KIT),
    Rule("path.context-traits", "warning", "An identify has its traits in `$.traits`; `$.context.traits` is for the other calls.", f"{_SPEC}/common.md: Context"),
    Rule("path.inside-text", "error", "A path leads into something that is a text, so nothing is there.", f"{_KIT}; {_COMMON}"),
    Rule("path.item", "warning", "In an `@arrayPath` a path begins at the item, and not at the event.", _KIT),
    Rule("path.root", "error", "A path begins with a key that no event has.", _COMMON),
    Rule("path.syntax", "error", "A path uses what Segment's paths do not have, so nothing is there.", _KIT),
    Rule("path.wrong-root", "error", "A path begins with a key that the events of the trigger do not have.", _COMMON),
    Rule("reverse-etl.deleted-identifier", "error", "A deleted row has every column null, its identifiers too.", f"{_REVERSE_ETL}: Delete Records Payload"),
    Rule("reverse-etl.deleted-row", "warning", "A deleted row has every column null, and a profile is overwritten with that.", f"{_REVERSE_ETL}: Delete Records Payload"),
    Rule("reverse-etl.event", "error", "The rows of a model come as `new`, `updated` and `deleted`, and as nothing else.", f"{_REVERSE_ETL}: Record diffing"),
    Rule("reverse-etl.segment-id", "warning", "`__segment_id` is the value of a model's identifier column.", f"{_REVERSE_ETL}: Record diffing"),
    Rule("spec.context", "warning", "A key of the context is nearly one of Segment's specification, or is not filled by its libraries.", f"{_SPEC}/common.md"),
    Rule("spec.event", "warning", "The name of an event is nearly one of Segment's specification.", f"{_SPEC}/{{ecommerce,b2b-saas,mobile,email,video,live-chat}}"),
    Rule("spec.products", "warning", "A cart or an order is made of events that Segment specifies without a list of products.", f"{_SPEC}/ecommerce; {_ACTION}: `items` is required"),
    Rule("spec.property", "warning", "A property is nearly one of Segment's specification of the event.", f"{_SPEC}/{{ecommerce,b2b-saas,mobile,email,video,live-chat}}"),
    Rule("spec.trait", "warning", "A trait is nearly one of those that Segment reserves.", f"{_SPEC}/identify.md and group.md"),
    Rule("template.empty", "warning", "A template gives an empty text where nothing is there, and no identifier or number may be empty.", _FIELDS),
    Rule("template.text", "error", "A template has no braces, or not two on each side, around what looks like a path.", _KIT),
    Rule("template.variable", "error", "A template reads what no event has, or in a way that templates do not know.", _KIT),
    Rule("text.path", "error", "A text that looks like a path is sent as it stands.", _KIT),
    Rule("text.template", "warning", "A text that looks like a template is sent as it stands.", _KIT),
    Rule("trigger.always", "error", "An `or` whose parts exclude nothing holds for every event.", _TRIGGERS),
    Rule("trigger.comparison", "error", "A condition compares with something that it cannot hold for, or always does.", _TRIGGERS),
    Rule("trigger.double-equals", "error", '`==` compares with the text "=".', _TRIGGERS),
    Rule("trigger.empty-parentheses", "error", "Parentheses without a condition that Segment knows break the trigger.", _TRIGGERS),
    Rule("trigger.group", "error", "A group ends at the parenthesis of a function in it; what comes after it is outside.", _TRIGGERS),
    Rule("trigger.ignored", "error", "A part of the trigger is skipped.", _TRIGGERS),
    Rule("trigger.missing", "note", "What is compared with `!=` need not be there.", "segmentio/action-destinations pull requests 637 and 2457"),
    Rule("trigger.mixed", "error", "`and` and `or` on one level: the last one holds for all of it.", _TRIGGERS),
    Rule("trigger.never", "error", "No event meets all conditions.", f"{_TRIGGERS}; {_COMMON}"),
    Rule("trigger.number", "warning", "A number, or a truth value, is compared with a text.", "segmentio/action-destinations pull request 637"),
    Rule("trigger.overlap", "warning", "Two subscriptions of one action take the same event, which is sent twice.", _FIELDS),
    Rule("trigger.quotes", "error", "Single quotation marks are part of the value.", _TRIGGERS),
    Rule("trigger.redundant", "warning", "A part of an `or` changes nothing, as another part holds whenever it does.", _TRIGGERS),
    Rule("trigger.root", "error", "A condition is about something that the events of the trigger do not have.", _COMMON),
    Rule("trigger.too-wide", "warning", "Every event is taken for a cart or an order.", f"{_ACTION}: `items` is required"),
)
# fmt: on
#: The rules by their ids.
RULES: Final = MappingProxyType({rule.id: rule for rule in _ALL})

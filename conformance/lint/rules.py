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
    Rule("batching.fields", "error", "Batching is on for an action that cannot batch: the whole batch is rejected with 501.", f"{_FIELDS}; {_ACTION}: no performBatch in updateCart and trackPurchase"),
    Rule("batching.new-email", "warning", "`newEmail` changes addresses one by one; in batches it works in hybrid projects only.", "segmentio/action-destinations pull request 3811"),
    Rule("batching.size", "warning", "`batch_size` is larger than is known to work.", "segmentio/action-destinations pull request 2370, which left open whether Iterable takes more than 1,000"),
    Rule("batching.update-only", "warning", "`updateOnly` only works in batches, where the first event decides for all.", "segmentio/action-destinations pull request 3617"),
    Rule("choice.missing", "error", "An `@if` returns what it has just found to be missing.", _KIT),
    Rule("created-at.constant", "warning", "Every event gets the same time.", "Iterable API documentation, events/track"),
    Rule("created-at.received", "note", "`createdAt` is when Segment received the event, not when it happened.", f"{_COMMON}: Timestamps"),
    Rule("data-fields.identifier", "warning", "A data field called `email` or `userId` renames the person.", _IDENTITY),
    Rule("data-fields.managed", "warning", "A data field that only Iterable may write is not kept.", "Iterable support article 217744303; that it is ignored is assumed"),
    Rule("data-fields.phone-number", "error", "A data field called `phoneNumber` is overwritten by the field of that name, or removed if there is none.", f"{_FIELDS}; segmentio/action-destinations pull request 1273"),
    Rule("event.no-id", "note", "Without an id, an event that is delivered twice is stored twice.", "segmentio/action-destinations pull request 2082; Iterable API documentation, events/track"),
    Rule("event.one-name", "warning", "Differently named events all get the same name.", "Iterable API documentation, events/track"),
    Rule("event.shared-id", "warning", "Events that share an id overwrite each other; an error where all of a person, a source or a name share it.", "rudderlabs/rudder-transformer pull requests 2595 and 2659"),
    Rule("fields.literal", "error", "A fixed value has the wrong type for the field.", _FIELDS),
    Rule("fields.missing", "error", "A required field is not mapped.", _FIELDS),
    Rule("fields.other-action", "error", "A field of another action is silently dropped.", _FIELDS),
    Rule("fields.type", "error", "The value never has the field's type.", f"{_FIELDS}; {_KIT}"),
    Rule("fields.unknown", "error", "A field that the action does not have is silently dropped.", _FIELDS),
    Rule("identifier.anonymous-id", "error", "An anonymousId is not an email address.", f"{_FIELDS}; {_SPEC}/identify.md: Anonymous ID", "Map `email` from where the address is, without falling back on the anonymousId."),
    Rule("identifier.constant", "error", "A fixed identifier assigns all events to one person.", _IDENTITY, 'Write a directive, such as {"@path": "$.userId"}.'),
    Rule("identifier.device", "warning", "An anonymousId identifies a device, not a person: a userId from it makes a user per device, and one more after signing in.", f"{_SPEC}/identify.md: Anonymous ID; {_IDENTITY}", "Map only $.userId, and identify visitors once they have one or, outside userID-based projects, give their email."),
    Rule("identifier.exchanged", "error", "The two identifiers are swapped.", f"{_SPEC}/identify.md", "Swap them."),
    Rule("identifier.message-id", "error", "A messageId differs in every event, so every event gets a new person.", f"{_COMMON}: Message ID", "Map $.userId."),
    Rule("identifier.missing", "error", "Neither `email` nor `userId` is mapped: every single event is rejected.", _FIELDS, "Map `userId`, `email` or both."),
    Rule("identifier.new-email", "warning", "`newEmail` and `email` have the same value, so no address ever changes.", "segmentio/action-destinations pull request 3811", "Map `email` to the old address, or remove `newEmail`."),
    Rule("identifier.project-type", "error", "The identifier that the project type needs is not mapped.", _IDENTITY, "Map `email` for an email-based project, `userId` for a userID-based one."),
    Rule("identifier.seldom", "warning", "The only email is a property that Segment's specification does not have.", f"{_SPEC}/common.md: Context; Segment's page of the Iterable (Actions) destination", "Fall back on $.context.traits.email, and map `userId`."),
    Rule("items.names", "warning", "A product's key has another name in Iterable.", "Iterable API documentation, commerce/trackPurchase"),
    Rule("liquid.disabled", "error", "A tag, filter or length that Segment's Liquid rejects.", _KIT),
    Rule("path.context-traits", "warning", "An identify has its traits in `$.traits`; `$.context.traits` belongs to other calls.", f"{_SPEC}/common.md: Context"),
    Rule("path.inside-text", "error", "A path leads into a string, where there is nothing.", f"{_KIT}; {_COMMON}"),
    Rule("path.item", "warning", "Inside `@arrayPath`, paths start at the item, not at the event.", _KIT),
    Rule("path.root", "error", "A path starts with a key that no event has.", _COMMON),
    Rule("path.syntax", "error", "A path uses syntax that Segment's paths lack, so it finds nothing.", _KIT),
    Rule("path.wrong-root", "error", "A path starts with a key that the trigger's events do not have.", _COMMON),
    Rule("reverse-etl.deleted-identifier", "error", "In a deleted row every column is null, identifiers included.", f"{_REVERSE_ETL}: Delete Records Payload"),
    Rule("reverse-etl.deleted-row", "warning", "In a deleted row every column is null, and the nulls overwrite the profile.", f"{_REVERSE_ETL}: Delete Records Payload"),
    Rule("reverse-etl.event", "error", "Rows only come as `new`, `updated` and `deleted`.", f"{_REVERSE_ETL}: Record diffing"),
    Rule("reverse-etl.segment-id", "warning", "`__segment_id` is the value of a model's identifier column.", f"{_REVERSE_ETL}: Record diffing"),
    Rule("spec.context", "warning", "A context key almost matches Segment's specification, or no library fills it.", f"{_SPEC}/common.md"),
    Rule("spec.event", "warning", "An event name almost matches Segment's specification.", f"{_SPEC}/{{ecommerce,b2b-saas,mobile,email,video,live-chat}}"),
    Rule("spec.products", "warning", "A cart or order is built from events that have no list of products in Segment's specification.", f"{_SPEC}/ecommerce; {_ACTION}: `items` is required"),
    Rule("spec.property", "warning", "A property almost matches the specification of the event, or `email`, `phone` or `userId`.", f"{_SPEC}/{{ecommerce,b2b-saas,mobile,email,video,live-chat}}"),
    Rule("spec.trait", "warning", "A trait almost matches one that Segment reserves, or `userId`.", f"{_SPEC}/identify.md and group.md"),
    Rule("template.empty", "warning", "A template yields an empty string where the value is missing, and identifiers and numbers must not be empty.", _FIELDS),
    Rule("template.text", "error", "A template lacks the double braces around what looks like a path.", _KIT),
    Rule("template.variable", "error", "A template reads what no event has, or uses syntax that templates lack.", _KIT),
    Rule("text.path", "error", "Text that looks like a path is sent literally.", _KIT),
    Rule("text.template", "warning", "Text that looks like a template is sent literally.", _KIT),
    Rule("trigger.always", "error", "An `or` whose parts exclude nothing matches every event.", _TRIGGERS),
    Rule("trigger.comparison", "error", "A comparison is always false, or always true.", _TRIGGERS),
    Rule("trigger.double-equals", "error", '`==` compares with the string "=".', _TRIGGERS),
    Rule("trigger.empty-parentheses", "error", "Parentheses without a valid condition break the trigger.", _TRIGGERS),
    Rule("trigger.group", "error", "A group ends at the parenthesis of a function inside it; the rest is outside.", _TRIGGERS),
    Rule("trigger.ignored", "error", "A part of the trigger is skipped.", _TRIGGERS),
    Rule("trigger.missing", "note", "`!=` also matches events without the property.", "segmentio/action-destinations pull requests 637 and 2457"),
    Rule("trigger.mixed", "error", "`and` and `or` are mixed on one level: the last one applies to all of it.", _TRIGGERS),
    Rule("trigger.never", "error", "No event can match all conditions.", f"{_TRIGGERS}; {_COMMON}"),
    Rule("trigger.number", "warning", "A number or boolean is compared with a string.", "segmentio/action-destinations pull request 637"),
    Rule("trigger.overlap", "warning", "Two subscriptions of one action match the same event, which is sent twice.", _FIELDS),
    Rule("trigger.quotes", "error", "Single quotes are part of the value.", _TRIGGERS),
    Rule("trigger.redundant", "warning", "One part of an `or` is redundant: another part matches whenever it does.", _TRIGGERS),
    Rule("trigger.root", "error", "A condition checks something that the trigger's events do not have.", _COMMON),
    Rule("trigger.too-wide", "warning", "Every event is treated as a cart or an order.", f"{_ACTION}: `items` is required"),
)
# fmt: on
#: The rules by their ids.
RULES: Final = MappingProxyType({rule.id: rule for rule in _ALL})

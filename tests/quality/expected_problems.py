"""What each planted mistake is to be told as: in which subscription, and what is to stand there instead."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from planted_mappings import path

from conformance.diagnosis import Removed

LEFT_OUT: Final = Removed.NOTHING


@dataclass(frozen=True, slots=True)
class Expected:
    """How a mistake is told.

    Attributes:
        subscription: The name of the subscription that its sentence begins with.
        after: What the fields are once the patch is applied, dotted; `trigger` for the trigger.
        reason: Why no patch can be, where there is none.
    """

    subscription: str
    after: Mapping[str, Any] = field(default_factory=dict)
    reason: str = ""


EXPECTED: Final[Mapping[str, Expected]] = {
    "e-mail and userId swapped": Expected(
        "Identify Calls", {"email": path("$.traits.email"), "userId": path("$.userId")}
    ),
    "the e-mail for a userId": Expected("Identify Calls", {"userId": path("$.userId")}),
    "the anonymousId for a userId": Expected("Identify Calls", {"userId": path("$.userId")}),
    "the anonymousId where there is no userId": Expected("Track Calls", {"userId": path("$.userId")}),
    "one userId for everybody": Expected("Identify Calls", {"userId": path("$.userId")}),
    "a misspelt path of the e-mail": Expected("Identify Calls", {"email": path("$.traits.email")}),
    "a capital in the path of the e-mail": Expected("Identify Calls", {"email": path("$.traits.email")}),
    "no e-mail at all": Expected("Identify Calls", {"email": path("$.traits.email")}),
    "events without the userId": Expected("Track Calls", {"userId": path("$.userId")}),
    "traits read from an event": Expected("Track Calls", {"email": path("$.properties.email")}),
    "the phone number by a template": Expected("Identify Calls", {"phoneNumber": path("$.traits.phone")}),
    "no time of events": Expected("Track Calls", {"createdAt": path("$.timestamp")}),
    "the time of receipt": Expected("Track Calls", {"createdAt": path("$.timestamp")}),
    "a price as text": Expected("Track Calls", {"dataFields.price": path("$.properties.price")}),
    "an age as text": Expected("Identify Calls", {"dataFields.age": path("$.traits.age")}),
    "a word in the place of a number": Expected("Identify Calls", {"dataFields.age": path("$.traits.age")}),
    "a trait by a template": Expected("Identify Calls", {"dataFields.plan": path("$.traits.plan")}),
    "a template with the root of a path": Expected("Identify Calls", {"dataFields.plan": path("$.traits.plan")}),
    "a field that only Iterable writes": Expected("Identify Calls", {"dataFields.profileUpdatedAt": LEFT_OUT}),
    "a date in lower case": Expected("Identify Calls", {"dataFields.since": path("$.traits.since")}),
    "Merge Nested Objects misspelt": Expected(
        "Identify Calls", {"mergeNestedObjects": True, "mergeNestedObject": LEFT_OUT}
    ),
    "Merge Nested Objects as a word": Expected("Identify Calls", {"mergeNestedObjects": False}),
    "Data Fields of an order misspelt": Expected("Order Completed Calls", {"datafields": LEFT_OUT}),
    "preferUserId, which is gone": Expected("Identify Calls", {"preferUserId": LEFT_OUT}),
    "traits listed for people, and all of them sent with orders": Expected(
        "Order Completed Calls", {"user.dataFields": LEFT_OUT}
    ),
    "a blanked trait that wins on the wrong side": Expected(
        "Identify Calls", {"dataFields.@merge.direction": "right"}
    ),
    "a doubled sign in a trigger": Expected(
        "Order Completed Calls", {"trigger": 'type = "track" and event = "Order Completed"'}
    ),
    "a capital OR in a trigger": Expected(
        "Order Completed Calls", {"trigger": 'type = "track" and (event = "Order Completed" or event = "Purchase")'}
    ),
    "a group that begins with a function": Expected(
        "Order Completed Calls", {"trigger": 'type = "track" and (event = "Refund" or contains(event, "Order"))'}
    ),
    "revenue for the total": Expected("Order Completed Calls", {"total": path("$.properties.total")}),
    "the quantity for the price": Expected("Order Completed Calls", {"items.price": path("price")}),
    "no quantity": Expected("Order Completed Calls", {"items.quantity": path("quantity")}),
    "products at the wrong place": Expected("Order Completed Calls", {"items": "$.properties.products"}),
    "the seller for the purchaser": Expected(
        "Order Completed Calls",
        {
            "user.email": {
                "@if": {
                    "exists": {"@path": "$.properties.email"},
                    "then": {"@path": "$.properties.email"},
                    "else": {"@path": "$.context.traits.email"},
                }
            },
            "user.userId": path("$.userId"),
        },
    ),
    "an order without its id": Expected("Order Completed Calls", {"id": path("$.properties.order_id")}),
    "carts of nobody": Expected("Update Cart Calls", {"user.userId": path("$.userId")}),
    "an id that events share": Expected("Track Calls", {"id": path("$.messageId")}),
    "no id": Expected("Track Calls", {"id": path("$.messageId")}),
    "one name for every event": Expected("Track Calls", {"eventName": path("$.event")}),
    "rows: the paths of an identify": Expected(
        "Rows", {"email": path("$.properties.email"), "userId": path("$.properties.user_id")}
    ),
    "rows: a column read without its root": Expected("Rows", {"dataFields.plan": path("$.properties.plan")}),
    "rows: e-mail and userId swapped": Expected(
        "Rows", {"email": path("$.properties.email"), "userId": path("$.properties.user_id")}
    ),
    "rows: the messageId for a userId": Expected("Rows", {"userId": path("$.properties.user_id")}),
    "rows: one address for everybody": Expected(
        "Rows", {"email": path("$.properties.email"), "userId": path("$.properties.user_id")}
    ),
    "rows: deleted ones found by a column": Expected("Rows", {"trigger": 'event = "new" or event = "updated"'}),
    "rows: all columns of deleted ones": Expected("Rows", {"trigger": 'event = "new" or event = "updated"'}),
    "rows: a column by a template": Expected("Rows", {"dataFields.plan": path("$.properties.plan")}),
    "rows: a word in the place of a number": Expected("Rows", {"dataFields.score": path("$.properties.score")}),
    "rows: a phone number by a template": Expected("Rows", {"phoneNumber": path("$.properties.phone")}),
    "rows: another userId in each": Expected("Rows", {"userId": path("$.properties.user_id")}),
    "rows: a number as text": Expected("Rows", {"dataFields.points": path("$.properties.points")}),
    "rows: the event's name for its name": Expected("Rows", {"eventName": "Rows"}),
    "rows: the time of receipt": Expected("Rows", {"createdAt": path("$.properties.ordered_at")}),
    "rows: a doubled sign in a trigger": Expected("Rows", {"trigger": 'event = "new"'}),
    "audience: a small letter in its event": Expected("Audience", {"trigger": 'event = "Audience Entered"'}),
    "audience: entered and never left": Expected(
        "Audience",
        reason="What leaving is to mean is for the customer to say, in a second subscription or by a value.",
    ),
    "audience: one value both ways": Expected("Audience", {"dataFields.isVip": path("$.properties.isVip")}),
    "audience: the messageId for a userId": Expected("Audience", {"userId": path("$.userId")}),
    "audience: not said which": Expected("Audience", {"dataFields.audience_key": path("$.properties.audience_key")}),
    "orderId for id": Expected("Order Completed Calls", {"orderId": LEFT_OUT, "id": path("$.properties.order_id")}),
    "Order completed with a small letter": Expected(
        "Order Completed Calls", {"trigger": 'type = "track" and event = "Order Completed"'}
    ),
    "the cart's former name": Expected("Update Cart Calls", {"trigger": 'type = "track" and event = "Cart Updated"'}),
    "the catalogue's proposed trigger of carts": Expected(
        "Update Cart Calls", {"trigger": 'type = "track" and event = "Cart Updated"'}
    ),
    "a type with a capital": Expected("Identify Calls", {"trigger": 'type = "identify"'}),
    "and beside or": Expected(
        "Order Completed Calls", {"trigger": 'type = "track" and (event = "Order Completed" or event = "Purchase")'}
    ),
    "single quotation marks in a trigger": Expected(
        "Order Completed Calls", {"trigger": 'type = "track" and event = "Order Completed"'}
    ),
    "the anonymousId where there is no e-mail": Expected("Identify Calls", {"email": path("$.traits.email")}),
    "the e-mail by a template": Expected("Identify Calls", {"email": path("$.traits.email")}),
    "the address of the context for an identify": Expected("Identify Calls", {"email": path("$.traits.email")}),
    "a userId in snake case": Expected("Identify Calls", {"userId": path("$.userId")}),
    "a userId among the traits": Expected("Identify Calls", {"userId": path("$.userId")}),
    "New Email Address in batches": Expected("Identify Calls", {"enable_batching": False}),
    "batches of orders": Expected("Order Completed Calls", {"enable_batching": LEFT_OUT}),
    "batches of carts": Expected("Update Cart Calls", {"enable_batching": LEFT_OUT}),
    "batches that are too large": Expected("Identify Calls", {"batch_size": 1001}),
    "Merge Nested Objects of carts, misspelt": Expected(
        "Update Cart Calls", {"user.mergeNestedObject": LEFT_OUT, "user.mergeNestedObjects": True}
    ),
    "Event Name misspelt": Expected("Track Calls", {"eventname": LEFT_OUT, "eventName": path("$.event")}),
    "Campaign ID misspelt": Expected(
        "Track Calls", {"campaignID": LEFT_OUT, "campaignId": path("$.properties.campaignId")}
    ),
    "a field of another action": Expected("Track Calls", {"total": LEFT_OUT}),
    "Data Fields of an order in small letters": Expected(
        "Order Completed Calls", {"datafields": LEFT_OUT, "dataFields": path("$.properties")}
    ),
    "a path without its directive": Expected("Track Calls", {"id": path("$.messageId")}),
    "a template without its directive": Expected("Track Calls", {"eventName": {"@template": "{{event}}"}}),
    "a template with the root of a path for a name": Expected("Track Calls", {"eventName": path("$.event")}),
    "no name of events": Expected("Track Calls", {"eventName": path("$.event")}),
    "no total": Expected("Order Completed Calls", {"total": path("$.properties.total")}),
    "nobody's orders": Expected("Order Completed Calls", {"user.userId": path("$.userId")}),
    "the total with a capital": Expected("Order Completed Calls", {"total": path("$.properties.total")}),
    "an order's id in camel case": Expected("Order Completed Calls", {"id": path("$.properties.order_id")}),
    "products with another id": Expected("Order Completed Calls", {"items.id": path("product_id")}),
    "products in the singular": Expected("Order Completed Calls", {"items": "$.properties.products"}),
    "the time of sending": Expected("Track Calls", {"createdAt": path("$.timestamp")}),
    "pages by the name of an event": Expected("Pages", {"eventName": path("$.name")}),
    "Identify Calls twice": Expected("Customers", reason="Which of the two is to stay is for the customer to say."),
    "a trait called phoneNumber": Expected("Identify Calls", {"dataFields.phoneNumber": LEFT_OUT}),
    "rows: a column beside the columns": Expected("Rows", {"userId": path("$.properties.user_id")}),
    "rows: a misspelt trigger": Expected("Rows", {"trigger": 'event = "new" or event = "updated"'}),
    "audience: another name of leaving": Expected(
        "Audience", {"trigger": 'event = "Audience Entered" or event = "Audience Exited"'}
    ),
}

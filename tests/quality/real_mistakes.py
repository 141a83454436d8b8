"""Mistakes that people made in real mappings: in support threads, pull requests and public Terraform."""

from __future__ import annotations

from planted_mappings import (
    ALL,
    BY_EMAIL,
    BY_USER_ID,
    CART,
    IDENTIFY,
    ORDER,
    TRACK,
    audience,
    changed,
    path,
    rows,
    shape,
    text_of,
)

from destination import PRESETS, Subscription

ORDER_ID = path("$.properties.order_id")

MISTAKES: dict[str, tuple[list[Subscription], tuple[str, ...]]] = {
    "orderId for id": (changed((ORDER, {"orderId": ORDER_ID}), without=((ORDER, "id"),)), ALL),
    "Order completed with a small letter": (
        changed((ORDER, {"subscribe": 'type = "track" and event = "Order completed"'})),
        ALL,
    ),
    "the cart's former name": (changed((CART, {"subscribe": 'type = "track" and event = "Update Cart"'})), ALL),
    "the catalogue's proposed trigger of carts": (
        changed((CART, {"subscribe": 'type = "track" and event == "Cart Updated"'})),
        ALL,
    ),
    "a type with a capital": (changed((IDENTIFY, {"subscribe": 'type = "Identify"'})), ALL),
    "and beside or": (
        changed((ORDER, {"subscribe": 'event = "Order Completed" or event = "Purchase" and type = "track"'})),
        ALL,
    ),
    "single quotation marks in a trigger": (
        changed((ORDER, {"subscribe": "type = \"track\" and event = 'Order Completed'"})),
        ALL,
    ),
    "the anonymousId where there is no e-mail": (
        changed(
            (
                IDENTIFY,
                {
                    "email": {
                        "@if": {
                            "exists": path("$.traits.email"),
                            "then": path("$.traits.email"),
                            "else": path("$.anonymousId"),
                        }
                    }
                },
            )
        ),
        BY_EMAIL,
    ),
    "the e-mail by a template": (changed((IDENTIFY, {"email": text_of("traits.email")})), BY_USER_ID),
    "the address of the context for an identify": (
        changed((IDENTIFY, {"email": path("$.context.traits.email")})),
        BY_EMAIL,
    ),
    "a userId in snake case": (changed((IDENTIFY, {"userId": path("$.user_id")})), BY_USER_ID),
    "a userId among the traits": (changed((IDENTIFY, {"userId": path("$.traits.userId")})), BY_USER_ID),
    "New Email Address in batches": (changed((IDENTIFY, {"newEmail": path("$.traits.newEmail")})), ("email",)),
    "batches of orders": (changed((ORDER, {"enable_batching": True})), ALL),
    "batches of carts": (changed((CART, {"enable_batching": True})), ALL),
    "batches that are too large": (changed((IDENTIFY, {"batch_size": 5000})), ALL),
    "Merge Nested Objects of carts, misspelt": (
        changed((CART, {"user.mergeNestedObject": True}), without=((CART, "user.mergeNestedObjects"),)),
        ALL,
    ),
    "Event Name misspelt": (changed((TRACK, {"eventname": path("$.event")}), without=((TRACK, "eventName"),)), ALL),
    "Campaign ID misspelt": (
        changed((TRACK, {"campaignID": path("$.properties.campaignId")}), without=((TRACK, "campaignId"),)),
        ALL,
    ),
    "a field of another action": (changed((TRACK, {"total": path("$.properties.total")})), ALL),
    "Data Fields of an order in small letters": (
        changed((ORDER, {"datafields": path("$.properties")}), without=((ORDER, "dataFields"),)),
        ALL,
    ),
    "a path without its directive": (changed((TRACK, {"id": "$.messageId"})), ALL),
    "a template without its directive": (changed((TRACK, {"eventName": "{{event}}"})), ALL),
    "a template with the root of a path for a name": (changed((TRACK, {"eventName": text_of("$.event")})), ALL),
    "no name of events": (changed(without=((TRACK, "eventName"),)), ALL),
    "no total": (changed(without=((ORDER, "total"),)), ALL),
    "nobody's orders": (changed(without=((ORDER, "user.email"), (ORDER, "user.userId"))), ALL),
    "the total with a capital": (changed((ORDER, {"total": path("$.properties.Total")})), ALL),
    "an order's id in camel case": (changed((ORDER, {"id": path("$.properties.orderId")})), ALL),
    "products with another id": (shape(lambda item: item.update(id=path("productId"))), ALL),
    "products in the singular": (shape(lambda _: None, root="$.properties.product"), ALL),
    "the time of sending": (changed((TRACK, {"createdAt": path("$.sentAt")})), ALL),
    "pages by the name of an event": (
        [
            *PRESETS,
            Subscription(
                "Pages",
                "trackEvent",
                'type = "page"',
                {
                    "email": path("$.context.traits.email"),
                    "userId": path("$.userId"),
                    "eventName": path("$.event"),
                    "id": path("$.messageId"),
                    "createdAt": path("$.timestamp"),
                    "dataFields": path("$.properties"),
                },
            ),
        ],
        ALL,
    ),
    "Identify Calls twice": (
        [*PRESETS, Subscription("Customers", "updateUser", 'type = "identify"', PRESETS[IDENTIFY].mapping)],
        ALL,
    ),
    "a trait called phoneNumber": (
        changed(
            (IDENTIFY, {"dataFields": {"phoneNumber": path("$.traits.phone")}}),
            (CART, {"user.dataFields": {}}),
            (ORDER, {"user.dataFields": {}}),
            without=((IDENTIFY, "phoneNumber"),),
        ),
        ALL,
    ),
    "rows: a column beside the columns": (rows(userId=path("$.user_id")), BY_USER_ID),
    "rows: a misspelt trigger": (rows(trigger='event = "New" or event = "updated"'), ALL),
    "audience: another name of leaving": (
        audience(
            trigger='event = "Audience Entered" or event = "Audience exited"',
            eventName=path("$.event"),
            dataFields=path("$.properties"),
        ),
        ALL,
    ),
}

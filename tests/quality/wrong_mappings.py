"""Wrong mappings, as people write them, and the property that finds each."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any

from destination import PRESETS, Subscription

if TYPE_CHECKING:
    from collections.abc import Callable

TRACK, IDENTIFY, CART, ORDER = range(4)
ALL = ("email", "userid", "hybrid")
BY_USER_ID = ("userid", "hybrid")
BY_EMAIL = ("email", "hybrid")


def path(text: str) -> dict[str, str]:
    return {"@path": text}


def text_of(text: str) -> dict[str, str]:
    return {"@template": "{{" + text + "}}"}


def changed(*changes: tuple[int, dict[str, Any]], without: tuple[tuple[int, str], ...] = ()) -> list[Subscription]:
    """The presets with members of their mappings set, or taken out; dotted names lead into objects."""
    mappings: list[Any] = [copy.deepcopy(item.mapping) for item in PRESETS]
    triggers = [item.subscribe for item in PRESETS]
    for index, members in changes:
        for name, value in members.items():
            if name == "subscribe":
                triggers[index] = value
                continue
            *outer, last = name.split(".")
            holder = mappings[index]
            for key in outer:
                holder = holder[key]
            holder[last] = value
    for index, name in without:
        *outer, last = name.split(".")
        holder = mappings[index]
        for key in outer:
            holder = holder[key]
        del holder[last]
    return [
        Subscription(item.name, item.partner_action, trigger, mapping)
        for item, trigger, mapping in zip(PRESETS, triggers, mappings, strict=True)
    ]


def shape(change: Callable[[dict[str, Any]], object], *, root: str = "$.properties.products") -> list[Subscription]:
    """The presets with another shape of the items of an order."""
    items = copy.deepcopy(PRESETS[ORDER].mapping["items"])  # type: ignore[index, call-overload]  # the preset's mapping is an object
    items["@arrayPath"][0] = root  # type: ignore[index, call-overload]  # the same
    change(items["@arrayPath"][1])  # type: ignore[index, call-overload, arg-type]  # the same
    return changed((ORDER, {"items": items}))


ONE_BY_ONE = {"plan": path("$.traits.plan"), "age": path("$.traits.age")}

MISTAKES: dict[str, tuple[list[Subscription], str, tuple[str, ...]]] = {
    "e-mail and userId swapped": (
        changed((IDENTIFY, {"userId": path("$.traits.email"), "email": path("$.userId")})),
        "identity.person-exists",
        ALL,
    ),
    "the e-mail for a userId": (
        changed((IDENTIFY, {"userId": path("$.traits.email")})),
        "identity.person-exists",
        BY_USER_ID,
    ),
    "the anonymousId for a userId": (
        changed((IDENTIFY, {"userId": path("$.anonymousId")}), (TRACK, {"userId": path("$.anonymousId")})),
        "identity.one-profile-per-person",
        ("userid",),
    ),
    "the anonymousId where there is no userId": (
        changed(
            *(
                (
                    index,
                    {
                        "userId": {
                            "@if": {
                                "exists": path("$.userId"),
                                "then": path("$.userId"),
                                "else": path("$.anonymousId"),
                            }
                        }
                    },
                )
                for index in (TRACK, IDENTIFY)
            )
        ),
        "identity.one-profile-per-person",
        BY_USER_ID,
    ),
    "one userId for everybody": (
        changed((IDENTIFY, {"userId": "user"})),
        "identity.no-two-become-one",
        BY_USER_ID,
    ),
    "a misspelt path of the e-mail": (
        changed((IDENTIFY, {"email": path("$.trait.email")})),
        "mapping.reads-what-exists",
        ALL,
    ),
    "a capital in the path of the e-mail": (
        changed((IDENTIFY, {"email": path("$.traits.Email")})),
        "identity.person-exists",
        BY_EMAIL,
    ),
    "no e-mail at all": (changed(without=((IDENTIFY, "email"),)), "identity.person-exists", BY_EMAIL),
    "events without the userId": (changed(without=((TRACK, "userId"),)), "identity.event-is-theirs", ALL),
    "traits read from an event": (
        changed((TRACK, {"email": path("$.traits.email")})),
        "mapping.reads-what-exists",
        ALL,
    ),
    "the phone number by a template": (
        changed((IDENTIFY, {"phoneNumber": text_of("traits.phone")})),
        "phone.missing-erases-nothing",
        ALL,
    ),
    "no phone number": (changed(without=((IDENTIFY, "phoneNumber"),)), "phone.arrives-usable", ALL),
    "no time of events": (changed(without=((TRACK, "createdAt"),)), "events.time-is-kept", ALL),
    "the time of receipt": (changed((TRACK, {"createdAt": path("$.receivedAt")})), "events.time-is-kept", ALL),
    "a price as text": (
        changed((TRACK, {"dataFields": {"price": text_of("properties.price")}})),
        "events.type-arrives",
        ALL,
    ),
    "an age as text": (
        changed((IDENTIFY, {"dataFields": {"age": text_of("traits.age")}})),
        "fields.type-arrives",
        ALL,
    ),
    "a word in the place of a number": (
        changed(
            (
                IDENTIFY,
                {
                    "dataFields": {
                        "age": {
                            "@if": {"exists": path("$.traits.age"), "then": path("$.traits.age"), "else": "unknown"}
                        }
                    }
                },
            )
        ),
        "fields.type-stays",
        ALL,
    ),
    "a trait by a template": (
        changed((IDENTIFY, {"dataFields": {"plan": text_of("traits.plan")}})),
        "fields.missing-erases-nothing",
        ALL,
    ),
    "a template with the root of a path": (
        changed((IDENTIFY, {"dataFields": {"plan": text_of("$.traits.plan")}})),
        "fields.named-arrives",
        ALL,
    ),
    "a field that only Iterable writes": (
        changed((IDENTIFY, {"dataFields": {"profileUpdatedAt": path("$.traits.changed")}})),
        "fields.named-arrives",
        ALL,
    ),
    "a date in lower case": (
        changed(
            (IDENTIFY, {"dataFields": {"since": {"@case": {"operator": "lower", "value": path("$.traits.since")}}}})
        ),
        "fields.date-arrives",
        ALL,
    ),
    "Merge Nested Objects misspelt": (
        changed((IDENTIFY, {"mergeNestedObject": True})),
        "mapping.names-fields",
        ALL,
    ),
    "Merge Nested Objects as a word": (
        changed((IDENTIFY, {"mergeNestedObjects": "yes"})),
        "identity.person-exists",
        ALL,
    ),
    "Data Fields of an order misspelt": (
        changed((ORDER, {"datafields": {"coupon": path("$.properties.coupon")}})),
        "mapping.names-fields",
        ALL,
    ),
    "preferUserId, which is gone": (changed((IDENTIFY, {"preferUserId": True})), "mapping.names-fields", ALL),
    "traits listed for people, and all of them sent with orders": (
        changed((IDENTIFY, {"dataFields": ONE_BY_ONE})),
        "privacy.excluded-stays",
        ALL,
    ),
    "a blanked trait that wins on the wrong side": (
        changed(
            (
                IDENTIFY,
                {
                    "dataFields": {
                        "@merge": {"objects": [path("$.traits"), {"ssn": {"@literal": ""}}], "direction": "left"}
                    }
                },
            )
        ),
        "privacy.excluded-stays",
        ALL,
    ),
    "a doubled sign in a trigger": (
        changed((ORDER, {"subscribe": 'type = "track" and event == "Order Completed"'})),
        "mapping.trigger-fires",
        ALL,
    ),
    "a capital OR in a trigger": (
        changed((ORDER, {"subscribe": 'event = "Order Completed" OR event = "Purchase"'})),
        "mapping.trigger-fires",
        ALL,
    ),
    "a group that begins with a function": (
        changed((ORDER, {"subscribe": 'type = "track" and (contains(event, "Order") or event = "Refund")'})),
        "mapping.trigger-fires-for-nothing-else",
        ALL,
    ),
    "revenue for the total": (
        changed((ORDER, {"total": path("$.properties.revenue")})),
        "commerce.order-arrives",
        ALL,
    ),
    "the quantity for the price": (
        shape(lambda item: item.update(price=path("quantity"))),
        "commerce.order-arrives",
        ALL,
    ),
    "no quantity": (shape(lambda item: item.pop("quantity")), "commerce.order-arrives", ALL),
    "products at the wrong place": (shape(lambda _: None, root="$.products"), "commerce.order-arrives", ALL),
    "the seller for the purchaser": (
        changed((ORDER, {"user.userId": path("$.properties.seller_id"), "user.email": path("$.properties.seller")})),
        "commerce.order-arrives",
        ALL,
    ),
    "an order without its id": (changed(without=((ORDER, "id"),)), "commerce.order-keeps-its-id", ALL),
    "carts of nobody": (
        changed((CART, {"user.userId": path("$.anonymousId")}), without=((CART, "user.email"),)),
        "commerce.cart-arrives",
        ALL,
    ),
    "an id that events share": (
        changed((TRACK, {"id": path("$.properties.order_id")})),
        "events.different-events-stay",
        ALL,
    ),
    "no id": (changed(without=((TRACK, "id"),)), "delivery.idempotent", ALL),
    "one name for every event": (changed((TRACK, {"eventName": "Event"})), "events.name-arrives", ALL),
}

SOUND: dict[str, list[Subscription]] = {
    "a property for the e-mail": changed((IDENTIFY, {"email": path("$.traits.contact_email")})),
    "Merge Nested Objects": changed((IDENTIFY, {"mergeNestedObjects": True})),
    "a time of its own": changed((TRACK, {"createdAt": path("$.properties.occurred_at")})),
    "New Email Address": changed((IDENTIFY, {"newEmail": path("$.traits.newEmail")})),
    "no batches": changed((TRACK, {"enable_batching": False}), (IDENTIFY, {"enable_batching": False})),
    "everything named one by one": changed(
        (TRACK, {"dataFields": {"colour": path("$.properties.colour")}}),
        (IDENTIFY, {"dataFields": ONE_BY_ONE}),
        (CART, {"user.dataFields": {"plan": path("$.context.traits.plan")}}),
        (ORDER, {"user.dataFields": {}, "dataFields": {"revenue": path("$.properties.revenue")}}),
    ),
    "orders by another name and in another shape": changed(
        (TRACK, {"subscribe": 'type = "track" and event != "Purchase" and event != "Cart Updated"'}),
        (
            ORDER,
            {
                "subscribe": 'type = "track" and event = "Purchase"',
                "total": path("$.properties.amount"),
                "id": path("$.properties.transaction_id"),
                "items": {
                    "@arrayPath": [
                        "$.properties.lines",
                        {
                            "id": path("code"),
                            "name": path("title"),
                            "price": path("unit_price"),
                            "quantity": path("pieces"),
                        },
                    ]
                },
            },
        ),
    ),
    "only identifies": [PRESETS[IDENTIFY]],
    "a blanked trait": changed(
        (
            IDENTIFY,
            {
                "dataFields": {
                    "@merge": {"objects": [path("$.traits"), {"ssn": {"@literal": ""}}], "direction": "right"}
                }
            },
        ),
        (CART, {"user.dataFields": {}}),
        (ORDER, {"user.dataFields": {}}),
    ),
}

"""Wrong mappings, as people write them, and the property that finds each."""

from __future__ import annotations

from planted_mappings import (
    ALL,
    BY_EMAIL,
    BY_USER_ID,
    CART,
    IDENTIFY,
    NEW_UPDATED_OR_DELETED,
    ORDER,
    TRACK,
    audience,
    changed,
    listed,
    path,
    rows,
    shape,
    text_of,
)

from destination import Subscription

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
        changed((IDENTIFY, {"userId": path("$.anonymousId")})),
        "identity.one-profile-per-person",
        ("userid",),
    ),
    "the anonymousId where there is no userId": (
        changed(
            (
                TRACK,
                {
                    "userId": {
                        "@if": {"exists": path("$.userId"), "then": path("$.userId"), "else": path("$.anonymousId")}
                    }
                },
            )
        ),
        "identity.one-profile-per-person",
        ("hybrid",),
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
        listed((IDENTIFY, {"dataFields": {"age": text_of("traits.age")}})),
        "fields.type-arrives",
        ALL,
    ),
    "a word in the place of a number": (
        listed(
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
        listed((IDENTIFY, {"dataFields": {"plan": text_of("traits.plan")}})),
        "fields.missing-erases-nothing",
        ALL,
    ),
    "a template with the root of a path": (
        listed((IDENTIFY, {"dataFields": {"plan": text_of("$.traits.plan")}})),
        "fields.named-arrives",
        ALL,
    ),
    "a field that only Iterable writes": (
        listed((IDENTIFY, {"dataFields": {"profileUpdatedAt": path("$.traits.changed")}})),
        "fields.named-arrives",
        ALL,
    ),
    "a date in lower case": (
        listed(
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
    "rows: the paths of an identify": (
        rows(email=path("$.traits.email"), userId=path("$.userId")),
        "rows.person-is-named",
        ALL,
    ),
    "rows: a column read without its root": (
        rows(dataFields={"plan": path("$.plan")}),
        "mapping.reads-what-exists",
        ALL,
    ),
    "rows: e-mail and userId swapped": (
        rows(email=path("$.properties.user_id"), userId=path("$.properties.email")),
        "rows.row-arrives",
        ALL,
    ),
    "rows: the messageId for a userId": (
        rows(userId=path("$.messageId")),
        "rows.one-profile-per-person",
        ("userid",),
    ),
    "rows: one address for everybody": (
        rows(email="all@example.com", userId="user"),
        "rows.people-stay-apart",
        ALL,
    ),
    "rows: deleted ones found by a column": (rows(trigger=NEW_UPDATED_OR_DELETED), "rows.deleted-row-arrives", ALL),
    "rows: all columns of deleted ones": (
        rows(trigger=NEW_UPDATED_OR_DELETED, userId=path("$.__segment_id")),
        "rows.deleted-row-erases-nothing",
        ALL,
    ),
    "rows: a column by a template": (
        rows(dataFields={"plan": text_of("properties.plan")}),
        "rows.null-column-is-no-text",
        ALL,
    ),
    "rows: a word in the place of a number": (
        rows(
            dataFields={
                "score": {
                    "@if": {
                        "exists": path("$.properties.score"),
                        "then": path("$.properties.score"),
                        "else": "unknown",
                    }
                }
            }
        ),
        "rows.null-column-stops-nothing",
        ALL,
    ),
    "rows: a phone number by a template": (
        rows(phoneNumber=text_of("properties.phone"), enable_batching=True),
        "rows.null-column-is-no-text",
        ALL,
    ),
    "rows: another userId in each": (
        rows(userId=path("$.messageId")),
        "rows.update-changes-the-same-person",
        ("userid",),
    ),
    "rows: a number as text": (rows(dataFields={"points": text_of("properties.points")}), "rows.types-arrive", ALL),
    "rows: the event's name for its name": (
        rows("trackEvent", eventName=path("$.event")),
        "rows.event-has-a-name",
        ALL,
    ),
    "rows: the time of receipt": (
        rows(
            "trackEvent",
            eventName="Ordered",
            createdAt=path("$.receivedAt"),
            dataFields={"orderedAt": path("$.properties.ordered_at")},
        ),
        "rows.time-is-that-of-the-row",
        ALL,
    ),
    "rows: a doubled sign in a trigger": (rows(trigger='event == "new"'), "mapping.trigger-fires", ALL),
    "audience: a small letter in its event": (
        audience(trigger='event = "Audience entered"', eventName=path("$.event"), dataFields=path("$.properties")),
        "audiences.entered-is-told",
        ALL,
    ),
    "audience: entered and never left": (
        audience("updateUser", 'event = "Audience Entered"', dataFields={"isVip": True}),
        "audiences.exited-ends-it",
        ALL,
    ),
    "audience: one value both ways": (
        audience("updateUser", dataFields={"isVip": True}),
        "audiences.exited-claims-nothing",
        ALL,
    ),
    "audience: the messageId for a userId": (
        audience("updateUser", userId=path("$.messageId"), dataFields={"isVip": path("$.properties.vip")}),
        "audiences.twice-is-once",
        ("userid",),
    ),
    "audience: not said which": (
        audience(eventName=path("$.event"), dataFields={"first_name": path("$.properties.first_name")}),
        "audiences.audience-is-named",
        ALL,
    ),
}

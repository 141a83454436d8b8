"""Mappings without a mistake, each with the project types that it is meant for."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from planted_mappings import (
    ALL,
    BOTH_WAYS,
    BY_EMAIL,
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
    text_of,
)

from conformance.inputs.configuration import read_configuration
from destination import PRESETS, Subscription

_REPOSITORY = Path(__file__).parents[2]
_BLANKED = {"@merge": {"objects": [path("$.traits"), {"ssn": {"@literal": ""}}], "direction": "right"}}


def _of_file(name: str) -> list[Subscription]:
    return list(read_configuration(_REPOSITORY / name).plain)


def _as_saved(form: list[Any]) -> dict[str, Any]:
    """The items of a preset in the form in which Segment's app writes them."""
    shape = {key: path(f"$.{value['@path']}") for key, value in form[1].items()}
    return {"@arrayPath": [path(form[0]), shape]}


def _saved() -> list[Subscription]:
    items = [PRESETS[index].mapping["items"]["@arrayPath"] for index in (CART, ORDER)]  # type: ignore[index, call-overload]  # objects
    return changed((CART, {"items": _as_saved(items[0])}), (ORDER, {"items": _as_saved(items[1])}))  # type: ignore[arg-type]  # lists


def _other_orders() -> list[Subscription]:
    shape = {"id": path("code"), "name": path("title"), "price": path("unit_price"), "quantity": path("pieces")}
    order = {
        "subscribe": 'type = "track" and event = "Purchase"',
        "total": path("$.properties.amount"),
        "id": path("$.properties.transaction_id"),
        "items": {"@arrayPath": ["$.properties.lines", shape]},
    }
    others = 'type = "track" and event != "Purchase" and event != "Cart Updated"'
    return changed((TRACK, {"subscribe": others}), (ORDER, order))


def _one_event(name: Any) -> list[Subscription]:
    """The presets, and one event that Iterable is to have by a name of the customer's."""
    return changed((TRACK, {"subscribe": 'type = "track" and event = "Signed Up"', "eventName": name}))


GOOD: dict[str, tuple[list[Subscription], tuple[str, ...]]] = {
    "the presets": (list(PRESETS), ALL),
    "the presets as Segment's app saves them": (_saved(), ALL),
    "the example for all three project types": (_of_file("examples/mappings/all-three.yaml"), ALL),
    "the example of a test suite": (_of_file("examples/pytest_suite/mapping.yaml"), ALL),
    "a property for the e-mail": (changed((IDENTIFY, {"email": path("$.traits.contact_email")})), ALL),
    "a trait for the userId": (
        listed(
            (IDENTIFY, {"userId": path("$.traits.customer_id"), "dataFields": {"plan": path("$.traits.plan")}}),
            (TRACK, {"userId": path("$.properties.customer_id")}),
            (CART, {"user.userId": path("$.properties.customer_id")}),
            (ORDER, {"user.userId": path("$.properties.customer_id")}),
        ),
        ALL,
    ),
    "Merge Nested Objects": (changed((IDENTIFY, {"mergeNestedObjects": True})), ALL),
    "a time of its own": (changed((TRACK, {"createdAt": path("$.properties.occurred_at")})), ALL),
    "New Email Address in a hybrid project": (
        changed((IDENTIFY, {"newEmail": path("$.traits.newEmail")})),
        ("hybrid",),
    ),
    "New Email Address, one by one": (
        changed((IDENTIFY, {"newEmail": path("$.traits.newEmail"), "enable_batching": False})),
        ALL,
    ),
    "Update Only in batches": (changed((IDENTIFY, {"updateOnly": True})), ("userid", "hybrid")),
    "no batches": (changed((TRACK, {"enable_batching": False}), (IDENTIFY, {"enable_batching": False})), ALL),
    "no phone number": (changed(without=((IDENTIFY, "phoneNumber"),)), ALL),
    "no phone number anywhere": (
        changed(without=((IDENTIFY, "phoneNumber"), (CART, "user.phoneNumber"), (ORDER, "user.phoneNumber"))),
        ALL,
    ),
    "no carts": ([item for item in PRESETS if item.partner_action != "updateCart"], ALL),
    "no carts and no orders": ([PRESETS[TRACK], PRESETS[IDENTIFY]], ALL),
    "only identifies": ([PRESETS[IDENTIFY]], ALL),
    "only events": ([PRESETS[TRACK]], ALL),
    "no campaigns and no templates": (
        changed(without=tuple((index, name) for index in (TRACK, ORDER) for name in ("campaignId", "templateId"))),
        ALL,
    ),
    "everything named one by one": (
        changed(
            (TRACK, {"dataFields": {"colour": path("$.properties.colour")}}),
            (IDENTIFY, {"dataFields": {"plan": path("$.traits.plan"), "age": path("$.traits.age")}}),
            (CART, {"user.dataFields": {"plan": path("$.context.traits.plan")}}),
            (ORDER, {"user.dataFields": {}, "dataFields": {"revenue": path("$.properties.revenue")}}),
        ),
        ALL,
    ),
    "data fields under names with blanks": (
        listed(
            (IDENTIFY, {"dataFields": {"First Name": path("$.traits.first_name"), "Plan": path("$.traits.plan")}}),
            (TRACK, {"dataFields": {"Product Colour": path("$.properties.colour")}}),
        ),
        ALL,
    ),
    "no data fields": (listed(without=((IDENTIFY, "dataFields"), (TRACK, "dataFields"))), ALL),
    "orders by another name and in another shape": (_other_orders(), ALL),
    "orders as events, too": (changed((TRACK, {"subscribe": 'type = "track"'})), ALL),
    "one event by a name of the customer's": (_one_event("signup"), ALL),
    "one event by a property": (_one_event(path("$.properties.plan_name")), ALL),
    "a blanked trait": (listed((IDENTIFY, {"dataFields": _BLANKED})), ALL),
    "identifies under a condition": (
        changed((IDENTIFY, {"subscribe": 'type = "identify" and context.account_updated = false'})),
        ALL,
    ),
    "pages by their names": (
        [
            *PRESETS,
            Subscription(
                "Pages",
                "trackEvent",
                'type = "page"',
                {
                    "email": path("$.context.traits.email"),
                    "userId": path("$.userId"),
                    "eventName": {"@template": "{{name}} page"},
                    "id": path("$.messageId"),
                    "createdAt": path("$.timestamp"),
                    "dataFields": path("$.properties"),
                },
            ),
        ],
        ALL,
    ),
    "rows: all columns": (rows(), ALL),
    "rows: columns in capitals": (rows(userId=path("$.properties.USER_ID"), email=path("$.properties.EMAIL")), ALL),
    "rows: columns picked one by one": (
        rows(dataFields={"plan": path("$.properties.plan"), "points": path("$.properties.points")}),
        ALL,
    ),
    "rows: by address alone": (
        [Subscription("Rows", "updateUser", 'event = "new"', {"email": path("$.properties.email")})],
        BY_EMAIL,
    ),
    "rows: the model's own id for a userId": (rows(userId=path("$.__segment_id")), ALL),
    "rows: as events of a name of theirs": (
        rows("trackEvent", eventName=path("$.properties.event_name"), id=path("$.messageId")),
        ALL,
    ),
    "rows: as events of one name": (
        rows(
            "trackEvent",
            eventName="Ordered",
            createdAt=path("$.properties.ordered_at"),
            id=path("$.messageId"),
        ),
        ALL,
    ),
    "rows: deleted ones marked": (
        rows(
            trigger=NEW_UPDATED_OR_DELETED,
            userId=path("$.__segment_id"),
            dataFields={"lastSync": path("$.receivedAt")},
        ),
        ("userid", "hybrid"),
    ),
    "audience: as events": (audience(eventName=path("$.event"), dataFields=path("$.properties")), ALL),
    "audience: its name among few": (
        audience(eventName=path("$.event"), dataFields={"Audience": text_of("properties.audience_key")}),
        ALL,
    ),
    "audience: whether somebody is in it": (
        audience("updateUser", dataFields={"isVip": path("$.properties.vip")}),
        ALL,
    ),
    "audience: beside all events": (
        changed((TRACK, {"subscribe": f'type = "track" or {BOTH_WAYS}'})),
        ALL,
    ),
}

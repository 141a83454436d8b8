"""Carts and purchases."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from simulator.api.body_schema import ObjectSchema, read_body
from simulator.api.operations.events import checked_id, checked_types, seconds, store_event
from simulator.api.profile_write import apply_write, plan_write
from simulator.api.replies import dropped, success
from simulator.project.events import CART_UPDATE, PURCHASE, Event

if TYPE_CHECKING:
    from collections.abc import Mapping

    from simulator.message import Instant, Reply, Request
    from simulator.project import Project

_CART: Final = "shoppingCartItems"
_USER: Final = ObjectSchema(
    {
        "email": "string",
        "userId": "string",
        "dataFields": "object",
        "preferUserId": "boolean",
        "mergeNestedObjects": "boolean",
        "createNewFields": "boolean",
    }
)
_ITEM: Final = ObjectSchema(
    {
        "id": "string",
        "sku": "string",
        "name": "string",
        "description": "string",
        "categories": "array",
        "price": "number",
        "quantity": "number",
        "imageUrl": "string",
        "url": "string",
        "dataFields": "object",
    },
    frozenset({"id", "name", "price", "quantity"}),
)
_UPDATE_CART: Final = ObjectSchema(
    {"user": _USER, "items": [_ITEM], "createNewFields": "boolean"}, frozenset({"user", "items"})
)
_TRACK_PURCHASE: Final = ObjectSchema(
    {
        "id": "string",
        "user": _USER,
        "items": [_ITEM],
        "total": "number",
        "campaignId": "number",
        "templateId": "number",
        "createdAt": "number",
        "dataFields": "object",
        "createNewFields": "boolean",
    },
    frozenset({"user", "items", "total"}),
)


def _creates_fields(body: Mapping[str, Any]) -> bool | None:
    """The `createNewFields` of a call, which stands in it or in its user."""
    own: bool | None = body.get("createNewFields")
    return body["user"].get("createNewFields") if own is None else own


def update_cart(project: Project, request: Request, now: Instant, _: Mapping[str, str]) -> Reply:
    """Replace the cart on a profile; the person is created where a write creates one."""
    body = read_body(request.path, request.body, _UPDATE_CART)
    write = plan_write(project, body["user"], "commerce.update-cart", create_fields=_creates_fields(body))
    person = apply_write(project, write, now)
    if person is None:
        return dropped(write.rule)
    project.people.begin_change(person).set_field(_CART, body["items"])
    if project.settings.cart_event == CART_UPDATE:
        event_id = project.new_id()
        event = Event(event_id, person, CART_UPDATE, None, now // 1000, {}, {_CART: body["items"]})
        store_event(project, event, {})
    return success(write.rule, person.identifiers, also=write.left_out)


def track_purchase(project: Project, request: Request, now: Instant, _: Mapping[str, str]) -> Reply:
    """Record a purchase and empty the cart; the person is created where a write creates one."""
    body = read_body(request.path, request.body, _TRACK_PURCHASE)
    write = plan_write(project, body["user"], "commerce.track-purchase", create_fields=_creates_fields(body))
    fields: dict[str, Any] = body.get("dataFields", {})
    types = checked_types(project, PURCHASE, fields)
    event_id = checked_id(body) or project.new_id()
    person = apply_write(project, write, now)
    if person is None:
        return dropped(write.rule, params={"id": event_id})
    project.people.begin_change(person).remove_field(_CART)
    members: dict[str, Any] = {key: body[key] for key in ("campaignId", "templateId", "total") if key in body}
    members[_CART] = body["items"]
    created_at = seconds(project, body.get("createdAt"), now)
    store_event(project, Event(event_id, person, PURCHASE, None, created_at, fields, members), types)
    return success(write.rule, person.identifiers, params={"id": event_id}, also=write.left_out)

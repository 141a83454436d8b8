"""`trackPurchase`: an order, which also empties the cart."""

from __future__ import annotations

from typing import Any, Final

from destination.actions import fields
from destination.actions.dates import unix_seconds
from destination.actions.definition import Action, Call, Payload
from destination.actions.items import commerce_items
from destination.actions.users import purchaser
from destination.fields import Field


def _perform(payload: Payload, now: int) -> list[Call]:
    body: dict[str, Any] = {
        **payload,
        "user": purchaser(payload["user"]),
        "items": commerce_items(payload["items"]),
        "createdAt": unix_seconds(payload.get("createdAt"), now),
        "dataFields": _data_fields(payload.get("dataFields", {})),
    }
    return [Call("/api/commerce/trackPurchase", body)]


def _data_fields(data_fields: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in data_fields.items() if key != "products"}


TRACK_PURCHASE: Final = Action(
    slug="trackPurchase",
    title="Track Purchase",
    # The doubled sign never matches; presets use a single one.
    default_subscription='type = "track" and event == "Order Completed"',
    fields={
        "id": Field("Order ID", "string", default={"@path": "$.properties.order_id"}),
        "user": fields.PURCHASER,
        "dataFields": fields.EVENT_DATA,
        "items": fields.ITEMS,
        "total": Field("Total", "number", required=True, default={"@path": "$.properties.total"}),
        "createdAt": fields.CREATED_AT,
        "campaignId": fields.CAMPAIGN_ID,
        "templateId": fields.TEMPLATE_ID,
    },
    perform=_perform,
)

"""`updateCart`: the whole cart of a person, replaced."""

from __future__ import annotations

from typing import Any, Final

from destination.actions import fields
from destination.actions.definition import Action, Call, Payload
from destination.actions.items import commerce_items
from destination.actions.users import purchaser


def _perform(payload: Payload, _now: int) -> list[Call]:
    body: dict[str, Any] = {
        "user": purchaser(payload["user"]),
        "items": commerce_items(payload["items"]),
    }
    return [Call("/api/commerce/updateCart", body)]


UPDATE_CART: Final = Action(
    slug="updateCart",
    title="Cart Updates",
    # The doubled sign never matches; presets use a single one.
    default_subscription='type = "track" and event == "Cart Updated"',
    fields={"user": fields.USER, "items": fields.ITEMS},
    perform=_perform,
)

"""Mappings with one mistake: the destination's presets, and subscriptions to rows and audiences, changed."""

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


def path(text: str) -> dict[str, Any]:
    return {"@path": text}


def text_of(text: str) -> dict[str, Any]:
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


def listed(*changes: tuple[int, dict[str, Any]], without: tuple[tuple[int, str], ...] = ()) -> list[Subscription]:
    """The same, where orders and carts say nothing of people, so that what identifies do not list stays at home."""
    return changed((CART, {"user.dataFields": {}}), (ORDER, {"user.dataFields": {}}), *changes, without=without)


def shape(change: Callable[[dict[str, Any]], object], *, root: str = "$.properties.products") -> list[Subscription]:
    """The presets with another shape of the items of an order."""
    items = copy.deepcopy(PRESETS[ORDER].mapping["items"])  # type: ignore[index, call-overload]  # the preset's mapping is an object
    items["@arrayPath"][0] = root  # type: ignore[index, call-overload]  # the same
    change(items["@arrayPath"][1])  # type: ignore[index, call-overload, arg-type]  # the same
    return changed((ORDER, {"items": items}))


NEW_OR_UPDATED = 'event = "new" or event = "updated"'
NEW_UPDATED_OR_DELETED = f'{NEW_OR_UPDATED} or event = "deleted"'
BOTH_WAYS = 'event = "Audience Entered" or event = "Audience Exited"'


def rows(action: str = "updateUser", trigger: str = NEW_OR_UPDATED, **members: Any) -> list[Subscription]:
    """One subscription to the rows of a model."""
    mapping: dict[str, Any] = {
        "email": path("$.properties.email"),
        "userId": path("$.properties.user_id"),
        "dataFields": path("$.properties"),
    }
    return [Subscription("Rows", action, trigger, {**mapping, **members})]


def audience(action: str = "trackEvent", trigger: str = BOTH_WAYS, **members: Any) -> list[Subscription]:
    """One subscription to an audience."""
    mapping: dict[str, Any] = {"email": path("$.context.traits.email"), "userId": path("$.userId"), **members}
    if action == "trackEvent":
        mapping |= {"id": path("$.messageId"), "createdAt": path("$.timestamp")}
    return [Subscription("Audience", action, trigger, mapping)]

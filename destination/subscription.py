"""A subscription as a customer configures it: a trigger, an action and a mapping."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from destination.liquidjs import DEFAULT_LIQUIDJS, LiquidjsVersion

if TYPE_CHECKING:
    from pydantic import JsonValue


@dataclass(frozen=True, slots=True)
class Subscription:
    """One subscription, exactly as configured; nothing about it has been checked.

    Attributes:
        name: What the customer calls it.
        partner_action: `updateUser`, `trackEvent`, `updateCart` or `trackPurchase`.
        subscribe: The trigger, in Segment's filter language; any JSON value, as Segment lets anything in.
        mapping: The mapping, or None where the key was missing (which counts as an empty mapping).
        liquidjs: The LiquidJS of the build that it runs in, which renders its `@liquid` templates.
    """

    name: str
    partner_action: str
    subscribe: JsonValue
    mapping: JsonValue = None
    liquidjs: LiquidjsVersion = DEFAULT_LIQUIDJS

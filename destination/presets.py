"""The subscriptions that a new connection starts with.

Source: the presets of the Iterable (Actions) destination, August 2026, in their order.
"""

from __future__ import annotations

from typing import Final

from destination.actions import ACTIONS, default_mapping
from destination.subscription import Subscription

_TRIGGERS: Final = (
    (
        "Track Calls",
        'type = "track" and event != "Order Completed" and event != "Cart Updated"',
        "trackEvent",
    ),
    ("Identify Calls", 'type = "identify"', "updateUser"),
    ("Update Cart Calls", 'type = "track" and event = "Cart Updated"', "updateCart"),
    ("Order Completed Calls", 'type = "track" and event = "Order Completed"', "trackPurchase"),
)

PRESETS: Final = tuple(
    Subscription(name, action, trigger, default_mapping(ACTIONS[action].fields))
    for name, trigger, action in _TRIGGERS
)

"""The subscriptions that Segment proposes for a connection, by name.

Source: `destinations/iterable/index.ts` of segmentio/action-destinations at 970a17ee8d, of August 2026, and npm
3.497.0, which have the same, in this order.
"""

from __future__ import annotations

from typing import Final

from destination.actions import ACTIONS, default_mapping
from destination.subscription import Subscription

_AUTOMATIC: Final = (
    (
        "Track Calls",
        'type = "track" and event != "Order Completed" and event != "Cart Updated"',
        "trackEvent",
    ),
    ("Identify Calls", 'type = "identify"', "updateUser"),
    ("Update Cart Calls", 'type = "track" and event = "Cart Updated"', "updateCart"),
    ("Order Completed Calls", 'type = "track" and event = "Order Completed"', "trackPurchase"),
)
#: The name, the action, and the slug of the internal event that it is for.
_CHOSEN: Final = (
    ("Associated Entity Added", "trackEvent", "warehouse_entity_added_track"),
    ("Associated Entity Removed", "trackEvent", "warehouse_entity_removed_track"),
    ("Entities Audience Entered", "trackEvent", "warehouse_audience_entered_track"),
    ("Entities Exited", "trackEvent", "warehouse_audience_exited_track"),
    ("Entities Audience Membership Changed", "updateUser", "warehouse_audience_membership_changed_identify"),
    ("Journeys Step Transition Track", "trackEvent", "journeys_step_entered_track"),
    ("Journeys Step Entered", "updateUser", "journeys_step_entered_track"),
)


def _preset(name: str, action: str, trigger: str) -> Subscription:
    return Subscription(name, action, trigger, default_mapping(ACTIONS[action].fields))


def _trigger_of(slug: str) -> str:
    """What stands for the slug, which Segment keeps to itself: every event of the type that the slug ends with."""
    return f'type = "{slug.rpartition("_")[2]}"'


#: The four with which a new connection starts.
PRESETS: Final = tuple(_preset(name, action, trigger) for name, trigger, action in _AUTOMATIC)
#: Those for one kind of internal event, which are chosen and have no trigger of their own; Segment picks the events.
CHOSEN_PRESETS: Final = tuple(_preset(name, action, _trigger_of(slug)) for name, action, slug in _CHOSEN)
#: The slugs of the chosen ones, by name.
EVENT_SLUGS: Final = {name: slug for name, _, slug in _CHOSEN}

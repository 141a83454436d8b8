"""The four actions of the destination, by their slug, and what they do to dates."""

from collections.abc import Mapping
from typing import Final

from destination.actions.dates import convert_dates
from destination.actions.definition import Action, Call, Payload
from destination.actions.fields import default_mapping
from destination.actions.track_event import TRACK_EVENT
from destination.actions.track_purchase import TRACK_PURCHASE
from destination.actions.update_cart import UPDATE_CART
from destination.actions.update_user import UPDATE_USER

ACTIONS: Final[Mapping[str, Action]] = {
    action.slug: action for action in (UPDATE_USER, TRACK_EVENT, UPDATE_CART, TRACK_PURCHASE)
}

__all__ = ["ACTIONS", "Action", "Call", "Payload", "convert_dates", "default_mapping"]

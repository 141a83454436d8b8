"""The actions of the Iterable (Actions) destination, by the ids that Segment's catalogue gives them.

A Terraform file names an action by its id alone. The ids are those of the catalogue and the same in every
workspace. Source: segmentio/segment-docs, src/_data/catalog/destinations.yml at 747b35d8.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import Final

#: The destination's id in Segment's catalogue (`metadata.id` of a connection).
CATALOGUE_ID: Final = "645babd9362d97b777391325"

SLUGS: Final = MappingProxyType(
    {
        "ifeXsLqNNjJ5HJdRKSJwea": "updateUser",
        "3MrS3Se3PAaxL4wpQN93gA": "trackEvent",
        "455R6caawb6HFBsewGmtS3": "updateCart",
        "hgu8jn8qk4wt7VZD4P67uV": "trackPurchase",
    }
)
#: What Segment's app calls them, in small letters. Source: the same.
NAMES: Final = MappingProxyType(
    {
        "upsert user": "updateUser",
        "custom event": "trackEvent",
        "cart updates": "updateCart",
        "track purchase": "trackPurchase",
    }
)
IDS: Final = MappingProxyType({slug: action_id for action_id, slug in SLUGS.items()})

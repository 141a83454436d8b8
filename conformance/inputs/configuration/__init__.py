"""Customers' configurations: read in every form in which they leave Segment, and written back in those forms."""

from typing import TYPE_CHECKING

from conformance.inputs.configuration.model import Configuration, ConfiguredSubscription, Expression, LeftOut
from conformance.inputs.configuration.reader import (
    configuration_in,
    configuration_of,
    configuration_of_bytes,
    configuration_of_presets,
    read_configuration,
)
from conformance.inputs.configuration.writers import (
    own_items,
    public_api_update,
    to_description,
    to_own,
    to_public_api,
    to_terraform,
)

if TYPE_CHECKING:
    from conformance.inputs.configuration.public_api import fetch_subscriptions

__all__ = [
    "Configuration",
    "ConfiguredSubscription",
    "Expression",
    "LeftOut",
    "configuration_in",
    "configuration_of",
    "configuration_of_bytes",
    "configuration_of_presets",
    "fetch_subscriptions",
    "own_items",
    "public_api_update",
    "read_configuration",
    "to_description",
    "to_own",
    "to_public_api",
    "to_terraform",
]


def __getattr__(name: str) -> object:
    """What fetches, imported when it is first named: its client takes longer than all that reads."""
    if name == "fetch_subscriptions":
        from conformance.inputs.configuration.public_api import fetch_subscriptions

        return fetch_subscriptions
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")

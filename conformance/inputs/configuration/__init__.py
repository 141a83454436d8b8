"""Customers' configurations: read in every form in which they leave Segment, and written back in those forms."""

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

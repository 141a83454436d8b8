"""All properties, by their ids."""

from __future__ import annotations

from typing import Final

from conformance.properties import (
    attribution,
    commerce,
    configuration,
    custom_events,
    fields,
    identity,
    phones,
    privacy,
    ways_of_delivery,
)
from conformance.properties.model import Property

PROPERTIES: Final[dict[str, Property]] = {
    item.id: item
    for module in (
        configuration,
        identity,
        attribution,
        fields,
        phones,
        custom_events,
        commerce,
        ways_of_delivery,
        privacy,
    )
    for item in module.PROPERTIES
}

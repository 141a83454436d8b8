"""All properties, by their ids."""

from __future__ import annotations

from typing import Final

from conformance.properties import (
    attribution,
    commerce,
    delivery,
    events,
    fields,
    identity,
    mapping,
    phone,
    privacy,
)
from conformance.properties.model import Property

PROPERTIES: Final[dict[str, Property]] = {
    item.id: item
    for module in (
        mapping,
        identity,
        attribution,
        fields,
        phone,
        events,
        commerce,
        delivery,
        privacy,
    )
    for item in module.PROPERTIES
}

"""All properties by their ids, and the choice of some of them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from conformance.inputs.errors import nearest
from conformance.properties import (
    attribution,
    audiences,
    commerce,
    delivery,
    events,
    fields,
    identity,
    mapping,
    phone,
    privacy,
    rows,
)
from conformance.properties.model import Property
from conformance.properties.renamed_ids import Warn, current_id, warn_by_default

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
        rows,
        audiences,
    )
    for item in module.PROPERTIES
}
#: The first parts of the ids, such as `identity`.
GROUPS: Final = tuple(dict.fromkeys(name.partition(".")[0] for name in PROPERTIES))


class UnknownPropertyError(LookupError):
    """There is no property, and no group of properties, of a name; the message says which name is near."""


def select_properties(names: Iterable[str], warn: Warn = warn_by_default) -> list[Property]:
    """The properties of some names, in the order of the catalogue, each once.

    Args:
        names: Ids such as `identity.person-exists`, former ids, and groups such as `identity`.
        warn: Called with a warning for each former id; by default it is issued as a `FutureWarning`.

    Raises:
        UnknownPropertyError: A name is none of these.
    """
    chosen = dict.fromkeys(current_id(name, warn) for name in names)
    for name in chosen:
        if name not in PROPERTIES and name not in GROUPS:
            raise UnknownPropertyError(f"there is no property {name!r}; {nearest(name, [*GROUPS, *PROPERTIES])}")
    return [item for item in PROPERTIES.values() if item.id in chosen or item.id.partition(".")[0] in chosen]

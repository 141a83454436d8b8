"""Ids of properties that were renamed: the old ones go on working, with a warning."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Final

#: The present id of a property by its former one.
RENAMED_IDS: Final = {
    "attribution.somebody-is-told": "attribution.drops-are-reported",
    "commerce.nothing-is-not-bought": "commerce.null-product-rejected",
    "delivery.twice-is-once": "delivery.idempotent",
    "events.unnamed-stays-out": "events.no-unmapped-data",
    "fields.unnamed-stays-out": "fields.no-unmapped-data",
    "identity.person-once": "identity.one-profile-per-person",
}

#: Called with a warning for the user.
Warn = Callable[[str], None]


def warn_by_default(message: str) -> None:
    """Issue a `FutureWarning`, which Python shows on stderr."""
    warnings.warn(message, FutureWarning, stacklevel=2)


def current_id(name: str, warn: Warn = warn_by_default) -> str:
    """The present id of a property; a name that is no former id stays as it is.

    Args:
        name: An id, present or former, or anything else.
        warn: Called when the name is a former id.
    """
    present = RENAMED_IDS.get(name)
    if present is None:
        return name
    warn(f"the property {name} is now called {present}")
    return present

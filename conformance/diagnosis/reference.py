"""What usually stands in a field: the presets of the destination, and where Segment puts what an event of a type has.

Source: the presets in action-destinations, destinations/iterable/index.ts; Segment's specification of its calls.
"""

from __future__ import annotations

import copy
from types import MappingProxyType
from typing import Any, Final

from destination import PRESETS, Subscription

_TRAITS_OF_OTHERS: Final = MappingProxyType({"@path": "$.context.traits"})
_EMAIL_OF_IDENTIFY: Final = MappingProxyType({"@path": "$.traits.email"})
_BY_ACTION: Final = MappingProxyType({item.partner_action: item for item in PRESETS})
_NAME_BY_TYPE: Final = MappingProxyType({"page": "$.name", "screen": "$.name"})


def preset_of(action: str) -> Subscription | None:
    """The preset with an action; None for an action that the destination does not have."""
    return _BY_ACTION.get(action)


def reference_mapping(action: str, kind: str) -> dict[str, Any]:
    """What the fields of an action usually read from events of a type; empty for an unknown action.

    Args:
        action: The slug of the action.
        kind: A type of event, such as `identify`, or `row` for those of a Reverse ETL model.
    """
    preset = preset_of(action)
    # The columns of a row have names that are the customer's own.
    if preset is None or kind == "row" or not isinstance(preset.mapping, dict):
        return {}
    mapping: dict[str, Any] = copy.deepcopy(dict(preset.mapping))
    for switch in ("enable_batching", "batch_size"):
        mapping.pop(switch, None)
    if kind != "identify" and action == "updateUser":
        mapping |= {
            "email": copy.deepcopy(_email_of_events()),
            "dataFields": dict(_TRAITS_OF_OTHERS),
            "phoneNumber": {"@path": "$.context.traits.phone"},
        }
    if kind == "identify" and action == "trackEvent":
        mapping |= {"email": dict(_EMAIL_OF_IDENTIFY), "dataFields": {"@path": "$.traits"}}
    if kind in _NAME_BY_TYPE and "eventName" in mapping:
        mapping["eventName"] = {"@path": _NAME_BY_TYPE[kind]}
    return mapping


def _email_of_events() -> Any:
    mapping = _BY_ACTION["trackEvent"].mapping
    return mapping["email"] if isinstance(mapping, dict) else None


#: The member of an event in which a type of call carries what it says.
DATA_OF_TYPE: Final = MappingProxyType(
    {
        "identify": "traits",
        "group": "traits",
        "track": "properties",
        "page": "properties",
        "screen": "properties",
        "row": "properties",
    }
)

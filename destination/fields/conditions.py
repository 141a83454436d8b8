"""Fields that are required only when other fields have certain values."""

from __future__ import annotations

from typing import TYPE_CHECKING

from destination.fields.complaints import missing
from destination.fields.definition import Field, RequiredWhen
from destination.javascript.values import UNDEFINED, member

if TYPE_CHECKING:
    from collections.abc import Mapping

    from destination.errors import Complaint
    from destination.fields.complaints import Place


def missing_under_conditions(
    fields: Mapping[str, Field], members: Mapping[str, object], place: Place
) -> list[Complaint]:
    """The complaints about fields that the other members make required: two for each that is not there."""
    complaints: list[Complaint] = []
    for key, field in fields.items():
        if isinstance(field.required, RequiredWhen) and key not in members and _applies(field.required, members):
            complaints.append(place.complain(missing(key)))
            complaints.append(place.complain('must match "then" schema.'))
    return complaints


def _applies(required: RequiredWhen, members: Mapping[str, object]) -> bool:
    holds = (_holds(members, *condition) for condition in required.conditions)
    return all(holds) if required.match == "all" else any(holds)


def _holds(members: Mapping[str, object], key: str, operator: str, wanted: object) -> bool:
    first, _, rest = key.partition(".")
    value = members.get(first, UNDEFINED)
    if rest:
        value = member(value, rest)
    if wanted is None:
        same = value is UNDEFINED or value is None
    else:
        same = value == wanted and isinstance(value, bool) == isinstance(wanted, bool)
    return same if operator == "is" else not same

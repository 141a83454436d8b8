"""What every action does with the person that a payload names."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from destination.actions.dates import convert_dates
from destination.errors import PayloadValidationError

if TYPE_CHECKING:
    from collections.abc import Mapping


def require_identifier(user: Mapping[str, Any]) -> None:
    """Refuse a person without e-mail and userId; an anonymousId is never looked at.

    Raises:
        PayloadValidationError: Neither is there, or both are empty.
    """
    if not user.get("email") and not user.get("userId"):
        raise PayloadValidationError("Must include email or userId.")


def user_data_fields(user: Mapping[str, Any], own: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """The data fields of a person, or those given in their place, with `phoneNumber` from its own field.

    A `phoneNumber` among the data fields is lost even when the field is absent: the original overwrites it
    with undefined. Null stays and clears the number (Segment pull request 1684).
    """
    data_fields = dict(user.get("dataFields", {}) if own is None else own)
    if "phoneNumber" in user:
        data_fields["phoneNumber"] = user["phoneNumber"]
    else:
        data_fields.pop("phoneNumber", None)
    return data_fields


def purchaser(user: Mapping[str, Any]) -> dict[str, Any]:
    """The `user` of a cart or a purchase, the dates in its data fields converted.

    Raises:
        PayloadValidationError: It names no one.
    """
    require_identifier(user)
    body = {key: user[key] for key in ("email", "userId", "mergeNestedObjects") if key in user}
    data_fields: Any = convert_dates(user.get("dataFields", {}))
    body["dataFields"] = user_data_fields(user, data_fields)
    return body

"""What every action does with the person that a payload names."""

from __future__ import annotations

from typing import TYPE_CHECKING

from destination.actions.dates import convert_dates
from destination.errors import PayloadValidationError

if TYPE_CHECKING:
    from collections.abc import Mapping


def require_identifier(user: Mapping[str, object]) -> None:
    """Refuse a person without e-mail and userId; an anonymousId is never looked at.

    Raises:
        PayloadValidationError: Neither is there, or both are empty.
    """
    if not user.get("email") and not user.get("userId"):
        raise PayloadValidationError("Must include email or userId.")


def user_data_fields(user: Mapping[str, object]) -> dict[str, object]:
    """The data fields of a person: dates converted, and `phoneNumber` from its own field.

    A `phoneNumber` among the data fields is lost even when the field is absent: the original overwrites it
    with undefined. Null stays and clears the number (Segment pull request 1684).
    """
    converted = convert_dates(user.get("dataFields", {}))
    data_fields = dict(converted) if isinstance(converted, dict) else {}
    data_fields.pop("phoneNumber", None)
    if "phoneNumber" in user:
        data_fields["phoneNumber"] = user["phoneNumber"]
    return data_fields


def purchaser(user: Mapping[str, object]) -> dict[str, object]:
    """The `user` of a cart or a purchase.

    Raises:
        PayloadValidationError: It names no one.
    """
    require_identifier(user)
    body = {key: user[key] for key in ("email", "userId", "mergeNestedObjects") if key in user}
    body["dataFields"] = user_data_fields(user)
    return body

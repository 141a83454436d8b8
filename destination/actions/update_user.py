"""`updateUser`: a person's profile, and the change of their e-mail address."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from destination.actions import fields
from destination.actions.definition import Action, Call, Payload
from destination.actions.users import require_identifier, user_data_fields
from destination.fields import Field

_UPDATE: Final = "/api/users/update"
_UPDATE_EMAIL: Final = "/api/users/updateEmail"
_BULK_UPDATE: Final = "/api/users/bulkUpdate"
#: Fields that steer the action and stay out of the body.
_NOT_SENT: Final = ("newEmail", "updateOnly", "enable_batching", "batch_size", "phoneNumber")


def _user(payload: Payload) -> dict[str, Any]:
    user = dict(payload)
    for key in _NOT_SENT:
        user.pop(key, None)
    user["dataFields"] = user_data_fields(payload)
    return user


def _perform(payload: Payload, _now: int) -> list[Call]:
    require_identifier(payload)
    calls = [Call(_UPDATE, _user(payload))]
    if payload.get("newEmail"):
        # Segment pull request 3811: the address is changed by a second call, after the first succeeded.
        body = {"newEmail": payload["newEmail"]}
        if payload.get("email"):
            body["currentEmail"] = payload["email"]
        if payload.get("userId"):
            body["currentUserId"] = payload["userId"]
        calls.append(Call(_UPDATE_EMAIL, body))
    return calls


def _perform_batch(payloads: Sequence[Payload], _now: int) -> Call:
    body: dict[str, Any] = {"users": [_batch_user(payload) for payload in payloads]}
    # The first payload decides for all of them (Segment pull request 3617).
    if payloads[0].get("updateOnly"):
        body["updateOnly"] = True
    return Call(_BULK_UPDATE, body)


def _batch_user(payload: Payload) -> dict[str, Any]:
    user = _user(payload)
    if payload.get("newEmail"):
        user["dataFields"] = {**user_data_fields(payload), "email": payload["newEmail"]}
    return user


UPDATE_USER: Final = Action(
    slug="updateUser",
    title="Upsert User",
    default_subscription='type = "identify"',
    fields={
        "email": fields.email({"@path": "$.traits.email"}),
        "userId": fields.USER_ID,
        "newEmail": Field("New Email Address", "string", format="email"),
        "dataFields": fields.USER_DATA,
        "phoneNumber": fields.PHONE_NUMBER,
        "mergeNestedObjects": fields.MERGE_NESTED_OBJECTS,
        "enable_batching": fields.ENABLE_BATCHING,
        "updateOnly": Field("Update Only", "boolean"),
        "batch_size": fields.BATCH_SIZE,
    },
    perform=_perform,
    perform_batch=_perform_batch,
)

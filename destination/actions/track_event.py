"""`trackEvent`: a custom event."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from destination.actions import fields
from destination.actions.dates import unix_seconds
from destination.actions.definition import Action, Call, Payload
from destination.actions.users import require_identifier
from destination.fields import Field


def _event(payload: Payload, now: int) -> dict[str, Any]:
    # The whole payload goes out, the two batching fields included.
    event = dict(payload)
    event.setdefault("dataFields", {})
    event["createdAt"] = unix_seconds(payload.get("createdAt"), now)
    return event


def _perform(payload: Payload, now: int) -> list[Call]:
    require_identifier(payload)
    return [Call("/api/events/track", _event(payload, now))]


def _perform_batch(payloads: Sequence[Payload], now: int) -> Call:
    return Call("/api/events/trackBulk", {"events": [_event(payload, now) for payload in payloads]})


TRACK_EVENT: Final = Action(
    slug="trackEvent",
    title="Custom Event",
    default_subscription='type = "track" and event != "Order Completed" and event != "Cart Updated"',
    fields={
        "email": fields.email(),
        "userId": fields.USER_ID,
        "eventName": Field("Event name", "string", required=True, default={"@path": "$.event"}),
        "dataFields": fields.EVENT_DATA,
        "id": Field("Event ID", "string", default={"@path": "$.messageId"}),
        "createdAt": fields.CREATED_AT,
        "campaignId": fields.CAMPAIGN_ID,
        "templateId": fields.TEMPLATE_ID,
        "enable_batching": fields.ENABLE_BATCHING,
        "batch_size": fields.BATCH_SIZE,
    },
    perform=_perform,
    perform_batch=_perform_batch,
)

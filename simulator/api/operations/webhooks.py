"""Webhooks; Segment lists them to test an API key. Nothing is ever called."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from simulator.api.body_schema import ObjectSchema, read_body
from simulator.api.replies import json_reply, refused, text_reply

if TYPE_CHECKING:
    from collections.abc import Mapping

    from simulator.message import Instant, Reply, Request
    from simulator.project import Project

_CHANGE: Final = ObjectSchema(
    {
        "id": "integer",
        "endpoint": "string",
        "enabled": "boolean",
        "authType": "string",
        "authToken": "string",
        "blastSendEnabled": "boolean",
        "triggeredSendEnabled": "boolean",
        "headers": "array",
    },
    frozenset({"id"}),
)
_AUTH_TYPES: Final = frozenset({"NoAuth", "Basic", "OAuth2"})


def list_webhooks(project: Project, _request: Request, _now: Instant, _: Mapping[str, str]) -> Reply:
    """Every webhook of the project."""
    return json_reply({"webhooks": [part.to_json() for part in project.webhooks]}, rules=("webhooks.list",))


def update_webhook(project: Project, request: Request, _now: Instant, _: Mapping[str, str]) -> Reply:
    """Change one webhook; what is not given stays."""
    body = read_body(request.path, request.body, _CHANGE)
    webhook = project.webhooks.get(body["id"])
    if webhook is None:
        return text_reply(f"No webhook with id {body['id']}", "webhooks.unknown", status=400)
    if body.get("authType", "NoAuth") not in _AUTH_TYPES:
        raise refused("BadParams", f"Invalid authType: {body['authType']}", rule="webhooks.auth-type")
    names = {
        "endpoint": "endpoint",
        "enabled": "enabled",
        "authType": "auth_type",
        "blastSendEnabled": "blast_send_enabled",
        "triggeredSendEnabled": "triggered_send_enabled",
    }
    changed = webhook.model_copy(update={names[name]: body[name] for name in names if name in body})
    project.webhooks.put(changed.id, changed)
    return json_reply(changed.to_json(), rules=("webhooks.change",))

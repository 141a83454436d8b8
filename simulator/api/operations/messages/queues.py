"""The queues of messages that apps ask for: in-app, and embedded.

Source: Iterable's API description; where the schemas of Iterable's TypeScript client differ (the instant, the
trigger), they win, as they were run against the service.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from simulator.api.identifiers import identifiers_in_query
from simulator.api.operations.messages.delivery import rendered_text
from simulator.api.query import Query
from simulator.api.replies import json_reply, refused
from simulator.api.resolution import require_person

if TYPE_CHECKING:
    from collections.abc import Mapping

    from simulator.message import Instant, Reply, Request
    from simulator.project import Project
    from simulator.project.messages import Message


def list_in_app(project: Project, request: Request, _now: Instant, _: Mapping[str, str]) -> Reply:
    """The in-app messages of a user that have not been consumed, newest first."""
    count = Query(request).required_number("count")
    if count < 0:
        raise refused("BadParams", f"Invalid count: {count}", rule="query.malformed")
    return _in_app(project, request, count)


def get_priority_in_app(project: Project, request: Request, _now: Instant, _: Mapping[str, str]) -> Reply:
    """The newest in-app message of a user: no priorities are modelled."""
    return _in_app(project, request, 1)


def _in_app(project: Project, request: Request, count: int) -> Reply:
    person, rule = require_person(project, *identifiers_in_query(request), "messages.in-app")
    waiting = [
        message
        for message in project.sent
        if message.person is person and message.medium == "InApp" and not message.consumed
    ]
    waiting.sort(key=lambda message: -message.at)
    listed = [_message_to_json(project, message) for message in waiting[:count]]
    return json_reply({"inAppMessages": listed}, rules=(rule,), users=person.identifiers)


def _message_to_json(project: Project, message: Message) -> dict[str, Any]:
    template = project.templates.get(message.template_id)
    content = {} if template is None else template.locales.get("", {})
    return {
        "messageId": message.id,
        "campaignId": message.campaign_id,
        "createdAt": message.at,
        "content": {
            "html": rendered_text(project, message, content.get("html", "")),
            "inAppDisplaySettings": content.get("inAppDisplaySettings", {}),
            "webInAppDisplaySettings": content.get("webInAppDisplaySettings", {"position": {}}),
        },
        "customPayload": content.get("payload", {}),
        "trigger": {"type": "immediate"},
        "saveToInbox": False,
        "read": False,
        "jsonOnly": False,
        "messageType": {},
        "typeOfContent": {},
        "priorityLevel": 300.5,
    }


def list_embedded(project: Project, request: Request, _now: Instant, _: Mapping[str, str]) -> Reply:
    """No embedded message waits: no placements are modelled."""
    person, rule = require_person(project, *identifiers_in_query(request), "messages.embedded")
    return json_reply({"placements": []}, rules=(rule,), users=person.identifiers)

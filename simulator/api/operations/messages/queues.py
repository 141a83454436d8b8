"""The queues of messages that apps ask for: in-app, and embedded.

Sources: in-app messages as recorded in 2022 by mtchavez/iterable-api-client (instants, defaults and texts of
`typeOfContent` and `messageType`, of which Iterable's API description says that they are objects); embedded messages
as the API description 1.8 has them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from simulator.api.identifiers import identifiers_in_query
from simulator.api.operations.messages.delivery import rendered_text
from simulator.api.query import Query
from simulator.api.replies import json_reply, refused
from simulator.api.resolution import find_person, require_person
from simulator.project.app_content import LIFETIME, InAppContent

if TYPE_CHECKING:
    from collections.abc import Mapping

    from simulator.message import Instant, Reply, Request
    from simulator.project import Project
    from simulator.project.messages import EmbeddedMessage, Message
    from simulator.project.person import Person

_OF_TEMPLATE: Final = InAppContent.model_validate({})
#: In the middle of the screen, as high as its content.
_DISPLAY: Final = {
    "top": {"displayOption": "AutoExpand"},
    "right": {"percentage": 0},
    "bottom": {"displayOption": "AutoExpand"},
    "left": {"percentage": 0},
}
_POSITION: Final = {"position": "Center"}


def list_in_app(project: Project, request: Request, now: Instant, _: Mapping[str, str]) -> Reply:
    """The in-app messages of a user that are neither consumed nor expired, newest first."""
    count = Query(request).required_number("count")
    if count < 0:
        raise refused("BadParams", f"Invalid count: {count}", rule="query.not-allowed")
    person, rule = _find(project, request, "messages.in-app")
    waiting = sorted(_waiting(project, person, now), key=lambda message: -message.at)
    return _listed(project, waiting[:count], person, rule)


def get_priority_in_app(project: Project, request: Request, now: Instant, _: Mapping[str, str]) -> Reply:
    """The in-app message of a user with the lowest level of priority, the newest of several."""
    person, rule = _find(project, request, "messages.in-app")
    waiting = _waiting(project, person, now)
    waiting.sort(key=lambda message: ((message.in_app or _OF_TEMPLATE).priority_level, -message.at))
    return _listed(project, waiting[:1], person, rule)


def _find(project: Project, request: Request, operation: str) -> tuple[Person | None, str]:
    find = find_person if project.settings.messages_for_unknown == "empty" else require_person
    return find(project, *identifiers_in_query(request), operation)


def _waiting(project: Project, person: Person | None, now: Instant) -> list[Message]:
    return [
        message
        for message in project.sent
        if message.person is person
        and message.medium == "InApp"
        and not message.consumed
        and _expires_at(message) > now
    ]


def _listed(project: Project, messages: list[Message], person: Person | None, rule: str) -> Reply:
    listed = [_in_app_to_json(project, message) for message in messages]
    users = () if person is None else person.identifiers
    return json_reply({"inAppMessages": listed}, rules=(rule,), users=users)


def _expires_at(message: Message) -> Instant:
    own = None if message.in_app is None else message.in_app.expires_at
    return message.at + LIFETIME if own is None else own


def _in_app_to_json(project: Project, message: Message) -> dict[str, Any]:
    template = project.templates.get(message.template_id)
    content = {} if template is None else template.locales.get("", {})
    own = message.in_app or _OF_TEMPLATE
    said = {**content, **own.to_json()}
    payload = said.get("customPayload", said.get("payload", {}))
    return {
        "messageId": message.id,
        "campaignId": message.campaign_id,
        "createdAt": message.at,
        "expiresAt": _expires_at(message),
        "content": {
            "html": rendered_text(project, message, said.get("html", "")),
            "payload": payload,
            "inAppDisplaySettings": said.get("inAppDisplaySettings", _DISPLAY),
            "webInAppDisplaySettings": said.get("webInAppDisplaySettings", _POSITION),
        },
        "customPayload": payload,
        "trigger": said["trigger"],
        "saveToInbox": own.save_to_inbox,
        "inboxMetadata": said.get("inboxMetadata", {}),
        "priorityLevel": own.priority_level,
        "read": message.read,
        "jsonOnly": own.json_only,
        "typeOfContent": "Static",
        "messageType": "Other",
    }


def list_embedded(project: Project, request: Request, _now: Instant, _: Mapping[str, str]) -> Reply:
    """The embedded messages of a user by placement; placements that are asked for are there without messages too."""
    query = Query(request)
    asked, known = query.numbers("placementIds"), frozenset(query.texts("currentMessageIds"))
    person, rule = _find(project, request, "messages.embedded")
    shown = [] if person is None else [message for message in project.embedded if message.person in {None, person}]
    shown.sort(key=lambda message: message.priority_order)
    placements = asked or sorted({message.placement_id for message in shown})
    listed = [
        {
            "placementId": placement,
            "embeddedMessages": [
                _embedded_to_json(message, known) for message in shown if message.placement_id == placement
            ],
        }
        for placement in dict.fromkeys(placements)
    ]
    return json_reply({"placements": listed}, rules=(rule,), users=() if person is None else person.identifiers)


def _embedded_to_json(message: EmbeddedMessage, known: frozenset[str]) -> dict[str, Any]:
    metadata: dict[str, Any] = {
        "messageId": message.id,
        "placementId": message.placement_id,
        "isProof": message.is_proof,
        "priorityOrder": message.priority_order,
    }
    if message.campaign_id is not None:
        metadata["campaignId"] = message.campaign_id
    # A device that has the message already is told only that it is still there.
    elements = {} if message.id in known else {"elements": message.elements}
    return {"metadata": metadata, **elements, "payload": message.payload}

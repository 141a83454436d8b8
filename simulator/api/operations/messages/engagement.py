"""What users do with messages: opened, clicked, closed, consumed. Each becomes an event of Iterable's own type."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

from simulator.api.body_schema import ObjectSchema, read_body
from simulator.api.identifiers import identifiers_of
from simulator.api.operations.events import seconds
from simulator.api.replies import dropped, success
from simulator.api.resolution import find_person
from simulator.project.events import Event

if TYPE_CHECKING:
    from collections.abc import Mapping

    from simulator.message import Instant, Reply, Request
    from simulator.project import Project
    from simulator.project.person import Person

_USER: Final = {"email": "string", "userId": "string", "createdAt": "number"}
_DEVICE: Final = ObjectSchema(
    {"appPackageName": "string", "deviceId": "string", "platform": "string"},
    frozenset({"appPackageName", "deviceId", "platform"}),
)
_MESSAGE: Final = {**_USER, "messageId": "string", "deviceInfo": _DEVICE, "messageContext": "object"}
_NEEDS_MESSAGE: Final = frozenset({"messageId"})


@dataclass(frozen=True, slots=True)
class Engagement:
    """One call of the kind.

    Attributes:
        event_type: The type of the event that it stores.
        schema: What its body may hold.
        consumes: Whether the in-app message is taken out of the queue.
    """

    event_type: str
    schema: ObjectSchema
    consumes: bool = False

    def track(self, project: Project, request: Request, now: Instant, _: Mapping[str, str]) -> Reply:
        """Store the event of a user who is known; for others it is accepted and dropped."""
        body = read_body(request.path, request.body, self.schema)
        email, user_id = identifiers_of(body)
        person, rule = find_person(project, email, user_id, "engagement.track")
        if person is None:
            return dropped(rule)
        members: dict[str, Any] = {
            name: body[name] for name in self.schema.members if name in body and name not in {*_USER, "dataFields"}
        }
        created_at = seconds(project, body.get("createdAt"), now)
        fields = body.get("dataFields", {})
        project.events.store(Event(project.new_id(), person, self.event_type, None, created_at, fields, members))
        if self.consumes:
            _consume(project, person, body["messageId"])
        return success(rule, person.identifiers)


def _consume(project: Project, person: Person, message_id: str) -> None:
    message = project.sent.get(message_id)
    if message is not None and message.person is person:
        project.sent.put(message.id, replace(message, consumed=True))


IN_APP_CLICK: Final = Engagement("inAppClick", ObjectSchema({**_MESSAGE, "clickedUrl": "string"}, _NEEDS_MESSAGE))
IN_APP_CLOSE: Final = Engagement(
    "inAppClose",
    ObjectSchema(
        {**_MESSAGE, "clickedUrl": "string", "closeAction": "string", "inboxSessionId": "string"}, _NEEDS_MESSAGE
    ),
)
IN_APP_CONSUME: Final = Engagement(
    "inAppDelete", ObjectSchema({**_MESSAGE, "deleteAction": "string"}, _NEEDS_MESSAGE), consumes=True
)
IN_APP_DELIVERY: Final = Engagement("inAppDelivery", ObjectSchema(_MESSAGE, _NEEDS_MESSAGE))
IN_APP_OPEN: Final = Engagement("inAppOpen", ObjectSchema(_MESSAGE, _NEEDS_MESSAGE))
PUSH_OPEN: Final = Engagement(
    "pushOpen",
    ObjectSchema(
        {**_USER, "campaignId": "integer", "templateId": "integer", "messageId": "string", "dataFields": "object"},
        frozenset({"campaignId", "messageId"}),
    ),
)
WEB_PUSH_CLICK: Final = Engagement(
    "webPushClick",
    ObjectSchema({**_USER, "campaignId": "integer", "templateId": "integer", "messageId": "string"}, _NEEDS_MESSAGE),
)
EMBEDDED_CLICK: Final = Engagement(
    "embeddedClick",
    ObjectSchema(
        {
            **_USER,
            "messageId": "string",
            "deviceInfo": _DEVICE,
            "buttonIdentifier": "string",
            "targetUrl": "string",
        },
        _NEEDS_MESSAGE,
    ),
)
EMBEDDED_RECEIVED: Final = Engagement(
    "embeddedReceived", ObjectSchema({**_USER, "messageId": "string", "deviceInfo": _DEVICE}, _NEEDS_MESSAGE)
)
EMBEDDED_SESSION: Final = Engagement(
    "embeddedSession", ObjectSchema({**_USER, "deviceInfo": _DEVICE, "session": "object", "impressions": "array"})
)

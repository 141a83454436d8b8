"""What users do with messages: opened, clicked, closed, consumed. Each becomes an event of Iterable's own type.

Sources: Iterable's API description; for calls that it lacks (inbox sessions, embedded dismissals and impressions),
what Iterable's SDKs send: Android 12748cfe (2026-07-20), iOS 25cd00e1 (2026-07-01), web 669147f (2026-07-23).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

from simulator.api.body_schema import DEVICE, ObjectSchema, read_body
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
_MESSAGE: Final = {
    **_USER,
    "messageId": "string",
    "deviceInfo": DEVICE,
    "messageContext": "object",
    "inboxSessionId": "string",
}
_IMPRESSION: Final = ObjectSchema(
    {"messageId": "string", "displayCount": "number", "displayDuration": "number", "silentInbox": "boolean"},
    frozenset({"messageId"}),
)
_NEEDS_MESSAGE: Final = frozenset({"messageId"})


@dataclass(frozen=True, slots=True)
class Engagement:
    """One call of the kind.

    Attributes:
        event_type: The type of the event that it stores.
        schema: What its body may hold.
        consumes: Whether the in-app message is taken out of the queue.
        reads: Whether the in-app message counts as read.
        impression_type: The type of an event of its own for each impression of a session; empty for none.
    """

    event_type: str
    schema: ObjectSchema
    consumes: bool = False
    reads: bool = False
    impression_type: str = ""

    def track(self, project: Project, request: Request, now: Instant, _: Mapping[str, str]) -> Reply:
        """Store the event of a user who is known; for others it is accepted and dropped."""
        body = read_body(request.path, request.body, self.schema)
        email, user_id = identifiers_of(body)
        person, rule = find_person(project, email, user_id, "engagement.track")
        if person is None:
            return dropped(rule)
        self._store(project, person, body, seconds(project, body.get("createdAt"), now))
        if self.consumes or self.reads:
            self._mark(project, person, body["messageId"])
        return success(rule, person.identifiers)

    def _store(self, project: Project, person: Person, body: Mapping[str, Any], at: int) -> None:
        """Store the event, and those of impressions; of a test message there are none."""
        if not _is_of_proof(project, body):
            members: dict[str, Any] = {
                name: body[name]
                for name in self.schema.members
                if name in body and name not in {*_USER, "dataFields"}
            }
            fields = body.get("dataFields", {})
            project.events.store(Event(project.new_id(), person, self.event_type, None, at, fields, members))
        for impression in body.get("impressions", ()) if self.impression_type else ():
            if not _is_of_proof(project, impression):
                event = Event(project.new_id(), person, self.impression_type, None, at, {}, dict(impression))
                project.events.store(event)

    def _mark(self, project: Project, person: Person, message_id: str) -> None:
        message = project.sent.get(message_id)
        if message is not None and message.person is person:
            marked = replace(message, consumed=message.consumed or self.consumes, read=message.read or self.reads)
            project.sent.put(message.id, marked)


def _is_of_proof(project: Project, body: Mapping[str, Any]) -> bool:
    """Whether an event is about an embedded message that is a test, of which the API description keeps none."""
    message = project.embedded.get(body.get("messageId", ""))
    return message is not None and message.is_proof


IN_APP_CLICK: Final = Engagement("inAppClick", ObjectSchema({**_MESSAGE, "clickedUrl": "string"}, _NEEDS_MESSAGE))
IN_APP_CLOSE: Final = Engagement(
    "inAppClose",
    ObjectSchema({**_MESSAGE, "clickedUrl": "string", "closeAction": "string"}, _NEEDS_MESSAGE),
)
IN_APP_CONSUME: Final = Engagement(
    "inAppDelete", ObjectSchema({**_MESSAGE, "deleteAction": "string"}, _NEEDS_MESSAGE), consumes=True
)
IN_APP_DELIVERY: Final = Engagement("inAppDelivery", ObjectSchema(_MESSAGE, _NEEDS_MESSAGE))
IN_APP_OPEN: Final = Engagement("inAppOpen", ObjectSchema(_MESSAGE, _NEEDS_MESSAGE), reads=True)
INBOX_SESSION: Final = Engagement(
    "inboxSession",
    ObjectSchema(
        {
            **_USER,
            "deviceInfo": DEVICE,
            "inboxSessionId": "string",
            "inboxSessionStart": "number",
            "inboxSessionEnd": "number",
            "startTotalMessageCount": "number",
            "startUnreadMessageCount": "number",
            "endTotalMessageCount": "number",
            "endUnreadMessageCount": "number",
            "impressions": [_IMPRESSION],
        }
    ),
    impression_type="inboxMessageImpression",
)
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
            "deviceInfo": DEVICE,
            "buttonIdentifier": "string",
            "targetUrl": "string",
        },
        _NEEDS_MESSAGE,
    ),
)
EMBEDDED_RECEIVED: Final = Engagement(
    "embeddedReceived", ObjectSchema({**_USER, "messageId": "string", "deviceInfo": DEVICE}, _NEEDS_MESSAGE)
)
EMBEDDED_DISMISS: Final = Engagement(
    "embeddedDismiss",
    ObjectSchema(
        {**_USER, "messageId": "string", "deviceInfo": DEVICE, "buttonIdentifier": "string", "targetUrl": "string"},
        _NEEDS_MESSAGE,
    ),
)
EMBEDDED_IMPRESSION: Final = Engagement(
    "embeddedImpression", ObjectSchema({**_USER, "messageId": "string", "deviceInfo": DEVICE}, _NEEDS_MESSAGE)
)
EMBEDDED_SESSION: Final = Engagement(
    "embeddedSession",
    ObjectSchema({**_USER, "deviceInfo": DEVICE, "session": "object", "impressions": [_IMPRESSION]}),
    impression_type="embeddedImpression",
)


def track_embedded_impression(project: Project, request: Request, now: Instant, names: Mapping[str, str]) -> Reply:
    """Store the impression of one message; a body with a session is what web SDKs before 1.0 sent here."""
    body = read_body(request.path, request.body, ObjectSchema({"session": "object"}))
    kind = EMBEDDED_SESSION if "session" in body else EMBEDDED_IMPRESSION
    return kind.track(project, request, now, names)

"""Messages to one user: recorded as sent, or scheduled; nothing leaves.

Source: replies recorded 2017 and 2022.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from simulator.api.body_schema import ObjectSchema, read_body
from simulator.api.identifiers import identifiers_of
from simulator.api.operations.messages.delivery import deliver
from simulator.api.replies import dropped, refused, success
from simulator.api.resolution import require_person, resolve_for_write
from simulator.project.dates import format_iso, parse_seconds
from simulator.project.messages import Message

if TYPE_CHECKING:
    from collections.abc import Mapping

    from simulator.message import Instant, Reply, Request
    from simulator.project import Project
    from simulator.project.person import Person

_TARGET: Final = ObjectSchema(
    {
        "campaignId": "integer",
        "recipientEmail": "string",
        "recipientUserId": "string",
        "recipientPhone": "string",
        "dataFields": "object",
        "sendAt": "string",
        "allowRepeatMarketingSends": "boolean",
        "metadata": "object",
    },
    frozenset({"campaignId"}),
)
_CANCEL: Final = ObjectSchema(
    {"email": "string", "userId": "string", "campaignId": "integer", "scheduledMessageId": "integer"}
)
_NOTHING_SCHEDULED: Final = "No scheduled messages found- Invalid email and campaignId combination"
#: Media whose call creates the user. Source: Iterable support article 29156459027348 lists the email one.
_CREATING: Final = frozenset({"Email", "InApp"})
#: Media whose call takes a phone number alone. Source: declared by @iterable/api 0.13.0.
_BY_PHONE: Final = frozenset({"SMS", "WhatsApp"})


@dataclass(frozen=True, slots=True)
class Medium:
    """The target and the cancel call of one medium.

    Attributes:
        name: `Email`, `Push`, `InApp`, `SMS`, `WebPush` or `WhatsApp`.
    """

    name: str

    def target(self, project: Project, request: Request, now: Instant, _: Mapping[str, str]) -> Reply:
        """Send one message to one user, at once or later."""
        body = read_body(request.path, request.body, _TARGET)
        email, user_id = identifiers_of(body, "recipientEmail", "recipientUserId")
        campaign = project.campaigns.get(body["campaignId"])
        if campaign is None:
            text = "Invalid campaignId" if self.name == "Email" else "Invalid Campaign Id"
            params = {"campaignId": str(body["campaignId"])}
            raise refused("BadParams", text, rule="messages.target.unknown-campaign", params=params)
        at = _send_at(body.get("sendAt"))
        phone = body.get("recipientPhone") if self.name in _BY_PHONE and email is None and user_id is None else None
        person: Person | None
        if phone is not None:
            person, rule = _holder_of(project, phone), "messages.target.phone"
        elif self.name in _CREATING:
            person, rule = resolve_for_write(project, email, user_id, now, "messages.target")
        else:
            person, rule = require_person(project, email, user_id, "messages.target-known")
        if person is None:
            return dropped(rule)
        recipient = email or user_id or phone or ""
        message = Message(
            project.new_id(),
            self.name,
            person,
            campaign.id,
            campaign.template_id or 0,
            at or now,
            body.get("dataFields", {}),
        )
        if at is None or at <= now:
            deliver(project, message)
            return success(
                rule, person.identifiers, f"Campaign {campaign.id} - Sent triggered message to: {recipient}"
            )
        number = project.scheduled.next_number()
        project.scheduled.put(number, message)
        text = f"Campaign {campaign.id} - Scheduled triggered message for: {format_iso(at)} to: {recipient}"
        return success(rule, person.identifiers, text, {"scheduledMessageId": number})

    def cancel(self, project: Project, request: Request, _now: Instant, _: Mapping[str, str]) -> Reply:
        """Take back messages that are scheduled."""
        body = read_body(request.path, request.body, _CANCEL)
        email, user_id = identifiers_of(body)
        if "campaignId" not in body and "scheduledMessageId" not in body:
            text = "Either campaignId or scheduledMessageId must be specified"
            raise refused("BadParams", text, rule="messages.cancel.nothing-named")
        chosen = [
            number
            for number, message in project.scheduled.items()
            if message.medium == self.name
            and body.get("scheduledMessageId", number) == number
            and body.get("campaignId", message.campaign_id) == message.campaign_id
            and email in {None, message.person.email}
            and user_id in {None, message.person.user_id}
        ]
        if not chosen:
            raise refused("BadParams", _NOTHING_SCHEDULED, rule="messages.cancel.nothing-found")
        for number in chosen:
            project.scheduled.remove(number)
        numbers = ",".join(map(str, chosen))
        text = (
            f"Successfully cancelled scheduled messages with scheduledMessageId: {numbers} from project: {project.id}"
        )
        return success("messages.cancel", (), text)


EMAIL: Final = Medium("Email")
PUSH: Final = Medium("Push")
IN_APP: Final = Medium("InApp")
SMS: Final = Medium("SMS")
WEB_PUSH: Final = Medium("WebPush")
WHATS_APP: Final = Medium("WhatsApp")


def _holder_of(project: Project, phone: str) -> Person:
    """Who has a phone number, of several the one who came first.

    Raises:
        RefusedError: Nobody has.
    """
    for person in project.people:
        if person.fields.get("phoneNumber") == phone:
            return person
    raise refused("BadParams", f"No user exists with phoneNumber {phone}", rule="messages.target.phone")


def _send_at(text: Any) -> Instant | None:
    if text is None:
        return None
    try:
        return parse_seconds(text.strip()) * 1000
    except (ValueError, OverflowError) as error:
        raise refused("BadParams", f"Invalid sendAt: {text}", rule="messages.target.send-at") from error

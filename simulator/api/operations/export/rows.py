"""The rows of an export.

Sources: Iterable's API description; rows read from a real project in 2023, airbytehq/airbyte 35e9a736,
source-iterable: users flat and without `createdAt`, events with `itblInternal`, sends with `transactionalData` as
text.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from simulator.api.operations.export.formats import CREATED, flattened
from simulator.api.replies import refused
from simulator.project.dates import format_instant, format_seconds
from simulator.project.events import EMAIL_UNSUBSCRIBE

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from simulator.message import Instant
    from simulator.project import Project
    from simulator.project.events import Event
    from simulator.project.messages import Message
    from simulator.project.person import Person

_MEDIA: Final = ("email", "push", "inApp", "sms", "webPush", "embedded", "whatsApp", "rcs")
_ACTIVITIES: Final = ("Send", "SendSkip", "Open", "Click", "Bounce", "Received", "Seen", "UsageInfo")
_OTHERS: Final = frozenset(
    {
        "user", "customEvent", "purchase", "emailSubscribe", "emailUnSubscribe", "emailComplaint", "inAppClose",
        "hostedUnsubscribeClick", "inAppDelete", "inAppDelivery", "inAppRecall", "inboxSession", "journeyExit",
        "inboxMessageImpression", "embeddedImpression", "embeddedSession", "pushUninstall", "unknownSession",
        "anonSession",
    }
)  # fmt: skip
_DATA_TYPES: Final = {
    **{name: name for name in (*_OTHERS, *(medium + activity for medium in _MEDIA for activity in _ACTIVITIES))},
    # The description spells it with a capital S; both pipelines that are published ask for it without one.
    "emailUnsubscribe": EMAIL_UNSUBSCRIBE,
}
USER: Final = "user"
#: The data type of a send, by the medium of the message.
_SENDS: Final = {
    "Email": "emailSend",
    "Push": "pushSend",
    "InApp": "inAppSend",
    "SMS": "smsSend",
    "WebPush": "webPushSend",
    "WhatsApp": "whatsAppSend",
}


def checked_type(name: str) -> str:
    """The data type that a name stands for.

    Raises:
        RefusedError: Iterable exports none of that name.
    """
    if name not in _DATA_TYPES:
        raise refused("BadParams", f"Invalid dataTypeName: {name}", rule="export.data-type")
    return _DATA_TYPES[name]


def looked_through(project: Project, data_type: str) -> int:
    """How much an export of a data type looks through: people, or events and sends."""
    return len(project.people) if data_type == USER else len(project.events) + len(project.sent)


def matching_rows(  # what an export asks for
    project: Project,
    data_type: str,
    period: tuple[int | None, int | None],
    only: Sequence[str],
    omitted: Sequence[str],
    campaign_id: int | None,
    *,
    as_table: bool,
) -> list[dict[str, Any]]:
    """The rows that an export asks for.

    Args:
        project: The project.
        data_type: What is exported, such as `customEvent`.
        period: The first second, and the one after the last; None for no bound.
        only: The names of the columns that are wanted, beside the `createdAt` of events; empty for all.
        omitted: The names of columns that are not.
        campaign_id: Of this campaign only; None for all.
        as_table: Whether the rows are for a table, which has no nested objects.
    """
    flat = as_table or (data_type == USER and project.settings.exported_profiles == "flat")
    rows = []
    for seconds, row in _every_row(project, data_type):
        start, end = period
        if (start is not None and seconds < start) or (end is not None and seconds >= end):
            continue
        if campaign_id is not None and row.get("campaignId") != campaign_id:
            continue
        members = flattened(row) if flat else row
        rows.append({name: value for name, value in members.items() if _is_wanted(name, only, omitted)})
    return rows


def _is_wanted(name: str, only: Sequence[str], omitted: Sequence[str]) -> bool:
    """Whether a column is asked for, by its name or by that of the object that it is in."""
    names = {name, name.partition(".")[0]}
    return (not only or name == CREATED or not names.isdisjoint(only)) and names.isdisjoint(omitted)


def _every_row(project: Project, data_type: str) -> Iterator[tuple[int, dict[str, Any]]]:
    """When, in seconds since the epoch, and what: every row of a data type."""
    if data_type == USER:
        for person in project.people:
            yield person.updated_at // 1000, project.profile(person)
        return
    for event in project.events:
        if event.type == data_type:
            yield event.created_at, event_row(event)
    for message in project.sent:
        if _SENDS.get(message.medium) == data_type:
            yield message.at // 1000, _send_row(project, message)


def rows_of(project: Project, person: Person, *, leave_out: str | None) -> list[dict[str, Any]]:
    """Every event of a person with its type, sends among them, the newest first.

    Args:
        project: The project.
        person: Whose.
        leave_out: A type that is not wanted; None for all types.
    """
    rows = [
        (event.created_at, {"_type": event.type, **event_row(event)})
        for event in project.events.of(person)
        if event.type != leave_out
    ]
    rows += [
        (message.at // 1000, {"_type": _SENDS[message.medium], **_send_row(project, message)})
        for message in project.sent
        if message.person is person and message.medium in _SENDS
    ]
    rows.sort(key=lambda dated: -dated[0])
    return [row for _seconds, row in rows]


def event_row(event: Event) -> dict[str, Any]:
    """An event as a row: its data fields, and beside them whose it is, when and what."""
    at = format_seconds(event.created_at)
    row = {CREATED: at, **_whose(event.person), "itblInternal": _internal(at)}
    if event.name is not None:
        row["eventName"] = event.name
    return {**row, **event.fields, **event.members, **row}


def _send_row(project: Project, message: Message) -> dict[str, Any]:
    """The send of a message as a row."""
    at = format_instant(message.at)
    template = project.templates.get(message.template_id)
    message_type = None if template is None else project.message_types.get(template.message_type_id)
    row: dict[str, Any] = {
        CREATED: at,
        **_whose(message.person),
        "itblInternal": _internal(at),
        "messageId": message.id,
        "campaignId": message.campaign_id,
        "templateId": message.template_id,
        # Iterable numbers the contents of a template; here a template has one.
        "contentId": message.template_id,
        "messageBusId": _message_bus_id(message.at, message.id),
        "catalogCollectionCount": 0,
        "catalogLookupCount": 0,
        "productRecommendationCount": 0,
    }
    if message_type is not None:
        row |= {"messageTypeId": message_type.id, "channelId": message_type.channel_id}
    if message.data_fields:
        row["transactionalData"] = json.dumps(message.data_fields, ensure_ascii=False, separators=(",", ":"))
    return row


def _message_bus_id(at: Instant, message_id: str) -> str:
    """An id of the form that Amazon's mail service gives its messages."""
    digits = message_id.encode().hex()[-32:].rjust(32, "0")
    return f"0100{at:012x}-{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}-000000"


def _whose(person: Person) -> dict[str, Any]:
    named = {"email": person.email, "userId": person.user_id}
    return {name: identifier for name, identifier in named.items() if identifier is not None}


def _internal(at: str) -> dict[str, str]:
    return {"documentCreatedAt": at, "documentUpdatedAt": at}

"""A message that goes to its recipient, unless its template fails or says that it is not to be sent.

Source: Iterable support article 205480365: a template that fails is not sent, and `sendSkip` leaves an event with the
reason SendAborted and what it is given by name.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from simulator.api.operations.messages.merge_fields import content_of, merge_fields, surroundings, texts_of
from simulator.project.events import Event
from simulator.rendering import RenderingError, SendSkippedError, render

if TYPE_CHECKING:
    from collections.abc import Mapping

    from simulator.message import Instant
    from simulator.project import Project
    from simulator.project.content import Campaign
    from simulator.project.messages import Message
    from simulator.project.person import Person

#: The type of the event that somebody was left out, by medium.
_SKIPS: Final = {
    "Email": "emailSendSkip",
    "Push": "pushSendSkip",
    "SMS": "smsSendSkip",
    "InApp": "inAppSendSkip",
    "WebPush": "webPushSendSkip",
    "WhatsApp": "whatsAppSendSkip",
}
#: A merge parameter that is a field: it cannot fail, so a template with nothing else is not rendered to be sent.
_FIELD: Final = re.compile(r"\{\{\{?\s*(?!sendSkip)[\w.@]+\s*\}?\}\}")


def deliver(project: Project, message: Message) -> None:
    """Record a message as sent, if its template lets it."""
    campaign = project.campaigns.get(message.campaign_id)
    try:
        _render(project, message)
    except SendSkippedError as skipped:
        if campaign is not None:
            skip(project, campaign, message.person, message.at, "SendAborted", message.template_id, skipped.details)
    except RenderingError:
        return
    else:
        project.sent.put(message.id, message)


def _render(project: Project, message: Message) -> None:
    """Render what of the template can fail.

    Raises:
        RenderingError: It does.
    """
    template = project.templates.get(message.template_id)
    if template is None:
        return
    texts = [text for text in texts_of(content_of(template, _locale(message.person))).values() if _can_fail(text)]
    for text in texts:
        _rendered(project, message, text)


def _can_fail(text: str) -> bool:
    return "{{" in _FIELD.sub("", text)


def rendered_text(project: Project, message: Message, text: str) -> str:
    """A text of a template for the recipient of a message, as of the instant at which it was sent.

    One that cannot be rendered is shown as it stands.
    """
    try:
        return _rendered(project, message, text) if "{{" in text or "[[" in text else text
    except RenderingError:
        return text


def _rendered(project: Project, message: Message, text: str) -> str:
    template = project.templates.get(message.template_id)
    if template is None:
        return text
    content = content_of(template, _locale(message.person))
    campaign = project.campaigns.get(message.campaign_id)
    fields = merge_fields(project, template, content, message.data_fields, message.person, campaign)
    return render(text, fields, surroundings(project, message.at, {}))


def sent_texts(project: Project, message: Message) -> dict[str, str]:
    """What a message said to its recipient, by the members of its template."""
    template = project.templates.get(message.template_id)
    content = {} if template is None else content_of(template, _locale(message.person))
    return {name: rendered_text(project, message, text) for name, text in texts_of(content).items()}


def _locale(person: Person) -> str | None:
    locale = person.fields.get("locale")
    return locale if isinstance(locale, str) else None


def skip(  # what the event tells
    project: Project,
    campaign: Campaign,
    person: Person,
    at: Instant,
    reason: str,
    template_id: int | None = None,
    details: Mapping[str, Any] | None = None,
) -> None:
    """Store the event that somebody was left out, in the media that have one, with what a template says of it."""
    kind = _SKIPS.get(campaign.message_medium)
    if kind is None:
        return
    members: dict[str, Any] = {
        "campaignId": campaign.id,
        "templateId": campaign.template_id or 0 if template_id is None else template_id,
        "reason": reason,
    }
    project.events.store(Event(project.new_id(), person, kind, None, at // 1000, dict(details or {}), members))

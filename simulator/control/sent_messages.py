"""The messages that a project has sent over the control surface, with what they say."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from simulator.api.operations.messages.delivery import sent_texts
from simulator.clock import format_instant
from simulator.control.parameters import Parameters
from simulator.control.people import person_of
from simulator.control.replies import json_reply

if TYPE_CHECKING:
    from simulator.control.call import ControlCall
    from simulator.message import Reply
    from simulator.project import Project
    from simulator.project.messages import Message


def list_sent_messages(call: ControlCall) -> Reply:
    """Messages, the one sent last first: of one `user`, or of a `campaign`."""
    project = call.project()
    given = Parameters(call.request, "user", "campaign", "limit")
    user, campaign, limit = given.text("user"), given.number("campaign"), given.page()
    person = person_of(project, user) if user else None
    chosen = [
        message
        for message in project.sent
        if (person is None or message.person is person) and campaign in {None, message.campaign_id}
    ]
    chosen.sort(key=lambda message: -message.at)
    return json_reply({"messages": [_shown(project, message) for message in chosen[:limit]], "total": len(chosen)})


def _shown(project: Project, message: Message) -> dict[str, Any]:
    campaign = project.campaigns.get(message.campaign_id)
    return {
        "id": message.id,
        "at": format_instant(message.at),
        "medium": message.medium,
        "email": message.person.email,
        "userId": message.person.user_id,
        "campaignId": message.campaign_id,
        "campaignName": None if campaign is None else campaign.name,
        "templateId": message.template_id,
        "dataFields": dict(message.data_fields),
        "texts": sent_texts(project, message),
    }

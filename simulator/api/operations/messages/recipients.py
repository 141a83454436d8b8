"""Who gets a campaign: the people of its lists, less those who are suppressed, unsubscribed or cannot be reached.

Sources: Iterable's API description; Iterable support article 208508736 on channels and message types.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from simulator.project.subscriptions import SUBSCRIBED_TYPES, UNSUBSCRIBED_CHANNELS, UNSUBSCRIBED_TYPES, ids_in

if TYPE_CHECKING:
    from collections.abc import Iterable

    from simulator.project import Project
    from simulator.project.content import Campaign, MessageType
    from simulator.project.person import Person


def recipients_of(
    project: Project, campaign: Campaign, lists: Iterable[int], suppressed: Iterable[int]
) -> list[Person]:
    """The people of lists who get a campaign, each once, in the order of the lists.

    Args:
        project: The project.
        campaign: The campaign.
        lists: The numbers of the lists.
        suppressed: The numbers of the lists whose people do not get it.
    """
    left_out = _members(project, suppressed)
    message_type = _message_type(project, campaign)
    return [
        person
        for person in _members(project, lists)
        if person not in left_out
        and _can_be_reached(person, campaign.message_medium)
        and (message_type is None or _is_subscribed(person, message_type))
    ]


def _members(project: Project, lists: Iterable[int]) -> dict[Person, None]:
    found = (project.lists.get(number) for number in lists)
    return {person: None for people_list in found if people_list is not None for person in people_list.members}


def _message_type(project: Project, campaign: Campaign) -> MessageType | None:
    template = project.templates.get(campaign.template_id or 0)
    return None if template is None else project.message_types.get(template.message_type_id)


def _is_subscribed(person: Person, message_type: MessageType) -> bool:
    if message_type.channel_id in ids_in(person, UNSUBSCRIBED_CHANNELS):
        return False
    if message_type.subscription_policy == "OptIn":
        return message_type.id in ids_in(person, SUBSCRIBED_TYPES)
    return message_type.id not in ids_in(person, UNSUBSCRIBED_TYPES)


def _can_be_reached(person: Person, medium: str) -> bool:
    """Whether there is an address for a medium; apps and pages ask for their messages themselves."""
    match medium:
        case "Email":
            return person.email is not None
        case "SMS" | "WhatsApp":
            return bool(person.fields.get("phoneNumber"))
        case "Push":
            return any(device.get("endpointEnabled") is not False for device in _devices(person))
        case "WebPush":
            return bool(person.fields.get("browserTokens"))
        case _:
            return True


def _devices(person: Person) -> list[dict[str, Any]]:
    devices = person.fields.get("devices")
    return [device for device in devices if isinstance(device, dict)] if isinstance(devices, list) else []

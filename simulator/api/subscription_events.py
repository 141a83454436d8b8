"""The events that subscribing and unsubscribing leave, whichever call does it.

Sources: rows of emailSubscribe and emailUnSubscribe read from a real project, airbytehq/airbyte 35e9a736,
source-iterable, 2023; Iterable support article 208508736.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, Literal

from simulator.project.dates import format_instant
from simulator.project.events import EMAIL_SUBSCRIBE, EMAIL_UNSUBSCRIBE, Event

if TYPE_CHECKING:
    from collections.abc import Mapping

    from simulator.message import Instant
    from simulator.project import Project
    from simulator.project.person import Person

#: Of what: the group of the subscription calls, and the member of the event that names what is in it.
Group = Literal["emailList", "messageChannel", "messageType"]
_MEMBERS: Final[Mapping[Group, str]] = {
    "emailList": "emailListIds",
    "messageChannel": "channelIds",
    "messageType": "messageTypeIds",
}
#: Fields of a profile that no recorded event repeats: those that Iterable itself keeps there.
_NOT_REPEATED: Final = frozenset(
    {
        "browserTokens",
        "devices",
        "emailListIds",
        "shoppingCartItems",
        "signupDate",
        "signupSource",
        "subscribedMessageTypeIds",
        "unsubscribedChannelIds",
        "unsubscribedMessageTypeIds",
        "userListIds",
    }
)


def record_subscription(
    project: Project, person: Person, ids: Mapping[Group, list[int]], source: str, now: Instant
) -> None:
    """Store that somebody was subscribed, with the fields of their profile.

    Args:
        project: The project.
        person: Who.
        ids: To what.
        source: What subscribed them, such as `ListAPI`.
        now: The present.
    """
    fields = {name: value for name, value in person.fields.items() if name not in _NOT_REPEATED}
    members = {**_ids_of(ids), "profileUpdatedAt": format_instant(person.updated_at), "signupSource": source}
    _store(project, person, EMAIL_SUBSCRIBE, fields, members, now)


def record_unsubscription(  # the members of the event
    project: Project,
    person: Person,
    ids: Mapping[Group, list[int]],
    source: str,
    now: Instant,
    campaign_id: int | None = None,
) -> None:
    """Store that somebody was unsubscribed; beside what `record_subscription` takes, for which campaign."""
    members = {**_ids_of(ids), "unsubSource": source}
    if campaign_id is not None:
        members["campaignId"] = campaign_id
    _store(project, person, EMAIL_UNSUBSCRIBE, {}, members, now)


def _ids_of(ids: Mapping[Group, list[int]]) -> dict[str, Any]:
    return {member: ids.get(group, []) for group, member in _MEMBERS.items()}


def _store(  # the members of an event
    project: Project, person: Person, kind: str, fields: dict[str, Any], members: dict[str, Any], now: Instant
) -> None:
    project.events.store(Event(project.new_id(), person, kind, None, now // 1000, fields, members))

"""Profiles read: by email, by userId; the fields that a project has; the messages that a user was sent."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from simulator.api.identifiers import checked_email, identifiers_in_query
from simulator.api.query import Query
from simulator.api.replies import json_reply, not_found, refused
from simulator.api.resolution import find_person
from simulator.project.dates import format_instant
from simulator.project.field_types import USER
from simulator.project.project_type import ProjectType

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from simulator.message import Instant, Reply, Request
    from simulator.project import Project
    from simulator.project.person import Person

_DEFAULT_MESSAGES: Final = 10
_MOST_MESSAGES: Final = 1000
#: The media that the call knows: the schemas of @iterable/api 0.13.0 refuse a reply with any other.
_MEDIA: Final = frozenset({"Email", "Push", "InApp", "SMS"})


def get_by_email(project: Project, _request: Request, _now: Instant, names: Mapping[str, str]) -> Reply:
    """A profile by email; nobody is an empty object."""
    people = project.people.with_email(checked_email(names["email"]))
    if project.type is ProjectType.USER_ID and project.settings.email_lookup_in_user_id_project == "none":
        people = ()
    return _profile_reply(project, people, "users.get-by-email")


def get_by_user_id(project: Project, _request: Request, _now: Instant, names: Mapping[str, str]) -> Reply:
    """A profile by userId; nobody is an error."""
    user_id = names["userId"]
    people = project.people.with_user_id(user_id)
    if not people and project.awaits(user_id):
        return json_reply({}, rules=("users.get-by-user-id.awaited",))
    if not people:
        text, code = f"No user with userId {user_id} exists", "error.users.noUserWithIdExists"
        raise not_found("BadRequest", text, code, [user_id], rule="users.get-by-user-id.unknown", status=400)
    return _profile_reply(project, people, "users.get-by-user-id")


def get_by_email_in_query(project: Project, request: Request, now: Instant, _: Mapping[str, str]) -> Reply:
    """A profile by the email in the query."""
    return get_by_email(project, request, now, {"email": Query(request).required("email")})


def get_by_user_id_in_query(project: Project, request: Request, now: Instant, _: Mapping[str, str]) -> Reply:
    """A profile by the userId in the query."""
    return get_by_user_id(project, request, now, {"userId": Query(request).required("userId")})


def _profile_reply(project: Project, people: Sequence[Person], rule: str) -> Reply:
    if not people:
        return json_reply({}, rules=(f"{rule}.unknown",))
    person = people[0]
    # The API description and Iterable's own client want an email; a user without one has an empty one.
    user: dict[str, Any] = {"email": person.email or ""}
    if person.user_id is not None:
        user["userId"] = person.user_id
    user["dataFields"] = project.profile(person)
    return json_reply({"user": user}, rules=(f"{rule}.known",), users=person.identifiers)


def get_fields(project: Project, _request: Request, _now: Instant, _: Mapping[str, str]) -> Reply:
    """Every profile field with its type, dotted names for what is nested."""
    return json_reply({"fields": dict(project.field_types.known(USER))}, rules=("users.get-fields",))


def get_sent_messages(project: Project, request: Request, _now: Instant, _: Mapping[str, str]) -> Reply:
    """The messages that a user was sent, newest first."""
    query = Query(request)
    limit = query.number("limit") or _DEFAULT_MESSAGES
    if not 1 <= limit <= _MOST_MESSAGES:
        raise refused("BadParams", f"limit must be between 1 and {_MOST_MESSAGES}", rule="query.not-allowed")
    medium = query.text("messageMedium")
    if medium is not None and medium not in _MEDIA:
        raise refused("BadParams", f"Invalid messageMedium: {medium}", rule="query.not-allowed")
    email, user_id = identifiers_in_query(request)
    person, rule = find_person(project, email, user_id, "users.get-sent-messages")
    campaigns = query.numbers("campaignIds")
    start, end = query.seconds("startDateTime"), query.seconds("endDateTime")
    blasts = {campaign.id for campaign in project.campaigns if campaign.type == "Blast"}
    excluded = blasts if query.boolean("excludeBlastCampaigns") else set()
    chosen = [
        message
        for message in project.sent
        if message.person is person
        and (not campaigns or message.campaign_id in campaigns)
        and message.campaign_id not in excluded
        and message.medium in (_MEDIA if medium is None else {medium})
        and (start is None or message.at >= start * 1000)
        and (end is None or message.at < end * 1000)
    ]
    chosen.sort(key=lambda message: -message.at)
    listed = [
        {
            "messageId": message.id,
            "campaignId": message.campaign_id,
            "templateId": message.template_id,
            "messageMedium": message.medium,
            "status": "Sent",
            "createdAt": format_instant(message.at),
            "sentAt": format_instant(message.at),
        }
        for message in chosen[:limit]
    ]
    users = person.identifiers if person is not None else ()
    return json_reply({"messages": listed}, rules=(rule,), users=users)

"""Static lists: made, read, joined, left and deleted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from simulator.api.body_schema import ObjectSchema, read_body
from simulator.api.bulk_result import USER_KINDS, BulkResult, refuse_whole, write_each
from simulator.api.identifiers import identifiers_of
from simulator.api.query import Query
from simulator.api.replies import RefusedError, json_reply, refused, success, text_reply
from simulator.api.resolution import find_person
from simulator.api.subscription_events import record_subscription, record_unsubscription
from simulator.project.lists import PeopleList
from simulator.project.project_type import ProjectType
from simulator.project.subscriptions import UNSUBSCRIBED_CHANNELS, ids_in

if TYPE_CHECKING:
    from collections.abc import Mapping

    from simulator.api.subscription_events import Group
    from simulator.message import Instant, Reply, Request
    from simulator.project import Project
    from simulator.project.person import Person

_CREATE: Final = ObjectSchema({"name": "string", "description": "string"}, frozenset({"name"}))
_SUBSCRIBER: Final = ObjectSchema(
    {
        "email": "string",
        "userId": "string",
        "dataFields": "object",
        "preferUserId": "boolean",
        "mergeNestedObjects": "boolean",
    }
)
_SUBSCRIBE: Final = ObjectSchema(
    {"listId": "integer", "subscribers": [_SUBSCRIBER], "updateExistingUsersOnly": "boolean"},
    frozenset({"listId", "subscribers"}),
)
_UNSUBSCRIBE: Final = ObjectSchema(
    {
        "listId": "integer",
        "subscribers": [ObjectSchema({"email": "string", "userId": "string"})],
        "campaignId": "integer",
        "channelUnsubscribe": "boolean",
    },
    frozenset({"listId", "subscribers"}),
)
#: What the profiles and events of these calls name as their source.
_SOURCE: Final = "ListAPI"
_DEFAULT_PREVIEW: Final = 1000
_LARGEST_PREVIEW: Final = 5000


def list_lists(project: Project, _request: Request, _now: Instant, _: Mapping[str, str]) -> Reply:
    """Every list, newest first."""
    newest = sorted(project.lists, key=lambda found: (-found.created_at, -found.id))
    listed = [
        {
            "id": found.id,
            "name": found.name,
            **({"description": found.description} if found.description else {}),
            "createdAt": found.created_at,
            "listType": found.type,
        }
        for found in newest
    ]
    return json_reply({"lists": listed}, rules=("lists.list",))


def create_list(project: Project, request: Request, now: Instant, _: Mapping[str, str]) -> Reply:
    """Make a static list."""
    body = read_body(request.path, request.body, _CREATE)
    if not body["name"].strip():
        raise refused("BadParams", "List name must not be empty", rule="lists.create.name")
    number = project.lists.next_number()
    project.lists.put(number, PeopleList(number, body["name"], body.get("description", ""), "Standard", now))
    return json_reply({"listId": number}, rules=("lists.create",))


def delete_list(project: Project, _request: Request, _now: Instant, names: Mapping[str, str]) -> Reply:
    """Delete a list; nobody is on it any more."""
    number = int(names["listId"])
    found = project.lists.get(number)
    if found is None:
        raise refused("BadParams", f"error.lists.deleteFailed({number})", rule="lists.delete.unknown")
    busy = [campaign.id for campaign in project.campaigns if campaign.is_active and number in campaign.list_ids]
    if busy:
        text = f"Unable to delete list {number} in Project {project.id}: campaign {busy[0]} uses it."
        raise refused("Conflict", text, 409, rule="lists.delete.in-use")
    for person in list(found.members):
        project.subscriptions.remove(person, project.subscriptions.lists_field, number)
    project.lists.remove(number)
    return success("lists.delete", (), f"List {number} in Project {project.id} was successfully deleted.")


def get_size(project: Project, _request: Request, _now: Instant, names: Mapping[str, str]) -> Reply:
    """How many people are on a list, as a bare number."""
    return text_reply(str(len(_require_list(project, int(names["listId"])).members)), "lists.size")


def get_users(project: Project, request: Request, _now: Instant, _: Mapping[str, str]) -> Reply:
    """Everybody on a list, one identifier a line."""
    query = Query(request)
    found = _require_list(project, query.required_number("listId"))
    return _identifiers(project, list(found.members), by_user_id=query.boolean("preferUserId"))


def preview_users(project: Project, request: Request, _now: Instant, _: Mapping[str, str]) -> Reply:
    """Some of the people on a list; here always the first."""
    query = Query(request)
    found = _require_list(project, query.required_number("listId"))
    size = query.number("size")
    size = _DEFAULT_PREVIEW if size is None else size
    if not 1 <= size <= _LARGEST_PREVIEW:
        text = f"size must be between 1 and {_LARGEST_PREVIEW}"
        raise refused("BadParams", text, rule="query.not-allowed")
    return _identifiers(project, list(found.members)[:size], by_user_id=query.boolean("preferUserId"))


def _require_list(project: Project, number: int) -> PeopleList:
    found = project.lists.get(number)
    if found is None:
        params = {"projectId": str(project.id), "listId": str(number)}
        raise refused("BadParams", "Invalid email list id", rule="lists.read.unknown", params=params)
    return found


def _identifiers(project: Project, people: list[Person], *, by_user_id: bool) -> Reply:
    first_user_id = by_user_id or project.type is ProjectType.USER_ID
    lines = []
    for person in people:
        pair = (person.user_id, person.email) if first_user_id else (person.email, person.user_id)
        lines.append(pair[0] or pair[1] or "")
    return text_reply("".join(f"{line}\n" for line in lines), "lists.members")


def subscribe(project: Project, request: Request, now: Instant, _: Mapping[str, str]) -> Reply:
    """Put users on a list; those who do not exist are created, unless it is asked otherwise."""
    body = read_body(request.path, request.body, _SUBSCRIBE)
    items: list[dict[str, Any]] = body["subscribers"]
    found = _ready(project, body["listId"], now)
    refuse_whole(project, items)
    result = BulkResult(USER_KINDS, project.settings)
    # Source: the API description; email-based projects do not heed it.
    only_existing = body.get("updateExistingUsersOnly", False) and project.type is not ProjectType.EMAIL
    written = write_each(
        project, items, "lists.subscribe", now, result, only_existing=only_existing, signup_source=_SOURCE
    )
    for person in written:
        project.subscriptions.add(person, project.subscriptions.lists_field, found.id)
        record_subscription(project, person, {"emailList": [found.id]}, _SOURCE, now)
        result.note("lists.source", ())
    return json_reply(result.to_json(), rules=result.rules, users=result.users)


def unsubscribe(project: Project, request: Request, now: Instant, _: Mapping[str, str]) -> Reply:
    """Take users off a list; who is not on it counts as a success."""
    body = read_body(request.path, request.body, _UNSUBSCRIBE)
    found = _ready(project, body["listId"], now)
    result = BulkResult(USER_KINDS, project.settings)
    for item in body["subscribers"]:
        try:
            person, rule = find_person(project, *identifiers_of(item), "lists.unsubscribe")
        except RefusedError as error:
            result.refuse(error, item)
            continue
        result.note(rule, person.identifiers if person is not None else ())
        if person is None:
            result.fail("UnknownEmailError", item)
            continue
        result.succeed()
        left: dict[Group, list[int]] = {"emailList": [found.id]} if person in found.members else {}
        project.subscriptions.remove(person, project.subscriptions.lists_field, found.id)
        if body.get("channelUnsubscribe"):
            left |= _unsubscribe_channel(project, person)
        if left:
            record_unsubscription(project, person, left, _SOURCE, now, body.get("campaignId"))
            result.note("lists.source", ())
        person.updated_at = now
    return json_reply(result.to_json(), rules=result.rules, users=result.users)


def _ready(project: Project, number: int, now: Instant) -> PeopleList:
    """A list that takes subscribers.

    Raises:
        RefusedError: There is none of that number, or it is too new. The code `Success` is as recorded.
    """
    found = project.lists.get(number)
    if found is None or now < found.created_at + project.settings.list_lag * 1000:
        params = {"projectId": project.id, "listId": number}
        raise refused("Success", f"error.lists.invalidListId({number})", rule="lists.unknown", params=params)
    return found


def _unsubscribe_channel(project: Project, person: Person) -> dict[Group, list[int]]:
    """Leave the list's channel, which here is the first marketing channel by email (assumed); gives what was left."""
    for channel in project.channels:
        if channel.channel_type == "Marketing" and channel.message_medium == "Email":
            if channel.id in ids_in(person, UNSUBSCRIBED_CHANNELS):
                return {}
            project.subscriptions.add(person, UNSUBSCRIBED_CHANNELS, channel.id)
            return {"messageChannel": [channel.id]}
    return {}

"""Subscriptions of users: whole arrays, or one list, message type or channel at a time."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from simulator.api.body_schema import ObjectSchema, read_body
from simulator.api.bulk_result import rules_of_items
from simulator.api.identifiers import checked_email, checked_user_id, identifiers_of
from simulator.api.query import Query
from simulator.api.replies import RefusedError, dropped, json_reply, refused, success, text_reply
from simulator.api.resolution import resolve_for_write
from simulator.api.subscription_events import record_subscription, record_unsubscription
from simulator.project.project_type import ProjectType
from simulator.project.rules import DROPPED
from simulator.project.subscriptions import SUBSCRIBED_TYPES, UNSUBSCRIBED_CHANNELS, UNSUBSCRIBED_TYPES, ids_in

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from simulator.api.subscription_events import Group
    from simulator.message import Instant, Reply, Request
    from simulator.project import Project
    from simulator.project.person import Person

_UPDATE: Final = ObjectSchema(
    {
        "email": "string",
        "userId": "string",
        "emailListIds": ["integer"],
        "subscribedMessageTypeIds": ["integer"],
        "unsubscribedMessageTypeIds": ["integer"],
        "unsubscribedChannelIds": ["integer"],
        "campaignId": "integer",
        "templateId": "integer",
        "validateChannelAlignment": "boolean",
    }
)
_BULK: Final = ObjectSchema({"updateSubscriptionsRequests": [_UPDATE]}, frozenset({"updateSubscriptionsRequests"}))
_MANY: Final = ObjectSchema({"users": ["string"], "usersByUserId": ["string"]})
_DOUBLE_OPT_IN: Final = ObjectSchema(
    {
        "email": "string",
        "userId": "string",
        "phoneNumber": "string",
        "messageTypeIds": ["integer"],
        "brandName": "string",
    },
    frozenset({"messageTypeIds"}),
)
_ARRAYS: Final = (SUBSCRIBED_TYPES, UNSUBSCRIBED_TYPES, UNSUBSCRIBED_CHANNELS)
_GROUPS: Final[Mapping[str, Group]] = {
    "emaillist": "emailList",
    "messagetype": "messageType",
    "messagechannel": "messageChannel",
}


def update_subscriptions(project: Project, request: Request, now: Instant, _: Mapping[str, str]) -> Reply:
    """Replace the subscription arrays that are given and not null."""
    body = read_body(request.path, request.body, _UPDATE)
    person, rule = _replace_arrays(project, body, now, "users.update-subscriptions")
    return dropped(rule) if person is None else success(rule, person.identifiers)


def bulk_update_subscriptions(project: Project, request: Request, now: Instant, _: Mapping[str, str]) -> Reply:
    """The same for many users; a failed item does not touch the others, except that a conflict refuses them all."""
    items = read_body(request.path, request.body, _BULK)["updateSubscriptionsRequests"]
    if project.type is ProjectType.HYBRID:
        _refuse_conflicts(project, items, now)
    lists: dict[str, list[str]] = {
        "invalidEmails": [],
        "validEmailFailures": [],
        "invalidUserIds": [],
        "validUserIdFailures": [],
    }
    rules: dict[str, None] = {}
    users: list[str] = []
    succeeded = people_written = 0
    for item in items:
        try:
            person, rule = _replace_arrays(project, item, now, "users.bulk-update-subscriptions")
        except RefusedError as error:
            _list_failure(lists, error.code, item)
            rules.update(dict.fromkeys(error.reply.rules))
            continue
        succeeded += 1
        rules[rule] = None
        if person is not None:
            people_written += 1
            users += person.identifiers
    also = rules_of_items(people_written, succeeded - people_written, len(items) - succeeded)
    as_json = {"successCount": succeeded, "failCount": len(items) - succeeded, **lists}
    return json_reply(as_json, rules=(*(rules or ("bulk.empty",)), *also), users=users)


def _refuse_conflicts(project: Project, items: Sequence[Mapping[str, Any]], now: Instant) -> None:
    """Try the items out: one whose email and userId are of different users refuses the whole call.

    Source: Iterable's API description declares 409 for the call, and its reply has no list for a conflict.

    Raises:
        RefusedError: There is such an item; nothing has been applied.
    """
    changes = project.changes
    was_undoable = changes.undoable
    changes.begin_undo_log()
    try:
        for item in items:
            try:
                _replace_arrays(project, item, now, "users.bulk-update-subscriptions")
            except RefusedError as error:
                if error.code == "ExternalKeyConflict":
                    rules = (*error.reply.rules, "subscriptions.conflict")
                    raise RefusedError(replace(error.reply, rules=rules), error.code) from error
    finally:
        changes.rollback()
        if was_undoable:
            changes.begin_undo_log()


def _list_failure(lists: dict[str, list[str]], code: str, item: Mapping[str, Any]) -> None:
    email, user_id = item.get("email"), item.get("userId")
    if code == "InvalidUserIdError":
        # The text for a userId that is null; how Iterable lists it is not known.
        lists["invalidUserIds"].append("null" if user_id is None else user_id)
    elif email is None:
        if user_id is not None:
            lists["validUserIdFailures"].append(user_id)
    else:
        invalid = code == "InvalidEmailAddressError"
        lists["invalidEmails" if invalid else "validEmailFailures"].append(email.lower())


def _replace_arrays(
    project: Project, body: Mapping[str, Any], now: Instant, operation: str
) -> tuple[Person | None, str]:
    email, user_id = identifiers_of(body)
    if body.get(SUBSCRIBED_TYPES) and not project.settings.opt_in_message_types:
        text = "subscribedMessageTypeIds requires opt-in message types, which the project does not have"
        raise refused("BadParams", text, rule="subscriptions.opt-in-off")
    decision = project.identity.for_write(email, user_id)
    if body.get("validateChannelAlignment", True):
        _refuse_misaligned(project, body, decision.person)
    person, rule = resolve_for_write(project, email, user_id, now, operation)
    if person is None:
        return None, rule
    subscriptions = project.subscriptions
    subscriptions.ensure_arrays(person)
    if "emailListIds" in body:
        subscriptions.replace(person, subscriptions.lists_field, body["emailListIds"])
    for name in _ARRAYS:
        if name in body:
            subscriptions.replace(person, name, body[name])
    person.updated_at = now
    return person, rule


def _refuse_misaligned(project: Project, body: Mapping[str, Any], person: Person | None) -> None:
    """A message type is not subscribed to while its channel is unsubscribed from.

    Raises:
        RefusedError: It would be.
    """
    stored = [] if person is None else ids_in(person, UNSUBSCRIBED_CHANNELS)
    channels = set(body.get(UNSUBSCRIBED_CHANNELS, stored))
    for number in body.get(SUBSCRIBED_TYPES, ()):
        message_type = project.message_types.get(number)
        if message_type is not None and message_type.channel_id in channels:
            text = f"Message type {number} belongs to the unsubscribed channel {message_type.channel_id}"
            raise refused("BadParams", text, rule="subscriptions.misaligned")


def subscribe_by_email(project: Project, _request: Request, now: Instant, names: Mapping[str, str]) -> Reply:
    """Subscribe one user, by email."""
    return _one(project, now, names, (checked_email(names["userEmail"]), None), subscribes=True)


def subscribe_by_user_id(project: Project, _request: Request, now: Instant, names: Mapping[str, str]) -> Reply:
    """Subscribe one user, by userId."""
    return _one(project, now, names, (None, checked_user_id(names["userId"])), subscribes=True)


def unsubscribe_by_email(project: Project, _request: Request, now: Instant, names: Mapping[str, str]) -> Reply:
    """Unsubscribe one user, by email."""
    return _one(project, now, names, (checked_email(names["userEmail"]), None), subscribes=False)


def unsubscribe_by_user_id(project: Project, _request: Request, now: Instant, names: Mapping[str, str]) -> Reply:
    """Unsubscribe one user, by userId."""
    return _one(project, now, names, (None, checked_user_id(names["userId"])), subscribes=False)


def _one(
    project: Project,
    now: Instant,
    names: Mapping[str, str],
    who: tuple[str | None, str | None],
    *,
    subscribes: bool,
) -> Reply:
    group, number = _group(project, names)
    operation = f"subscriptions.{'subscribe' if subscribes else 'unsubscribe'}"
    person, rule = resolve_for_write(project, *who, now, operation)
    if person is None:
        return dropped(rule)
    person.updated_at = now
    changes = _change(project, person, group, number, now, subscribes=subscribes)
    return success(rule, person.identifiers, also=("subscriptions.event",) if changes else ())


def update_many(project: Project, request: Request, now: Instant, names: Mapping[str, str]) -> Reply:
    """Subscribe or unsubscribe many users; those who are malformed or refused are left out."""
    action = Query(request).required("action").lower()
    if action not in {"subscribe", "unsubscribe"}:
        raise refused("BadParams", f"Invalid action: {action}", rule="query.not-allowed")
    group, number = _group(project, names)
    body = read_body(request.path, request.body, _MANY)
    named = [{"email": email} for email in body.get("users", [])]
    named += [{"userId": user_id} for user_id in body.get("usersByUserId", [])]
    if not named:
        raise refused("BadParams", "Either users or usersByUserId must be specified", rule="subscriptions.nobody")
    rules: dict[str, None] = {}
    users: list[str] = []
    people_written = 0
    for item in named:
        try:
            person, rule = resolve_for_write(project, *identifiers_of(item), now, f"subscriptions.{action}")
        except RefusedError as error:
            rules.update(dict.fromkeys(error.reply.rules))
            continue
        rules[rule] = None
        if person is not None:
            person.updated_at = now
            if _change(project, person, group, number, now, subscribes=action == "subscribe"):
                rules["subscriptions.event"] = None
            people_written += 1
            users += person.identifiers
    # The reply does not say who was refused: to whoever called, they are dropped.
    also = rules_of_items(people_written, len(named) - people_written, 0)
    return json_reply({"msg": "", "code": "Success", "params": None}, rules=(*rules, *also), users=users)


def _group(project: Project, names: Mapping[str, str]) -> tuple[Group, int]:
    """The group and the number in it.

    Raises:
        RefusedError: The feature is off, or there is no such group or member of it.
    """
    _refuse_where_off(project)
    group = _GROUPS.get(names["subscriptionGroup"].lower())
    if group is None:
        text = f"Invalid subscriptionGroup: {names['subscriptionGroup']}"
        raise refused("BadParams", text, rule="subscriptions.unknown-group")
    number = int(names["subscriptionGroupId"])
    kept = {"emailList": project.lists, "messageType": project.message_types, "messageChannel": project.channels}
    if number not in kept[group]:  # type: ignore[operator]  # records of three kinds, all by number
        raise refused("BadParams", f"Invalid subscriptionGroupId: {number}", rule="subscriptions.unknown-group")
    return group, number


def _refuse_where_off(project: Project) -> None:
    """Answer as a project whose feature is off.

    Raises:
        RefusedError: It is.
    """
    if not project.settings.subscriptions_api:
        text = f"Endpoint not found for project: {project.id}"
        raise refused("NotFound", text, 404, rule="subscriptions.off")


def _change(  # who, what and when
    project: Project, person: Person, group: Group, number: int, now: Instant, *, subscribes: bool
) -> bool:
    """Subscribe or unsubscribe somebody, with the event that tells of it; gives whether that changed anything."""
    before = _subscriptions_of(project, person)
    _write(project, person, group, number, subscribes=subscribes)
    if _subscriptions_of(project, person) == before:
        return False
    record = record_subscription if subscribes else record_unsubscription
    record(project, person, {group: [number]}, "API", now)
    return True


def _subscriptions_of(project: Project, person: Person) -> list[list[int]]:
    return [ids_in(person, name) for name in (project.subscriptions.lists_field, *_ARRAYS)]


def _write(project: Project, person: Person, group: Group, number: int, *, subscribes: bool) -> None:
    subscriptions = project.subscriptions
    if group == "emailList":
        change = subscriptions.add if subscribes else subscriptions.remove
        change(person, subscriptions.lists_field, number)
        return
    blocked = UNSUBSCRIBED_TYPES if group == "messageType" else UNSUBSCRIBED_CHANNELS
    (subscriptions.remove if subscribes else subscriptions.add)(person, blocked, number)
    message_type = project.message_types.get(number)
    if group == "messageType" and message_type is not None and message_type.subscription_policy == "OptIn":
        (subscriptions.add if subscribes else subscriptions.remove)(person, SUBSCRIBED_TYPES, number)


def start_double_opt_in(project: Project, request: Request, now: Instant, _: Mapping[str, str]) -> Reply:
    """Start a double opt-in by SMS: it is accepted; nobody is asked and nothing is subscribed to."""
    _refuse_where_off(project)
    body = read_body(request.path, request.body, _DOUBLE_OPT_IN)
    email, user_id = identifiers_of(body)
    unknown = [number for number in body["messageTypeIds"] if number not in project.message_types]
    if unknown or not body["messageTypeIds"]:
        raise refused("BadParams", f"Invalid messageTypeIds: {unknown}", rule="subscriptions.unknown-group")
    person, rule = resolve_for_write(project, email, user_id, now, "subscriptions.double-opt-in")
    if person is None:
        return text_reply("Accepted", rule, also=(DROPPED,), status=202)
    return text_reply("Accepted", rule, users=person.identifiers, status=202)

"""Users: written one by one and in bulk, and their email changed."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, Any, Final

from simulator.api.body_schema import ObjectSchema, read_body
from simulator.api.bulk_result import USER_KINDS, BulkResult, refuse_too_many, refuse_whole, write_each
from simulator.api.identifiers import checked_email
from simulator.api.profile_write import apply_write, plan_write
from simulator.api.replies import RefusedError, dropped, json_reply, refused, success
from simulator.project.dates import format_instant
from simulator.project.project_type import ProjectType

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from simulator.message import Instant, Reply, Request
    from simulator.project import Project
    from simulator.project.person import Person

_USER: Final = {
    "email": "string",
    "userId": "string",
    "dataFields": "object",
    "preferUserId": "boolean",
    "mergeNestedObjects": "boolean",
}
_UPDATE: Final = ObjectSchema({**_USER, "createNewFields": "boolean"})
_BULK_UPDATE: Final = ObjectSchema(
    {"users": [ObjectSchema(_USER)], "updateOnly": "boolean", "createNewFields": "boolean"}, frozenset({"users"})
)
_UPDATE_EMAIL: Final = ObjectSchema(
    {"currentEmail": "string", "currentUserId": "string", "newEmail": "string"}, frozenset({"newEmail"})
)


def update(project: Project, request: Request, now: Instant, _: Mapping[str, str]) -> Reply:
    """Create a user, or merge fields into one."""
    body = read_body(request.path, request.body, _UPDATE)
    write = plan_write(project, body, "users.update", create_fields=body.get("createNewFields"))
    person = apply_write(project, write, now)
    text = project.settings.update_message
    if person is None:
        return dropped(write.rule, text)
    return success(write.rule, person.identifiers, text, also=write.left_out)


def bulk_update(project: Project, request: Request, now: Instant, _: Mapping[str, str]) -> Reply:
    """The same for many users; items are applied in order, and a failed one does not touch the others."""
    body = read_body(request.path, request.body, _BULK_UPDATE)
    items: list[dict[str, Any]] = body["users"]
    settings = project.settings
    refuse_too_many(project, items)
    if not items and settings.empty_bulk_update == "400":
        raise refused("InvalidEmailAddressError", "Emails invalid: ", rule="bulk.empty")
    create_fields = body.get("createNewFields")
    refuse_whole(project, items, create_fields=create_fields)
    result = BulkResult(USER_KINDS, settings, unknown="invalid")
    # Segment's option `updateOnly`; Iterable switches it on for an account and takes only users who exist.
    written = write_each(
        project,
        items,
        "users.bulk-update",
        now,
        result,
        create_fields=create_fields,
        only_existing=body.get("updateOnly", False),
    )
    deque(written, maxlen=0)
    as_json = {**result.to_json(), "noOpEmails": [], "noOpUserIds": []}
    return json_reply(as_json, rules=result.rules, users=result.users)


def update_email(project: Project, request: Request, now: Instant, _: Mapping[str, str]) -> Reply:
    """Move a profile to a new address; its lists, events and subscriptions move with it."""
    body = read_body(request.path, request.body, _UPDATE_EMAIL)
    if project.type is not ProjectType.EMAIL and project.settings.update_email_outside_email_projects == "error":
        raise refused(
            "BadParams", "updateEmail is only for email-based projects", rule="users.update-email.project-type"
        )
    old, new = body.get("currentEmail"), checked_email(body["newEmail"])
    person = _current(project, old, body.get("currentUserId"))
    who = f"Some({old.lower()})" if old is not None else f"Some({body.get('currentUserId')})"
    if person is None:
        text = f"Cannot change user {who} to {new}. User does not exist"
        raise refused("BadParams", text, rule="users.update-email.unknown")
    if project.forgotten.includes(new, None):
        raise _forgotten_address(project, f"Cannot change user {who} to {new}. New email is on the forgotten list")
    if new != person.email and project.type is not ProjectType.USER_ID and project.people.with_email(new):
        text = f"Cannot change user {who} to {new}. New email already exists"
        raise refused("EmailAlreadyExists", text, rule="users.update-email.taken")
    tracker = project.people.begin_change(person)
    project.people.set_email(person, new)
    person.created_at = person.updated_at = now
    if "signupDate" not in person.fields:
        tracker.set_field("signupDate", format_instant(now))
    phone = person.fields.get("phoneNumber")
    person.phone = phone if isinstance(phone, str) else None
    return success("users.update-email.moved", person.identifiers)


def _forgotten_address(project: Project, text: str) -> RefusedError:
    rule = "users.update-email.forgotten"
    if project.settings.update_email_forgotten == "409":
        return refused("ForgottenUserError", text, 409, rule=rule)
    return refused("EmailAlreadyExists", text, rule=rule)


def _current(project: Project, email: str | None, user_id: str | None) -> Person | None:
    """Who is meant: the email wins where both are given, except where an email is no key."""
    people: Sequence[Person] = ()
    if project.type is ProjectType.USER_ID:
        if user_id is None:
            raise refused("BadParams", "currentUserId must be specified", rule="users.update-email.user-id-required")
        people = project.people.with_user_id(user_id)
    elif email is not None:
        people = project.people.with_email(checked_email(email, "currentEmail"))
    elif user_id is not None:
        people = project.people.with_user_id(user_id)
    else:
        text = "Either currentEmail or currentUserId must be set"
        raise refused("BadParams", text, rule="users.update-email.no-identifier")
    return people[0] if people else None

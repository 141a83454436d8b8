"""Users: written one by one and in bulk, their email changed, read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from simulator.api.bodies import Shape, read_body
from simulator.api.bulk import USER_KINDS, BulkResult
from simulator.api.identifying import checked_email
from simulator.api.profiles import ProfileWrite, apply_write, plan_write
from simulator.api.replies import RefusedError, json_reply, refused, success, types_mismatched
from simulator.project.configuration import ProjectType
from simulator.project.dates import format_instant
from simulator.project.field_types import USER, Mismatch

if TYPE_CHECKING:
    from collections.abc import Mapping

    from simulator.message import Instant, Reply, Request
    from simulator.project import Project
    from simulator.project.people import Person

_USER: Final = {
    "email": "string",
    "userId": "string",
    "dataFields": "object",
    "preferUserId": "boolean",
    "mergeNestedObjects": "boolean",
}
_UPDATE: Final = Shape({**_USER, "createNewFields": "boolean"})
_BULK_UPDATE: Final = Shape(
    {"users": [Shape(_USER)], "updateOnly": "boolean", "createNewFields": "boolean"}, frozenset({"users"})
)
_UPDATE_EMAIL: Final = Shape(
    {"currentEmail": "string", "currentUserId": "string", "newEmail": "string"}, frozenset({"newEmail"})
)


def update(project: Project, request: Request, now: Instant, _: Mapping[str, str]) -> Reply:
    """Create a user, or merge fields into one."""
    body = read_body(request.path, request.body, _UPDATE)
    write = plan_write(project, body, create_fields=body.get("createNewFields"))
    person = apply_write(project, write, now)
    users = person.identifiers if person is not None else ()
    return success(write.decision.rule, users, project.settings.update_message)


def bulk_update(project: Project, request: Request, now: Instant, _: Mapping[str, str]) -> Reply:
    """The same for many users; items are applied in order, and a failed one does not touch the others."""
    body = read_body(request.path, request.body, _BULK_UPDATE)
    items: list[dict[str, Any]] = body["users"]
    settings = project.settings
    if settings.max_batch_items is not None and len(items) > settings.max_batch_items:
        text = f"Batch too large: {len(items)}, limit {settings.max_batch_items}"
        raise refused("BatchTooLarge", text, rule="bulk.too-large")
    if not items and settings.empty_bulk_update == "400":
        raise refused("InvalidEmailAddressError", "Emails invalid: ", rule="bulk.empty")
    if settings.bulk_type_mismatch == "reject":
        _refuse_mismatches(project, items)
    result = BulkResult(USER_KINDS, settings)
    rules: dict[str, None] = {}
    users: list[str] = []
    for item in items:
        try:
            write = plan_write(project, item, create_fields=body.get("createNewFields"))
        except RefusedError as error:
            result.fail(error.code, item)
            rules.update(dict.fromkeys(error.reply.rules))
            continue
        rules[write.decision.rule] = None
        if write.decision.create is not None and body.get("updateOnly"):
            # Segment's option; Iterable switches it on for an account and takes only users who exist.
            result.fail("UnknownEmailError", item)
            continue
        person = apply_write(project, write, now)
        users += person.identifiers if person is not None else ()
        _count(result, write)
    shown = {**result.to_json(), "noOpEmails": [], "noOpUserIds": []}
    return json_reply(shown, rules=tuple(rules), users=users)


def _count(result: BulkResult, write: ProfileWrite) -> None:
    result.succeed()
    result.created += write.created
    result.filtered += write.filtered


def _refuse_mismatches(project: Project, items: list[dict[str, Any]]) -> None:
    """One value of the wrong type, or two that do not agree, and the whole batch is refused."""
    pending: dict[str, str] = {}
    mismatches: list[Mismatch] = []
    for item in items:
        project.field_types.check(USER, item.get("dataFields", {}), pending, mismatches)
    if mismatches:
        raise types_mismatched(project.id, mismatches)


def update_email(project: Project, request: Request, now: Instant, _: Mapping[str, str]) -> Reply:
    """Move a profile to a new address."""
    body = read_body(request.path, request.body, _UPDATE_EMAIL)
    if project.type is not ProjectType.EMAIL and project.settings.update_email_outside_email_projects == "error":
        raise refused("BadParams", "updateEmail is for email-based projects", rule="users.update-email.project-type")
    old, new = body.get("currentEmail"), checked_email(body["newEmail"])
    person = _current(project, old, body.get("currentUserId"))
    shown = f"Some({old.lower()})" if old is not None else f"Some({body.get('currentUserId')})"
    if person is None:
        text = f"Cannot change user {shown} to {new}. User does not exist"
        raise refused("BadParams", text, rule="users.update-email.unknown")
    if new != person.email and project.type is not ProjectType.USER_ID and project.people.with_email(new):
        text = f"Cannot change user {shown} to {new}. New email already exists"
        raise refused("EmailAlreadyExists", text, rule="users.update-email.taken")
    project.people.set_email(person, new)
    person.created_at = person.updated_at = now
    person.fields.setdefault("signupDate", format_instant(now))
    return success("users.update-email", person.identifiers)


def _current(project: Project, email: str | None, user_id: str | None) -> Person | None:
    """Who is meant: the email wins where both are given."""
    if email is not None:
        if project.type is ProjectType.USER_ID and user_id is not None:
            email = None
        else:
            people = project.people.with_email(checked_email(email, "currentEmail"))
            return people[0] if people else None
    if user_id is None:
        text = "Either currentEmail or currentUserId must be set"
        raise refused("BadParams", text, rule="users.update-email.none")
    people = project.people.with_user_id(user_id)
    return people[0] if people else None


def get_by_email(project: Project, _request: Request, _now: Instant, names: Mapping[str, str]) -> Reply:
    """A profile by email; nobody is an empty object."""
    email = checked_email(names["email"])
    people = project.people.with_email(email)
    if project.type is ProjectType.USER_ID and project.settings.email_lookup_in_user_id_project == "none":
        people = []
    return _shown(project, people, "users.get-by-email")


def get_by_user_id(project: Project, _request: Request, _now: Instant, names: Mapping[str, str]) -> Reply:
    """A profile by userId; nobody is an error."""
    people = project.people.with_user_id(names["userId"])
    if not people:
        body = {
            "error": "BadRequest",
            "message": f"No user with userId {names['userId']} exists",
            "code": "error.users.noUserWithIdExists",
            "data": {"args": [names["userId"]]},
        }
        return json_reply(body, 400, rules=("users.get-by-user-id.unknown",))
    return _shown(project, people, "users.get-by-user-id")


def _shown(project: Project, people: list[Person], rule: str) -> Reply:
    if not people:
        return json_reply({}, rules=(f"{rule}.unknown",))
    person = people[0]
    user: dict[str, Any] = {}
    if person.email is not None:
        user["email"] = person.email
    if person.user_id is not None:
        user["userId"] = person.user_id
    user["dataFields"] = project.profile(person)
    return json_reply({"user": user}, rules=(rule,), users=person.identifiers)

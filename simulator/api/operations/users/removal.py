"""Users deleted, forgotten and let in again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from simulator.api.body_schema import ObjectSchema, read_body
from simulator.api.identifiers import checked_email, identifiers_of
from simulator.api.replies import forgotten, json_reply, refused, success
from simulator.project.project_type import ProjectType

if TYPE_CHECKING:
    from collections.abc import Mapping

    from simulator.api.replies import RefusedError
    from simulator.message import Instant, Reply, Request
    from simulator.project import Project

_USER: Final = ObjectSchema({"email": "string", "userId": "string"})


def delete_by_email(project: Project, _request: Request, _now: Instant, names: Mapping[str, str]) -> Reply:
    """Delete a user by email; nobody is as good."""
    if project.type is ProjectType.USER_ID:
        text = "Users of a userID-based project are deleted by userId"
        raise refused("BadParams", text, rule="users.delete.not-by-email")
    email = checked_email(names["email"])
    people = list(project.people.with_email(email))
    if not people and project.settings.delete_unknown_email == "error":
        raise _unknown_user(email, "", "users.delete.unknown-email")
    users = [identifier for person in people for identifier in person.identifiers]
    for person in people:
        project.remove_person(person)
    return success("users.delete.by-email", users) if people else success("users.delete.nobody")


def delete_by_user_id(project: Project, _request: Request, _now: Instant, names: Mapping[str, str]) -> Reply:
    """Delete everybody with a userId."""
    user_id = names["userId"]
    people = list(project.people.with_user_id(user_id))
    if not people:
        raise _unknown_user("", user_id, "users.delete.unknown-user-id")
    users = [identifier for person in people for identifier in person.identifiers]
    for person in people:
        project.remove_person(person)
    text = f"All users associated with {user_id} were successfully deleted"
    return success("users.delete.by-user-id", users, text)


def forget(project: Project, request: Request, _now: Instant, _: Mapping[str, str]) -> Reply:
    """Delete a user and take nothing about them again."""
    email, user_id = _read_identifier(project, request)
    people = project.people.with_email(email) if email is not None else project.people.with_user_id(user_id or "")
    if not people:
        if project.forgotten.includes(email, user_id):
            who = email or user_id or ""
            if project.settings.forget_again == "error":
                rule = "users.forget.forgotten"
                raise forgotten(project, who, rule=rule, operation="users.forget")
            return success("users.forget.again", [who])
        raise _unknown_user(email or "", user_id or "", "users.forget.unknown")
    person = people[0]
    users = person.identifiers
    if project.type is ProjectType.HYBRID and project.settings.forget_both_identifiers:
        email, user_id = person.email, person.user_id
    project.remove_person(person)
    project.forgotten.add(email, user_id)
    return success("users.forget.done", users)


def unforget(project: Project, request: Request, _now: Instant, _: Mapping[str, str]) -> Reply:
    """Take data about somebody forgotten again; what was deleted stays so."""
    email, user_id = _read_identifier(project, request)
    if not project.forgotten.remove(email, user_id):
        raise _unknown_user(email or "", user_id or "", "users.unforget.unknown")
    return success("users.unforget.done", [name for name in (email, user_id) if name is not None])


def _read_identifier(project: Project, request: Request) -> tuple[str | None, str | None]:
    """The identifier by which a project of this type forgets: one of the two, the email first in a hybrid one.

    Raises:
        RefusedError: It is not there, or malformed.
    """
    email, user_id = identifiers_of(read_body(request.path, request.body, _USER))
    if project.type is ProjectType.EMAIL:
        user_id = None
    elif project.type is ProjectType.USER_ID:
        email = None
    if email is None and user_id is None:
        wanted = {"email": "email", "userid": "userId", "hybrid": "Either email or userId"}[project.type.value]
        raise refused("BadParams", f"{wanted} must be specified", rule="users.forget.no-identifier")
    return (email, None) if email is not None else (None, user_id)


def _unknown_user(email: str, user_id: str, rule: str) -> RefusedError:
    return refused("BadParams", f"User does not exist. Email: {email} UserId: {user_id}", rule=rule)


def list_forgotten_emails(project: Project, _request: Request, _now: Instant, _: Mapping[str, str]) -> Reply:
    """The hashes of forgotten emails."""
    if project.type is ProjectType.USER_ID:
        text = "A userID-based project has no forgotten emails"
        raise refused("BadParams", text, rule="users.forgotten.project-type")
    return json_reply({"hashedEmails": list(project.forgotten.emails)}, rules=("users.forgotten.emails",))


def list_forgotten_user_ids(project: Project, _request: Request, _now: Instant, _: Mapping[str, str]) -> Reply:
    """The hashes of forgotten userIds."""
    if project.type is ProjectType.EMAIL:
        text = "An email-based project has no forgotten userIds"
        raise refused("BadParams", text, rule="users.forgotten.project-type")
    return json_reply({"hashedUserIds": list(project.forgotten.user_ids)}, rules=("users.forgotten.user-ids",))

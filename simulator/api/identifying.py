"""Identifiers of a request, checked, and the decision on whom it is about turned into people or refusals."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, assert_never

from simulator.api.replies import RefusedError, no_identifier, refused
from simulator.project.identifiers import is_email, is_user_id, normal_email
from simulator.project.identity import Decision, Refusal

if TYPE_CHECKING:
    from collections.abc import Mapping

    from simulator.message import Instant
    from simulator.project import Project
    from simulator.project.people import Person


def identifiers_of(body: Mapping[str, Any]) -> tuple[str | None, str | None]:
    """Email, in lower case, and userId of a body; None for what is absent.

    Raises:
        RefusedError: One of them is given and malformed; an empty one is.
    """
    email, user_id = body.get("email"), body.get("userId")
    if email is not None:
        email = checked_email(email)
    if user_id is not None and not is_user_id(user_id):
        raise refused("InvalidUserIdError", f"Invalid userId: {user_id}", rule="identifier.invalid-user-id")
    return email, user_id


def checked_email(email: str, label: str = "email:") -> str:
    """An email in lower case.

    Raises:
        RefusedError: It is malformed.
    """
    normal = normal_email(email)
    if not is_email(normal):
        raise refused("InvalidEmailAddressError", f"Invalid {label} {normal}", rule="identifier.invalid-email")
    return normal


def refuse_undecided(
    project: Project, decision: Decision, email: str | None, user_id: str | None, context: str
) -> None:
    """Turn a decision that refuses into the refusal.

    Raises:
        RefusedError: The decision refuses.
    """
    rule = decision.rule
    match decision.refusal:
        case None:
            return
        case Refusal.NO_IDENTIFIER:
            error = no_identifier(context)
        case Refusal.UNKNOWN_EMAIL:
            error = refused("UnknownEmailError", f"No user exists with email {email}", rule=rule)
        case Refusal.UNKNOWN_USER_ID:
            error = refused("UnknownUserIdError", f"No user exists with userId {user_id}", rule=rule)
        case Refusal.USER_ID_REQUIRED:
            error = refused("BadParams", "userId must be specified", rule=rule)
        case Refusal.CONFLICT:
            status = 400 if project.settings.conflict_status == "400" else 409
            text = "Email and userId belong to different users"
            error = refused("ExternalKeyConflict", text, status, rule=rule)
        case unexpected:
            assert_never(unexpected)
    raise error


def person_of(project: Project, decision: Decision, now: Instant) -> Person | None:
    """The person that a decision finds or creates, their identifiers written; None when it drops the request."""
    if decision.create is not None:
        return project.create_person(*decision.create, now)
    person = decision.person
    if person is not None:
        if decision.email is not None:
            project.people.set_email(person, decision.email)
        if decision.user_id is not None:
            project.people.set_user_id(person, decision.user_id)
    return person


__all__ = ["RefusedError", "checked_email", "identifiers_of", "person_of", "refuse_undecided"]

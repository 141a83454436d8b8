"""Identifiers of a request, checked, and the decision on whom it is about turned into people or refusals."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, assert_never
from urllib.parse import parse_qs

from simulator.api.replies import conflicted, forgotten, refused
from simulator.project.identifiers import is_email, is_user_id, normal_email
from simulator.project.identity import Decision, Refusal

if TYPE_CHECKING:
    from collections.abc import Mapping

    from simulator.message import Instant, Request
    from simulator.project import Project
    from simulator.project.person import Person

_NO_USER: Final = "Either email or userId must be set: ApiUserUpdateRequest(None,None,None,None)"
#: Texts of calls that have one of their own for nobody being named.
_NOBODY_NAMED: Final = {
    "events.track": "Either email or userId must be specified in a track call",
    "events.track-bulk": "Either email or userId must be specified in a track call",
    "engagement.track": "Either email or userId must be specified in a track call",
}


def identifiers_of(
    body: Mapping[str, Any], email_name: str = "email", user_id_name: str = "userId"
) -> tuple[str | None, str | None]:
    """Email, in lower case, and userId of a body; None for what is absent.

    Raises:
        RefusedError: One of them is given and malformed; an empty one is.
    """
    email, user_id = body.get(email_name), body.get(user_id_name)
    if email is not None:
        email = checked_email(email)
    if user_id is not None and not is_user_id(user_id):
        raise refused("InvalidUserIdError", f"Invalid userId: {user_id}", rule="identifier.invalid-user-id")
    return email, user_id


def identifiers_in_query(request: Request) -> tuple[str | None, str | None]:
    """The same, from the query.

    Raises:
        RefusedError: One of them is malformed.
    """
    given = {name: values[0] for name, values in parse_qs(request.query, keep_blank_values=True).items()}
    return identifiers_of(given)


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
    project: Project, decision: Decision, email: str | None, user_id: str | None, operation: str
) -> None:
    """Turn a decision that refuses into the refusal.

    Raises:
        RefusedError: The decision refuses.
    """
    if decision.refusal is None:
        return
    rule = f"{operation}.{decision.case}"
    match decision.refusal:
        case Refusal.NO_IDENTIFIER:
            error = refused("BadParams", _NOBODY_NAMED.get(operation, _NO_USER), rule=rule)
        case Refusal.UNKNOWN_EMAIL:
            error = refused("UnknownEmailError", f"No user exists with email {email}", rule=rule)
        case Refusal.UNKNOWN_USER_ID:
            error = refused("UnknownUserIdError", f"No user exists with userId {user_id}", rule=rule)
        case Refusal.USER_ID_REQUIRED:
            error = refused("BadParams", "userId must be specified", rule=rule)
        case Refusal.CONFLICT:
            text = "Email and userId belong to different users"
            error = conflicted(project, "ExternalKeyConflict", text, rule=rule, in_fields=False)
        case Refusal.FORGOTTEN:
            error = forgotten(project, email or user_id or "", rule=rule)
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


def written_person(
    project: Project,
    email: str | None,
    user_id: str | None,
    now: Instant,
    operation: str,
    *,
    prefer_user_id: bool = False,
) -> tuple[Person | None, str]:
    """The person of a call that creates people and writes no data fields, and the rule that decided.

    Raises:
        RefusedError: The call is refused.
    """
    decision = project.identity.for_write(email, user_id, prefer_user_id=prefer_user_id)
    refuse_undecided(project, decision, email, user_id, operation)
    return person_of(project, decision, now), f"{operation}.{decision.case}"


def looked_up(project: Project, email: str | None, user_id: str | None, operation: str) -> tuple[Person | None, str]:
    """The person of a call that creates nobody, None for nobody; and the rule that decided.

    Raises:
        RefusedError: Nobody is named, or not by what finds people in the project.
    """
    decision = project.identity.for_lookup(email, user_id)
    refuse_undecided(project, decision, email, user_id, operation)
    return decision.person, f"{operation}.{decision.case}"


def existing(project: Project, email: str | None, user_id: str | None, operation: str) -> tuple[Person, str]:
    """The person of a call that is refused for nobody, and the rule that decided.

    Raises:
        RefusedError: There is nobody, or nobody is named.
    """
    person, rule = looked_up(project, email, user_id, operation)
    if person is not None:
        return person, rule
    if email is not None:
        raise refused("UnknownEmailError", f"No user exists with email {email}", rule=rule)
    raise refused("UnknownUserIdError", f"No user exists with userId {user_id}", rule=rule)

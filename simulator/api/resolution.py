"""The decision on whom a request is about, turned into a person or a refusal."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, assert_never

from simulator.api.replies import Culprit, RefusedError, conflicted, forgotten, refused
from simulator.project.identity import Decision, Refusal

if TYPE_CHECKING:
    from simulator.message import Instant
    from simulator.project import Project
    from simulator.project.person import Person

_NO_USER: Final = "Either email or userId must be set: ApiUserUpdateRequest(None,None,None,None)"
_RENAMED: Final = "hybrid.both.known-user-id-with-other-email"
#: Texts of calls that have one of their own for nobody being named.
_NOBODY_NAMED: Final = {
    "events.track": "Either email or userId must be specified in a track call",
    "events.track-bulk": "Either email or userId must be specified in a track call",
    "engagement.track": "Either email or userId must be specified in a track call",
}


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
            # What exists stands in the way: of a userId with another email, that is the userId.
            existing = Culprit("UserIds", user_id) if user_id and decision.case == _RENAMED else None
            error = conflicted(project, "ExternalKeyConflict", text, rule=rule, in_fields=False, culprit=existing)
        case Refusal.SHARED_USER_ID:
            error = refused("ExternalKeyConflict", f"Several users have the userId {user_id}", rule=rule)
        case Refusal.FORGOTTEN:
            error = _forgotten(project, email or user_id or "", operation, rule)
        case unexpected:
            assert_never(unexpected)
    raise error


def _forgotten(project: Project, who: str, operation: str, rule: str) -> RefusedError:
    """The refusal of a forgotten user; that of an event has a setting of its own."""
    if operation.startswith("events."):
        status = int(project.settings.track_forgotten)  # `drop` refuses nothing, and is not met here
        return refused("ForgottenUserError", f"User has been forgotten: {who}", status, rule=rule)
    return forgotten(project, who, rule=rule, operation=operation)


def person_of(project: Project, decision: Decision, now: Instant, *, signup_source: str = "API") -> Person | None:
    """The person that a decision finds or creates, their identifiers written; None when it drops the request."""
    if decision.create is not None:
        return project.create_person(*decision.create, now, signup_source=signup_source)
    person = decision.person
    if person is not None:
        if decision.email is not None:
            project.people.set_email(person, decision.email)
        if decision.user_id is not None:
            project.people.set_user_id(person, decision.user_id)
    return person


def resolve_for_write(
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


def find_person(
    project: Project, email: str | None, user_id: str | None, operation: str
) -> tuple[Person | None, str]:
    """The person of a call that creates nobody, None for nobody; and the rule that decided.

    Raises:
        RefusedError: Nobody is named, or not by what finds people in the project.
    """
    decision = project.identity.for_lookup(email, user_id)
    refuse_undecided(project, decision, email, user_id, operation)
    return decision.person, f"{operation}.{decision.case}"


def require_person(project: Project, email: str | None, user_id: str | None, operation: str) -> tuple[Person, str]:
    """The person of a call that is refused for nobody, and the rule that decided.

    Raises:
        RefusedError: There is nobody, or nobody is named.
    """
    person, rule = find_person(project, email, user_id, operation)
    if person is not None:
        return person, rule
    if email is not None:
        raise refused("UnknownEmailError", f"No user exists with email {email}", rule=rule)
    raise refused("UnknownUserIdError", f"No user exists with userId {user_id}", rule=rule)

"""A write to one profile: decided in full first, then applied."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from simulator.api.field_limits import refuse_beyond_profile_limit
from simulator.api.identifiers import checked_email, checked_user_id, identifiers_of
from simulator.api.replies import Culprit, conflicted, forgotten, refused, types_mismatched
from simulator.api.resolution import person_of, refuse_undecided
from simulator.project.field_types import MANAGED_FIELDS, USER, Mismatch, normalised
from simulator.project.project_type import ProjectType

if TYPE_CHECKING:
    from collections.abc import Mapping

    from simulator.api.replies import RefusedError
    from simulator.message import Instant
    from simulator.project import Project
    from simulator.project.identity import Decision
    from simulator.project.person import Person


#: A date that is stored in one form whatever is sent. Source: recorded 2021 by grouparoo/grouparoo.
_SIGNUP_DATE: Final = "signupDate"
_IDENTIFIERS: Final = frozenset({"email", "userId"})
_NOTHING: Final[Mapping[str, Any]] = {}


# A named tuple, as every write makes one.
class ProfileWrite(NamedTuple):
    """A write that nothing stands in the way of.

    Attributes:
        rule: The rule that decided whom it is about.
        decision: Whom it is about.
        fields: The data fields to write.
        types: Types that it fixes.
        email: The email that the data fields rename the person to; None for none.
        user_id: The userId that the data fields rename the person to; None for none.
        nested: Whether objects are merged.
        created: Fields that the project did not have.
        filtered: Fields that were left out, because the project does not take new ones.
        left_out: The rules by which something of the request was left out.
    """

    rule: str
    decision: Decision
    fields: Mapping[str, Any]
    types: dict[str, str]
    email: str | None
    user_id: str | None
    nested: bool
    created: tuple[str, ...]
    filtered: tuple[str, ...]
    left_out: tuple[str, ...]


def plan_write(
    project: Project, body: Mapping[str, Any], operation: str, *, create_fields: bool | None = None
) -> ProfileWrite:
    """Decide on a write.

    Args:
        project: The project.
        body: `email`, `userId`, `preferUserId`, `mergeNestedObjects`, `dataFields`.
        operation: What rule ids begin with, such as `users.update`.
        create_fields: Whether fields that the project does not have are added; None leaves it to the project.

    Raises:
        RefusedError: It is refused; nothing has been applied.
    """
    email, user_id = identifiers_of(body)
    decision = project.identity.for_write(email, user_id, prefer_user_id=body.get("preferUserId", False))
    refuse_undecided(project, decision, email, user_id, operation)
    sent, filtered, left_out = _writable(project, body.get("dataFields", _NOTHING), create_fields=create_fields)
    types: dict[str, str] = {}
    mismatches: list[Mismatch] = []
    fields = project.field_types.conform(USER, sent, types, mismatches)
    if mismatches:
        raise types_mismatched(project.id, mismatches)
    if types:
        refuse_beyond_profile_limit(project, types)
    new_email = new_user_id = None
    if not _IDENTIFIERS.isdisjoint(sent):
        new_email = _new_email(project, decision, sent.get("email"), operation)
        if sent.get("email") is not None and new_email is None and _differs(decision, sent["email"]):
            left_out = (*left_out, "rename.email-left-out")
        new_user_id = _new_user_id(project, decision, sent.get("userId"), operation)
        fields = {name: value for name, value in fields.items() if name not in _IDENTIFIERS}
        types = {name: value for name, value in types.items() if name not in _IDENTIFIERS}
    if _SIGNUP_DATE in fields:
        strict = project.settings.date_forms == "strict"
        fields = {**fields, _SIGNUP_DATE: normalised(fields[_SIGNUP_DATE], strict=strict)}
    created = tuple(name for name in types if "." not in name) if types else ()
    nested = body.get("mergeNestedObjects", False)
    rule = _rule(operation, decision.case)
    return ProfileWrite(rule, decision, fields, types, new_email, new_user_id, nested, created, filtered, left_out)


@lru_cache(maxsize=1024)
def _rule(operation: str, case: str) -> str:
    """The id of the rule that decided: one object for all entries of the journal."""
    return f"{operation}.{case}"


def apply_write(project: Project, write: ProfileWrite, now: Instant, *, signup_source: str = "API") -> Person | None:
    """Apply a write; gives the person, None when nobody is concerned."""
    person = person_of(project, write.decision, now, signup_source=signup_source)
    if person is None:
        return None
    if write.types:
        project.field_types.fix(USER, write.types)
    project.merge_fields(person, write.fields, now, nested=write.nested)
    if write.email is not None:
        project.people.set_email(person, write.email)
    if write.user_id is not None:
        project.people.set_user_id(person, write.user_id)
    return person


def _writable(
    project: Project, fields: Mapping[str, Any], *, create_fields: bool | None
) -> tuple[Mapping[str, Any], tuple[str, ...], tuple[str, ...]]:
    """The data fields that may be written, the names that the project does not take, and by which rules any went."""
    settings = project.settings
    left_out: tuple[str, ...] = ()
    if not MANAGED_FIELDS.isdisjoint(fields):
        if settings.managed_fields == "error":
            managed = next(name for name in fields if name in MANAGED_FIELDS)
            raise refused("BadParams", f"Field {managed} is managed by Iterable", rule="fields.managed")
        left_out = ("fields.managed-left-out",)
        fields = {name: value for name, value in fields.items() if name not in MANAGED_FIELDS}
    if settings.unknown_fields == "add" if create_fields is None else create_fields:
        return fields, (), left_out
    known = project.field_types.known(USER)
    filtered = tuple(name for name in fields if name not in known)
    if filtered:
        left_out = (*left_out, "fields.unknown-left-out")
    return {name: value for name, value in fields.items() if name in known}, filtered, left_out


def _new_email(project: Project, decision: Decision, value: Any, operation: str) -> str | None:
    """What an email in the data fields does: in an email-based project it is no rename by default.

    Source: Iterable support article 217502386, of which versions differ; Segment pull request 3811.
    """
    if not isinstance(value, str):
        return None
    current = _current(decision)[0]
    if value.lower() == current:
        return None
    if project.type is ProjectType.EMAIL:
        match project.settings.data_fields_email:
            case "ignore":
                return None
            case "error":
                raise refused("BadParams", "The email cannot be changed through dataFields", rule="rename.email")
            case "rename":
                pass
    email = checked_email(value)
    if project.forgotten.includes(email, None):
        raise _forgotten(project, Culprit("Emails", email), operation)
    if project.type is not ProjectType.USER_ID and project.people.with_email(email):
        text = f"Email already exists: {email}"
        rule, culprit = "rename.email-taken", Culprit("Emails", email)
        raise conflicted(project, "EmailAlreadyExists", text, rule=rule, in_fields=True, culprit=culprit)
    return email


def _forgotten(project: Project, culprit: Culprit, operation: str) -> RefusedError:
    return forgotten(project, culprit.identifier, rule="rename.forgotten", operation=operation, culprit=culprit)


def _differs(decision: Decision, email: Any) -> bool:
    """Whether an email in the data fields is another than the person has."""
    return isinstance(email, str) and email.lower() != _current(decision)[0]


def _new_user_id(project: Project, decision: Decision, value: Any, operation: str) -> str | None:
    """What a userId in the data fields does: it renames, except that an email-based project checks nothing."""
    if not isinstance(value, str) or value == _current(decision)[1]:
        return None
    checked_user_id(value)
    if project.forgotten.includes(None, value):
        raise _forgotten(project, Culprit("UserIds", value), operation)
    if project.type is not ProjectType.EMAIL and project.people.with_user_id(value):
        text = f"UserId already exists: {value}"
        rule, culprit = "rename.user-id-taken", Culprit("UserIds", value)
        raise conflicted(project, "UserIdAlreadyExists", text, rule=rule, in_fields=True, culprit=culprit)
    return value


def _current(decision: Decision) -> tuple[str | None, str | None]:
    """The identifiers that the person has when the top level of the request has been applied."""
    if decision.create is not None:
        return decision.create
    person = decision.person
    if person is None:
        return None, None
    return decision.email or person.email, decision.user_id or person.user_id

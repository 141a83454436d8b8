"""users/merge: one profile folded into another."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from simulator.api.body_schema import ObjectSchema, read_body
from simulator.api.identifiers import checked_email, checked_user_id
from simulator.api.replies import forgotten, refused, success
from simulator.project.merging import ArrayMerge, merge_people
from simulator.project.project_type import ProjectType

if TYPE_CHECKING:
    from collections.abc import Mapping

    from simulator.message import Instant, Reply, Request
    from simulator.project import Project
    from simulator.project.person import Person

_MERGE: Final = ObjectSchema(
    {
        "sourceEmail": "string",
        "sourceUserId": "string",
        "destinationEmail": "string",
        "destinationUserId": "string",
        "arrayMerge": [ObjectSchema({"field": "string", "dedupeBy": "string"}, frozenset({"field"}))],
    }
)


def merge(project: Project, request: Request, now: Instant, _: Mapping[str, str]) -> Reply:
    """Fold the source into the destination; a destination that nobody is becomes the source's new identifier."""
    body = read_body(request.path, request.body, _MERGE)
    source_key = _identifier(project, body, "source")
    destination_key = _identifier(project, body, "destination")
    for key in (source_key, destination_key):
        if project.forgotten.includes(*key):
            who = key[0] or key[1] or ""
            raise forgotten(project, who, rule="users.merge.forgotten", operation="users.merge")
    source = _holder(project, source_key)
    if source is None:
        text = f"User does not exist. Email: {source_key[0] or ''} UserId: {source_key[1] or ''}"
        raise refused("BadParams", text, rule="users.merge.unknown-source")
    destination = _holder(project, destination_key)
    users = [*source.identifiers, *(destination.identifiers if destination is not None else ())]
    if destination is source:
        return success("users.merge.same-user", users)
    if destination is None:
        email, user_id = destination_key
        if email is not None:
            project.people.set_email(source, email)
        if user_id is not None:
            project.people.set_user_id(source, user_id)
        project.people.begin_change(source)
        source.updated_at = now
        return success("users.merge.unknown-destination", [*users, email or user_id or ""])
    arrays = [ArrayMerge(array["field"], array.get("dedupeBy")) for array in body.get("arrayMerge", [])]
    merge_people(project, source, destination, arrays, now)
    return success("users.merge.merged", users)


def _identifier(project: Project, body: Mapping[str, Any], side: str) -> tuple[str | None, str | None]:
    """The one identifier of a side.

    Raises:
        RefusedError: Both or neither is given, it is malformed, or it is no key in the project.
    """
    email, user_id = body.get(f"{side}Email"), body.get(f"{side}UserId")
    if (email is None) == (user_id is None):
        text = f"Exactly one of {side}Email and {side}UserId must be specified"
        raise refused("BadParams", text, rule="users.merge.one-identifier")
    if email is not None and project.type is ProjectType.USER_ID:
        raise refused("BadParams", f"{side}UserId must be specified", rule="users.merge.not-by-email")
    return (None, checked_user_id(user_id)) if user_id is not None else (checked_email(email or ""), None)


def _holder(project: Project, key: tuple[str | None, str | None]) -> Person | None:
    email, user_id = key
    people = project.people.with_email(email) if email is not None else project.people.with_user_id(user_id or "")
    return people[0] if people else None

"""Unknown users: visitors of whom a profile is made once they have done what a criterion asks for.

The SDK in the app or page keeps what a visitor does, decides by the criteria, makes the profile with a session,
tracks what it kept by the visitor's userId, and merges the profile into the one of whoever logs in. Iterable
documents no HTTP calls of this; what the calls carry is what its SDKs send and read: web 669147f (2026-07-23),
Android 12748cfe (2026-07-20), iOS 25cd00e1 (2026-07-01). Older builds say `anonymoususer` for `unknownuser`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from simulator.api.body_schema import DEVICE, ObjectSchema, read_body
from simulator.api.identifiers import identifiers_of
from simulator.api.operations.events import seconds
from simulator.api.profile_write import apply_write, plan_write
from simulator.api.replies import dropped, json_reply, refused, success
from simulator.api.resolution import find_person
from simulator.project.events import UNKNOWN_SESSION, Event

if TYPE_CHECKING:
    from collections.abc import Mapping

    from simulator.message import Instant, Reply, Request
    from simulator.project import Project

#: The older name of the context is that of builds that say `anonymoususer`.
_CONTEXTS: Final = ("unknownSessionContext", "anonSessionContext")
_VISITOR: Final = ObjectSchema(
    {
        "userId": "string",
        "dataFields": "object",
        "mergeNestedObjects": "boolean",
        "createNewFields": "boolean",
    },
    frozenset({"userId"}),
)
_SESSION: Final = ObjectSchema(
    {"user": _VISITOR, "createdAt": "number", "deviceInfo": DEVICE, **dict.fromkeys(_CONTEXTS, "object")},
    frozenset({"user"}),
)
_CONSENT: Final = ObjectSchema(
    {
        "email": "string",
        "userId": "string",
        "consentTimestamp": "number",
        "isUserKnown": "boolean",
        "deviceInfo": DEVICE,
    },
    frozenset({"consentTimestamp"}),
)


def list_criteria(project: Project, _request: Request, _now: Instant, _: Mapping[str, str]) -> Reply:
    """What makes a profile of an unknown visitor."""
    listed = [criterion.to_json() for criterion in project.criteria]
    return json_reply({"count": len(listed), "criteriaSets": listed}, rules=("unknown-users.list",))


def track_session(project: Project, request: Request, now: Instant, _: Mapping[str, str]) -> Reply:
    """Make a profile of a visitor who has met a criterion, with a session of theirs as its first event."""
    body = read_body(request.path, request.body, _SESSION)
    context: dict[str, Any] = next((body[name] for name in _CONTEXTS if name in body), {})
    _refuse_unknown_criterion(project, context.get("matchedCriteriaId"))
    visitor = {**body["user"], "preferUserId": True}
    write = plan_write(project, visitor, "unknown-users.session", create_fields=visitor.get("createNewFields"))
    person = apply_write(project, write, now)
    if person is None:
        return dropped(write.rule)
    members: dict[str, Any] = {name: body[name] for name in ("deviceInfo", *_CONTEXTS) if name in body}
    at = seconds(project, body.get("createdAt"), now)
    project.events.store(Event(project.new_id(), person, UNKNOWN_SESSION, None, at, {}, members))
    return success(write.rule, person.identifiers, also=write.left_out)


def _refuse_unknown_criterion(project: Project, matched: Any) -> None:
    """Refuse a criterion that is gone, upon which SDKs fetch them anew; a project that has none minds none.

    Raises:
        RefusedError: The project has other criteria.
    """
    if matched is None or not len(project.criteria) or str(matched) in project.criteria:
        return
    text = f"Criteria not found: {matched}"
    raise refused("BadParams", text, 409, rule="unknown-users.session.unknown-criterion")


def track_consent(project: Project, request: Request, _now: Instant, _: Mapping[str, str]) -> Reply:
    """Take note of a visitor's consent; nothing that the API shows changes."""
    body = read_body(request.path, request.body, _CONSENT)
    person, _rule = find_person(project, *identifiers_of(body), "unknown-users.consent")
    return success("unknown-users.consent", () if person is None else person.identifiers)

"""Events: tracked one by one and in bulk, and read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from simulator.api.body_schema import ObjectSchema, read_body
from simulator.api.bulk_result import EVENT_KINDS, BulkResult, refuse_too_many
from simulator.api.field_limits import refuse_beyond_event_limit
from simulator.api.identifiers import checked_email, identifiers_of
from simulator.api.query import Query
from simulator.api.replies import RefusedError, dropped, json_reply, refused, success, types_mismatched
from simulator.api.resolution import person_of, refuse_undecided
from simulator.project.events import CUSTOM_EVENT, Event
from simulator.project.field_types import Mismatch, normalised
from simulator.project.project_type import ProjectType

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from simulator.message import Instant, Reply, Request
    from simulator.project import Project
    from simulator.project.person import Person

EVENT_MEMBERS: Final = {
    "email": "string",
    "userId": "string",
    "eventName": "string",
    "id": "string",
    "createdAt": "number",
    "dataFields": "object",
    "campaignId": "number",
    "templateId": "number",
    "createNewFields": "boolean",
}
_TRACK: Final = ObjectSchema(EVENT_MEMBERS, frozenset({"eventName"}))
_TRACK_BULK: Final = ObjectSchema({"events": [_TRACK]}, frozenset({"events"}))
#: Numbers of this size and above are milliseconds, unless the project says otherwise; assumed.
_MILLISECONDS_FROM: Final = 100_000_000_000
_LONGEST_ID: Final = 512
_UNKNOWN: Final = frozenset({"UnknownEmailError", "UnknownUserIdError"})
_DEFAULT_LIMIT: Final = 30
_LARGEST_LIMIT: Final = 200


def track(project: Project, request: Request, now: Instant, _: Mapping[str, str]) -> Reply:
    """Record one custom event; an accepted one may still be dropped."""
    body = read_body(request.path, request.body, _TRACK)
    if body["eventName"] in project.settings.disallowed_event_names:
        text = f"event {body['eventName']} is disallowed from tracking."
        return dropped("events.track.disallowed", text)
    rule, person, event_id = _track(project, body, now, "events.track")
    text, params = f"Event with id: {event_id} tracked.", {"id": event_id}
    return dropped(rule, text, params) if person is None else success(rule, person.identifiers, text, params)


def track_bulk(project: Project, request: Request, now: Instant, _: Mapping[str, str]) -> Reply:
    """Record many custom events; a failed one does not touch the others."""
    body = read_body(request.path, request.body, _TRACK_BULK)
    items: list[dict[str, Any]] = body["events"]
    settings = project.settings
    refuse_too_many(project, items)
    _refuse_whole(project, items)
    result = BulkResult(EVENT_KINDS, settings)
    for item in items:
        if item["eventName"] in settings.disallowed_event_names:
            result.note("events.track.disallowed", ())
            result.fail_disallowed(item["eventName"])
            continue
        try:
            rule, person, _id = _track(project, item, now, "events.track-bulk")
        except RefusedError as error:
            if error.code in _UNKNOWN and settings.track_bulk_unknown == "drop":
                result.drop(error.reply.rules[0])
            else:
                result.refuse(error, item)
            continue
        if person is not None:
            result.note(rule, person.identifiers)
            result.succeed()
        elif settings.track_bulk_unknown == "report":
            result.note(rule, ())
            result.fail("UnknownEmailError" if item.get("email") else "UnknownUserIdError", item)
        else:
            result.drop(rule)
    as_json = {**result.to_json(), "disallowedEventNames": result.disallowed}
    return json_reply(as_json, rules=result.rules, users=result.users)


def _refuse_whole(project: Project, items: list[dict[str, Any]]) -> None:
    """Refuse a batch for one value of the wrong type, or for too many new fields.

    Raises:
        RefusedError: There is such a value, or there are so many.
    """
    pending: dict[str, dict[str, str]] = {}
    mismatches: list[Mismatch] = []
    for item in items:
        name = item["eventName"]
        types = pending.setdefault(name, {})
        project.field_types.check(name, item.get("dataFields", {}), types, mismatches)
    if mismatches:
        raise types_mismatched(project.id, mismatches)
    refuse_beyond_event_limit(project, pending)


def _track(project: Project, body: Mapping[str, Any], now: Instant, operation: str) -> tuple[str, Person | None, str]:
    """Record an event; gives the rule that decided, whose it is (None for dropped) and its id.

    Raises:
        RefusedError: It is refused; nothing has been applied.
    """
    email, user_id = identifiers_of(body)
    decision = project.identity.for_track(email, user_id)
    refuse_undecided(project, decision, email, user_id, operation)
    name, fields = body["eventName"], body.get("dataFields", {})
    types = checked_types(project, name, fields)
    event_id = checked_id(body) or project.new_id()
    person = person_of(project, decision, now)
    if person is not None:
        members = {key: body[key] for key in ("campaignId", "templateId") if key in body}
        event = Event(
            event_id, person, CUSTOM_EVENT, name, seconds(project, body.get("createdAt"), now), fields, members
        )
        store_event(project, event, types)
    return f"{operation}.{decision.case}", person, event_id


def checked_id(body: Mapping[str, Any]) -> str | None:
    """The id that a body gives an event; None for none.

    Raises:
        RefusedError: It is longer than 512 bytes.
    """
    event_id: str | None = body.get("id") or None
    if event_id is not None and len(event_id.encode("utf-8", "replace")) > _LONGEST_ID:
        raise refused("BadParams", f"id is longer than {_LONGEST_ID} bytes", rule="events.id-too-long")
    return event_id


def checked_types(project: Project, category: str, fields: Mapping[str, Any]) -> dict[str, str]:
    """The types that an event's data fields fix.

    Raises:
        RefusedError: A value does not go into its field, or there are too many fields.
    """
    types: dict[str, str] = {}
    mismatches: list[Mismatch] = []
    project.field_types.check(category, fields, types, mismatches)
    if mismatches:
        raise types_mismatched(project.id, mismatches)
    if types or category not in project.field_types.categories:
        refuse_beyond_event_limit(project, {category: types})
    return types


def store_event(project: Project, event: Event, types: Mapping[str, str]) -> None:
    """Store an event and fix the types of its data fields."""
    settings = project.settings
    if settings.normalise_dates:
        strict = settings.date_forms == "strict"
        event.fields = {name: normalised(value, strict=strict) for name, value in event.fields.items()}
    project.field_types.fix(event.name or event.type, types)
    project.events.store(event)


def seconds(project: Project, created_at: float | None, now: Instant) -> int:
    """The `createdAt` of an event in whole seconds; absent is now."""
    if created_at is None:
        return now // 1000
    unit = project.settings.created_at_unit
    if unit == "milliseconds" or (unit == "bySize" and abs(created_at) >= _MILLISECONDS_FROM):
        created_at /= 1000
    # A date that no calendar has is stored as the nearest that one has.
    return int(min(max(created_at, -62_135_596_800), 253_402_300_799))


def get_by_email(project: Project, request: Request, _now: Instant, names: Mapping[str, str]) -> Reply:
    """The latest events of a user, by email."""
    people = project.people.with_email(checked_email(names["email"]))
    if project.type is ProjectType.USER_ID and project.settings.email_lookup_in_user_id_project == "none":
        people = ()
    return _latest(project, request, people)


def get_by_user_id(project: Project, request: Request, _now: Instant, names: Mapping[str, str]) -> Reply:
    """The latest events of a user, by userId."""
    return _latest(project, request, project.people.with_user_id(names["userId"]))


def _latest(project: Project, request: Request, people: Sequence[Person]) -> Reply:
    limit = _limit(project, request)
    events = [event for person in people for event in project.events.of(person)]
    events.sort(key=lambda event: -event.created_at)
    users = [identifier for person in people for identifier in person.identifiers]
    listed = [project.event_to_json(event) for event in events[:limit]]
    return json_reply({"events": listed}, rules=("events.get",), users=users)


def _limit(project: Project, request: Request) -> int:
    limit = Query(request).number("limit")
    if limit is None:
        return _DEFAULT_LIMIT
    if limit < 1 or (limit > _LARGEST_LIMIT and project.settings.event_limit == "error"):
        raise refused("BadParams", f"limit must be between 1 and {_LARGEST_LIMIT}", rule="events.get.limit")
    return min(limit, _LARGEST_LIMIT)

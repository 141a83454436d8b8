"""The contents of a project as a state document, out and in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from simulator.project.catalogs import Catalog, Item
from simulator.project.dates import parse_seconds
from simulator.project.events import Event
from simulator.project.field_types import MANAGED_FIELDS, USER
from simulator.project.lists import PeopleList
from simulator.project.messages import Message
from simulator.project.project_type import ProjectType
from simulator.project.state import FORMAT_VERSION, StateDocument, UserState
from simulator.project.undoable_map import UndoableMap

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from simulator.message import Instant
    from simulator.project.contents import ProjectContents
    from simulator.project.person import Person
    from simulator.project.state import ItemState, MessageState

_Mistakes = list[tuple[str, str]]


def dump(project: ProjectContents) -> dict[str, Any]:
    """The whole state of a project, in the order in which it came to be."""
    return {
        "version": FORMAT_VERSION,
        "users": [
            {"email": person.email, "userId": person.user_id, "dataFields": project.profile(person)}
            for person in project.people
        ],
        "events": [project.event_to_json(event) for event in project.events],
        **dump_beside_people(project),
    }


def dump_beside_people(project: ProjectContents) -> dict[str, Any]:
    """The part of the state that grows with neither people nor events."""
    return {
        "lists": [
            {
                "id": found.id,
                "name": found.name,
                "description": found.description,
                "listType": found.type,
                "createdAt": found.created_at,
            }
            for found in project.lists
        ],
        "webhooks": [part.to_json() for part in project.webhooks],
        "fields": {category: dict(types) for category, types in project.field_types.categories.items()},
        "catalogs": [
            {"name": catalog.name, "items": _items_to_json(catalog.items), "mappings": dict(catalog.mappings.items())}
            for catalog in project.catalogs
        ],
        "metadata": [{"name": name, "values": _items_to_json(table)} for name, table in project.metadata.items()],
        "forgotten": {"emails": list(project.forgotten.emails), "userIds": list(project.forgotten.user_ids)},
        "channels": [part.to_json() for part in project.channels],
        "messageTypes": [part.to_json() for part in project.message_types],
        "campaigns": [part.to_json() for part in project.campaigns],
        "templates": [part.to_json() for part in project.templates],
        "journeys": [part.to_json() for part in project.journeys],
        "snippets": [part.to_json() for part in project.snippets],
        "sentMessages": [_message_to_json(message.id, message) for message in project.sent],
        "scheduledMessages": [_message_to_json(number, message) for number, message in project.scheduled.items()],
    }


def _items_to_json(items: Iterable[Item]) -> list[dict[str, Any]]:
    return [{"id": item.id, "value": item.value, "lastModified": item.last_modified} for item in items]


def _message_to_json(key: str | int, message: Message) -> dict[str, Any]:
    return {
        "id": key,
        "medium": message.medium,
        "email": message.person.email,
        "userId": message.person.user_id,
        "campaignId": message.campaign_id,
        "templateId": message.template_id,
        "at": message.at,
        "dataFields": message.data_fields,
        "consumed": message.consumed,
    }


def load(project: ProjectContents, state: StateDocument, now: Instant) -> list[tuple[str, str]]:
    """Load a document into an empty project; gives path and message of what does not fit a project of its type."""
    mistakes: _Mistakes = []
    project.begin()
    for category, types in state.fields.items():
        project.field_types.fix(category, types)
    for part in state.lists:
        created_at = now if part.created_at is None else part.created_at
        project.lists.put(part.id, PeopleList(part.id, part.name, part.description, part.list_type, created_at))
    _load_content(project, state, now)
    for index, user in enumerate(state.users):
        problem = _add_user(project, user, now)
        if problem:
            mistakes.append((f"users.{index}", problem))
    for event in state.events:
        project.resume_after(event.id or "")
    _load_events(project, state, now, mistakes)
    for name, messages in (("sentMessages", state.sent_messages), ("scheduledMessages", state.scheduled_messages)):
        _load_messages(project, name, messages, mistakes)
    return mistakes


def _load_content(project: ProjectContents, state: StateDocument, now: Instant) -> None:
    for catalog_part in state.catalogs:
        catalog = Catalog(catalog_part.name, project.changes)
        _load_items(catalog.items, catalog_part.items, now)
        for name, field_type in catalog_part.mappings.items():
            catalog.mappings.put(name, field_type)
        project.catalogs.put(catalog.name, catalog)
    for table_part in state.metadata:
        table: UndoableMap[str, Item] = UndoableMap(project.changes)
        _load_items(table, table_part.values, now)
        project.metadata.put(table_part.name, table)
    project.forgotten.emails.update(dict.fromkeys(state.forgotten.emails))
    project.forgotten.user_ids.update(dict.fromkeys(state.forgotten.user_ids))
    if state.channels is not None:
        project.channels.replace({part.id: part for part in state.channels})
    if state.message_types is not None:
        project.message_types.replace({part.id: part for part in state.message_types})
    project.campaigns.replace({part.id: part for part in state.campaigns})
    project.templates.replace({part.template_id: part for part in state.templates})
    project.journeys.replace({part.id: part for part in state.journeys})
    project.snippets.replace({part.id: part for part in state.snippets})
    project.webhooks.replace({part.id: part for part in state.webhooks})


def _load_items(items: UndoableMap[str, Item], parts: Iterable[ItemState], now: Instant) -> None:
    for part in parts:
        items.put(part.id, Item(part.id, part.value, now if part.last_modified is None else part.last_modified))


def _load_events(project: ProjectContents, state: StateDocument, now: Instant, mistakes: _Mistakes) -> None:
    for index, event in enumerate(state.events):
        person = _find_owner(project, event.email, event.user_id)
        if person is None:
            mistakes.append((f"events.{index}", "nobody has the email or userId of the event"))
            continue
        members = {"campaignId": event.campaign_id, "templateId": event.template_id,
                   "total": event.total, "shoppingCartItems": event.items,
                   **(event.model_extra or {})}  # fmt: skip
        _fix_types(project, event.event_name or event.event_type, event.data_fields)
        project.events.store(
            Event(
                event.id or project.new_id(),
                person,
                event.event_type,
                event.event_name,
                _seconds(event.created_at, now),
                event.data_fields,
                {name: value for name, value in members.items() if value is not None},
            )
        )


def _load_messages(
    project: ProjectContents, name: str, messages: Iterable[MessageState], mistakes: _Mistakes
) -> None:
    for index, part in enumerate(messages):
        person = _find_owner(project, part.email, part.user_id)
        if person is None:
            mistakes.append((f"{name}.{index}", "nobody has the email or userId of the message"))
            continue
        message = Message(
            str(part.id),
            part.medium,
            person,
            part.campaign_id,
            part.template_id,
            part.at,
            part.data_fields,
            part.consumed,
        )
        if name == "sentMessages":
            project.resume_after(message.id)
            project.sent.put(message.id, message)
        elif isinstance(part.id, int):
            project.scheduled.put(part.id, message)
        else:
            mistakes.append((f"{name}.{index}", "the id of a scheduled message is a number"))


def _add_user(project: ProjectContents, user: UserState, now: Instant) -> str:
    """Add a person of a document; gives what is wrong with them in a project of this type."""
    if project.type is ProjectType.EMAIL and user.email is None:
        return "a person of an email-based project has an email"
    if project.type is ProjectType.USER_ID and user.user_id is None:
        return "a person of a userID-based project has a userId"
    if project.type is not ProjectType.USER_ID and user.email and project.people.with_email(user.email):
        return f"{user.email!r} is there already"
    if project.type is not ProjectType.EMAIL and user.user_id and project.people.with_user_id(user.user_id):
        return f"{user.user_id!r} is there already"
    person = project.create_person(user.email, user.user_id, now)
    given = {
        name: value
        for name, value in user.data_fields.items()
        if name not in MANAGED_FIELDS and name not in {"email", "userId"}
    }
    _fix_types(project, USER, given)
    project.merge_fields(person, given, now)
    internal = user.data_fields.get("itblInternal")
    if isinstance(internal, dict):
        person.created_at = _seconds(internal.get("documentCreatedAt"), now) * 1000
        person.updated_at = _seconds(internal.get("documentUpdatedAt"), now) * 1000
    return ""


def _fix_types(project: ProjectContents, category: str, fields: Mapping[str, Any]) -> None:
    pending: dict[str, str] = {}
    project.field_types.check(category, fields, pending, [])
    project.field_types.fix(category, pending)


def _find_owner(project: ProjectContents, email: str | None, user_id: str | None) -> Person | None:
    found = project.people.with_email(email.lower()) if email else ()
    if user_id and (not found or len(found) > 1):
        found = project.people.with_user_id(user_id)
    return found[0] if found else None


def _seconds(value: str | int | None, now: Instant) -> int:
    if isinstance(value, str):
        return parse_seconds(value)
    return now // 1000 if value is None else value

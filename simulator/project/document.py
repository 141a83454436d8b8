"""The contents of a project written out as a state document; `document_reading` takes it back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from simulator.project.state import FORMAT_VERSION
from simulator.project.subscriptions import ids_in

if TYPE_CHECKING:
    from collections.abc import Iterable

    from simulator.project.catalogs import Item
    from simulator.project.contents import ProjectContents
    from simulator.project.exports import ExportJob
    from simulator.project.lists import PeopleList
    from simulator.project.messages import EmbeddedMessage, Message
    from simulator.project.person import Person


def dump(project: ProjectContents) -> dict[str, Any]:
    """The whole state of a project, in the order in which it came to be."""
    orders = {number: [event.id for event in events] for number, events in project.events.orders().items()}
    document = {
        "version": FORMAT_VERSION,
        "ids": project.made_ids(),
        "users": [_person_to_json(project, person, orders.get(person.number)) for person in project.people],
        "events": [project.event_to_json(event) for event in project.events],
        **dump_beside_people(project),
        "exportJobs": [_job_to_json(job) for job in project.jobs],
    }
    on_profiles = _members_on_profiles(project)
    for found, part in zip(project.lists, document["lists"], strict=True):
        members = [person.number for person in found.members]
        if members != on_profiles.get(found.id, []):
            part["members"] = members
    return document


def _person_to_json(project: ProjectContents, person: Person, event_order: list[str] | None) -> dict[str, Any]:
    document: dict[str, Any] = {
        "number": person.number,
        "email": person.email,
        "userId": person.user_id,
        "dataFields": project.profile(person),
    }
    if person.phone is not None and person.phone != person.fields.get("phoneNumber"):
        document["lastPhoneNumber"] = person.phone
    if event_order is not None:
        document["eventOrder"] = event_order
    return document


def _members_on_profiles(project: ProjectContents) -> dict[int, list[int]]:
    """The numbers of the people whose profiles name a list, by list: who is on it as a rule, and in which order."""
    members: dict[int, list[int]] = {}
    for person in project.people:
        for list_id in dict.fromkeys(ids_in(person, project.subscriptions.lists_field)):
            members.setdefault(list_id, []).append(person.number)
    return members


def dump_beside_people(project: ProjectContents) -> dict[str, Any]:
    """The part of the state that grows with neither people nor events."""
    return {
        "lists": [_list_to_json(found) for found in project.lists],
        "webhooks": [part.to_json() for part in project.webhooks],
        "fields": {category: dict(types) for category, types in project.field_types.categories.items() if types},
        "catalogs": [
            {"name": catalog.name, "items": _items_to_json(catalog.items), "mappings": dict(catalog.mappings.items())}
            for catalog in project.catalogs
        ],
        "metadata": [{"name": name, "values": _items_to_json(table)} for name, table in project.metadata.items()],
        "forgotten": {"emails": list(project.forgotten.emails), "userIds": list(project.forgotten.user_ids)},
        "channels": [part.to_json() for part in project.channels],
        "messageTypes": [part.to_json() for part in project.message_types],
        "campaigns": [part.to_state() for part in project.campaigns],
        "experiments": [part.to_json() for part in project.experiments],
        "templates": [part.to_json() for part in project.templates],
        "journeys": [part.to_json() for part in project.journeys],
        "snippets": [part.to_json() for part in project.snippets],
        "sentMessages": [message_to_json(message.id, message) for message in project.sent],
        "scheduledMessages": [
            {**message_to_json(number, message), "messageId": message.id}
            for number, message in project.scheduled.items()
        ],
        "embeddedMessages": [embedded_to_json(message) for message in project.embedded],
        "criteria": [part.to_json() for part in project.criteria],
        "revokedTokens": [{"user": user, "issuedBefore": until} for user, until in project.revoked.items()],
    }


def _job_to_json(job: ExportJob) -> dict[str, Any]:
    return {
        "id": job.id,
        "dataTypeName": job.data_type,
        "jobState": job.state,
        "startedAt": job.started_at,
        "format": job.suffix,
        "content": job.content.text(),
    }


def _list_to_json(found: PeopleList) -> dict[str, Any]:
    return {
        "id": found.id,
        "name": found.name,
        "description": found.description,
        "listType": found.type,
        "createdAt": found.created_at,
    }


def _items_to_json(items: Iterable[Item]) -> list[dict[str, Any]]:
    return [{"id": item.id, "value": item.value, "lastModified": item.last_modified} for item in items]


def message_to_json(key: str | int, message: Message) -> dict[str, Any]:
    """A message that was sent or is scheduled, by the key under which it is kept."""
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
        "read": message.read,
        **({} if message.in_app is None else {"inApp": message.in_app.to_json()}),
    }


def embedded_to_json(message: EmbeddedMessage) -> dict[str, Any]:
    """An embedded message."""
    person = message.person
    return {
        "messageId": message.id,
        "placementId": message.placement_id,
        "email": None if person is None else person.email,
        "userId": None if person is None else person.user_id,
        "campaignId": message.campaign_id,
        "priorityOrder": message.priority_order,
        "isProof": message.is_proof,
        "elements": message.elements,
        "payload": message.payload,
    }

"""A state document taken into a project, with every mistake named."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from simulator.project.catalogs import Catalog, Item
from simulator.project.dates import parse_seconds
from simulator.project.events import Event
from simulator.project.exports import ExportContent, ExportJob, to_files
from simulator.project.field_types import MANAGED_FIELDS, USER
from simulator.project.lists import PeopleList
from simulator.project.messages import EmbeddedMessage, Message
from simulator.project.person import Person
from simulator.project.project_type import ProjectType
from simulator.project.undoable_map import UndoableMap

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from simulator.message import Instant
    from simulator.project.contents import ProjectContents
    from simulator.project.state import EmbeddedState, ItemState, MessageState, StateDocument, UserState

_Mistakes = list[tuple[str, str]]


def load(project: ProjectContents, state: StateDocument, now: Instant) -> list[tuple[str, str]]:
    """Load a document into an empty project; gives path and message of what does not fit a project of its type."""
    mistakes: _Mistakes = []
    _resume_ids(project, state)
    for category, types in state.fields.items():
        project.field_types.fix(category, types)
    for part in state.lists:
        created_at = now if part.created_at is None else part.created_at
        project.lists.put(part.id, PeopleList(part.id, part.name, part.description, part.list_type, created_at))
    _load_content(project, state, now)
    _load_users(project, state, now, mistakes)
    _load_members(project, state, mistakes)
    _load_events(project, state, now, mistakes)
    for name, messages in (("sentMessages", state.sent_messages), ("scheduledMessages", state.scheduled_messages)):
        _load_messages(project, name, messages, mistakes)
    _load_embedded(project, state.embedded_messages, mistakes)
    project.criteria.replace({part.criteria_id: part for part in state.criteria})
    return mistakes


def _resume_ids(project: ProjectContents, state: StateDocument) -> None:
    """Make up no id that the document holds, or that its project has made up before.

    A document without `ids` counts as the first request, as it always did: journals hold such documents.
    """
    if state.ids is None:
        project.begin()
    else:
        project.resume_ids(state.ids.model_dump(by_alias=True, exclude_none=True))
    if state.ids is None or state.ids.requests is None:
        for known in _ids_in(state):
            project.resume_after(known)
    if project.has_made_later_ids and not all(event.id for event in state.events):
        project.begin()


def _ids_in(state: StateDocument) -> Iterator[str]:
    """The ids in a document that may have been made up."""
    yield from (event.id for event in state.events if event.id)
    yield from (str(message.id) for message in state.sent_messages)
    yield from (message.message_id for message in state.scheduled_messages if message.message_id)


def _load_users(project: ProjectContents, state: StateDocument, now: Instant, mistakes: _Mistakes) -> None:
    """Add everybody: first those who have a number, in its order, which is the order in which people came."""
    numbered = [(user.number, index, user) for index, user in enumerate(state.users) if user.number is not None]
    numbers: set[int] = set()
    project.people.resume_after(max((number for number, _, _ in numbered), default=0))
    for number, index, user in sorted(numbered, key=lambda entry: entry[:2]):
        if number in numbers:
            mistakes.append((f"users.{index}.number", f"another user has the number {number}"))
            continue
        numbers.add(number)
        _add_user(project, user, index, now, mistakes)
    for index, user in enumerate(state.users):
        if user.number is None:
            _add_user(project, user, index, now, mistakes)


def _load_members(project: ProjectContents, state: StateDocument, mistakes: _Mistakes) -> None:
    """Put on each list that names its members these and no others."""
    for index, part in enumerate(state.lists):
        found = project.lists.get(part.id)
        if part.members is None or found is None:
            continue
        found.members.clear()
        for place, number in enumerate(part.members):
            person = project.people.numbered(number)
            if person is None:
                mistakes.append((f"lists.{index}.members.{place}", f"no user has the number {number}"))
            else:
                found.members[person] = None


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
    project.experiments.replace({part.id: part for part in state.experiments})
    project.templates.replace({part.template_id: part for part in state.templates})
    project.journeys.replace({part.id: part for part in state.journeys})
    project.snippets.replace({part.id: part for part in state.snippets})
    project.webhooks.replace({part.id: part for part in state.webhooks})
    for job in state.export_jobs:
        content = ExportContent(to_files(job.content))
        project.jobs.put(job.id, ExportJob(job.id, job.data_type, job.job_state, job.started_at, content, job.format))
    project.revoked.update({part.user: part.issued_before for part in state.revoked_tokens})


def _load_items(items: UndoableMap[str, Item], parts: Iterable[ItemState], now: Instant) -> None:
    for part in parts:
        items.put(part.id, Item(part.id, part.value, now if part.last_modified is None else part.last_modified))


def _load_events(project: ProjectContents, state: StateDocument, now: Instant, mistakes: _Mistakes) -> None:
    for index, event in enumerate(state.events):
        person = _find_owner(project, event.email, event.user_id)
        if person is None:
            mistakes.append((f"events.{index}", "no user has the email or userId of the event"))
            continue
        members = {"campaignId": event.campaign_id, "templateId": event.template_id,
                   "total": event.total, "shoppingCartItems": event.items,
                   **(event.model_extra or {})}  # fmt: skip
        if state.ids is None:
            _fix_types(project, event.event_name or event.event_type, event.data_fields)
        elif event.event_name is not None:
            project.field_types.fix(event.event_name, {})
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
    for user in state.users:
        if user.event_order is not None:
            owner = _find_owner(project, user.email, user.user_id)
            if owner is not None:
                project.events.reorder(owner, user.event_order)


def _load_messages(
    project: ProjectContents, name: str, messages: Iterable[MessageState], mistakes: _Mistakes
) -> None:
    for index, part in enumerate(messages):
        person = _find_owner(project, part.email, part.user_id)
        if person is None:
            mistakes.append((f"{name}.{index}", "no user has the email or userId of the message"))
            continue
        message = Message(
            part.message_id or str(part.id),
            part.medium,
            person,
            part.campaign_id,
            part.template_id,
            part.at,
            part.data_fields,
            part.consumed,
            part.in_app,
            part.read,
        )
        if name == "sentMessages":
            project.sent.put(message.id, message)
        elif isinstance(part.id, int):
            project.scheduled.put(part.id, message)
        else:
            mistakes.append((f"{name}.{index}", "the id of a scheduled message must be a number"))


def _load_embedded(project: ProjectContents, messages: Iterable[EmbeddedState], mistakes: _Mistakes) -> None:
    for index, part in enumerate(messages):
        person = _find_owner(project, part.email, part.user_id)
        if person is None and (part.email or part.user_id):
            mistakes.append((f"embeddedMessages.{index}", "no user has the email or userId of the message"))
            continue
        message = EmbeddedMessage(
            part.message_id,
            part.placement_id,
            person,
            part.campaign_id,
            part.priority_order,
            part.is_proof,
            part.elements,
            part.payload,
        )
        project.embedded.put(message.id, message)


def _add_user(project: ProjectContents, user: UserState, index: int, now: Instant, mistakes: _Mistakes) -> None:
    """Add a person of a document; one who has a number is taken as they stand."""
    problem = _problem_of(project, user)
    if problem:
        mistakes.append((f"users.{index}", problem))
        return
    given = {
        name: value
        for name, value in user.data_fields.items()
        if name not in MANAGED_FIELDS and name not in {"email", "userId"}
    }
    if user.number is None:
        person = project.create_person(user.email, user.user_id, now)
        _fix_types(project, USER, given)
    else:
        person = Person(user.email, user.user_id, now)
        person.number = user.number
        project.people.add(person)
    project.merge_fields(person, given, now)
    person.phone = user.last_phone_number or person.phone
    internal = user.data_fields.get("itblInternal")
    if isinstance(internal, dict):
        person.created_at = _seconds(internal.get("documentCreatedAt"), now) * 1000
        person.updated_at = _seconds(internal.get("documentUpdatedAt"), now) * 1000


def _problem_of(project: ProjectContents, user: UserState) -> str:
    """What is wrong with a person of a document in a project of this type; empty for nothing."""
    if project.type is ProjectType.EMAIL and user.email is None:
        return "a person of an email-based project has an email"
    if project.type is ProjectType.USER_ID and user.user_id is None:
        return "a person of a userID-based project has a userId"
    if project.type is not ProjectType.USER_ID and user.email and project.people.with_email(user.email):
        return f"{user.email!r} already exists"
    if project.type is not ProjectType.EMAIL and user.user_id and project.people.with_user_id(user.user_id):
        return f"{user.user_id!r} already exists"
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

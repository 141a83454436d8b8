"""One project: who is there, what they did, and what its fields hold."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final
from zlib import crc32

from simulator.project.configuration import ProjectConfiguration, ProjectType
from simulator.project.dates import format_instant, format_seconds, parse_seconds
from simulator.project.events import Event, Events
from simulator.project.field_types import USER, FieldTypes
from simulator.project.identity import Identity
from simulator.project.people import People, Person
from simulator.project.state import FORMAT_VERSION, StateDocument, StateError, UserState, read_state

if TYPE_CHECKING:
    from collections.abc import Mapping

    from simulator.message import Instant

#: Written by Iterable alone; what a request or a document says about them is not taken.
MANAGED_FIELDS: Final = frozenset({"profileUpdatedAt", "itblInternal", "itblUserId", "itblDS", "phoneNumberDetails"})


class Project:
    """A project in all its state; what decides and what answers is above it."""

    def __init__(self, configuration: ProjectConfiguration) -> None:
        self.configuration = configuration
        self.type = configuration.type
        self.settings = configuration.settings
        #: What Iterable calls the project in its messages.
        self.id = 10_000 + crc32(configuration.name.encode()) % 90_000
        self.reset()

    def reset(self) -> None:
        """Bring the project back to its first state, which is empty."""
        self.people = People()
        self.events = Events()
        self.field_types = FieldTypes(self.settings)
        self.lists: list[dict[str, Any]] = []
        self.webhooks: list[dict[str, Any]] = []
        self.identity = Identity(self.type, self.settings, self.people, str(self.id))

    def create_person(self, email: str | None, user_id: str | None, now: Instant) -> Person:
        """A new person; who may be one has been decided before."""
        person = Person(email, user_id, now)
        person.fields["signupDate"] = format_instant(now)
        person.fields["signupSource"] = "API"
        self.people.add(person)
        return person

    def remove_person(self, person: Person) -> None:
        """Remove a person with all their events."""
        self.people.remove(person)
        self.events.remove_of(person)

    def merge_fields(self, person: Person, fields: Mapping[str, Any], now: Instant, *, nested: bool = False) -> None:
        """Write data fields onto a profile: null removes a field, and objects are replaced.

        Args:
            person: Whose profile.
            fields: The fields; those that only Iterable writes have been taken out.
            now: The present.
            nested: Merge objects one level deep; what is deeper is replaced all the same.
        """
        profile = person.fields
        for name, value in fields.items():
            if value is None:
                profile.pop(name, None)
            elif nested and isinstance(value, dict) and isinstance(profile.get(name), dict):
                merged = {**profile[name], **value}
                profile[name] = {key: item for key, item in merged.items() if item is not None}
            else:
                profile[name] = value
        person.updated_at = now

    def profile(self, person: Person) -> dict[str, Any]:
        """The data fields of a person as the API shows them, with the identifiers and what Iterable adds."""
        fields = dict(person.fields)
        if person.email is not None:
            fields["email"] = person.email
        if person.user_id is not None:
            fields["userId"] = person.user_id
        fields["profileUpdatedAt"] = format_instant(person.updated_at)
        internal = {
            "documentCreatedAt": format_instant(person.created_at),
            "documentUpdatedAt": format_instant(person.updated_at),
        }
        if person.email is not None:
            internal["emailDomain"] = person.email.rpartition("@")[2]
        fields["itblInternal"] = internal
        if self.type is not ProjectType.EMAIL:
            fields["itblUserId"] = f"{crc32(f'{self.id}:{person.number}'.encode()):08x}"
        return fields

    def show_event(self, event: Event) -> dict[str, Any]:
        """An event as the API shows it."""
        shown: dict[str, Any] = {}
        if event.person.email is not None:
            shown["email"] = event.person.email
        if event.person.user_id is not None:
            shown["userId"] = event.person.user_id
        shown["createdAt"] = format_seconds(event.created_at)
        if event.name is not None:
            shown["eventName"] = event.name
        return {**shown, "eventType": event.type, "id": event.id, **event.members, "dataFields": event.fields}

    def counts(self) -> dict[str, int]:
        """How many people, events and lists there are."""
        return {"users": len(self.people), "events": len(self.events), "lists": len(self.lists)}

    def state_document(self) -> dict[str, Any]:
        """The whole state; `replace_state` takes it back."""
        return {
            "version": FORMAT_VERSION,
            "users": [self._show_person(person) for person in self.people],
            "events": [self.show_event(event) for event in self.events],
            "lists": list(self.lists),
            "webhooks": list(self.webhooks),
            "fields": {category: dict(types) for category, types in self.field_types.categories.items()},
        }

    def _show_person(self, person: Person) -> dict[str, Any]:
        return {"email": person.email, "userId": person.user_id, "dataFields": self.profile(person)}

    def replace_state(self, document: object, now: Instant) -> None:
        """Take over a state document; one with mistakes changes nothing.

        Raises:
            StateError: With every mistake.
        """
        state = read_state(document)
        fresh = Project(self.configuration)
        mistakes = fresh._fill(state, now)  # a project of its own, filled before it is taken over
        if mistakes:
            raise StateError(mistakes)
        self.people, self.events, self.field_types = fresh.people, fresh.events, fresh.field_types
        self.lists, self.webhooks, self.identity = fresh.lists, fresh.webhooks, fresh.identity

    def _fill(self, state: StateDocument, now: Instant) -> list[tuple[str, str]]:
        mistakes: list[tuple[str, str]] = []
        for category, types in state.fields.items():
            self.field_types.fix(category, types)
        for index, user in enumerate(state.users):
            problem = self._add_user(user, now)
            if problem:
                mistakes.append((f"users.{index}", problem))
        for index, event in enumerate(state.events):
            person = self._owner(event.email, event.user_id)
            if person is None:
                mistakes.append((f"events.{index}", "nobody has the email or userId of the event"))
                continue
            members = {"campaignId": event.campaign_id, "templateId": event.template_id,
                       "total": event.total, "shoppingCartItems": event.items}  # fmt: skip
            self._fix_types(event.event_name or event.event_type, event.data_fields)
            self.events.store(
                Event(
                    event.id or self.events.next_id(str(self.id)),
                    person,
                    event.event_type,
                    event.event_name,
                    _seconds(event.created_at, now),
                    event.data_fields,
                    {name: value for name, value in members.items() if value is not None},
                )
            )
        self.lists = [part.model_dump(by_alias=True) for part in state.lists]
        self.webhooks = [part.model_dump(by_alias=True) for part in state.webhooks]
        return mistakes

    def _add_user(self, user: UserState, now: Instant) -> str:
        """Add a person of a document; gives what is wrong with them in a project of this type."""
        if self.type is ProjectType.EMAIL and user.email is None:
            return "a person of an email-based project has an email"
        if self.type is ProjectType.USER_ID and user.user_id is None:
            return "a person of a userID-based project has a userId"
        if self.type is not ProjectType.USER_ID and user.email and self.people.with_email(user.email):
            return f"{user.email!r} is there already"
        if self.type is not ProjectType.EMAIL and user.user_id and self.people.with_user_id(user.user_id):
            return f"{user.user_id!r} is there already"
        person = self.create_person(user.email, user.user_id, now)
        given = {
            name: value
            for name, value in user.data_fields.items()
            if name not in MANAGED_FIELDS and name not in {"email", "userId"}
        }
        self._fix_types(USER, given)
        self.merge_fields(person, given, now)
        internal = user.data_fields.get("itblInternal")
        if isinstance(internal, dict):
            person.created_at = _seconds(internal.get("documentCreatedAt"), now) * 1000
            person.updated_at = _seconds(internal.get("documentUpdatedAt"), now) * 1000
        return ""

    def _fix_types(self, category: str, fields: Mapping[str, Any]) -> None:
        pending: dict[str, str] = {}
        self.field_types.check(category, fields, pending, [])
        self.field_types.fix(category, pending)

    def _owner(self, email: str | None, user_id: str | None) -> Person | None:
        found = self.people.with_email(email.lower()) if email else []
        if user_id and (not found or len(found) > 1):
            found = self.people.with_user_id(user_id)
        return found[0] if found else None


def _seconds(value: str | int | None, now: Instant) -> int:
    if isinstance(value, str):
        return parse_seconds(value)
    return now // 1000 if value is None else value

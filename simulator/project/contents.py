"""What one project holds: who is there, what they did, and what its fields hold."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final
from zlib import crc32

from simulator.project.campaigns import Campaigns
from simulator.project.changes import Changes
from simulator.project.configuration import ProjectConfiguration
from simulator.project.content import FIRST_CHANNELS, FIRST_MESSAGE_TYPES
from simulator.project.dates import format_instant, format_seconds
from simulator.project.events import Event, Events
from simulator.project.field_types import FieldTypes
from simulator.project.forgotten import Forgotten
from simulator.project.identity import Identity
from simulator.project.lists import Lists
from simulator.project.people import People
from simulator.project.person import Person
from simulator.project.phones import region_code
from simulator.project.project_type import ProjectType
from simulator.project.subscriptions import Subscriptions
from simulator.project.undoable_map import UndoableMap

if TYPE_CHECKING:
    from collections.abc import Mapping

    from simulator.message import Instant
    from simulator.project.app_content import Criterion
    from simulator.project.catalogs import Catalog, Item
    from simulator.project.content import Channel, Journey, MessageType, Snippet, Template, Webhook
    from simulator.project.experiments import Experiment
    from simulator.project.exports import ExportJob
    from simulator.project.messages import EmbeddedMessage, Message
    from simulator.project.pending import Pending

_PHONE: Final = "phoneNumber"
_ID_LENGTH: Final = 24
#: What a project makes from its configuration and its parts.
_DERIVED: Final = frozenset({"configuration", "type", "id", "changes", "subscriptions", "identity"})


class ProjectContents:
    """All the state of a project; what decides, and what answers, is above it."""

    def __init__(self, configuration: ProjectConfiguration) -> None:
        self.configuration = configuration
        self.type = configuration.type
        #: What Iterable calls the project in its messages.
        self.id = configuration.id or 10_000 + crc32(configuration.name.encode()) % 90_000
        self.reset()

    def reset(self) -> None:
        """Bring the project back to its first state: nobody there, one channel of each type, its first settings."""
        self.settings = settings = self.configuration.settings
        self.changes = changes = Changes()
        #: What the ids that are made up follow from: the project's own id, or that of the project whose state it got.
        self.id_origin = self.id
        #: The number of the first request that can have been about the people who are there now; 0 for every one.
        self.people_since = 0
        self.people = People(changes)
        self.forgotten = Forgotten(changes)
        self.events = Events(
            changes, per_person=settings.event_id_scope == "user", merge=settings.event_id_update == "merge"
        )
        self.field_types = FieldTypes(settings, changes)
        self.lists = Lists(changes)
        self.catalogs: UndoableMap[str, Catalog] = UndoableMap(changes)
        self.metadata: UndoableMap[str, UndoableMap[str, Item]] = UndoableMap(changes)
        self.channels: UndoableMap[int, Channel] = UndoableMap(changes)
        self.message_types: UndoableMap[int, MessageType] = UndoableMap(changes)
        self.campaigns = Campaigns(changes)
        self.experiments: UndoableMap[int, Experiment] = UndoableMap(changes)
        self.templates: UndoableMap[int, Template] = UndoableMap(changes)
        self.journeys: UndoableMap[int, Journey] = UndoableMap(changes)
        self.snippets: UndoableMap[int, Snippet] = UndoableMap(changes)
        self.webhooks: UndoableMap[int, Webhook] = UndoableMap(changes)
        self.sent: UndoableMap[str, Message] = UndoableMap(changes)
        self.scheduled: UndoableMap[int, Message] = UndoableMap(changes)
        self.embedded: UndoableMap[str, EmbeddedMessage] = UndoableMap(changes)
        self.criteria: UndoableMap[str, Criterion] = UndoableMap(changes)
        self.jobs: UndoableMap[int, ExportJob] = UndoableMap(changes)
        #: Until when, in seconds, the tokens of an email or userId have been revoked.
        self.revoked: dict[str, int] = {}
        #: Requests that are accepted and not carried out yet: a heap.
        self.pending: list[Pending] = []
        self._request = self._current = self._made = 0
        for channel in FIRST_CHANNELS:
            self.channels.put(channel.id, channel)
        for message_type in FIRST_MESSAGE_TYPES:
            self.message_types.put(message_type.id, message_type)
        self._bind()

    def _bind(self) -> None:
        """Make what only looks at the other parts."""
        self.subscriptions = Subscriptions(self.type, self.people, self.lists)
        self.identity = Identity(self.type, self.settings, self.people, self.forgotten, str(self.id_origin))

    def parts(self) -> dict[str, Any]:
        """All that the project holds beside its configuration, by name; `replace_parts` takes it back."""
        parts = {name: part for name, part in vars(self).items() if name not in _DERIVED}
        return {**parts, "deferred": self.changes.deferred}

    def replace_parts(self, parts: Mapping[str, Any], changes: Changes) -> None:
        """Take over the parts of a project of the same configuration.

        Args:
            parts: What `parts` gave.
            changes: The change log of these parts.
        """
        self.reset()
        vars(self).update({name: part for name, part in parts.items() if name != "deferred"})
        self.changes = changes
        changes.add_deferred(parts["deferred"])
        self._bind()

    def begin(self, request: int | None = None) -> int:
        """Begin a request; gives its number, from which the ids that it makes up follow.

        Args:
            request: The number of a request that is carried out again; None for a new one.
        """
        if request is None:
            self._request = request = self._request + 1
        self._current = request
        self._made = 0
        return request

    def new_id(self) -> str:
        """An id that nothing else in the project has: 24 hexadecimal digits."""
        self._made += 1
        return f"{self.id_origin:05x}{self._current:011x}{self._made:08x}"

    def resume_after(self, made: str) -> None:
        """Make up no id again that this project made up before."""
        if len(made) == _ID_LENGTH and made.startswith(f"{self.id_origin:05x}"):
            try:
                self._request = max(self._request, int(made[5:16], 16))
            except ValueError:  # somebody else's id that looks like ours
                return

    def made_ids(self) -> dict[str, int]:
        """What the ids that the project makes up follow from; `resume_ids` takes it back."""
        numbered = {name: part.last_number for name, part in self._numbered().items()}
        return {"project": self.id_origin, "requests": self._request, **numbered}

    def resume_ids(self, made: Mapping[str, int]) -> None:
        """Make up the ids that follow on those of another project.

        Args:
            made: What `made_ids` gave; a part that is absent begins anew.
        """
        self.id_origin = made.get("project", self.id_origin)
        self._request = max(self._request, made.get("requests", 0))
        for name, part in self._numbered().items():
            part.resume_after(made.get(name, 0))
        self._bind()

    def _numbered(self) -> dict[str, People | UndoableMap[int, Any]]:
        """The parts that give numbers of their own."""
        return {
            "users": self.people,
            "lists": self.lists,
            "campaigns": self.campaigns,
            "experiments": self.experiments,
            "templates": self.templates,
            "snippets": self.snippets,
            "scheduledMessages": self.scheduled,
            "exportJobs": self.jobs,
        }

    @property
    def has_made_later_ids(self) -> bool:
        """Whether a later request than the present one has made up ids."""
        return self._request > self._current

    def awaits(self, identifier: str) -> bool:
        """Whether an accepted request about somebody is not carried out yet."""
        return any(identifier in pending.users for pending in self.pending)

    def create_person(
        self, email: str | None, user_id: str | None, now: Instant, *, signup_source: str = "API"
    ) -> Person:
        """A new person; who may be one has been decided before."""
        person = Person(email, user_id, now)
        person.fields["signupDate"] = format_instant(now)
        person.fields["signupSource"] = signup_source
        self.people.add(person)
        return person

    def remove_person(self, person: Person) -> None:
        """Remove a person with all their events, list memberships and messages."""
        for found in self.lists:
            self.lists.leave(found.id, person)
        for kept in (self.sent, self.scheduled, self.embedded):
            self._remove_messages(kept, person)
        self.people.remove(person)
        self.events.remove_of(person)

    @staticmethod
    def _remove_messages(kept: UndoableMap[Any, Any], person: Person) -> None:
        for key, message in kept.items():
            if message.person is person:
                kept.remove(key)

    def merge_fields(self, person: Person, fields: Mapping[str, Any], now: Instant, *, nested: bool = False) -> None:
        """Write data fields onto a profile: null removes a field, and objects are replaced.

        Args:
            person: Whose profile.
            fields: The fields; those that only Iterable writes have been taken out.
            now: The present.
            nested: Merge objects one level deep; what is deeper is replaced all the same.
        """
        self.people.begin_change(person).set_fields(fields, nested=nested)
        person.updated_at = now
        if isinstance(fields.get(_PHONE), str):
            person.phone = fields[_PHONE]
        if self.subscriptions.lists_field in fields:
            self.subscriptions.update_members(person)

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
        region = None if person.phone is None else region_code(person.phone)
        if region is not None:
            internal["regionCode"] = region
        fields["itblInternal"] = internal
        if self.type is not ProjectType.EMAIL:
            fields["itblUserId"] = f"{crc32(f'{self.id_origin}:{person.number}'.encode()):08x}"
        return fields

    def event_to_json(self, event: Event) -> dict[str, Any]:
        """An event as the API shows it."""
        members: dict[str, Any] = {}
        if event.person.email is not None:
            members["email"] = event.person.email
        if event.person.user_id is not None:
            members["userId"] = event.person.user_id
        members["createdAt"] = format_seconds(event.created_at)
        if event.name is not None:
            members["eventName"] = event.name
        return {**members, "eventType": event.type, "id": event.id, **event.members, "dataFields": event.fields}

    def counts(self) -> dict[str, int]:
        """How much there is of everything; `pending` are requests that are accepted and not carried out yet."""
        return {
            "users": len(self.people),
            "events": len(self.events),
            "lists": len(self.lists),
            "catalogs": len(self.catalogs),
            "templates": len(self.templates),
            "campaigns": len(self.campaigns),
            "messages": len(self.sent),
            "embeddedMessages": len(self.embedded),
            "criteria": len(self.criteria),
            "pending": len(self.pending),
        }

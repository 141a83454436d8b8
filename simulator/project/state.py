"""The state document of a project: written out, and read back with every mistake named."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Final, Literal, cast

from pydantic import BaseModel, ConfigDict, Field, StrictFloat, StrictInt, StrictStr, ValidationError, model_validator

from simulator.input_mistakes import input_problems
from simulator.project.app_content import Criterion, InAppContent
from simulator.project.content import Campaign, Channel, Journey, MessageType, Snippet, Template, Webhook
from simulator.project.dates import parse_seconds
from simulator.project.experiments import Experiment
from simulator.project.identifiers import is_email, is_user_id, normal_email

if TYPE_CHECKING:
    from pydantic import JsonValue

FORMAT_VERSION = 1
#: What the name of an event is called elsewhere: Segment's own word, and Python's.
_NOT_EVENT_NAME: Final = ("event", "name", "eventname", "EventName")


class StateError(ValueError):
    """A state document that cannot be taken; `mistakes` has path and message of each."""

    def __init__(self, mistakes: list[tuple[str, str]]) -> None:
        super().__init__("; ".join(f"{path}: {message}" for path, message in mistakes))
        self.mistakes = mistakes


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", populate_by_name=True)


#: A number that ids are made of: they have room for this much.
_Number = Annotated[StrictInt, Field(ge=0, lt=1 << 40)]


class UserState(_Part):
    """A person."""

    email: StrictStr | None = None
    user_id: StrictStr | None = Field(None, alias="userId")
    data_fields: dict[str, Any] = Field(default_factory=dict, alias="dataFields")
    number: Annotated[_Number, Field(ge=1)] | None = Field(
        None, description="Which person of the project it is; itblUserId follows from it."
    )
    last_phone_number: StrictStr | None = Field(
        None,
        alias="lastPhoneNumber",
        description="The one that the region is of, where dataFields has another or none.",
    )
    event_order: list[StrictStr] | None = Field(
        None,
        alias="eventOrder",
        description="Ids in the order of the person's events, where it is not that of `events`.",
    )

    @model_validator(mode="after")
    def _identified(self) -> UserState:
        if self.email is not None:
            self.email = normal_email(self.email)
            if not is_email(self.email):
                raise ValueError(f"{self.email!r} is not an email address")
        if self.user_id is not None and not is_user_id(self.user_id):
            raise ValueError(f"{self.user_id!r} is not a userId: 1 to 52 printable characters")
        if self.email is None and self.user_id is None:
            raise ValueError("a user needs an email, a userId, or both")
        return self


class EventState(_Part):
    """An event; `email` and `userId` say whose it is. Members of Iterable's own event types may stand beside."""

    model_config = ConfigDict(extra="allow", populate_by_name=True)

    email: StrictStr | None = None
    user_id: StrictStr | None = Field(None, alias="userId")
    event_name: StrictStr | None = Field(None, alias="eventName")
    event_type: StrictStr = Field("customEvent", alias="eventType")
    created_at: StrictStr | StrictInt | None = Field(None, alias="createdAt")
    id: StrictStr | None = None
    data_fields: dict[str, Any] = Field(default_factory=dict, alias="dataFields")
    campaign_id: StrictInt | StrictFloat | None = Field(None, alias="campaignId")
    template_id: StrictInt | StrictFloat | None = Field(None, alias="templateId")
    total: StrictInt | float | None = None
    items: list[Any] | None = Field(None, alias="shoppingCartItems")

    @model_validator(mode="after")
    def _dated(self) -> EventState:
        if isinstance(self.created_at, str):
            parse_seconds(self.created_at)
        return self

    @model_validator(mode="after")
    def _named(self) -> EventState:
        if self.event_name is None and self.event_type == "customEvent":
            for name in _NOT_EVENT_NAME:
                if name in (self.model_extra or {}):
                    raise ValueError(f"the name of an event goes in eventName, not in {name}")
        return self


class ListState(_Part):
    """A list; who is on it stands on the profiles, unless `members` says it."""

    id: Annotated[StrictInt, Field(ge=1)]
    name: StrictStr
    description: StrictStr = ""
    list_type: Literal["Standard", "Dynamic", "Suppression", "Internal"] = Field("Standard", alias="listType")
    created_at: StrictInt | None = Field(None, alias="createdAt", description="Milliseconds since the epoch.")
    members: list[StrictInt] | None = Field(None, description="The numbers of the people on it, in order.")


class ItemState(_Part):
    """An item of a catalog, or a value of a metadata table."""

    id: Annotated[StrictStr, Field(min_length=1)]
    value: dict[str, Any]
    last_modified: StrictInt | None = Field(None, alias="lastModified", description="Milliseconds since the epoch.")


class CatalogState(_Part):
    """A catalog with its items."""

    name: Annotated[StrictStr, Field(min_length=1, max_length=255)]
    items: list[ItemState] = Field(default_factory=list)
    mappings: dict[str, str] = Field(default_factory=dict, description="Field types that are fixed.")


class TableState(_Part):
    """A metadata table with its values."""

    name: Annotated[StrictStr, Field(min_length=1, max_length=255)]
    values: list[ItemState] = Field(default_factory=list)


class ForgottenState(_Part):
    """SHA-256 hashes of forgotten identifiers, in hexadecimal."""

    emails: list[StrictStr] = Field(default_factory=list)
    user_ids: list[StrictStr] = Field(default_factory=list, alias="userIds")


class MessageState(_Part):
    """A message that was sent, or is scheduled; `email` and `userId` say to whom."""

    id: StrictStr | StrictInt
    medium: StrictStr
    email: StrictStr | None = None
    user_id: StrictStr | None = Field(None, alias="userId")
    campaign_id: StrictInt = Field(alias="campaignId")
    template_id: StrictInt = Field(0, alias="templateId")
    at: StrictInt = Field(description="Milliseconds since the epoch.")
    data_fields: dict[str, Any] = Field(default_factory=dict, alias="dataFields")
    consumed: bool = False
    read: bool = Field(False, description="Whether an in-app message has been opened.")
    in_app: InAppContent | None = Field(
        None, alias="inApp", description="What an in-app message says of its own, in the place of its template."
    )
    message_id: StrictStr | None = Field(
        None, alias="messageId", description="The id that a scheduled message gets when it is sent."
    )


class EmbeddedState(_Part):
    """An embedded message; `email` and `userId` say who is shown it, without them everybody is."""

    message_id: Annotated[StrictStr, Field(min_length=1)] = Field(alias="messageId")
    placement_id: StrictInt = Field(alias="placementId")
    email: StrictStr | None = None
    user_id: StrictStr | None = Field(None, alias="userId")
    campaign_id: StrictInt | None = Field(None, alias="campaignId")
    priority_order: StrictInt = Field(1, alias="priorityOrder")
    is_proof: bool = Field(False, alias="isProof")
    elements: dict[str, Any] = Field(default_factory=dict)
    payload: dict[str, Any] = Field(default_factory=dict)


class RevocationState(_Part):
    """A user whose tokens have been revoked."""

    user: StrictStr = Field(description="The email or userId that was revoked.")
    issued_before: StrictInt = Field(alias="issuedBefore", description="Seconds since the epoch.")


class JobState(_Part):
    """An export job, which is done, with what it exported."""

    id: Annotated[StrictInt, Field(ge=1)]
    data_type: StrictStr = Field(alias="dataTypeName")
    job_state: Literal["completed", "cancelling"] = Field("completed", alias="jobState")
    started_at: StrictInt = Field(alias="startedAt", description="Milliseconds since the epoch.")
    format: Literal["csv", "json"]
    content: StrictStr


class IdsState(_Part):
    """What ids have been made of; those that are made next follow on them."""

    project: Annotated[StrictInt, Field(ge=10_000, le=99_999)] | None = Field(
        None, description="The project id that made-up ids and itblUserId follow from; without it, the project's own."
    )
    requests: _Number | None = Field(
        None, description="How many there were; without it, as many as the ids of events and messages tell of."
    )
    users: _Number = 0
    lists: _Number = 0
    campaigns: _Number = 0
    experiments: _Number = 0
    templates: _Number = 0
    snippets: _Number = 0
    scheduled_messages: _Number = Field(0, alias="scheduledMessages")
    export_jobs: _Number = Field(0, alias="exportJobs")


class StateDocument(_Part):
    """A whole project."""

    version: int = FORMAT_VERSION
    ids: IdsState | None = Field(
        None, description="With it, the document is taken as it stands: no field types are inferred."
    )
    users: list[UserState] = Field(default_factory=list)
    events: list[EventState] = Field(default_factory=list)
    lists: list[ListState] = Field(default_factory=list)
    webhooks: list[Webhook] = Field(default_factory=list)
    catalogs: list[CatalogState] = Field(default_factory=list)
    metadata: list[TableState] = Field(default_factory=list)
    forgotten: ForgottenState = Field(default_factory=lambda: ForgottenState.model_validate({}))
    channels: list[Channel] | None = Field(None, description="Without it, those that every project begins with.")
    message_types: list[MessageType] | None = Field(None, alias="messageTypes")
    campaigns: list[Campaign] = Field(default_factory=list)
    experiments: list[Experiment] = Field(default_factory=list)
    templates: list[Template] = Field(default_factory=list)
    journeys: list[Journey] = Field(default_factory=list)
    snippets: list[Snippet] = Field(default_factory=list)
    sent_messages: list[MessageState] = Field(default_factory=list, alias="sentMessages")
    scheduled_messages: list[MessageState] = Field(default_factory=list, alias="scheduledMessages")
    embedded_messages: list[EmbeddedState] = Field(default_factory=list, alias="embeddedMessages")
    criteria: list[Criterion] = Field(default_factory=list, description="What makes a profile of an unknown visitor.")
    revoked_tokens: list[RevocationState] = Field(default_factory=list, alias="revokedTokens")
    export_jobs: list[JobState] = Field(default_factory=list, alias="exportJobs")
    fields: dict[str, dict[str, str]] = Field(
        default_factory=dict, description="Field types by category: `user`, or an event's name."
    )

    @model_validator(mode="after")
    def _readable(self) -> StateDocument:
        if self.version != FORMAT_VERSION:
            raise ValueError(f"unknown version {self.version}; this is version {FORMAT_VERSION}")
        return self


def read_state(document: object) -> StateDocument:
    """The document as a model.

    Raises:
        StateError: With every mistake.
    """
    try:
        return StateDocument.model_validate(document)
    except ValidationError as error:
        problems = input_problems(error, StateDocument, cast("JsonValue", document))
        raise StateError([(problem["path"], _with_hint(problem)) for problem in problems]) from error


def _with_hint(problem: dict[str, str]) -> str:
    return f"{problem['message']} ({problem['hint']})" if "hint" in problem else problem["message"]

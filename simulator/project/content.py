"""What a project has beside people: channels, message types, campaigns, templates, journeys, snippets, webhooks.

These are records; what renders and sends them is `api/operations/messages`.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StrictBool, StrictInt, StrictStr
from pydantic.alias_generators import to_camel

#: Milliseconds since the epoch, as Iterable's API shows instants of content.
Milliseconds = StrictInt
_Id = Annotated[StrictInt, Field(ge=1)]


def _without_locales() -> dict[str, dict[str, Any]]:
    return {"": {}}


class Content(BaseModel):
    """A part of a project; names on the wire are camel case."""

    model_config = ConfigDict(extra="forbid", frozen=True, alias_generator=to_camel, populate_by_name=True)

    def to_json(self) -> dict[str, Any]:
        """The part as the API shows it; what is absent is left out."""
        return self.model_dump(by_alias=True, exclude_none=True, mode="json")


class Channel(Content):
    """A message channel."""

    id: _Id
    name: StrictStr
    channel_type: Literal["Marketing", "Transactional"] = "Marketing"
    message_medium: Literal["Email", "Push", "InApp", "SMS", "WebPush"] = "Email"


class MessageType(Content):
    """A message type, which belongs to a channel."""

    id: _Id
    name: StrictStr
    channel_id: _Id
    subscription_policy: Literal["OptIn", "OptOut"] = "OptOut"
    created_at: Milliseconds = 0
    updated_at: Milliseconds = 0
    rate_limit_per_minute: StrictInt | None = None


class RecipientTimeZone(Content):
    """That everybody gets a campaign at the same local time.

    Attributes:
        start_time_zone: The zone in which the local time is that of the start.
        default_time_zone: The zone of people whose profile has none.
    """

    start_time_zone: StrictStr
    default_time_zone: StrictStr


_UNSHOWN = frozenset({"campaignDataFields", "recipientTimeZone", "recurrenceDays"})


class Campaign(Content):
    """A campaign."""

    id: _Id
    name: StrictStr
    template_id: _Id | None = None
    type: Literal["Blast", "Triggered"] = "Blast"
    campaign_state: Literal[
        "Draft", "Ready", "Scheduled", "Running", "Finished", "Starting", "Aborted", "Recurring", "Archived"
    ] = "Ready"
    message_medium: StrictStr = "Email"
    created_at: Milliseconds = 0
    updated_at: Milliseconds = 0
    created_by_user_id: StrictStr = "simulator@example.com"
    updated_by_user_id: StrictStr = "simulator@example.com"
    start_at: Milliseconds | None = None
    ended_at: Milliseconds | None = None
    list_ids: list[StrictInt] = Field(default_factory=list)
    suppression_list_ids: list[StrictInt] = Field(default_factory=list)
    labels: list[StrictStr] = Field(default_factory=list)
    send_size: StrictInt | None = None
    recurring_campaign_id: StrictInt | None = None
    workflow_id: StrictInt | None = None
    campaign_data_fields: dict[str, Any] = Field(default_factory=dict)
    recipient_time_zone: RecipientTimeZone | None = None
    #: After how many days a campaign that recurs runs again; Iterable's API has no word for it.
    recurrence_days: Annotated[StrictInt, Field(ge=1)] | None = None

    def to_json(self) -> dict[str, Any]:
        """The campaign as the API shows it, which keeps to itself how it is sent."""
        return {name: value for name, value in self.to_state().items() if name not in _UNSHOWN}

    def to_state(self) -> dict[str, Any]:
        """The campaign as a state document has it; what is absent is left out."""
        as_json = super().to_json()
        if not self.campaign_data_fields:
            del as_json["campaignDataFields"]
        return as_json

    @property
    def next_start(self) -> int | None:
        """When it starts by itself, in milliseconds; None for never."""
        recurs = self.campaign_state == "Recurring" and self.recurrence_days is not None
        return self.start_at if recurs or self.campaign_state == "Scheduled" else None

    @property
    def is_active(self) -> bool:
        """Whether it is neither over nor put away."""
        return self.campaign_state not in {"Finished", "Aborted", "Archived"}


class Template(Content):
    """A template of one medium, with what it says in each locale; the empty locale is the default one."""

    template_id: _Id
    name: StrictStr
    message_medium: Literal["Email", "Push", "InApp", "SMS", "WebPush", "Embedded"] = "Email"
    template_type: Literal["Base", "Blast", "Triggered", "Workflow"] = "Base"
    client_template_id: StrictStr | None = None
    message_type_id: StrictInt = 1
    creator_user_id: StrictStr = "simulator@example.com"
    campaign_id: StrictInt | None = None
    created_at: Milliseconds = 0
    updated_at: Milliseconds = 0
    locales: dict[StrictStr, dict[str, Any]] = Field(default_factory=_without_locales)


class Journey(Content):
    """A journey."""

    id: _Id
    name: StrictStr
    journey_type: StrictStr = "Published"
    description: StrictStr | None = None
    enabled: StrictBool = True
    is_archived: StrictBool = False
    created_at: Milliseconds = 0
    updated_at: Milliseconds = 0
    creator_user_id: StrictStr = "simulator@example.com"
    trigger_event_names: list[StrictStr] = Field(default_factory=list)
    lifetime_limit: StrictInt | None = None
    simultaneous_limit: StrictInt | None = None
    start_tile_id: StrictInt | None = None


class Snippet(Content):
    """A snippet."""

    id: _Id
    name: Annotated[StrictStr, Field(min_length=1, max_length=100)]
    content: StrictStr
    description: StrictStr | None = None
    variables: list[StrictStr] = Field(default_factory=list)
    created_by: StrictStr = "simulator@example.com"
    updated_by: StrictStr = "simulator@example.com"
    created_at: Milliseconds = 0
    updated_at: Milliseconds = 0


class Webhook(Content):
    """A webhook, as the API shows it."""

    id: _Id
    endpoint: StrictStr
    enabled: StrictBool = True
    auth_type: Literal["NoAuth", "Basic", "OAuth2"] = "NoAuth"
    blast_send_enabled: StrictBool = False
    triggered_send_enabled: StrictBool = False
    channel_ids: list[StrictInt] | None = None
    message_type_ids: list[StrictInt] | None = None


#: When the first message types came to be; that it is one instant for all is recorded, which one is a choice.
_MADE_AT = 1_577_836_800_000
_INSTANTS = {"createdAt": _MADE_AT, "updatedAt": _MADE_AT}
#: What a new project has. Source: the same three in two projects that have nothing to do with each other, recorded by
#: mtchavez/iterable-api-client in 2017 and read by airbytehq/airbyte in 2023; their ids are a choice.
FIRST_CHANNELS = (
    Channel.model_validate({"id": 1, "name": "Marketing Channel"}),
    Channel.model_validate({"id": 2, "name": "Transactional Channel", "channelType": "Transactional"}),
    Channel.model_validate({"id": 3, "name": "Push Marketing Channel", "messageMedium": "Push"}),
)
FIRST_MESSAGE_TYPES = (
    MessageType.model_validate({"id": 1, "name": "Marketing Message", "channelId": 1, **_INSTANTS}),
    MessageType.model_validate({"id": 2, "name": "Transactional Message", "channelId": 2, **_INSTANTS}),
    MessageType.model_validate({"id": 3, "name": "Push Marketing Message", "channelId": 3, **_INSTANTS}),
)

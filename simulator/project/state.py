"""The state document of a project: written out, and read back with every mistake named."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, StrictInt, StrictStr, ValidationError, model_validator

from simulator.project.dates import parse_seconds
from simulator.project.identifiers import is_email, is_user_id, normal_email

FORMAT_VERSION = 1


class StateError(ValueError):
    """A state document that cannot be taken; `mistakes` has path and message of each."""

    def __init__(self, mistakes: list[tuple[str, str]]) -> None:
        super().__init__("; ".join(f"{path}: {message}" for path, message in mistakes))
        self.mistakes = mistakes


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", populate_by_name=True)


class UserState(_Part):
    """A person."""

    email: StrictStr | None = None
    user_id: StrictStr | None = Field(None, alias="userId")
    data_fields: dict[str, Any] = Field(default_factory=dict, alias="dataFields")

    @model_validator(mode="after")
    def _identified(self) -> UserState:
        if self.email is not None:
            self.email = normal_email(self.email)
            if not is_email(self.email):
                raise ValueError(f"{self.email!r} is no email")
        if self.user_id is not None and not is_user_id(self.user_id):
            raise ValueError(f"{self.user_id!r} is no userId: 1 to 52 printable characters")
        if self.email is None and self.user_id is None:
            raise ValueError("a person has an email, a userId, or both")
        return self


class EventState(_Part):
    """An event; `email` and `userId` say whose it is."""

    email: StrictStr | None = None
    user_id: StrictStr | None = Field(None, alias="userId")
    event_name: StrictStr | None = Field(None, alias="eventName")
    event_type: StrictStr = Field("customEvent", alias="eventType")
    created_at: StrictStr | StrictInt | None = Field(None, alias="createdAt")
    id: StrictStr | None = None
    data_fields: dict[str, Any] = Field(default_factory=dict, alias="dataFields")
    campaign_id: StrictInt | None = Field(None, alias="campaignId")
    template_id: StrictInt | None = Field(None, alias="templateId")
    total: float | None = None
    items: list[Any] | None = Field(None, alias="shoppingCartItems")

    @model_validator(mode="after")
    def _dated(self) -> EventState:
        if isinstance(self.created_at, str):
            parse_seconds(self.created_at)
        return self


class ListState(_Part):
    """A list."""

    id: Annotated[StrictInt, Field(ge=1)]
    name: StrictStr


class WebhookState(_Part):
    """A webhook, as the API shows it."""

    model_config = ConfigDict(extra="allow")

    id: StrictInt
    endpoint: StrictStr
    enabled: bool = True


class StateDocument(_Part):
    """A whole project."""

    version: int = FORMAT_VERSION
    users: list[UserState] = Field(default_factory=list)
    events: list[EventState] = Field(default_factory=list)
    lists: list[ListState] = Field(default_factory=list)
    webhooks: list[WebhookState] = Field(default_factory=list)
    fields: dict[str, dict[str, str]] = Field(
        default_factory=dict, description="Field types by category: `user`, or an event's name."
    )

    @model_validator(mode="after")
    def _readable(self) -> StateDocument:
        if self.version != FORMAT_VERSION:
            raise ValueError(f"version {self.version} is not known; this is version {FORMAT_VERSION}")
        return self


def read_state(document: object) -> StateDocument:
    """The document as a model.

    Raises:
        StateError: With every mistake.
    """
    try:
        return StateDocument.model_validate(document)
    except ValidationError as error:
        raise StateError([(".".join(map(str, detail["loc"])), detail["msg"]) for detail in error.errors()]) from error

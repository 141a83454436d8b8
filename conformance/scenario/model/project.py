"""The initial state: projects, their people, and the connections to them."""

from __future__ import annotations

from typing import Annotated, Any, Final, Literal

from pydantic import Field, StrictInt, WithJsonSchema, model_validator

from conformance.scenario.model.values import (
    PROJECT_TYPES,
    InstantText,
    Json,
    JsonObject,
    Part,
    ProjectTypeName,
    Text,
)

#: What a customer's configuration may be is known to its reader; an editor is told of the harness's own form.
_MAPPING_SCHEMA: Final[dict[str, Any]] = {
    "anyOf": [
        {"type": "string", "description": "A file next to the scenario or in a folder below."},
        {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {
                    "name": {"type": "string"},
                    "partnerAction": {"enum": ["updateUser", "trackEvent", "updateCart", "trackPurchase"]},
                    "subscribe": {"type": "string", "description": "The trigger, in FQL."},
                    "mapping": {"type": "object", "description": "The action's fields, and what fills each."},
                    "enabled": {"type": "boolean", "default": True},
                },
            },
        },
        {"type": "object", "description": "A reply of Segment's Public API."},
        {"type": "null"},
    ]
}


class ExistingUser(Part):
    """A person who exists at the start."""

    email: Text | None = None
    user_id: Text | None = Field(None, alias="userId")
    data_fields: JsonObject = Field(default_factory=dict, alias="dataFields")

    @model_validator(mode="after")
    def _named(self) -> ExistingUser:
        if self.email is None and self.user_id is None:
            raise ValueError("a user needs an email, a userId, or both")
        return self


class ExistingList(Part):
    """A list that exists at the start."""

    id: Annotated[StrictInt, Field(ge=1)]
    name: Text
    description: Text | None = None
    list_type: Text | None = Field(None, alias="listType", description="Standard, Dynamic, Suppression or Internal.")
    created_at: StrictInt | None = Field(None, alias="createdAt", description="Milliseconds since the epoch.")


class ExistingEvent(Part):
    """An event that exists at the start."""

    email: Text | None = None
    user_id: Text | None = Field(None, alias="userId")
    event_name: Text = Field(alias="eventName")
    created_at: InstantText | None = Field(None, alias="createdAt")
    id: Text | None = None
    data_fields: JsonObject = Field(default_factory=dict, alias="dataFields")


class _ProjectState(Part):
    settings: JsonObject = Field(
        default_factory=dict, description="Settings of the simulated project, such as trackUnknownUserId."
    )
    users: list[ExistingUser] = Field(default_factory=list)
    lists: list[ExistingList] = Field(default_factory=list)
    events: list[ExistingEvent] = Field(default_factory=list)
    state: JsonObject = Field(
        default_factory=dict,
        description="Other parts of a state document, as for the control surface: catalogs, events of any type.",
    )
    id: Annotated[StrictInt, Field(ge=10_000, le=99_999)] | None = Field(
        None, description="The project's id in Iterable's messages and generated ids."
    )


class ProjectUnderTest(_ProjectState):
    """The project under test."""

    type: ProjectTypeName | Literal["all"] | Annotated[list[ProjectTypeName], Field(min_length=1)] = Field(
        description="email, userid, hybrid, a list of them, or all: the scenario runs once in each."
    )

    @property
    def types(self) -> tuple[ProjectTypeName, ...]:
        """The project types, in their usual order."""
        if self.type == "all":
            return PROJECT_TYPES
        wanted = self.type if isinstance(self.type, list) else [self.type]
        return tuple(name for name in PROJECT_TYPES if name in wanted)


class OtherProject(_ProjectState):
    """A second project, for scenarios with several connections."""

    name: Text
    type: ProjectTypeName | Literal["same"] = Field("same", description="`same` is the type under test.")


class Connection(Part):
    """A connection of the source to Iterable, through the destination."""

    name: Text = ""
    project: Text | None = Field(None, description="One of other_projects; by default the project under test.")
    settings: JsonObject = Field(
        default_factory=dict, description="apiKey (the project's own unless given) and dataCenterLocation."
    )
    mapping: Annotated[Json, WithJsonSchema(_MAPPING_SCHEMA)] = Field(
        None, description="Subscriptions, or a file of them next to the scenario; by default the presets."
    )

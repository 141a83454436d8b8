"""Expectations about requests, replies, results and projects, after a step or at the end."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, StrictBool, StrictFloat, StrictInt, model_validator

from conformance.scenario.model.values import (
    Count,
    Countable,
    InstantText,
    Json,
    JsonObject,
    Part,
    ProjectTypeName,
    Text,
)


class UserExpectation(Part):
    """A person found by all given identifiers: exactly one, or none with `absent`."""

    email: Text | None = None
    user_id: Text | None = Field(None, alias="userId")
    absent: StrictBool = False
    data_fields: JsonObject | None = Field(None, alias="dataFields", description="Some of the profile's fields.")
    without: list[Text] = Field(
        default_factory=list, description="Dotted paths of fields that the profile does not have."
    )
    exact: StrictBool = Field(
        default=False,
        description="Whether the profile has no other fields, except those that Iterable manages.",
    )
    no_email: StrictBool = Field(default=False, alias="noEmail", description="The person has no email.")
    no_user_id: StrictBool = Field(default=False, alias="noUserId", description="The person has no userId.")

    @model_validator(mode="after")
    def _named(self) -> UserExpectation:
        if self.email is None and self.user_id is None:
            raise ValueError("name the person: email, userId, or both")
        if self.absent and (self.data_fields or self.without or self.exact):
            raise ValueError("an absent person has no fields")
        return self


class Identifier(Part):
    """Whom an event belongs to."""

    email: Text | None = None
    user_id: Text | None = Field(None, alias="userId")


class EventExpectation(Part):
    """Stored events: `count` of them (by default at least one), or none with `absent`."""

    user: Identifier | None = None
    event_name: Text | None = Field(None, alias="eventName")
    event_type: Text | None = Field(None, alias="eventType")
    created_at: InstantText | None = Field(None, alias="createdAt")
    id: Text | None = None
    data_fields: JsonObject | None = Field(None, alias="dataFields")
    without: list[Text] = Field(default_factory=list, description="Dotted paths that the event does not have.")
    total: StrictInt | StrictFloat | None = None
    items: list[JsonObject] | None = None
    count: Count | None = None
    absent: StrictBool = False


class RequestExpectation(Part):
    """A request on the wire."""

    method: Text | None = None
    url: Text | None = None
    path: Text | None = None
    headers: dict[str, Text] = Field(default_factory=dict)
    body: Json = None
    without: list[Text] = Field(default_factory=list, description="Dotted paths that the body does not have.")
    exact: StrictBool = Field(default=False, description="Whether the body has no other members.")


class ReplyExpectation(Part):
    """A reply of the API."""

    status: StrictInt | None = None
    code: Text | None = None
    msg: Text | None = None
    body: Json = None
    without: list[Text] = Field(default_factory=list)


class ErrorExpectation(Part):
    """An error of the destination."""

    name: Text | None = None
    message: Text | None = None
    code: Text | None = None
    status: StrictInt | None = None


class NodeExpectation(Part):
    """What Segment reports for one event of a batch."""

    status: StrictInt | None = None
    message: Text | None = None
    partial_failure: Text | None = Field(
        None,
        alias="partialFailure",
        description="The list in the bulk reply that names the event's person, which Segment ignores.",
    )


class ResultExpectation(Part):
    """The result of a subscription that matched or raised an error."""

    subscription: Text | None = None
    action: Text | None = None
    connection: Text | None = None
    status: Literal["delivered", "error"] | None = None
    nodes: list[NodeExpectation] | None = None
    error: ErrorExpectation | None = None


class StateExpectation(Part):
    """What is in a project."""

    counts: dict[Countable, Count] | None = Field(
        None, description="users, events, lists …; `requests` counts those of the step or the scenario."
    )
    users: list[UserExpectation] | None = None
    events: list[EventExpectation] | None = None

    @property
    def can_fail(self) -> bool:
        """Whether it can fail: an empty list of people always holds."""
        return bool(self.counts or self.users or self.events)


class StepExpectation(StateExpectation):
    """What must hold after a step in one project type."""

    requests: list[RequestExpectation] | None = Field(None, description="All requests, in order.")
    replies: list[ReplyExpectation] | None = Field(None, description="All replies, in order.")
    result: list[ResultExpectation] | None = Field(
        None, description="Subscriptions that matched or raised an error, in order."
    )
    error: ErrorExpectation | Literal["none"] | None = Field(
        None, description="An error raised by a subscription; `none` if there must not be any."
    )
    projects: dict[Text, StateExpectation] | None = Field(None, description="The contents of other projects.")

    @property
    def can_fail(self) -> bool:
        """Whether it can fail; an empty list of requests can, as it forbids requests."""
        exact = (self.requests, self.replies, self.result, self.error)
        others = (self.projects or {}).values()
        return super().can_fail or any(part is not None for part in exact) or any(part.can_fail for part in others)


class ByType(Part):
    """Expectations that override the common ones in a project type, key by key."""

    email: StepExpectation | None = None
    userid: StepExpectation | None = None
    hybrid: StepExpectation | None = None


class Expectation(StepExpectation):
    """What must hold after a step, or at the end."""

    by_type: ByType | None = None

    def for_type(self, project_type: str) -> tuple[tuple[str, ...], StepExpectation]:
        """The expectation in a project type, and the keys that come from `by_type`."""
        special: StepExpectation | None = getattr(self.by_type, project_type, None) if self.by_type else None
        if special is None:
            return (), self
        replaced = {name: getattr(special, name) for name in special.model_fields_set}
        return tuple(replaced), self.model_copy(update=replaced)


class Wanted(Part):
    """What the customer expected; checked like any expectation, so that it stays true."""

    says: Text = Field(description="What the customer expected, in a sentence.")
    expect: Expectation = Field(description="The same as a final expectation.")
    met_in: list[ProjectTypeName] | None = Field(
        None,
        description="The project types in which it is met; by default none with known_issue, otherwise all.",
    )

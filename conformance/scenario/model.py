"""The scenario file format. Unknown keys are mistakes; objects in expectations match partially."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any, Final, Literal

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StrictBool,
    StrictFloat,
    StrictInt,
    StrictStr,
    field_validator,
    model_validator,
)

ProjectTypeName = Literal["email", "userid", "hybrid"]
PROJECT_TYPES: Final[tuple[ProjectTypeName, ...]] = ("email", "userid", "hybrid")
DEFAULT_CLOCK: Final = "2026-08-20T12:00:00Z"

Json = Any
JsonObject = dict[str, Any]
Text = StrictStr
Count = Annotated[StrictInt, Field(ge=0)]


def _instant(value: object) -> object:
    """The text of an instant, checked: a date that does not exist is a mistake in the file."""
    if not isinstance(value, str):
        raise ValueError(f"an instant is a text like {DEFAULT_CLOCK}, not {value!r}")  # noqa: TRY004  # pydantic collects ValueError
    try:
        moment = datetime.fromisoformat(value)
    except ValueError as error:
        raise ValueError(f"{value!r} is no instant ({error}); write one like {DEFAULT_CLOCK}") from error
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).isoformat()


InstantText = Annotated[str, BeforeValidator(_instant)]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


class ExistingUser(_Part):
    """A person who is there before the first step."""

    email: Text | None = None
    user_id: Text | None = Field(None, alias="userId")
    data_fields: JsonObject = Field(default_factory=dict, alias="dataFields")

    @model_validator(mode="after")
    def _named(self) -> ExistingUser:
        if self.email is None and self.user_id is None:
            raise ValueError("a person has an email, a userId, or both")
        return self


class ExistingList(_Part):
    """A list that is there before the first step."""

    id: Annotated[StrictInt, Field(ge=1)]
    name: Text
    description: Text | None = None
    list_type: Text | None = Field(None, alias="listType", description="Standard, Dynamic, Suppression or Internal.")
    created_at: StrictInt | None = Field(None, alias="createdAt", description="Milliseconds since the epoch.")


class ExistingEvent(_Part):
    """An event that is there before the first step."""

    email: Text | None = None
    user_id: Text | None = Field(None, alias="userId")
    event_name: Text = Field(alias="eventName")
    created_at: InstantText | None = Field(None, alias="createdAt")
    id: Text | None = None
    data_fields: JsonObject = Field(default_factory=dict, alias="dataFields")


class _ProjectState(_Part):
    settings: JsonObject = Field(
        default_factory=dict, description="Settings of the simulated project, such as trackUnknownUserId."
    )
    users: list[ExistingUser] = Field(default_factory=list)
    lists: list[ExistingList] = Field(default_factory=list)
    events: list[ExistingEvent] = Field(default_factory=list)
    state: JsonObject = Field(
        default_factory=dict,
        description="More of a state document, as the control surface takes it: catalogs, events of any type.",
    )
    id: Annotated[StrictInt, Field(ge=10_000, le=99_999)] | None = Field(
        None, description="What Iterable calls the project in its messages, and in the ids that it makes up."
    )


class ProjectUnderTest(_ProjectState):
    """The project that the scenario is about."""

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
    type: ProjectTypeName | Literal["same"] = Field("same", description="`same`: of the type under test.")


class SubscriptionEntry(_Part):
    """One subscription, as Segment's API gives it."""

    name: Text = ""
    partner_action: Text = Field(alias="partnerAction")
    subscribe: Json = None
    mapping: Json = None


class Connection(_Part):
    """A connection of the source to Iterable, through the destination."""

    name: Text = ""
    project: Text | None = Field(None, description="One of other_projects; the project under test without it.")
    settings: JsonObject = Field(
        default_factory=dict, description="apiKey (the project's own unless given) and dataCenterLocation."
    )
    mapping: list[SubscriptionEntry] | Text | None = Field(
        None, description="Subscriptions, or a file of them beside the scenario; the presets without it."
    )


class ApiCall(_Part):
    """A call of the API that is made without the destination, with the project's key unless one is given."""

    method: Literal["GET", "POST", "PUT", "PATCH", "DELETE"]
    path: Annotated[Text, Field(pattern=r"^/")]
    query: dict[str, Text | StrictInt | StrictFloat | StrictBool] = Field(default_factory=dict)
    headers: dict[str, Text] = Field(default_factory=dict)
    body: Json = None
    raw: Text | None = Field(None, description="The body as text, for what is not JSON.")


class ClockMove(_Part):
    """The clock, moved forward or set."""

    advance: Annotated[StrictInt | StrictFloat, Field(ge=0)] | None = None
    now: InstantText | None = None

    @model_validator(mode="after")
    def _one(self) -> ClockMove:
        if (self.advance is None) == (self.now is None):
            raise ValueError("say either advance (seconds) or now (an instant)")
        return self


class UserExpectation(_Part):
    """A person, found by every identifier that is given: exactly one, or none with `absent`."""

    email: Text | None = None
    user_id: Text | None = Field(None, alias="userId")
    absent: StrictBool = False
    data_fields: JsonObject | None = Field(None, alias="dataFields", description="Fields the profile has, in part.")
    without: list[Text] = Field(default_factory=list, description="Dotted fields that the profile lacks.")
    exact: StrictBool = Field(
        default=False,
        description="With it, the profile has no other fields, those that Iterable manages apart.",
    )
    no_email: StrictBool = Field(default=False, alias="noEmail", description="The person has no email.")
    no_user_id: StrictBool = Field(default=False, alias="noUserId", description="The person has no userId.")

    @model_validator(mode="after")
    def _named(self) -> UserExpectation:
        if self.email is None and self.user_id is None:
            raise ValueError("say whom: email, userId, or both")
        if self.absent and (self.data_fields or self.without or self.exact):
            raise ValueError("who is absent has no fields to expect")
        return self


class Identifier(_Part):
    """Whom an event belongs to."""

    email: Text | None = None
    user_id: Text | None = Field(None, alias="userId")


class EventExpectation(_Part):
    """Events that are stored: `count` of them (one or more without it), or none with `absent`."""

    user: Identifier | None = None
    event_name: Text | None = Field(None, alias="eventName")
    event_type: Text | None = Field(None, alias="eventType")
    created_at: InstantText | None = Field(None, alias="createdAt")
    id: Text | None = None
    data_fields: JsonObject | None = Field(None, alias="dataFields")
    without: list[Text] = Field(default_factory=list, description="Dotted members that the event lacks.")
    total: StrictInt | StrictFloat | None = None
    items: list[JsonObject] | None = None
    count: Count | None = None
    absent: StrictBool = False


class RequestExpectation(_Part):
    """A request that goes over the wire."""

    method: Text | None = None
    url: Text | None = None
    path: Text | None = None
    headers: dict[str, Text] = Field(default_factory=dict)
    body: Json = None
    without: list[Text] = Field(default_factory=list, description="Dotted members that the body lacks.")
    exact: StrictBool = Field(default=False, description="With it, the body is this and nothing more.")


class ReplyExpectation(_Part):
    """A reply of the API."""

    status: StrictInt | None = None
    code: Text | None = None
    msg: Text | None = None
    body: Json = None
    without: list[Text] = Field(default_factory=list)


class ErrorExpectation(_Part):
    """An error of the destination."""

    name: Text | None = None
    message: Text | None = None
    code: Text | None = None
    status: StrictInt | None = None


class NodeExpectation(_Part):
    """What Segment reports for one event of a batch."""

    status: StrictInt | None = None
    message: Text | None = None
    partial_failure: Text | None = Field(
        None,
        alias="partialFailure",
        description="The list of the bulk reply that names the event's person, which Segment does not look at.",
    )


class ResultExpectation(_Part):
    """What became of a subscription that matched, or that raised an error."""

    subscription: Text | None = None
    action: Text | None = None
    connection: Text | None = None
    status: Literal["delivered", "error"] | None = None
    nodes: list[NodeExpectation] | None = None
    error: ErrorExpectation | None = None


class StateExpectation(_Part):
    """What is in a project."""

    counts: dict[Text, Count] | None = Field(
        None, description="users, events, lists …; requests counts those of the step, or of the scenario."
    )
    users: list[UserExpectation] | None = None
    events: list[EventExpectation] | None = None


class _StepExpectation(StateExpectation):
    requests: list[RequestExpectation] | None = Field(None, description="All requests, in order.")
    replies: list[ReplyExpectation] | None = Field(None, description="All replies, in order.")
    result: list[ResultExpectation] | None = Field(
        None, description="Subscriptions that matched or raised an error, in order."
    )
    error: ErrorExpectation | Literal["none"] | None = Field(
        None, description="An error that some subscription raised; `none` when none may."
    )
    projects: dict[Text, StateExpectation] | None = Field(None, description="What is in other projects.")


class ByType(_Part):
    """Expectations that replace the common ones in a project type, key by key."""

    email: _StepExpectation | None = None
    userid: _StepExpectation | None = None
    hybrid: _StepExpectation | None = None


class Expectation(_StepExpectation):
    """What must hold after a step, or at the end."""

    by_type: ByType | None = None

    def for_type(self, project_type: str) -> tuple[tuple[str, ...], _StepExpectation]:
        """The expectation in a project type; with it the keys that come from `by_type`."""
        special: _StepExpectation | None = getattr(self.by_type, project_type, None) if self.by_type else None
        if special is None:
            return (), self
        replaced = {name: getattr(special, name) for name in special.model_fields_set}
        return tuple(replaced), self.model_copy(update=replaced)


class Wanted(_Part):
    """What the customer expected; checked like any expectation, so that the story stays true."""

    says: Text = Field(description="What the customer expected, in a sentence.")
    expect: Expectation = Field(description="The same, as an expectation at the end.")
    met_in: list[ProjectTypeName] | None = Field(
        None,
        description="The project types in which it comes about; without it none with known_issue, all otherwise.",
    )


class Step(_Part):
    """One step: exactly one of send, batch, call, clock, fault and test_authentication."""

    name: Text = ""
    at: InstantText | None = Field(None, description="The clock is set to this instant first.")
    send: JsonObject | list[JsonObject] | None = Field(None, description="Segment events, delivered one by one.")
    batch: list[Json] | None = Field(None, description="Segment events, delivered in one batch.")
    call: ApiCall | None = None
    clock: ClockMove | None = None
    fault: JsonObject | None = Field(None, description="As the control surface takes it.")
    test_authentication: Literal[True] | None = Field(None, description="The test of the connection's key.")
    expect: Expectation | None = None


_STEP_KINDS: Final = ("send", "batch", "call", "clock", "fault", "test_authentication")


def step_problem(step: dict[str, Any]) -> str:
    """What is wrong with a step as a whole; empty when it is exactly one thing."""
    given = [kind for kind in _STEP_KINDS if step.get(kind) is not None]
    if len(given) == 1:
        return ""
    return f"a step is one of {', '.join(_STEP_KINDS)}; here is {' and '.join(given) or 'none of them'}"


class Scenario(_Part):
    """A scenario: who is there, what happens, and what must come of it in each project type."""

    name: Text
    description: Text
    source: Text = Field(description="Where the behaviour is documented, or the bug was reported.")
    tags: list[Text] = Field(default_factory=list, description="Words to find it by, and error texts word for word.")
    known_issue: Text | None = Field(None, description="Whose behaviour it is to this day, and why.")
    fixed_in: Text | None = Field(None, description="Where the bug was fixed; the scenario keeps it so.")
    wanted: Wanted | None = None
    clock: InstantText = DEFAULT_CLOCK
    project: ProjectUnderTest
    other_projects: list[OtherProject] = Field(default_factory=list)
    destination: Connection | list[Connection] = Field(default_factory=lambda: Connection.model_validate({}))
    steps: Annotated[list[Step], Field(min_length=1)]
    expect: Expectation | None = None

    @field_validator("other_projects")
    @classmethod
    def _distinct(cls, projects: list[OtherProject]) -> list[OtherProject]:
        names = [project.name for project in projects]
        if len(set(names)) < len(names):
            raise ValueError("two of other_projects share a name")
        return projects

    @model_validator(mode="after")
    def _known_projects(self) -> Scenario:
        known = {project.name for project in self.other_projects}
        for connection in self.connections:
            if connection.project is not None and connection.project not in known:
                raise ValueError(f"the destination names the project {connection.project!r}, not in other_projects")
        return self

    @model_validator(mode="after")
    def _one_story(self) -> Scenario:
        if self.known_issue is not None and self.fixed_in is not None:
            raise ValueError("what was fixed is no known issue: say either known_issue or fixed_in")
        if strangers := sorted({*(self.wanted.met_in or ())} - {*self.project.types} if self.wanted else ()):
            raise ValueError(f"wanted.met_in names {', '.join(strangers)}, which the scenario is not about")
        if self.wanted is not None and self.known_issue is None and self.meets_wish != self.project.types:
            raise ValueError("where what was wanted does not come about, known_issue says whose behaviour that is")
        if self.wanted is not None and self.known_issue is not None and self.meets_wish == self.project.types:
            raise ValueError("wanted.met_in names every project type, so there is no known_issue")
        return self

    @property
    def meets_wish(self) -> tuple[ProjectTypeName, ...]:
        """The project types in which the customer gets what they expected, as the file says."""
        if self.wanted is None or self.wanted.met_in is None:
            return () if self.known_issue is not None else self.project.types
        return tuple(name for name in self.project.types if name in self.wanted.met_in)

    @property
    def connections(self) -> list[Connection]:
        """The connections, in order."""
        return self.destination if isinstance(self.destination, list) else [self.destination]

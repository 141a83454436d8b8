"""What happens in a scenario: its steps, each exactly one thing."""

from __future__ import annotations

from typing import Annotated, Any, Final, Literal

from pydantic import Field, StrictBool, StrictFloat, StrictInt, field_validator, model_validator

from conformance.inputs.recognition import Envelope, recognize
from conformance.scenario.model.expectations import Expectation
from conformance.scenario.model.values import InstantText, Json, JsonObject, Part, Text
from conformance.tracking_api.settings import MessageSettings


class ApiCall(Part):
    """A direct API call, bypassing the destination; with the project's key unless another is given."""

    method: Literal["GET", "POST", "PUT", "PATCH", "DELETE"]
    path: Annotated[Text, Field(pattern=r"^/")]
    query: dict[str, Text | StrictInt | StrictFloat | StrictBool] = Field(default_factory=dict)
    headers: dict[str, Text] = Field(default_factory=dict)
    body: Json = None
    raw: Text | None = Field(None, description="The body as text, if it is not JSON.")


class ClockMove(Part):
    """Advances or sets the clock."""

    advance: Annotated[StrictInt | StrictFloat, Field(ge=0)] | None = None
    now: InstantText | None = None

    @model_validator(mode="after")
    def _one(self) -> ClockMove:
        if (self.advance is None) == (self.now is None):
            raise ValueError("use either advance (seconds) or now (an instant)")
        return self


class Step(Part):
    """One step: exactly one of send, batch, call, clock, fault and test_authentication."""

    name: Text = ""
    at: InstantText | None = Field(None, description="Sets the clock to this instant first.")
    send: JsonObject | list[JsonObject] | None = Field(
        None, description="Segment events or bodies of /v1/batch, delivered one by one."
    )
    batch: list[Json] | None = Field(None, description="Segment events, delivered in one batch.")
    segment: StrictBool | MessageSettings | None = Field(
        None,
        description="Whether the events go through Segment first, or the settings of the source for this step; by "
        "default as in the scenario.",
    )
    call: ApiCall | None = None
    clock: ClockMove | None = None
    fault: JsonObject | None = Field(None, description="A fault, as for POST /_sim/faults.")
    test_authentication: Literal[True] | None = Field(None, description="Tests the connection's credentials.")
    expect: Expectation | None = None

    @field_validator("send")
    @classmethod
    def _unpacked(cls, send: JsonObject | list[JsonObject] | None) -> JsonObject | list[JsonObject] | None:
        """A body of /v1/batch stands for its messages, as wherever events are taken."""
        if isinstance(send, list):
            return [message for item in send for message in _messages(item)]
        return send if send is None or _messages(send) == [send] else _messages(send)


def _messages(sent: JsonObject) -> list[JsonObject]:
    found = recognize(sent)
    return [item for item in found.messages if isinstance(item, dict)] if isinstance(found, Envelope) else [sent]


_STEP_KINDS: Final = ("send", "batch", "call", "clock", "fault", "test_authentication")


def step_problem(step: dict[str, Any]) -> str:
    """What is wrong with a step as a whole; empty when it is exactly one thing."""
    given = [kind for kind in _STEP_KINDS if step.get(kind) is not None]
    if step.get("segment") is not None and not {"send", "batch"} & set(given):
        return "`segment` applies to events: use it with send or batch"
    if len(given) == 1:
        return ""
    return f"a step has exactly one of {', '.join(_STEP_KINDS)}; this one has {' and '.join(given) or 'none'}"

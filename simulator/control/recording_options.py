"""What a recording is made of, as a request to the control surface says it."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, StrictBool, StrictInt, StrictStr, model_validator

_Number = Annotated[StrictInt, Field(ge=1)]


class ReceivedMessage(BaseModel):
    """A message as Segment received it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    at: StrictStr
    message: dict[str, Any]


class RecordingOptions(BaseModel):
    """What is to be recorded."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)

    first: _Number | None = Field(None, alias="from", description="The number of the first request.")
    last: _Number | None = Field(None, alias="to", description="The number of the last request.")
    user: StrictStr | None = Field(
        None, description="Only requests about this email or userId, or `#` and the number of a person."
    )
    numbers: list[_Number] | None = Field(None, description="Only requests with these numbers.")
    keep_personal_data: StrictBool = Field(default=False, alias="keepPersonalData")
    name: StrictStr | None = Field(None, description="What the scenario is called.")
    events: list[dict[str, Any]] | None = Field(None, description="Segment events that requests were made from.")
    received: list[ReceivedMessage] | None = Field(
        None, description="For each of the events, the message that it was before Segment, and when it came in."
    )
    source_settings: dict[str, Any] | None = Field(
        None, alias="sourceSettings", description="What the source of these messages decides, as a scenario says it."
    )
    mapping: list[dict[str, Any]] | None = Field(None, description="The subscriptions that made them.")

    @model_validator(mode="after")
    def _in_order(self) -> RecordingOptions:
        if self.first is not None and self.last is not None and self.last < self.first:
            raise ValueError(
                f"from is {self.first} and to is {self.last}: the first request must come before the last"
            )
        if self.received is not None and len(self.received) != len(self.events or ()):
            raise ValueError("received must have a message for each event")
        return self

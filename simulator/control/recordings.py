"""Recording over the control surface: a part of a project's journal as a scenario file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Final

from pydantic import BaseModel, ConfigDict, Field, StrictBool, StrictInt, StrictStr, model_validator

from simulator.control.replies import ControlError, model_body
from simulator.message import Reply

if TYPE_CHECKING:
    from simulator.control.call import ControlCall

_Number = Annotated[StrictInt, Field(ge=1)]
_YAML: Final = {"Content-Type": "text/yaml; charset=utf-8"}


class RecordingOptions(BaseModel):
    """What is to be recorded."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)

    first: _Number | None = Field(None, alias="from", description="The number of the first request.")
    last: _Number | None = Field(None, alias="to", description="The number of the last request.")
    user: StrictStr | None = Field(None, description="Only requests about this email or userId.")
    numbers: list[_Number] | None = Field(None, description="Only requests with these numbers.")
    keep_personal_data: StrictBool = Field(default=False, alias="keepPersonalData")
    name: StrictStr | None = Field(None, description="What the scenario is called.")
    events: list[dict[str, Any]] | None = Field(None, description="Segment events that requests were made from.")
    mapping: list[dict[str, Any]] | None = Field(None, description="The subscriptions that made them.")

    @model_validator(mode="after")
    def _in_order(self) -> RecordingOptions:
        if self.first is not None and self.last is not None and self.last < self.first:
            raise ValueError(f"from is {self.first} and to is {self.last}: the first request comes before the last")
        return self


def record(call: ControlCall) -> Reply:
    """A scenario file of a part of the journal."""
    history = call.past()
    if not history.can_record:
        raise ControlError(404, "this simulator cannot record; one that `iterable-harness serve` has started can")
    name = call.project().configuration.name
    text = history.record(name, model_body(call.request, RecordingOptions))
    return Reply(200, text.encode("utf-8", "backslashreplace"), _YAML)

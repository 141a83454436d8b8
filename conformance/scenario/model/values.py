"""What the parts of a scenario file have in common: strict values, and no unknown keys."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any, Final, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StrictInt, StrictStr

ProjectTypeName = Literal["email", "userid", "hybrid"]
PROJECT_TYPES: Final[tuple[ProjectTypeName, ...]] = ("email", "userid", "hybrid")
DEFAULT_CLOCK: Final = "2026-08-20T12:00:00Z"

Json = Any
JsonObject = dict[str, Any]
Text = StrictStr
#: What can be counted: requests, and the lists of a project's state document.
Countable = Literal[
    "requests", "users", "events", "lists", "catalogs", "campaigns", "templates", "journeys", "channels",
    "messageTypes", "experiments", "snippets", "webhooks", "metadata", "criteria", "sentMessages",
    "scheduledMessages", "embeddedMessages", "revokedTokens", "exportJobs",
]  # fmt: skip
Count = Annotated[StrictInt, Field(ge=0)]


def _instant(value: object) -> object:
    """The text of an instant, checked: a date that does not exist is a problem in the file."""
    if not isinstance(value, str):
        raise ValueError(f"an instant is a string like {DEFAULT_CLOCK}, not {value!r}")  # noqa: TRY004  # pydantic collects ValueError
    try:
        moment = datetime.fromisoformat(value)
    except ValueError as error:
        raise ValueError(f"{value!r} is not a date and time ({error}); write one like {DEFAULT_CLOCK}") from error
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).isoformat()


InstantText = Annotated[str, BeforeValidator(_instant)]


class Part(BaseModel):
    """A part of a scenario file; its members are those of the file, and unknown ones are refused."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)

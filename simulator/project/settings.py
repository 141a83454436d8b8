"""Every switch of a project in one place: where Iterable's behaviour is open, an account feature or a choice."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict
from pydantic.alias_generators import to_camel


class ProjectSettings(BaseModel):
    """The settings of one project; names on the wire are camel case, unknown names are refused."""

    model_config = ConfigDict(frozen=True, extra="forbid", alias_generator=to_camel, populate_by_name=True)

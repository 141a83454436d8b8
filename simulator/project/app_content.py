"""What apps and pages are given: the content of in-app messages, and the criteria of unknown users.

Sources: in-app messages as recorded in 2022 by mtchavez/iterable-api-client; criteria as the tests of Iterable's SDKs
have them (web 669147f, Android 12748cfe, iOS 25cd00e1, all of July 2026).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, StrictBool, StrictFloat, StrictInt, StrictStr, field_validator
from pydantic.alias_generators import to_camel

from simulator.project.content import Content, Milliseconds

if TYPE_CHECKING:
    from collections.abc import Iterator

    from simulator.message import Instant

#: How long an in-app message waits: about 90 days between `createdAt` and `expiresAt`, as recorded in 2022.
LIFETIME: Final[Instant] = 90 * 86_400 * 1000


class WebDisplaySettings(Content):
    """Where a page shows an in-app message."""

    position: Literal["Center", "TopRight", "BottomRight", "Full"] = "Center"


class InboxMetadata(Content):
    """How an inbox shows an in-app message."""

    title: StrictStr | None = None
    subtitle: StrictStr | None = None
    icon: StrictStr | None = None


class InAppTrigger(Content):
    """When an app shows an in-app message."""

    type: Literal["immediate", "event", "never"] = "immediate"


class InAppContent(Content):
    """What an in-app message says and how; what is absent comes from its template."""

    html: StrictStr | None = None
    in_app_display_settings: dict[str, Any] | None = None
    web_in_app_display_settings: WebDisplaySettings | None = None
    custom_payload: dict[str, Any] | None = None
    trigger: InAppTrigger = Field(default_factory=lambda: InAppTrigger.model_validate({}))
    save_to_inbox: StrictBool = False
    inbox_metadata: InboxMetadata | None = None
    priority_level: StrictInt | StrictFloat = 400.5
    json_only: StrictBool = False
    expires_at: Milliseconds | None = None


_COMBINATORS: Final = frozenset({"And", "Or", "Not"})
_DATA_TYPES: Final = frozenset({"user", "customEvent", "purchase", "cartUpdate"})
_COMPARATORS: Final = frozenset(
    {
        "Equals",
        "DoesNotEqual",
        "GreaterThan",
        "GreaterThanOrEqualTo",
        "LessThan",
        "LessThanOrEqualTo",
        "IsSet",
        "StartsWith",
        "Contains",
        "MatchesRegex",
    }
)
_CLOSED: Final = {"combinator": _COMBINATORS, "dataType": _DATA_TYPES, "comparatorType": _COMPARATORS}


class Criterion(BaseModel):
    """What a visitor has to do for a profile to be made; the SDK in the app decides whether it was done."""

    model_config = ConfigDict(extra="forbid", frozen=True, alias_generator=to_camel, populate_by_name=True)

    criteria_id: Annotated[StrictStr, Field(pattern=r"^[0-9]{1,18}$")]
    name: StrictStr = ""
    created_at: Milliseconds = 0
    updated_at: Milliseconds = 0
    search_query: dict[str, Any]

    @field_validator("search_query")
    @classmethod
    def _is_read_by_sdks(cls, query: dict[str, Any]) -> dict[str, Any]:
        """Refuse what an SDK would take for a criterion that nobody ever meets, without a word."""
        if "combinator" not in query or not isinstance(query.get("searchQueries"), list):
            raise ValueError("a searchQuery needs a combinator and an array searchQueries")
        for name, value in _named_values(query):
            if value not in _CLOSED[name]:
                raise ValueError(f"{name} must be one of {', '.join(sorted(_CLOSED[name]))}, not {value!r}")
        return query

    def to_json(self) -> dict[str, Any]:
        """The criterion as the API shows it."""
        return self.model_dump(by_alias=True, mode="json")


def _named_values(value: Any) -> Iterator[tuple[str, Any]]:
    """Every member with a closed set of values, at any depth."""
    if isinstance(value, list):
        for item in value:
            yield from _named_values(item)
    elif isinstance(value, dict):
        for name, member in value.items():
            if name in _CLOSED:
                yield name, member if isinstance(member, str) else None
            else:
                yield from _named_values(member)

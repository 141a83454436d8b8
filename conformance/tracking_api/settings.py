"""The settings of a source: its own options, and those for what Segment's documentation leaves open."""

from __future__ import annotations

from typing import Annotated, Final, Literal

from pydantic import BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel

#: Upper limit of the size settings, in bytes.
LARGEST_REQUEST: Final = 10_000_000
_HTTP_API: Final = "Segment documentation, HTTP API source"
_Bytes = Annotated[int, Field(ge=1, le=LARGEST_REQUEST)]
_DAY: Final = 86_400


class MessageSettings(BaseModel):
    """The settings of one source that apply to single messages, including those from files.

    Names on the wire are camel case, unknown names are refused.

    Every field has its default, its allowed values (its type), what it decides (its description) and, at the end
    of the description in brackets, the source of the default.
    """

    model_config = ConfigDict(
        frozen=True, extra="forbid", alias_generator=to_camel, populate_by_name=True, validate_default=True
    )

    deduplicate: bool = Field(
        default=True,
        description="Whether to drop a repeated messageId. [Segment documentation, Handling Duplicate Data]",
    )
    deduplication_window: Annotated[float, Field(ge=0, le=366 * _DAY, allow_inf_nan=False)] = Field(
        _DAY,
        description="How many seconds a messageId is remembered. [Segment documentation, Handling Duplicate Data: "
        "approximately 24 hours]",
    )
    clock_correction: bool = Field(
        default=True,
        description="Whether timestamp is receivedAt - (sentAt - originalTimestamp), or originalTimestamp unchanged. "
        "[Segment documentation, Spec: Common Fields]",
    )
    numeric_timestamps: Literal["milliseconds", "unreadable"] = Field(
        "milliseconds",
        description="Whether a numeric timestamp, originalTimestamp or sentAt is milliseconds since 1970, as in "
        "JavaScript, or unreadable. [assumed: analytics-node passes numbers on unchanged]",
    )
    unreadable_timestamps: Literal["received", "drop"] = Field(
        "received",
        description="A message with an unreadable timestamp gets the time of receipt, or is dropped. [assumed]",
    )
    given_instants: Literal["kept", "utc"] = Field(
        "kept",
        description="Whether originalTimestamp and sentAt stay as sent, or are rewritten in UTC with milliseconds, "
        "like timestamp and receivedAt. [assumed]",
    )
    merge_envelope: bool = Field(
        default=True,
        description=f"Whether the envelope's context and integrations apply to its messages. [{_HTTP_API}]",
    )
    collect_ip: Literal["clientLibraries", "always", "never"] = Field(
        "clientLibraries",
        description="Which messages without context.ip get the client's address; except with `never`, also those "
        "with context.direct: true. [Segment documentation, Spec: Common Fields]",
    )
    given_channel: Literal["kept", "replaced"] = Field(
        "kept",
        description="Whether a message keeps its own channel. [assumed: analytics-android sends `mobile`]",
    )
    require_identifier: bool = Field(
        default=True, description=f"Whether messages without userId and anonymousId are dropped. [{_HTTP_API}]"
    )
    require_event_name: bool = Field(
        default=True, description=f"Whether track messages without an event name are dropped. [{_HTTP_API}]"
    )
    respect_integrations: bool = Field(
        default=True,
        description="Whether `integrations` can keep messages from the destination. [Segment documentation, "
        "Filtering your Segment Data]",
    )
    destination_name: Annotated[str, Field(min_length=1)] = Field(
        "Iterable (Actions)",
        description="The destination's key in `integrations`, case-sensitive. [segmentio/action-destinations, "
        "destinations/iterable/index.ts]",
    )


class SourceSettings(MessageSettings):
    """All settings of one source, including those for requests and delivery."""

    message_limit: _Bytes = Field(
        32_768,
        description=f"Maximum message size in bytes. [{_HTTP_API}: 32 KB; that a KB has 1,024 bytes is assumed]",
    )
    batch_limit: _Bytes = Field(
        512_000,
        description=f"Maximum size of a batch request in bytes, unpacked. [{_HTTP_API}: 500 KB; "
        "segment-analytics-python sends 500,714 bytes]",
    )
    batch_deliveries: bool = Field(
        default=False,
        description="Whether subscriptions with enable_batching are delivered in batches, which takes up to a second "
        "longer. [segmentio/action-destinations, docs/batching.md; off, as with `send`]",
    )
    batch_messages: Annotated[int, Field(ge=1)] = Field(
        2_500, description=f"Maximum number of messages in a batch. [{_HTTP_API}]"
    )

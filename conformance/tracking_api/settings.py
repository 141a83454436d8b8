"""What a source decides, and where Segment's documents are silent: one switch for each, with its reason."""

from __future__ import annotations

from typing import Annotated, Final, Literal

from pydantic import BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel

#: The largest request that a source can be set to take, in bytes.
LARGEST_REQUEST: Final = 10_000_000
_HTTP_API: Final = "Segment documentation, HTTP API source"
_Bytes = Annotated[int, Field(ge=1, le=LARGEST_REQUEST)]
_DAY: Final = 86_400


class MessageSettings(BaseModel):
    """The settings of one source that decide on single messages, also those that come without a request.

    Names on the wire are camel case, unknown names are refused.

    Every field carries its default, its allowed values (its type), what it decides (its description) and, at the
    end of the description in brackets, where the default comes from.
    """

    model_config = ConfigDict(
        frozen=True, extra="forbid", alias_generator=to_camel, populate_by_name=True, validate_default=True
    )

    deduplicate: bool = Field(
        default=True,
        description="Whether a messageId that came before is dropped. [Segment documentation, Handling "
        "Duplicate Data]",
    )
    deduplication_window: Annotated[float, Field(ge=0, le=366 * _DAY, allow_inf_nan=False)] = Field(
        _DAY,
        description="For how many seconds a messageId is remembered. [Segment documentation, Handling Duplicate "
        "Data: approximately 24 hours]",
    )
    clock_correction: bool = Field(
        default=True,
        description="Whether timestamp is receivedAt - (sentAt - originalTimestamp), or originalTimestamp as it is. "
        "[Segment documentation, Spec: Common Fields]",
    )
    numeric_timestamps: Literal["milliseconds", "unreadable"] = Field(
        "milliseconds",
        description="What a number as timestamp, originalTimestamp or sentAt is: milliseconds since 1970, as "
        "JavaScript has it, or no date. [assumed: analytics-node passes numbers on unchanged]",
    )
    unreadable_timestamps: Literal["received", "drop"] = Field(
        "received",
        description="What becomes of a message whose timestamp is no date: it has the instant of receipt, or it is "
        "dropped. [assumed]",
    )
    given_instants: Literal["kept", "utc"] = Field(
        "kept",
        description="Whether originalTimestamp and sentAt keep the text that was given, or are written in UTC with "
        "milliseconds as timestamp and receivedAt are. [assumed]",
    )
    merge_envelope: bool = Field(
        default=True,
        description=f"Whether context and integrations of the envelope hold for its messages. [{_HTTP_API}]",
    )
    collect_ip: Literal["clientLibraries", "always", "never"] = Field(
        "clientLibraries",
        description="Whose messages get the peer's address as context.ip where they have none; context.direct: true "
        "asks for it too, except with `never`. [Segment documentation, Spec: Common Fields]",
    )
    given_channel: Literal["kept", "replaced"] = Field(
        "kept",
        description="Whether a channel that the message brings stays. [assumed: analytics-android sends `mobile`]",
    )
    require_identifier: bool = Field(
        default=True, description=f"Whether messages without userId and anonymousId are dropped. [{_HTTP_API}]"
    )
    require_event_name: bool = Field(
        default=True, description=f"Whether track messages without an event name are dropped. [{_HTTP_API}]"
    )
    respect_integrations: bool = Field(
        default=True,
        description="Whether `integrations` keeps messages from the destination. [Segment documentation, Filtering "
        "your Segment Data]",
    )
    destination_name: Annotated[str, Field(min_length=1)] = Field(
        "Iterable (Actions)",
        description="The key of the destination in `integrations`, in exactly these letters. "
        "[segmentio/action-destinations, destinations/iterable/index.ts]",
    )


class SourceSettings(MessageSettings):
    """All settings of one source: also those that decide on requests, and on the delivery."""

    message_limit: _Bytes = Field(
        32_768, description=f"Bytes of one message. [{_HTTP_API}: 32 KB; that a KB has 1,024 bytes is assumed]"
    )
    batch_limit: _Bytes = Field(
        512_000,
        description=f"Bytes of a batch request, unpacked. [{_HTTP_API}: 500 KB; segment-analytics-python sends "
        "500,714 bytes]",
    )
    batch_deliveries: bool = Field(
        default=False,
        description="Whether what the mapping marks with enable_batching goes to Iterable in batches, which takes up "
        "to a second longer. [segmentio/action-destinations, docs/batching.md; off, as with `send`]",
    )
    batch_messages: Annotated[int, Field(ge=1)] = Field(2_500, description=f"Messages of a batch. [{_HTTP_API}]")

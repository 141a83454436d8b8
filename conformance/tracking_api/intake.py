"""A whole request through Segment: each of its messages with its source and what became of it, and nothing lost."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from conformance.tracking_api.ingestion import SeenMessages, ingest
from conformance.tracking_api.messages import Dropped, PassedOn

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pydantic import JsonValue

    from conformance.tracking_api.messages import Receipt
    from conformance.tracking_api.requests import Accepted
    from conformance.tracking_api.sources import Source, Sources


@dataclass(frozen=True, slots=True)
class Ingested:
    """One message of a request.

    Attributes:
        write_key: The write key that it came with; empty where it came with none.
        source: The source with that key; None where there is none.
        outcome: What became of it.
    """

    write_key: str
    source: Source | None
    outcome: PassedOn | Dropped


def ingest_request(
    accepted: Accepted, sources: Sources, receipt: Receipt, seen: dict[str, SeenMessages]
) -> Iterator[Ingested]:
    """What becomes of each message of a request, in order, and then of what was lost before: one row for everything.

    Args:
        accepted: The request.
        sources: The sources there are.
        receipt: When the request came in, and from where.
        seen: The ids that each source has had, by write key; a source that had none yet is added.
    """
    for message, write_key in zip(accepted.messages, accepted.write_keys, strict=True):
        source = sources.get(write_key)
        if source is None:
            yield Ingested(write_key, None, _without_source(message, write_key))
        else:
            of_source = seen.setdefault(write_key, SeenMessages())
            yield Ingested(write_key, source, ingest(message, accepted.envelope, source, receipt, of_source))
    for dropped in accepted.dropped:
        yield Ingested(accepted.write_key, sources.get(accepted.write_key), dropped)


def _without_source(message: JsonValue, write_key: str) -> Dropped:
    if not write_key:
        return Dropped(message, "segment.no-write-key", "the message has no write key")
    return Dropped(message, "segment.unknown-write-key", f"no source has the write key `{write_key:.40}`")

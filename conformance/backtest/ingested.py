"""Messages of an archive as Segment passes them on, part by part: the same for any number of parts.

All but one of Segment's rules are about a single message. Whether a messageId came in before is known of the whole
archive only, so parts are read twice: first for their messageIds (`receipts_in`), of which `duplicates` are found,
and then for what goes on (`passed_on`).
"""

from __future__ import annotations

import hashlib
import struct
from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from conformance.backtest.archive import Part
from conformance.backtest.counting import Located, NotPassedOn
from conformance.tracking_api.ingestion import ingest
from conformance.tracking_api.messages import NO_ENVELOPE, Dropped, Receipt, envelope_of
from conformance.tracking_api.settings import SourceSettings
from conformance.tracking_api.single_messages import before_segment
from conformance.tracking_api.sources import DEFAULT_WRITE_KEY, Source

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from conformance.backtest.counting import Found
    from conformance.tracking_api.ingestion import Receipts
    from conformance.tracking_api.messages import PassedOn

_SOURCE: Final = Source(DEFAULT_WRITE_KEY, settings=SourceSettings())
_DIGEST: Final = 16
#: A messageId, the instant of its receipt, and its place among those of its part.
_RECORD: Final = struct.Struct(f"<{_DIGEST}sqq")
#: The groups that messageIds are sorted into, so that no more than one group is in memory.
GROUPS: Final = 64


@dataclass(frozen=True, slots=True)
class Ingestion:
    """How messages come in.

    Attributes:
        received_at: When, in milliseconds since 1970; None for when each says itself, and `now` for the others.
        now: The present.
    """

    received_at: int | None
    now: int


@dataclass(frozen=True, slots=True)
class SegmentPart(Part):
    """A part of an archive whose messages go through Segment.

    Attributes:
        duplicates: Those of its messages with an id that came in before, by their place among those with an id, each
            with when that was.
    """

    duplicates: tuple[tuple[int, int], ...] = field(default=(), repr=False)


def receipts_in(found: Iterable[Found], ingestion: Ingestion) -> dict[int, bytes]:
    """The messageIds of a part, as records by their group."""
    ids = _Collected()
    for item in found:
        if isinstance(item, Located):
            _ingested(item, ingestion, ids)
    return {group: bytes(records) for group, records in ids.groups.items()}


class _Collected:
    """Writes down messageIds, as if none had come in before."""

    def __init__(self) -> None:
        self.groups: defaultdict[int, bytearray] = defaultdict(bytearray)
        self._number = 0

    def first_receipt(self, message_id: str, now: int, window: float) -> None:
        del window
        digest = hashlib.blake2b(message_id.encode("utf-8", "surrogatepass"), digest_size=_DIGEST).digest()
        self.groups[digest[0] % GROUPS] += _RECORD.pack(digest, now, self._number)
        self._number += 1


def duplicates(receipts: Iterable[tuple[int, bytes]]) -> Iterator[tuple[int, int, int]]:
    """The messages of a group that Segment drops because their id came in before, in the time that it remembers ids.

    Args:
        receipts: Records of the group, each with the number of the part that they are of.

    Returns:
        The number of the part, the place in it, and when the id came in before.
    """
    first: dict[bytes, tuple[int, int, int]] = {}
    several: defaultdict[bytes, list[tuple[int, int, int]]] = defaultdict(list)
    for part, records in receipts:
        for digest, received, number in _RECORD.iter_unpack(records):
            if digest in first:
                several[digest].append((received, part, number))
            else:
                first[digest] = (received, part, number)
    window = _SOURCE.settings.deduplication_window * 1000
    for digest, others in several.items():
        remembered, *following = sorted([first[digest], *others])
        for receipt in following:
            if receipt[0] - remembered[0] < window:
                yield receipt[1], receipt[2], remembered[0]
            else:
                remembered = receipt


def passed_on(found: Iterable[Found], part: Part, ingestion: Ingestion) -> Iterator[Found]:
    """What there is in a part after Segment: messages as the destination sees them, and those that it never sees."""
    seen = _Known(dict(part.duplicates) if isinstance(part, SegmentPart) else {})
    for item in found:
        if not isinstance(item, Located):
            yield item
            continue
        outcome = _ingested(item, ingestion, seen)
        if isinstance(outcome, Dropped):
            yield NotPassedOn(item.position, item.event, outcome.rule, outcome.reason)
        else:
            yield Located(item.position, outcome.message)


class _Known:
    """Knows which messageIds came in before."""

    def __init__(self, duplicates: Mapping[int, int]) -> None:
        self._duplicates = duplicates
        self._number = -1

    def first_receipt(self, message_id: str, now: int, window: float) -> int | None:
        del message_id, now, window
        self._number += 1
        return self._duplicates.get(self._number)


def _ingested(item: Located, ingestion: Ingestion, seen: Receipts) -> PassedOn | Dropped:
    event, instant = item.event, ingestion.received_at
    if instant is None:
        event, instant = before_segment(event)
    envelope = NO_ENVELOPE if item.envelope is None else envelope_of(item.envelope)
    # The same whatever else was read: an id that is counted would depend on where the archive was cut.
    receipt = Receipt(ingestion.now if instant is None else instant, lambda: f"segment-{item.position}")
    return ingest(event, envelope, _SOURCE, receipt, seen)

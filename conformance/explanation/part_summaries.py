"""A summary of many events counted on several processes: the very same as of one that reads from end to end.

Where a part of a file begins is known before the part in front of it is read, and with it what is taken for granted:
that no value reaches across, that the source has an event before, and that few reasons occur. Parts come back in
their order, and one of which that does not hold is read again here.
"""

from __future__ import annotations

import pickle
import sys
from functools import lru_cache, partial
from typing import TYPE_CHECKING, Final, NamedTuple

from conformance.explanation.summary import Summary
from conformance.inputs.errors import InputError
from conformance.inputs.event_stream import Span, stream_source, stream_span
from conformance.inputs.remarks import Remarks
from conformance.inputs.source_parts import Part, cut, source_named
from conformance.part_pool import in_order, run_on_processes
from destination import Destination

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from conformance.explanation.summary import Counted
    from conformance.inputs.errors import InputProblem
    from conformance.inputs.event_sources import EventSource
    from conformance.inputs.event_stream import ReadEvent
    from conformance.inputs.remarks import Kind
    from destination import Subscription

#: Bytes of a part: a tenth of a second, so that all processes end at about the same time.
PART_SIZE: Final = 2 * 2**20
#: Reasons of a subscription that are told apart in a part, of which there may be as many as events.
_MOST_IN_A_PART: Final = 10_000


class Piece(NamedTuple):
    """A part of one of the sources.

    Attributes:
        source: Which of them it is of; a file may be named twice.
        part: The part.
    """

    source: int
    part: Part


class PartSummary(NamedTuple):
    """What comes of a part.

    Attributes:
        piece: The part.
        counted: What was counted; None where nothing could be.
        told: What is to be said of it.
        doubtful: How many doubts there were.
        span: Where reading goes on.
        lost: Why nothing was counted, where that is for good.
    """

    piece: Piece
    counted: Counted | None
    told: list[tuple[Kind, str]]
    doubtful: int
    span: Span
    lost: str = ""


def summarize_sources(
    summary: Summary,
    sources: Sequence[EventSource],
    remarks: Remarks,
    *,
    subscriptions: Sequence[Subscription],
    workers: int,
    part_size: int = PART_SIZE,
    progress: Callable[[int], object] = bool,
) -> None:
    """Count the events of sources.

    Args:
        summary: Gets what is counted.
        sources: Files, or addresses in the cloud, which any process can open by name.
        remarks: Tell what is wrong with what was read.
        subscriptions: Those of the summary's destination.
        workers: How many processes.
        part_size: Bytes of a file that a process takes at a time.
        progress: Called with the number of events that were counted since.
    """
    pieces = (Piece(n, part) for n, source in enumerate(sources) for part in cut(source.name, part_size))
    task = partial(summarize_part, pickle.dumps(tuple(subscriptions)))
    joined = _Joined(summary, sources, remarks)
    results = in_order(
        pieces, lambda parts: run_on_processes(parts, task, workers, _lost, did="read"), lambda result: result.piece
    )
    for result in results:
        before = summary.counted.events
        joined.add(result)
        progress(summary.counted.events - before)


def summarize_part(packed: bytes, piece: Piece) -> PartSummary:
    """What comes of a part.

    Args:
        packed: The subscriptions, pickled, so that those that are known: known by their bytes.
        piece: The part.
    """
    part = piece.part
    summary = Summary(_destination_of(packed), most_reasons=_MOST_IN_A_PART)
    told: list[tuple[Kind, str]] = []
    remarks = Remarks(lambda kind, text: told.append((kind, text)))
    span = Span(part.start, part.line, part.end)
    try:
        source = source_named(part.file)
    except InputError:
        # It was there before; whoever named it says why it is not any more.
        return PartSummary(piece, None, [], 0, span)
    for item in remarks.events_of(stream_span(source, span)):
        summary.add(item.event, item.place)
    return PartSummary(piece, summary.counted, told, remarks.doubtful, span)


@lru_cache(maxsize=1)
def _destination_of(packed: bytes) -> Destination:
    """The destination of some subscriptions, compiled once in each process."""
    subscriptions: tuple[Subscription, ...] = pickle.loads(packed)  # noqa: S301  # from the process that began this
    return Destination({"apiKey": "the API key"}, subscriptions)


def _lost(piece: Piece, message: str) -> PartSummary:
    return PartSummary(piece, None, [], 0, Span(), message)


class _Joined:
    """Joins what comes of the parts, which are given in their order."""

    def __init__(self, summary: Summary, sources: Sequence[EventSource], remarks: Remarks) -> None:
        self._summary = summary
        self._sources = sources
        self._remarks = remarks
        self._source = -1
        #: Where reading goes on in the source.
        self._next = Span()

    def add(self, result: PartSummary) -> None:
        """Add what comes of the next part."""
        number, part = result.piece
        if number != self._source:
            self._source, self._next = number, Span()
        if part.end is not None and 0 < part.end <= self._next.offset:
            return
        if result.lost:
            self._remarks.problem(f"{part.file}:{part.line}: {result.lost}")
        elif self._next.offset > part.start:
            self._next.stop = part.end
            self._read(stream_span(self._sources[number], self._next))
        elif result.counted is None or result.counted.leaves_out:
            self._next = Span(part.start, part.line, part.end)
            self._read(stream_span(self._sources[number], self._next))
        elif part.start == 0 and not result.counted.events:
            # What is to be said of a source without events is known at its end.
            self._read(stream_source(self._sources[number]))
            self._next.offset = sys.maxsize
        else:
            self._next = result.span
            self._remarks.add(result.told, result.doubtful)
            self._summary.add_counted(result.counted)

    def _read(self, found: Iterator[ReadEvent | InputProblem]) -> None:
        for item in self._remarks.events_of(found):
            self._summary.add(item.event, item.place)

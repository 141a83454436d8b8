"""The events that a command is given, as they are read: what is no event, doubtful or dropped is named on stderr."""

from __future__ import annotations

import time
from dataclasses import replace
from itertools import chain
from typing import TYPE_CHECKING, Final

from conformance.cli.files import kept_in_file, or_shipped, standard_input_stream
from conformance.cli.streams import print_note

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from conformance.cli.segment_options import SegmentOptions
    from conformance.inputs.events import EventSource, ReadEvent, ReadEvents
    from conformance.inputs.remarks import Remarks

#: Warnings, and messages that Segment drops, that are printed one by one; of more, the number is.
_MOST_NAMED: Final = 10
#: Bytes that one process reads and maps in about a second; so long do others take to begin, and are then of use.
_WORTH_PROCESSES: Final = 16 * 2**20


def report_doubts(read: ReadEvents) -> None:
    """Warn of what is probably wrong in events, on stderr."""
    for doubt in read.doubtful[:_MOST_NAMED]:
        print_note(f"warning: {doubt}")
    if len(read.doubtful) > _MOST_NAMED:
        print_note(f"warning: {len(read.doubtful) - _MOST_NAMED} more like these")


class EventInput:
    """Reads events, one after the other, and keeps none of them.

    Args:
        addresses: Where they are.
        segment: Whether they go through Segment first.
        kept: Whether they are read more than once; what comes through a pipe then goes into a file first.

    Attributes:
        remarks: What is said of the events.

    Raises:
        InputError: No address is of anything that can be read; every one is named. One beside others is
            named before the first event, and counted as broken.
    """

    def __init__(self, addresses: Sequence[str], segment: SegmentOptions, *, kept: bool = False) -> None:
        from conformance.inputs.errors import InputError
        from conformance.inputs.event_sources import find_sources

        self._sources: list[EventSource]
        self._sources, self._unusable = find_sources(
            [or_shipped(address) for address in addresses], standard_input_stream
        )
        if self._unusable and not self._sources:
            raise InputError(self._unusable)
        if kept:
            self._sources = [_readable_again(source) for source in self._sources]
        self._segment = segment
        self._now = round(time.time() * 1000)
        self._tells = True
        self._dropped = 0
        self.remarks = self._new_remarks()

    def __iter__(self) -> Iterator[ReadEvent]:
        """The events, from the first; what is wrong with them is told once."""
        self._dropped, self.remarks = 0, self._new_remarks()
        read = self._read()
        yield from self._passed_on(read) if self._segment.wanted else read
        self._tells = False

    @property
    def broken(self) -> int:
        """How much of what was read, or of what was read so far, is no event."""
        return self.remarks.broken

    @property
    def separable(self) -> tuple[EventSource, ...]:
        """The sources, where several processes read them sooner than this one; else nothing."""
        sources = self._sources
        if self._segment.wanted or self._unusable or not all(source.is_addressable for source in sources):
            return ()
        try:
            sizes = [_WORTH_PROCESSES / 2 if (size := source.size) is None else size for source in sources]
            worth_it = sum(sizes) >= _WORTH_PROCESSES and (len(sources) > 1 or sources[0].splits)
        except OSError:
            # Whoever reads it says why it cannot be read.
            return ()
        return tuple(sources) if worth_it else ()

    def _new_remarks(self) -> Remarks:
        from conformance.inputs.remarks import Remarks

        return Remarks(lambda kind, text: self._tell(f"{kind}: {text}"))

    def _tell(self, text: str) -> None:
        if self._tells:
            print_note(text)

    def _read(self) -> Iterator[ReadEvent]:
        from conformance.inputs.events import stream_events

        yield from self.remarks.events_of(chain(self._unusable, stream_events(self._sources)))
        self.remarks.finish()

    def _passed_on(self, read: Iterator[ReadEvent]) -> Iterator[ReadEvent]:
        """The events that come to the destination, as Segment passes them on."""
        from conformance.tracking_api.messages import Dropped
        from conformance.tracking_api.single_messages import SingleMessages, ingest_event

        messages = SingleMessages()
        for item in read:
            ingested = ingest_event(messages, item, self._segment.received_at, self._now)
            if not isinstance(ingested, Dropped):
                yield ingested
                continue
            self._dropped += 1
            if self._dropped <= _MOST_NAMED:
                self._tell(f"dropped by Segment: {item.place}: {ingested.reason} ({ingested.rule})")
        if self._dropped > _MOST_NAMED:
            self._tell(f"dropped by Segment: {self._dropped - _MOST_NAMED} more like these")


def _readable_again(source: EventSource) -> EventSource:
    """A source that can be read more than once.

    Raises:
        InputError: It cannot be read.
    """
    if not source.is_read_once:
        return source
    from conformance.inputs.errors import InputError, InputProblem

    try:
        stream = source.opened()
        again = replace(source, opened=kept_in_file(stream), path=None)
        if source.path is not None:
            stream.close()
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise InputError([InputProblem(source.name, 0, 0, "", f"cannot be read: {reason}")]) from error
    return again

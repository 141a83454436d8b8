"""The events that a command is given, as they are read: what is no event, doubtful or dropped is named on stderr."""

from __future__ import annotations

import time
from dataclasses import replace
from itertools import chain
from typing import TYPE_CHECKING, Final

from conformance.cli.files import kept_in_file, standard_input_stream
from conformance.cli.streams import print_note

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from conformance.cli.segment_options import SegmentOptions
    from conformance.inputs.events import EventSource, ReadEvent, ReadEvents

#: Warnings, and messages that Segment drops, that are printed one by one; of more, the number is.
_MOST_NAMED: Final = 10


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
        broken: How much of what was read, or of what was read so far, is no event.

    Raises:
        InputError: No address is of anything that can be read; every one is named. One beside others is
            named before the first event, and counted as broken.
    """

    def __init__(self, addresses: Sequence[str], segment: SegmentOptions, *, kept: bool = False) -> None:
        from conformance.inputs.errors import InputError
        from conformance.inputs.event_sources import find_sources

        self._sources: list[EventSource]
        self._sources, self._unusable = find_sources(addresses, standard_input_stream)
        if self._unusable and not self._sources:
            raise InputError(self._unusable)
        if kept:
            self._sources = [_readable_again(source) for source in self._sources]
        self._segment = segment
        self._now = round(time.time() * 1000)
        self._tells = True
        self._doubtful = 0
        self._dropped = 0
        self.broken = 0

    def __iter__(self) -> Iterator[ReadEvent]:
        """The events, from the first; what is wrong with them is told once."""
        self._doubtful = self._dropped = self.broken = 0
        read = self._read()
        yield from self._passed_on(read) if self._segment.wanted else read
        self._tells = False

    def _tell(self, text: str) -> None:
        if self._tells:
            print_note(text)

    def _read(self) -> Iterator[ReadEvent]:
        from conformance.inputs.errors import InputProblem
        from conformance.inputs.event_members import event_problems
        from conformance.inputs.events import doubts, stream_events

        for item in chain(self._unusable, stream_events(self._sources)):
            if isinstance(item, InputProblem):
                self.broken += 1
                self._tell(f"error: {item}")
                continue
            for doubt in doubts(item) if event_problems(item.event) else ():
                self._doubtful += 1
                if self._doubtful <= _MOST_NAMED:
                    self._tell(f"warning: {doubt}")
            yield item
        if self._doubtful > _MOST_NAMED:
            self._tell(f"warning: {self._doubtful - _MOST_NAMED} more like these")

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

"""Which Segment events the requests of a journal were made from."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Self

from destination import PRESETS, CompiledSubscription, Destination, Subscription
from destination.javascript import json_text
from destination.mapping import DEFAULT_LIQUIDJS
from simulator.message import read_json

if TYPE_CHECKING:
    from collections.abc import Iterator

    from simulator.control.recording_options import ReceivedMessage, RecordingOptions
    from simulator.journal import Entry

#: Method, path and body of a request.
_Wanted = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class Part:
    """Requests in a row: those of one event, or one that no event is known for."""

    entries: Sequence[Entry]
    event: dict[str, Any] | None = None
    received: ReceivedMessage | None = None


@dataclass(slots=True)
class SegmentEvents:
    """Segment events, and the subscriptions that they went through.

    Attributes:
        events: The events in the order in which they were sent; none when only the requests are known.
        mapping: The subscriptions as a scenario names them; None for the presets.
        received: For each of the events, the message that it was before Segment; none where the events are the steps.
    """

    events: Sequence[dict[str, Any]] = ()
    mapping: list[dict[str, Any]] | None = None
    received: Sequence[ReceivedMessage] = ()
    _subscriptions: Sequence[Subscription] = field(default=PRESETS)
    _compiled: tuple[CompiledSubscription, ...] = field(init=False)

    def __post_init__(self) -> None:
        self._compiled = tuple(map(CompiledSubscription, self._subscriptions))

    @classmethod
    def of(cls, options: RecordingOptions) -> Self:
        """Events and mapping as somebody asks for them."""
        events, mapping, received = options.events or (), options.mapping, options.received or ()
        if mapping is None:
            return cls(events, received=received)
        subscriptions = [
            Subscription(
                item.get("name", ""),
                item["partnerAction"],
                item.get("subscribe"),
                item.get("mapping"),
                item.get("liquidjs", DEFAULT_LIQUIDJS),
            )
            for item in mapping
        ]
        return cls(events, mapping, received, subscriptions)

    def in_order(self, entries: Sequence[Entry]) -> list[Part]:
        """The requests in order, those of an event together; an event that sent nothing follows the one before it."""
        left = _Left(entries)
        parts: list[tuple[int, int, Part]] = []
        last = 0
        for place, event in enumerate(self.events):
            wanted = self._requests(event, entries[0].at)
            received = self.received[place] if self.received else None
            if not wanted:
                parts.append((last, place, Part((), event, received)))
            while found := self._sent_for(event, wanted, left):
                last = max(last, found[0].number)
                parts.append((found[0].number, place, Part(found, event, received)))
        parts += [(entry.number, -1, Part([entry])) for entry in left]
        return [part for _, _, part in sorted(parts, key=lambda item: item[:2])]

    def _sent_for(self, event: dict[str, Any], wanted: Sequence[_Wanted], left: _Left) -> list[Entry]:
        """The first requests that an event makes, one for each of its subscriptions; none when they are not there."""
        found = left.take(wanted)
        if found or wanted == self._requests(event, 0):
            return found
        # What the event says depends on when it is sent.
        return next((found for entry in left if (found := left.take(self._requests(event, entry.at)))), [])

    def _requests(self, event: dict[str, Any], now: int) -> list[_Wanted]:
        destination = Destination({"apiKey": "key"}, self._compiled, now=lambda: now)
        return [
            (exchange.request.method, "/" + exchange.request.url.split("/", 3)[-1], _text(exchange.request.json))
            for outcome in destination.plan(event)
            for exchange in outcome.exchanges
        ]


class _Left:
    """The requests that no event has claimed yet."""

    def __init__(self, entries: Sequence[Entry]) -> None:
        self._entries = {entry.number: entry for entry in entries}
        self._numbers: defaultdict[_Wanted, list[int]] = defaultdict(list)
        for entry in reversed(entries):
            self._numbers[_said(entry)].append(entry.number)

    def __iter__(self) -> Iterator[Entry]:
        return iter(list(self._entries.values()))

    def take(self, wanted: Sequence[_Wanted]) -> list[Entry]:
        """Claim the first request of each kind; none of them when one is not there."""
        if not all(self._numbers[kind] for kind in wanted) or len(set(wanted)) < len(wanted):
            return []
        return sorted(
            (self._entries.pop(self._numbers[kind].pop()) for kind in wanted), key=lambda entry: entry.number
        )


def _said(entry: Entry) -> _Wanted:
    try:
        body = json.dumps(read_json(entry.request.body), sort_keys=True)
    except ValueError:
        body = ""
    return entry.request.method, entry.request.path, body


def _text(body: Any) -> str:
    return json.dumps(json.loads(json_text.stringify(body)), sort_keys=True)

"""The account of a delivery: every event once for each subscription that matched it, and why it did not arrive."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from conformance.delivery.kept_lines import KeptLines
from conformance.delivery.replies import describe_reply
from conformance.inputs.events import undelivered_line
from destination import ConnectionFailure, DestinationError, HTTPError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pydantic import JsonValue

    from conformance.inputs.events import ReadEvent
    from destination import Exchange


#: Deliveries that did not arrive and are kept themselves, for whoever wants to look at one.
_MOST_MISSED: Final = 1000


class Result(StrEnum):
    """What became of an event in one subscription."""

    #: Answered with a status of 2xx.
    DELIVERED = "delivered"
    #: Segment's own checks refused it; nothing was sent.
    REFUSED = "refused"
    #: Iterable answered with an error that is final; Segment drops the event.
    DISCARDED = "discarded"
    #: Delivered as far as Segment knows, but the reply to the batch lists it as failed.
    REJECTED = "rejected"
    #: Every try ended in an error that is worth another try.
    FAILED = "failed"
    #: Interrupted before its first try, or between two tries.
    NOT_SENT = "not sent"


class Fate(StrEnum):
    """What became of an event as a whole; every event that came in has exactly one."""

    #: Answered with a status of 2xx in every subscription that matched it.
    DELIVERED = "delivered"
    #: Refused in one of them, by Segment's own checks or by Iterable, and final.
    REFUSED = "refused"
    #: Answered with 200 although Iterable stored nothing of it, as the lists of failures in a bulk reply say.
    DROPPED = "dropped"
    #: No subscription matched it.
    NOT_SUBSCRIBED = "notSubscribed"
    #: Not sent, not answered, or answered with an error that may pass.
    UNDELIVERED = "undelivered"


#: What an event is counted as when its deliveries ended differently: the last of these that occurred.
_FATES: Final = {
    Result.DELIVERED: Fate.DELIVERED,
    Result.REFUSED: Fate.REFUSED,
    Result.DISCARDED: Fate.REFUSED,
    Result.REJECTED: Fate.DROPPED,
    Result.FAILED: Fate.UNDELIVERED,
    Result.NOT_SENT: Fate.UNDELIVERED,
}
_BY_WEIGHT: Final = tuple(dict.fromkeys(_FATES.values()))


@dataclass(frozen=True, slots=True)
class Delivery:
    """One event in one subscription that matched it.

    Where an event was never held against the subscriptions, one delivery without a name stands for all of them.

    Attributes:
        read: The event, with where it came from.
        subscription: The name of the subscription.
        action: The action, such as `trackEvent`.
        result: What became of it.
        reason: Why it did not arrive, in words that are the same for events of the same fate.
        tries: How often it was tried.
        uncertain: Whether it may have arrived all the same: a request went out and no reply came back.
        exchanges: The requests of all tries with their replies; those of an account are without.
    """

    read: ReadEvent
    subscription: str
    action: str
    result: Result
    reason: str = ""
    tries: int = 1
    uncertain: bool = False
    exchanges: tuple[Exchange, ...] = ()


class Account:
    """Counts deliveries, and keeps the events that did not arrive, in a file once they are many.

    Args:
        keeps_missed: Whether it does keep them, with the reasons; a delivery without an end only counts.

    Attributes:
        events: Events counted.
        not_subscribed: Events that no subscription matched.
        retries: Tries beyond the first.
        possible_duplicates: Deliveries that succeeded after a try whose reply was lost.
        missed_deliveries: Deliveries that did not arrive, or of which that is not known.
        undelivered: Events of which one did not.
        uncertain: Deliveries that may have arrived although no reply came back.
    """

    def __init__(self, *, keeps_missed: bool = True) -> None:
        self._keeps_missed = keeps_missed
        self.events = 0
        self.not_subscribed = 0
        self.retries = 0
        self.possible_duplicates = 0
        self._fates: Counter[Fate] = Counter()
        self._counts: Counter[tuple[str, Result]] = Counter()
        self._reasons: Counter[tuple[str, Result, str]] = Counter()
        self._missed: list[Delivery] = []
        self._lines = KeptLines()
        self.missed_deliveries = 0
        self.undelivered = 0
        self.uncertain = 0

    def add(self, read: ReadEvent, deliveries: Sequence[Delivery]) -> None:
        """Count an event with its deliveries; with none, no subscription matched it."""
        self.events += 1
        self.not_subscribed += not deliveries
        self._fates[fate_of(deliveries)] += 1
        for delivery in deliveries:
            self._counts[delivery.action, delivery.result] += 1
            self.retries += max(0, delivery.tries - 1)
            self.possible_duplicates += delivery.uncertain and delivery.result is Result.DELIVERED
        if self._keeps_missed:
            self._keep(read, deliveries)

    def _keep(self, read: ReadEvent, deliveries: Sequence[Delivery]) -> None:
        missed = [
            replace(delivery, exchanges=()) for delivery in deliveries if delivery.result is not Result.DELIVERED
        ]
        for delivery in missed:
            self._reasons[delivery.action, delivery.result, delivery.reason] += 1
            self.uncertain += delivery.uncertain
        self.missed_deliveries += len(missed)
        self._missed += missed[: _MOST_MISSED - len(self._missed)]
        if missed:
            everything = len(missed) == len(deliveries) and read.subscriptions is None
            self._lines.add(undelivered_line(read.event, None if everything else _names(read, missed)))
            self.undelivered += 1

    def undelivered_lines(self) -> Iterator[str]:
        """The events that did not arrive, as JSON lines that can be sent again, when all are counted.

        An event that some subscriptions did deliver is written with the names of the others, so that sending the
        line again repeats nothing.
        """
        return iter(self._lines)

    def close(self) -> None:
        """Let go of the events that did not arrive; the figures stay."""
        self._lines.close()

    def count(self, result: Result, action: str | None = None) -> int:
        """How many deliveries ended so, of one action or of all."""
        return sum(
            count
            for (of_action, ended), count in self._counts.items()
            if ended is result and action in {None, of_action}
        )

    def ended(self, fate: Fate) -> int:
        """How many events ended so; over all fates that is every event."""
        return self._fates[fate]

    @property
    def actions(self) -> list[str]:
        """The actions that occurred, by name."""
        return sorted({action for action, _ in self._counts if action})

    @property
    def reasons(self) -> list[tuple[str, Result, str, int]]:
        """Action, result, reason and count of what did not arrive, the most frequent first."""
        rows = [(action, result, reason, count) for (action, result, reason), count in self._reasons.items()]
        return sorted(rows, key=lambda row: (-row[3], row[0], row[1], row[2]))

    @property
    def missed(self) -> tuple[Delivery, ...]:
        """The first thousand deliveries that did not arrive, or of which that is not known."""
        return tuple(self._missed)

    def to_json(self) -> dict[str, JsonValue]:
        """The account as a JSON object."""
        return {
            "events": self.events,
            "outcomes": {fate.value: self.ended(fate) for fate in Fate},
            "notSubscribed": self.not_subscribed,
            "retries": self.retries,
            "uncertain": self.uncertain,
            "perhapsTwice": self.possible_duplicates,
            "actions": {
                action: {result.value: self.count(result, action) for result in Result} for action in self.actions
            },
            "reasons": [
                {"action": action or None, "result": result.value, "reason": reason, "count": count}
                for action, result, reason, count in self.reasons
            ],
        }


def fate_of(deliveries: Sequence[Delivery]) -> Fate:
    """What became of an event, from all its deliveries."""
    if not deliveries:
        return Fate.NOT_SUBSCRIBED
    if len(deliveries) == 1:
        return _FATES[deliveries[0].result]
    return max((_FATES[delivery.result] for delivery in deliveries), key=_BY_WEIGHT.index)


def _names(read: ReadEvent, missed: Sequence[Delivery]) -> list[str]:
    """The subscriptions that are still to deliver an event; one that nobody held against them keeps its own."""
    if any(not delivery.subscription for delivery in missed):
        return sorted(read.subscriptions or ())
    return [delivery.subscription for delivery in missed]


def judge(error: DestinationError | None) -> tuple[Result, str]:
    """The result that an error amounts to, and the reason in words; no error means delivered."""
    if error is None:
        return Result.DELIVERED, ""
    if isinstance(error, HTTPError):
        return (Result.FAILED if error.retryable else Result.DISCARDED), describe_reply(error.reply)
    if isinstance(error, ConnectionFailure):
        return Result.FAILED, f"no reply: {error.message}" if error.retryable else error.message
    return Result.REFUSED, " ".join(error.message.split())

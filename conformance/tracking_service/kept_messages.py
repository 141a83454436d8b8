"""The messages that came in, the newest of them kept, each with where it ended."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from itertools import islice
from typing import TYPE_CHECKING, Final

from conformance.delivery import Fate, Result, fate_of
from conformance.tracking_api.messages import Dropped

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from pydantic import JsonValue

    from conformance.delivery import Delivery
    from conformance.tracking_api.messages import PassedOn
    from destination import CompiledSubscription

#: Messages that are kept at the most, and bytes of the requests that brought them.
_MOST_MESSAGES: Final = 10_000
_MOST_BYTES: Final = 16 * 1024 * 1024
WAITING: Final = "waiting"
DELIVERED: Final = "delivered"
REFUSED: Final = "refused"
DROPPED: Final = "dropped"
NOT_SUBSCRIBED: Final = "not subscribed"
#: Every way in which a message ends, and that it has not ended yet.
OUTCOMES: Final = (WAITING, DELIVERED, REFUSED, DROPPED, NOT_SUBSCRIBED)
_OF_FATE: Final = {
    Fate.DELIVERED: DELIVERED,
    Fate.REFUSED: REFUSED,
    Fate.DROPPED: DROPPED,
    Fate.UNDELIVERED: DROPPED,
    Fate.NOT_SUBSCRIBED: NOT_SUBSCRIBED,
}
OF_RESULT: Final = {
    Result.DELIVERED: DELIVERED,
    Result.REFUSED: REFUSED,
    Result.DISCARDED: REFUSED,
    Result.REJECTED: DROPPED,
    Result.FAILED: DROPPED,
    Result.NOT_SENT: DROPPED,
}


@dataclass(frozen=True, slots=True)
class Carrier:
    """The request that brought messages.

    Attributes:
        number: Its number in the journal.
        method: Its method.
        path: Its path.
        retry_count: Its `X-Retry-Count`, as it was sent; None where the SDK sent none.
        status: What it was answered.
        size: The bytes of its body.
    """

    number: int
    method: str
    path: str
    retry_count: str | None
    status: int
    size: int


@dataclass(frozen=True, slots=True)
class SubscriptionResult:
    """What became of a message in one subscription of one project.

    Attributes:
        subscription: The name of the subscription; empty where the message never came to any.
        action: Its action.
        outcome: How it ended there.
        reason: Why it did not arrive.
        tries: How often it was tried.
        requests: The numbers that its requests have in the journal.
        uncertain: Whether it may have arrived although no reply came back.
    """

    subscription: str
    action: str
    outcome: str
    reason: str
    tries: int = 0
    requests: tuple[int, ...] = ()
    uncertain: bool = False


@dataclass(frozen=True, slots=True)
class ProjectResult:
    """What became of a message in one project.

    Attributes:
        project: The name of the project.
        outcome: How it ended there.
        subscriptions: The subscriptions that matched it.
        compiled: All subscriptions that it was held against.
    """

    project: str
    outcome: str
    subscriptions: tuple[SubscriptionResult, ...] = ()
    compiled: tuple[CompiledSubscription, ...] = ()


def project_result(
    project: str, deliveries: Sequence[Delivery], compiled: tuple[CompiledSubscription, ...]
) -> ProjectResult:
    """What became of a message in a project, from its deliveries there."""
    return ProjectResult(
        project, _OF_FATE[fate_of(deliveries)], tuple(map(_subscription_result, deliveries)), compiled
    )


def _subscription_result(delivery: Delivery) -> SubscriptionResult:
    reason = delivery.reason
    if delivery.result is Result.FAILED and delivery.exchanges:
        reason = f"given up after {delivery.tries} tries: {reason}"
    # Of a batch that is tried again, each event has all its requests.
    numbers = [getattr(exchange.reply or exchange.error, "journal_number", 0) for exchange in delivery.exchanges]
    return SubscriptionResult(
        delivery.subscription,
        delivery.action,
        OF_RESULT[delivery.result],
        reason,
        delivery.tries,
        tuple(filter(None, numbers)),
        delivery.uncertain,
    )


@dataclass(slots=True, eq=False)
class KeptMessage:
    """One message, or a request that was refused as a whole.

    Attributes:
        number: Counted from 1.
        at: When it came in, in milliseconds since 1970.
        write_key: The write key that it came with; empty where it came with none.
        carrier: The request that brought it.
        index: Its place in that request; None for a request that was refused as a whole.
        ingested: What became of it at Segment; None for a request that was refused.
        received: What came in; of a refused request the beginning of its body.
        rule: The rule that ended it at Segment; empty where it was passed on.
        reason: Why it ended there.
        repeats: The number of the message with the same messageId before it; None where there is none.
        waiting: In how many projects it has not ended yet.
        results: How it ended in projects.
    """

    number: int
    at: int
    write_key: str
    carrier: Carrier
    index: int | None
    ingested: PassedOn | Dropped | None
    received: JsonValue
    rule: str = ""
    reason: str = ""
    repeats: int | None = None
    waiting: int = 0
    results: list[ProjectResult] = field(default_factory=list)

    @property
    def outcome(self) -> str:
        """How it ended: as in the project in which it ended worst."""
        if self.rule:
            return DROPPED if self.index is not None else REFUSED
        if self.waiting:
            return WAITING
        ended = {result.outcome for result in self.results}
        return next((outcome for outcome in (DROPPED, REFUSED, DELIVERED) if outcome in ended), NOT_SUBSCRIBED)

    @property
    def why(self) -> str:
        """The reason, in a sentence; empty where it was delivered, or waits."""
        if self.rule:
            return self.reason
        outcome = self.outcome
        if outcome == NOT_SUBSCRIBED:
            return "no subscription matches it" if self.results else "the source feeds no project"
        if outcome not in {DROPPED, REFUSED}:
            return ""
        return next(
            f"{result.project}: {item.reason}"
            for result in self.results
            if result.outcome == outcome
            for item in result.subscriptions
            if item.outcome == outcome
        )


class MessageLog:
    """The newest messages.

    Args:
        most: So many are kept at the most.
        most_bytes: So many bytes of the requests that brought them; the newest message always is.
    """

    def __init__(self, most: int = _MOST_MESSAGES, most_bytes: int = _MOST_BYTES) -> None:
        self._most = most
        self._most_bytes = most_bytes
        self.clear()

    def clear(self) -> None:
        """Forget all messages, and count from 1 again."""
        self._messages: deque[tuple[KeptMessage, int]] = deque()
        self._numbers: dict[tuple[str, str], int] = {}
        self._bytes = 0
        self._count = 0

    @property
    def next_number(self) -> int:
        """The number that the next message gets."""
        return self._count + 1

    def add(self, message: KeptMessage, size: int) -> None:
        """Keep one more; the oldest go when there are too many.

        Args:
            message: The message, which has the next number.
            size: Its bytes, or about so many.
        """
        self._count = message.number
        self._messages.append((message, size))
        self._bytes += size
        if (key := _identity(message)) is not None:
            first = self._numbers.setdefault(key, message.number)
            if first != message.number and message.rule == "segment.duplicate":
                message.repeats = first
        while len(self._messages) > self._most or (self._bytes > self._most_bytes and len(self._messages) > 1):
            self._forget_oldest()

    def take_back(self, messages: Sequence[KeptMessage]) -> None:
        """Forget the newest messages, whose request was not taken after all."""
        for message in reversed(messages):
            if self._messages and self._messages[-1][0] is message:
                self._bytes -= self._messages.pop()[1]
                self._forget_identity(message)

    def select(self, wanted: Callable[[KeptMessage], bool], *, before: int | None, limit: int) -> list[KeptMessage]:
        """The wanted messages with smaller numbers than `before`, the newest first."""
        newest = (message for message, _ in reversed(self._messages) if before is None or message.number < before)
        return list(islice(filter(wanted, newest), limit))

    def message(self, number: int) -> KeptMessage | None:
        """The message of a number; None when it is not kept."""
        return next((message for message, _ in self._messages if message.number == number), None)

    def has_key(self, write_key: str) -> bool:
        """Whether a message of a write key is kept."""
        return any(message.write_key == write_key for message in self)

    def __iter__(self) -> Iterator[KeptMessage]:
        """The messages, the oldest first."""
        return (message for message, _ in self._messages)

    def _forget_oldest(self) -> None:
        message, size = self._messages.popleft()
        self._bytes -= size
        self._forget_identity(message)

    def _forget_identity(self, message: KeptMessage) -> None:
        key = _identity(message)
        if key is not None and self._numbers.get(key) == message.number:
            del self._numbers[key]


def _identity(message: KeptMessage) -> tuple[str, str] | None:
    """What a repeat has in common with the message before it; None where there is no messageId."""
    received = message.received
    identifier = received.get("messageId") if isinstance(received, dict) else None
    return None if identifier is None or identifier == "" else (message.write_key, str(identifier))

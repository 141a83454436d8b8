"""The attempts at one delivery: a free slot for each, retries when they are worth it, and an end when all stops."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from conformance.delivery.eager_tasks import Done, begin
from destination import ConnectionFailure, Outcome

if TYPE_CHECKING:
    from conformance.delivery.retries import RetryPolicy
    from conformance.delivery.runtime import Runtime
    from destination import Exchange, Subscription

#: The codes of failures to connect, after which nothing can have arrived.
NOT_CONNECTED: Final = frozenset({"ECONNREFUSED", "ENOTFOUND", "EPROTO", "UND_ERR_CONNECT_TIMEOUT"})
#: So many failures in a row, with no reply between them, are no accident: while no connection comes about,
_MOST_UNCONNECTED: Final = 5
#: and while connections come about and end without a reply, as one request that upsets the server does, too.
_MOST_UNANSWERED: Final = 25

#: Starts one attempt.
Attempt = Callable[[], Coroutine[object, object, Outcome]]


@dataclass(frozen=True, slots=True)
class Attempts:
    """How a delivery and its retries ended.

    Attributes:
        outcome: The outcome of the last attempt; None when the delivery was stopped before an attempt.
        tries: How many attempts there were.
        uncertain: Whether one of them may have arrived although no reply came back.
        exchanges: The requests of all attempts with their replies.
    """

    outcome: Outcome | None
    tries: int
    uncertain: bool
    exchanges: tuple[Exchange, ...] = ()


class Sender:
    """Makes the attempts at deliveries, so many at once, until it is stopped.

    Args:
        policy: When to try again.
        concurrency: How many attempts may be under way at once.
        runtime: Time and chance.
        gives_up: Whether it stops by itself when nothing is answered any more.
        eager: Whether an attempt begins in the task of its caller.

    Attributes:
        stopped_because: Why nothing is sent any more; empty when nothing stopped it.
    """

    def __init__(
        self,
        *,
        policy: RetryPolicy,
        concurrency: int,
        runtime: Runtime,
        gives_up: bool = True,
        eager: bool = False,
    ) -> None:
        self._policy = policy
        self._eager = eager
        self._gives_up = gives_up
        self._runtime = runtime
        self._slots = asyncio.Semaphore(concurrency)
        self._stopped = asyncio.Event()
        self._abandoned = False
        self._under_way: set[asyncio.Task[Any]] = set()
        self._answered = False
        self._failures_in_a_row = 0
        self._warned: set[str] = set()
        self.stopped_because = ""

    def stop(self, because: str) -> None:
        """Send nothing more; the replies to requests under way are still waited for."""
        self.stopped_because = self.stopped_because or because
        self._stopped.set()

    def warn(self, kind: str, text: str) -> None:
        """Give a warning, the first of its kind only."""
        if kind not in self._warned:
            self._warned.add(kind)
            self._runtime.warn(text)

    def abandon(self, because: str) -> None:
        """Stop, and wait for nothing: what is under way may have arrived."""
        self.stop(because)
        self._abandoned = True
        for task in self._under_way:
            task.cancel()

    async def send(self, subscription: Subscription, attempt: Attempt) -> Attempts:
        """Attempt a delivery by a subscription until it succeeds, is not worth another attempt, or all is stopped."""
        tries, uncertain = 0, False
        exchanges: tuple[Exchange, ...] = ()
        while (outcome := await self._attempt_once(subscription, attempt)) is not None:
            tries += 1
            exchanges += tuple(outcome.exchanges)
            uncertain = uncertain or _may_have_arrived(outcome)
            self._notice_silence(outcome, tries)
            delay = self._delay(outcome, tries)
            if delay is None:
                break
            await self._wait(delay)
        return Attempts(outcome, tries, uncertain, exchanges)

    async def _attempt_once(self, subscription: Subscription, attempt: Attempt) -> Outcome | None:
        """The outcome of one attempt; None when nothing is sent any more."""
        async with self._slots:
            if self._stopped.is_set():
                return None
            if not self._eager:
                return await self._until_abandoned(subscription, asyncio.current_task(), attempt())
            begun = begin(attempt())
            return (
                begun.result if isinstance(begun, Done) else await self._until_abandoned(subscription, begun, begun)
            )

    async def _until_abandoned(
        self, subscription: Subscription, task: asyncio.Task[Any] | None, attempt: Awaitable[Outcome]
    ) -> Outcome:
        """The outcome of an attempt that is under way in a task; one of our own when all is abandoned."""
        if task is None:
            raise RuntimeError("an attempt is made in a task")
        self._under_way.add(task)
        try:
            return await attempt
        except asyncio.CancelledError:
            if not self._abandoned:
                raise
            if task is not attempt:
                # It was for the attempt; the task goes on with what is left of its event.
                task.uncancel()
            return _abandoned(subscription)
        finally:
            self._under_way.discard(task)

    def _delay(self, outcome: Outcome, tries: int) -> float | None:
        if outcome.error is None or self._abandoned:
            return None
        delay = self._policy.delay(outcome.error, tries, now=self._runtime.now, chance=self._runtime.chance)
        if delay is not None and (text := self._policy.warning(outcome.error, self._runtime.now)):
            self.warn("retry-after", text)
        return delay

    def _notice_silence(self, outcome: Outcome, tries: int) -> None:
        """Stop when a delivery has had all its attempts and nothing has been answered for too many attempts."""
        if any(exchange.reply for exchange in outcome.exchanges):
            self._answered, self._failures_in_a_row = True, 0
        if not self._gives_up or not isinstance(outcome.error, ConnectionFailure) or self._abandoned:
            return
        self._failures_in_a_row += 1
        if outcome.error.code == "EPROTO":
            self.stop(outcome.error.message)
        elif tries >= self._policy.attempts and self._failures_in_a_row >= self._most_failures(outcome.error):
            self.stop("the server answers no more" if self._answered else "no server answers")

    def _most_failures(self, error: ConnectionFailure) -> int:
        if error.code in NOT_CONNECTED or not self._answered:
            return _MOST_UNCONNECTED
        return max(_MOST_UNANSWERED, 3 * self._policy.attempts)

    async def _wait(self, seconds: float) -> None:
        """Wait, or until all is stopped."""
        pending = {
            asyncio.ensure_future(self._runtime.sleep(seconds)),
            asyncio.ensure_future(self._stopped.wait()),
        }
        _, unfinished = await asyncio.wait(pending, return_when=asyncio.FIRST_COMPLETED)
        for task in unfinished:
            task.cancel()


def _abandoned(subscription: Subscription) -> Outcome:
    """The outcome of a request whose reply nobody waited for."""
    error = ConnectionFailure("given up before the reply came", code="ECONNABORTED")
    return Outcome(subscription, error=error, matched=True)


def _may_have_arrived(outcome: Outcome) -> bool:
    """Whether a request went out to which no reply came; what could not connect carried nothing."""
    return isinstance(outcome.error, ConnectionFailure) and outcome.error.code not in NOT_CONNECTED

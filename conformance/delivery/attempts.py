"""The attempts at one delivery: a free slot for each, retries when they are worth it, and an end when all stops."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import TYPE_CHECKING

from destination import ConnectionFailure, Outcome

if TYPE_CHECKING:
    from conformance.delivery.retries import RetryPolicy
    from conformance.delivery.runtime import Runtime
    from destination import Subscription

#: Starts one attempt.
Attempt = Callable[[], Coroutine[object, object, Outcome]]


@dataclass(frozen=True, slots=True)
class Attempts:
    """How a delivery and its retries ended.

    Attributes:
        outcome: The outcome of the last attempt; None when the delivery was stopped before an attempt.
        tries: How many attempts there were.
        uncertain: Whether one of them may have arrived although no reply came back.
    """

    outcome: Outcome | None
    tries: int
    uncertain: bool


class Sender:
    """Makes the attempts at deliveries, so many at once, until it is stopped.

    Args:
        policy: When to try again.
        concurrency: How many attempts may be under way at once.
        runtime: Time and chance.

    Attributes:
        stopped_because: Why nothing is sent any more; empty when nothing stopped it.
    """

    def __init__(self, *, policy: RetryPolicy, concurrency: int, runtime: Runtime) -> None:
        self._policy = policy
        self._runtime = runtime
        self._slots = asyncio.Semaphore(concurrency)
        self._stopped = asyncio.Event()
        self._abandoned = False
        self._under_way: set[asyncio.Task[Outcome]] = set()
        self._answered = False
        self.stopped_because = ""

    def stop(self, because: str) -> None:
        """Send nothing more; the replies to requests under way are still waited for."""
        self.stopped_because = self.stopped_because or because
        self._stopped.set()

    def abandon(self, because: str) -> None:
        """Stop, and wait for nothing: what is under way may have arrived."""
        self.stop(because)
        self._abandoned = True
        for task in self._under_way:
            task.cancel()

    async def send(self, subscription: Subscription, attempt: Attempt) -> Attempts:
        """Attempt a delivery by a subscription until it succeeds, is not worth another attempt, or all is stopped."""
        tries, uncertain = 0, False
        while (outcome := await self._attempt_once(subscription, attempt)) is not None:
            tries += 1
            uncertain = uncertain or _may_have_arrived(outcome)
            self._notice_silence(outcome, tries)
            delay = self._delay(outcome, tries)
            if delay is None:
                break
            await self._wait(delay)
        return Attempts(outcome, tries, uncertain)

    async def _attempt_once(self, subscription: Subscription, attempt: Attempt) -> Outcome | None:
        """The outcome of one attempt; None when nothing is sent any more."""
        async with self._slots:
            if self._stopped.is_set():
                return None
            task = asyncio.create_task(attempt())
            self._under_way.add(task)
            try:
                outcome = await task
            except asyncio.CancelledError:
                if not self._abandoned:
                    raise
                return _abandoned(subscription)
            finally:
                self._under_way.discard(task)
        self._answered = self._answered or any(exchange.reply for exchange in outcome.exchanges)
        return outcome

    def _delay(self, outcome: Outcome, tries: int) -> float | None:
        if outcome.error is None or self._abandoned:
            return None
        return self._policy.delay(outcome.error, tries, now=self._runtime.now, chance=self._runtime.chance)

    def _notice_silence(self, outcome: Outcome, tries: int) -> None:
        """Stop when one delivery has had all its attempts and no server ever answered: there is none."""
        silent = isinstance(outcome.error, ConnectionFailure) and not self._answered
        if silent and tries >= self._policy.attempts:
            self.stop("no server answers")

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
    """Whether a request went out to which no reply came; a refused connection carried nothing."""
    return isinstance(outcome.error, ConnectionFailure) and outcome.error.code != "ECONNREFUSED"

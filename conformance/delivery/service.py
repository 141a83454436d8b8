"""Delivers events: many at a time, those of one person in order, again when that is worth it."""

from __future__ import annotations

import asyncio
import random
import time
from collections import defaultdict
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from conformance.delivery.account import Account, Delivery, Result, judge
from conformance.delivery.batches import Batch, form_batches, results_of_batch
from conformance.delivery.order import Identifier, identifiers
from conformance.delivery.retries import RetryPolicy
from destination import ConnectionFailure, Destination, Outcome, Subscription

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Iterable, Mapping, Sequence

    from pydantic import JsonValue

    from conformance.inputs.events import ReadEvent
    from destination import AsyncClient

#: Events that have been taken up and wait for their turn, for each request that may be in flight.
_AHEAD: Final = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What a delivery takes from the world around it; tests give it a world of their own.

    Attributes:
        sleep: Waits for some seconds.
        now: Seconds since the epoch.
        chance: A number from 0 to 1.
        observe: Is told the deliveries of every event that is done.
    """

    sleep: Callable[[float], Awaitable[object]] = asyncio.sleep
    now: Callable[[], float] = time.time
    chance: Callable[[], float] = random.random
    observe: Callable[[Sequence[Delivery]], object] = len


@dataclass(frozen=True, slots=True)
class _Ended:
    """How a request and its retries ended; without an outcome when the delivery was stopped in between."""

    outcome: Outcome | None
    tries: int
    uncertain: bool


#: A subscription, and the connection that has it alone.
Route = tuple[Subscription, Destination]
_Send = Callable[[], Coroutine[object, object, list[Outcome]]]


class DeliveryService:
    """Delivers events through the destination, each subscription by itself, as the platform does.

    Args:
        settings: The settings of the connection.
        subscriptions: The subscriptions of the connection, no two with one name.
        client: Sends the requests.
        policy: When to try again. A retry takes the original event through the mapping again.
        in_flight: How many requests may be under way at once.
        surroundings: Time and chance.

    Attributes:
        account: What became of the events so far.
        stopped_because: Why not all was sent; empty when nothing stopped it.
    """

    def __init__(
        self,
        settings: Mapping[str, JsonValue],
        subscriptions: Sequence[Subscription],
        client: AsyncClient,
        *,
        policy: RetryPolicy | None = None,
        in_flight: int = 16,
        surroundings: Surroundings | None = None,
    ) -> None:
        self._routes = tuple((item, Destination(settings, [item])) for item in subscriptions)
        self._client = client
        self._policy = policy or RetryPolicy()
        self._slots = asyncio.Semaphore(in_flight)
        self._taken_up = asyncio.Semaphore(in_flight * _AHEAD)
        self._world = surroundings or Surroundings()
        self._stopped = asyncio.Event()
        self._abandoned = False
        self._latest: dict[Identifier, asyncio.Task[None]] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._sending: set[asyncio.Task[list[Outcome]]] = set()
        self._answered = False
        self.account = Account()
        self.stopped_because = ""

    def stop(self, because: str) -> None:
        """Send nothing more; the replies to requests in flight are still waited for."""
        self.stopped_because = self.stopped_because or because
        self._stopped.set()

    def abandon(self, because: str) -> None:
        """Stop, and wait for nothing: what is in flight counts as perhaps arrived."""
        self.stop(because)
        self._abandoned = True
        for task in self._sending:
            task.cancel()

    async def deliver(self, events: Iterable[ReadEvent]) -> Account:
        """The account, once every event is delivered, given up, or left unsent after `stop`."""
        return await self._deliver_each((read, self._routes, []) for read in events)

    async def deliver_in_batches(self, events: Sequence[ReadEvent]) -> Account:
        """Like `deliver`, but first what the platform would batch goes out in batches, one after the other."""
        batches = [batch for _, destination in self._routes for batch in form_batches(destination, events)]
        deliveries: dict[int, list[Delivery]] = defaultdict(list)
        for batch in sorted(batches, key=lambda batch: batch.positions):
            async for position, delivery in self._deliver_batch(batch):
                deliveries[position].append(delivery)
        return await self._deliver_each(
            (read, self._routes_without(deliveries[position]), deliveries[position])
            for position, read in enumerate(events)
        )

    def _routes_without(self, deliveries: Iterable[Delivery]) -> tuple[Route, ...]:
        done = {delivery.subscription for delivery in deliveries}
        return tuple(route for route in self._routes if route[0].name not in done)

    async def _deliver_each(self, work: Iterable[tuple[ReadEvent, Sequence[Route], list[Delivery]]]) -> Account:
        """Deliver events along their routes, beside the deliveries that they have behind them."""
        for read, routes, deliveries in work:
            await self._taken_up.acquire()
            self._take_up(read, routes, deliveries)
        while self._tasks:
            await asyncio.gather(*self._tasks)
        return self.account

    def _take_up(self, read: ReadEvent, routes: Sequence[Route], deliveries: list[Delivery]) -> None:
        names = identifiers(read.event)
        before = {self._latest[name] for name in names if name in self._latest}
        task = asyncio.create_task(self._deliver_in_turn(read, routes, deliveries, before))
        self._tasks.add(task)
        self._latest.update(dict.fromkeys(names, task))

        def forget(done: asyncio.Task[None]) -> None:
            self._tasks.discard(done)
            for name in names:
                if self._latest.get(name) is done:
                    del self._latest[name]

        task.add_done_callback(forget)

    async def _deliver_batch(self, batch: Batch) -> AsyncIterator[tuple[int, Delivery]]:
        events = [read.event for read in batch.reads]
        ended = await self._until_done(
            batch.destination, lambda: batch.destination.deliver_batch_async(events, self._client)
        )
        if ended.outcome is not None:
            for item in results_of_batch(batch, ended.outcome, ended.tries, uncertain=ended.uncertain):
                yield item
            return
        for position, read in zip(batch.positions, batch.reads, strict=True):
            left = self._left(read, batch.destination, ended)
            if left is not None:
                yield position, left

    async def _deliver_in_turn(
        self,
        read: ReadEvent,
        routes: Sequence[Route],
        deliveries: list[Delivery],
        before: set[asyncio.Task[None]],
    ) -> None:
        if before:
            await asyncio.wait(before)
        for subscription, destination in routes:
            if read.subscriptions is None or subscription.name in read.subscriptions:
                delivery = await self._deliver_to(read, destination)
                deliveries += [] if delivery is None else [delivery]
        self._taken_up.release()
        self.account.add(read, deliveries)
        self._world.observe(deliveries)

    async def _deliver_to(self, read: ReadEvent, destination: Destination) -> Delivery | None:
        """What became of the event in one subscription; None when that does not match it."""
        ended = await self._until_done(destination, lambda: destination.deliver_async(read.event, self._client))
        if ended.outcome is None:
            return self._left(read, destination, ended)
        if not ended.outcome.matched and ended.outcome.error is None:
            return None
        return _judged(read, ended.outcome, ended)

    async def _until_done(self, destination: Destination, send: _Send) -> _Ended:
        """How a request and its retries ended."""
        tries, uncertain = 0, False
        while (outcome := await self._try_once(destination, send)) is not None:
            tries += 1
            uncertain = uncertain or _may_have_arrived(outcome)
            self._notice_silence(outcome, tries)
            wait = self._delay(outcome, tries)
            if wait is None:
                break
            await self._wait(wait)
        return _Ended(outcome, tries, uncertain)

    async def _try_once(self, destination: Destination, send: _Send) -> Outcome | None:
        """The outcome of one try; None when nothing is to be sent any more."""
        async with self._slots:
            if self._stopped.is_set():
                return None
            task = asyncio.create_task(send())
            self._sending.add(task)
            try:
                [outcome] = await task
            except asyncio.CancelledError:
                if not self._abandoned:
                    raise
                return _abandoned(destination)
            finally:
                self._sending.discard(task)
        self._answered = self._answered or any(exchange.reply for exchange in outcome.exchanges)
        return outcome

    def _delay(self, outcome: Outcome, tries: int) -> float | None:
        if outcome.error is None or self._abandoned:
            return None
        return self._policy.delay(outcome.error, tries, now=self._world.now, chance=self._world.chance)

    def _notice_silence(self, outcome: Outcome, tries: int) -> None:
        """Stop when one event has had all its tries and no server ever answered: there is none."""
        gone = isinstance(outcome.error, ConnectionFailure) and not self._answered
        if gone and tries >= self._policy.attempts:
            self.stop("no server answers")

    async def _wait(self, seconds: float) -> None:
        """Wait, or until all is stopped."""
        pending = {
            asyncio.ensure_future(self._world.sleep(seconds)),
            asyncio.ensure_future(self._stopped.wait()),
        }
        _, unfinished = await asyncio.wait(pending, return_when=asyncio.FIRST_COMPLETED)
        for task in unfinished:
            task.cancel()

    def _left(self, read: ReadEvent, destination: Destination, ended: _Ended) -> Delivery | None:
        """What an unsent event counts as: what Segment itself would refuse is refused all the same."""
        [planned] = destination.plan(read.event)
        if not planned.matched and planned.error is None:
            return None
        if planned.error is not None:
            return _judged(read, planned, ended)
        return _delivery(read, planned, Result.NOT_SENT, self.stopped_because, ended)


def _judged(read: ReadEvent, outcome: Outcome, ended: _Ended) -> Delivery:
    result, reason = judge(outcome.error)
    return _delivery(read, outcome, result, reason, ended)


def _delivery(read: ReadEvent, outcome: Outcome, result: Result, reason: str, ended: _Ended) -> Delivery:
    name, action = outcome.subscription.name, outcome.subscription.partner_action
    return Delivery(read, name, action, result, reason, ended.tries, uncertain=ended.uncertain)


def _abandoned(destination: Destination) -> Outcome:
    """The outcome of a request whose reply nobody waited for."""
    [compiled] = destination.subscriptions
    error = ConnectionFailure("given up before the reply came", code="ECONNABORTED")
    return Outcome(compiled.subscription, error=error, matched=True)


def _may_have_arrived(outcome: Outcome) -> bool:
    """Whether a request went out to which no reply came; a refused connection carried nothing."""
    return isinstance(outcome.error, ConnectionFailure) and outcome.error.code != "ECONNREFUSED"

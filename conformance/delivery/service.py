"""Delivers events: many at a time, those of one person in order, again when that is worth it."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from typing import TYPE_CHECKING, Final

from conformance.delivery.account import Account, Delivery, Result, judge
from conformance.delivery.attempts import Attempts, Sender
from conformance.delivery.batches import Batch, form_batches, results_of_batch
from conformance.delivery.order import Identifier, identifiers
from conformance.delivery.retries import RetryPolicy
from conformance.delivery.runtime import Runtime

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterable, Sequence

    from conformance.inputs.events import ReadEvent
    from destination import AsyncClient, CompiledSubscription, Destination, Outcome

#: Events that have been taken up and wait for their turn, for each request that may be under way.
_AHEAD: Final = 8


class DeliveryService:
    """Delivers events through a destination, each subscription by itself, as the platform does.

    Args:
        destination: The connection, with its subscriptions, of which no two have the same name.
        client: Sends the requests.
        policy: When to try again. A retry takes the original event through the mapping again.
        concurrency: How many requests may be under way at once.
        runtime: Time, chance and progress.

    Attributes:
        account: What became of the events so far.
    """

    def __init__(
        self,
        destination: Destination,
        client: AsyncClient,
        *,
        policy: RetryPolicy | None = None,
        concurrency: int = 16,
        runtime: Runtime | None = None,
    ) -> None:
        self._destination = destination
        self._client = client
        self._runtime = runtime or Runtime()
        self._sender = Sender(policy=policy or RetryPolicy(), concurrency=concurrency, runtime=self._runtime)
        self._taken_up = asyncio.Semaphore(concurrency * _AHEAD)
        self._latest: dict[Identifier, asyncio.Task[None]] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self.account = Account()

    @property
    def stopped_because(self) -> str:
        """Why not all was sent; empty when nothing stopped it."""
        return self._sender.stopped_because

    def stop(self, because: str) -> None:
        """Send nothing more; the replies to requests under way are still waited for."""
        self._sender.stop(because)

    def abandon(self, because: str) -> None:
        """Stop, and wait for nothing: what is under way counts as possibly arrived."""
        self._sender.abandon(because)

    async def deliver(self, events: Iterable[ReadEvent]) -> Account:
        """The account, once every event is delivered, given up, or left unsent after `stop`."""
        return await self._deliver_each((read, []) for read in events)

    async def deliver_in_batches(self, events: Sequence[ReadEvent]) -> Account:
        """Like `deliver`, but first what the platform would batch goes out in batches, one after the other."""
        deliveries: dict[int, list[Delivery]] = defaultdict(list)
        for batch in sorted(form_batches(self._destination, events), key=lambda batch: batch.positions):
            async for position, delivery in self._deliver_batch(batch):
                deliveries[position].append(delivery)
        return await self._deliver_each((read, deliveries[position]) for position, read in enumerate(events))

    async def _deliver_each(self, work: Iterable[tuple[ReadEvent, list[Delivery]]]) -> Account:
        """Deliver events by the subscriptions that they have no delivery of yet."""
        for read, deliveries in work:
            await self._taken_up.acquire()
            self._take_up(read, deliveries)
        while self._tasks:
            await asyncio.gather(*self._tasks)
        return self.account

    def _take_up(self, read: ReadEvent, deliveries: list[Delivery]) -> None:
        names = identifiers(read.event)
        before = {self._latest[name] for name in names if name in self._latest}
        task = asyncio.create_task(self._deliver_in_turn(read, deliveries, before))
        self._tasks.add(task)
        self._latest.update(dict.fromkeys(names, task))

        def forget(done: asyncio.Task[None]) -> None:
            self._tasks.discard(done)
            for name in names:
                if self._latest.get(name) is done:
                    del self._latest[name]

        task.add_done_callback(forget)

    async def _deliver_in_turn(
        self, read: ReadEvent, deliveries: list[Delivery], before: set[asyncio.Task[None]]
    ) -> None:
        if before:
            await asyncio.wait(before)
        for subscription in self._remaining(read, deliveries):
            deliveries.append(await self._deliver_to(read, subscription))
        self._taken_up.release()
        self.account.add(read, deliveries)
        self._runtime.observe(deliveries)

    def _remaining(self, read: ReadEvent, deliveries: Iterable[Delivery]) -> list[CompiledSubscription]:
        """The subscriptions that match an event and have not delivered it; no others take a slot."""
        done = {delivery.subscription for delivery in deliveries}
        return [
            item
            for item in self._destination.matching(read.event)
            if item.subscription.name not in done
            and (read.subscriptions is None or item.subscription.name in read.subscriptions)
        ]

    async def _deliver_to(self, read: ReadEvent, subscription: CompiledSubscription) -> Delivery:
        """What became of an event in one subscription that matches it."""
        attempts = await self._sender.send(
            subscription.subscription,
            lambda: self._destination.deliver_to_async(subscription, read.event, self._client),
        )
        if attempts.outcome is None:
            return self._unsent(read, subscription, attempts)
        return _ended(read, attempts.outcome, attempts)

    async def _deliver_batch(self, batch: Batch) -> AsyncIterator[tuple[int, Delivery]]:
        events = [read.event for read in batch.reads]
        attempts = await self._sender.send(
            batch.subscription.subscription,
            lambda: self._destination.deliver_batch_to_async(batch.subscription, events, self._client),
        )
        if attempts.outcome is not None:
            for item in results_of_batch(batch, attempts.outcome, attempts.tries, uncertain=attempts.uncertain):
                yield item
            return
        for position, read in zip(batch.positions, batch.reads, strict=True):
            yield position, self._unsent(read, batch.subscription, attempts)

    def _unsent(self, read: ReadEvent, subscription: CompiledSubscription, attempts: Attempts) -> Delivery:
        """What an unsent event counts as: what Segment itself would refuse is refused all the same."""
        planned = self._destination.plan_for(subscription, read.event)
        if planned.error is not None:
            return _ended(read, planned, attempts)
        return _delivery(read, planned, Result.NOT_SENT, self.stopped_because, attempts)


def _ended(read: ReadEvent, outcome: Outcome, attempts: Attempts) -> Delivery:
    """The delivery that ended with an outcome."""
    result, reason = judge(outcome.error)
    return _delivery(read, outcome, result, reason, attempts)


def _delivery(read: ReadEvent, outcome: Outcome, result: Result, reason: str, attempts: Attempts) -> Delivery:
    name, action = outcome.subscription.name, outcome.subscription.partner_action
    return Delivery(read, name, action, result, reason, attempts.tries, uncertain=attempts.uncertain)

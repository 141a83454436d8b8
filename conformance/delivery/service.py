"""Delivers events: many at a time, those of one person in order, again when that is worth it."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Callable, Coroutine
from itertools import islice
from typing import TYPE_CHECKING, Final

from conformance.delivery.account import Account, Delivery, Result, judge
from conformance.delivery.attempts import Attempts, Sender
from conformance.delivery.batches import Batch, form_batches, results_of_batch
from conformance.delivery.eager_tasks import Done, begin
from conformance.delivery.order import Identifier, identifiers
from conformance.delivery.replies import unlike_iterable
from conformance.delivery.retries import RetryPolicy
from conformance.delivery.runtime import Runtime

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from conformance.inputs.events import ReadEvent
    from destination import AsyncClient, CompiledSubscription, Destination, Outcome, Reply, Request

#: Events that have been taken up and wait for their turn, for each request that may be under way.
_AHEAD: Final = 8
#: Events among which batches are formed, which are in memory at once: ten batches, where a mapping says nothing else.
_WINDOW: Final = 10_000
#: Events that are taken up before others have their turn.
_AT_A_TIME: Final = 50


class DeliveryService:
    """Delivers events through a destination, each subscription by itself, as the platform does.

    Args:
        destination: The connection, with its subscriptions, of which no two have the same name.
        client: Sends the requests.
        policy: When to try again. A retry takes the original event through the mapping again.
        concurrency: How many requests may be under way at once.
        runtime: Time, chance and progress.
        endless: Whether events go on coming: silence never stops the delivery, and the account only counts.
        eager: Whether a delivery begins at once, without a task unless it has to wait. For a client that answers
            in this process, and does not ask for the current task.

    Attributes:
        account: What became of the events so far.
        faults: Errors of our own; the events that met them are in the account as undelivered.
    """

    def __init__(  # what it works with, and how
        self,
        destination: Destination,
        client: AsyncClient,
        *,
        policy: RetryPolicy | None = None,
        concurrency: int = 16,
        runtime: Runtime | None = None,
        endless: bool = False,
        eager: bool = False,
    ) -> None:
        self._destination = destination
        self._client = client
        self._runtime = runtime or Runtime()
        self._sender = Sender(
            policy=policy or RetryPolicy(),
            concurrency=concurrency,
            runtime=self._runtime,
            gives_up=not endless,
            eager=eager,
        )
        self._eager = eager
        self._taken_up = asyncio.Semaphore(concurrency * _AHEAD)
        self._latest: dict[Identifier, asyncio.Task[None]] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self.account = Account(keeps_missed=not endless)
        self.faults: list[Exception] = []

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

    async def deliver_in_batches(self, events: Iterable[ReadEvent]) -> Account:
        """Like `deliver`, but first what the platform would batch goes out in batches, one after the other.

        So it is for every 10,000 events: the platform does not wait for ever for a batch to fill, either.
        """
        coming = iter(events)
        while window := tuple(islice(coming, _WINDOW)):
            deliveries: dict[int, list[Delivery]] = defaultdict(list)
            for batch in await form_batches(self._destination, window, stopped=lambda: bool(self.stopped_because)):
                if self.stopped_because:
                    break
                for position, delivery in await self._deliver_batch(batch):
                    deliveries[position].append(delivery)
            await self._deliver_each((read, deliveries[position]) for position, read in enumerate(window))
        return self.account

    async def _deliver_each(self, work: Iterable[tuple[ReadEvent, list[Delivery]]]) -> Account:
        """Deliver events by the subscriptions that they have no delivery of yet; once stopped, leave the rest."""
        for number, (read, deliveries) in enumerate(work):
            if number % _AT_A_TIME == 0:
                await asyncio.sleep(0)  # signals and replies have their turn, however many events match nothing
            await self._take_up(read, deliveries)
        await self.drain()
        return self.account

    async def take_up(self, read: ReadEvent) -> None:
        """Begin to deliver one more event, as soon as there is room for it and whatever became of those before."""
        await self._take_up(read, [])

    async def drain(self) -> None:
        """Wait until everything that was taken up is delivered or given up."""
        while self._tasks:
            await asyncio.gather(*self._tasks)

    async def _take_up(self, read: ReadEvent, deliveries: list[Delivery]) -> None:
        if not self.stopped_because:
            await self._taken_up.acquire()
        if self.stopped_because:
            self.account.add(read, [*deliveries, *self._left(read, deliveries)])
        else:
            self._start(read, deliveries)

    def _start(self, read: ReadEvent, deliveries: list[Delivery]) -> None:
        remaining: Sequence[CompiledSubscription] = ()
        try:
            remaining = self._remaining(read, deliveries)
        except Exception as error:  # noqa: BLE001  # whatever it is, the event stays in the account
            deliveries += self._rest(read, deliveries, Result.FAILED, self._note_fault(error))
        if not remaining:
            # There is nothing to wait for, and nothing that a task is for.
            self._taken_up.release()
            self._count(read, deliveries)
            return
        names = identifiers(read.event)
        before = {self._latest[name] for name in names if name in self._latest}
        delivery = self._deliver_in_turn(read, deliveries, remaining, before)
        task = begin(delivery) if self._eager else asyncio.create_task(delivery)
        if isinstance(task, Done):
            return
        self._tasks.add(task)
        self._latest.update(dict.fromkeys(names, task))

        def forget(done: asyncio.Task[None]) -> None:
            self._tasks.discard(done)
            for name in names:
                if self._latest.get(name) is done:
                    del self._latest[name]

        task.add_done_callback(forget)

    async def _deliver_in_turn(
        self,
        read: ReadEvent,
        deliveries: list[Delivery],
        remaining: Sequence[CompiledSubscription],
        before: set[asyncio.Task[None]],
    ) -> None:
        for task in before:
            await task
        for subscription in remaining:
            deliveries.append(await self._deliver_to(read, subscription))
        self._taken_up.release()
        self._count(read, deliveries)

    def _count(self, read: ReadEvent, deliveries: Sequence[Delivery]) -> None:
        self.account.add(read, deliveries)
        self._runtime.observe(read, deliveries)

    def _remaining(self, read: ReadEvent, deliveries: Sequence[Delivery]) -> list[CompiledSubscription]:
        """The subscriptions that match an event and have not delivered it; no others take a slot."""
        if read.subscriptions is None and not deliveries:
            return list(self._destination.matching(read.event))
        names = self._names_left(read, deliveries)
        return [item for item in self._destination.matching(read.event) if item.subscription.name in names]

    def _names_left(self, read: ReadEvent, deliveries: Iterable[Delivery]) -> frozenset[str]:
        """The subscriptions that have not delivered an event, whether they match it or not."""
        names = frozenset(item.subscription.name for item in self._destination.subscriptions)
        meant = names if read.subscriptions is None else names & read.subscriptions
        return meant - {delivery.subscription for delivery in deliveries}

    def _left(self, read: ReadEvent, deliveries: Sequence[Delivery]) -> list[Delivery]:
        """What an event counts as that is not taken up any more; nobody waits for 100,000 of them to be planned."""
        if not deliveries:
            return [_whole(read, Result.NOT_SENT, self.stopped_because)]
        try:
            left = self._remaining(read, deliveries)
        except Exception as error:  # noqa: BLE001  # whatever it is, the event stays in the account
            return self._rest(read, deliveries, Result.FAILED, self._note_fault(error))
        return [_untried(read, item, Result.NOT_SENT, self.stopped_because) for item in left]

    def _rest(self, read: ReadEvent, deliveries: Sequence[Delivery], result: Result, reason: str) -> list[Delivery]:
        """What an event counts as that could not be held against the subscriptions: the same in each one left."""
        if not deliveries:
            return [_whole(read, result, reason)]
        left = self._names_left(read, deliveries)
        items = [item for item in self._destination.subscriptions if item.subscription.name in left]
        return [_untried(read, item, result, reason) for item in items]

    async def _deliver_to(self, read: ReadEvent, subscription: CompiledSubscription) -> Delivery:
        """What became of an event in one subscription that matches it."""
        client = _Watched(self._client)
        try:
            attempts = await self._attempt(
                subscription, lambda: self._destination.deliver_to_async(subscription, read.event, client)
            )
            if attempts.outcome is None:
                return self._unsent(read, subscription, attempts)
            return _ended(read, attempts.outcome, attempts)
        except Exception as error:  # noqa: BLE001  # whatever it is, the event stays in the account
            return self._broke(read, subscription, error, uncertain=client.used)

    async def _deliver_batch(self, batch: Batch) -> list[tuple[int, Delivery]]:
        events = [read.event for read in batch.reads]
        client = _Watched(self._client)
        try:
            attempts = await self._attempt(
                batch.subscription,
                lambda: self._destination.deliver_batch_to_async(batch.subscription, events, client),
            )
            if attempts.outcome is not None:
                return list(results_of_batch(batch, attempts.outcome, attempts))
            ended = [self._unsent(read, batch.subscription, attempts) for read in batch.reads]
        except Exception as error:  # noqa: BLE001  # whatever it is, the events stay in the account
            ended = [self._broke(read, batch.subscription, error, uncertain=client.used) for read in batch.reads]
        return list(zip(batch.positions, ended, strict=True))

    async def _attempt(
        self, subscription: CompiledSubscription, attempt: Callable[[], Coroutine[object, object, Outcome]]
    ) -> Attempts:
        attempts = await self._sender.send(subscription.subscription, attempt)
        reply = attempts.outcome.exchanges[-1].reply if attempts.outcome and attempts.outcome.exchanges else None
        # What answers in this process is no stranger.
        if not self._eager and reply is not None and (oddity := unlike_iterable(reply)):
            self._sender.warn(oddity, f"a reply that Iterable does not send: {oddity}; it counts as delivered")
        return attempts

    def _unsent(self, read: ReadEvent, subscription: CompiledSubscription, attempts: Attempts) -> Delivery:
        """What an unsent event counts as: what Segment itself would refuse is refused all the same."""
        planned = self._destination.plan_for(subscription, read.event)
        if planned.error is not None:
            return _ended(read, planned, attempts)
        return _delivery(read, planned, Result.NOT_SENT, self.stopped_because, attempts)

    def _broke(
        self, read: ReadEvent, subscription: CompiledSubscription, error: Exception, *, uncertain: bool
    ) -> Delivery:
        name, action = subscription.subscription.name, subscription.subscription.partner_action
        return Delivery(read, name, action, Result.FAILED, self._note_fault(error), uncertain=uncertain)

    def _note_fault(self, error: Exception) -> str:
        """Keep an error of our own, and give the reason that the account shows."""
        self.faults.append(error)
        return f"a fault of the harness: {type(error).__name__}"


class _Watched:
    """A client that knows whether it was used: if not, nothing can have arrived."""

    def __init__(self, client: AsyncClient) -> None:
        self._client = client
        self.used = False

    async def send(self, request: Request) -> Reply:
        self.used = True
        return await self._client.send(request)


def _whole(read: ReadEvent, result: Result, reason: str) -> Delivery:
    """One delivery that stands for an event in all its subscriptions, which nobody has looked for."""
    return Delivery(read, "", "", result, reason, 0)


def _untried(read: ReadEvent, subscription: CompiledSubscription, result: Result, reason: str) -> Delivery:
    name, action = subscription.subscription.name, subscription.subscription.partner_action
    return Delivery(read, name, action, result, reason, 0)


def _ended(read: ReadEvent, outcome: Outcome, attempts: Attempts) -> Delivery:
    """The delivery that ended with an outcome."""
    result, reason = judge(outcome.error)
    return _delivery(read, outcome, result, reason, attempts)


def _delivery(read: ReadEvent, outcome: Outcome, result: Result, reason: str, attempts: Attempts) -> Delivery:
    name, action = outcome.subscription.name, outcome.subscription.partner_action
    return Delivery(read, name, action, result, reason, attempts.tries, attempts.uncertain, attempts.exchanges)

"""The connection of a source to one project: what waits to be delivered there, and the delivery itself."""

from __future__ import annotations

import asyncio
import logging
import traceback
from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from conformance.delivery import DeliveryService, Runtime
from conformance.inputs.events import ReadEvent
from conformance.tracking_service.kept_messages import ProjectResult, project_result
from destination import Destination

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from conformance.delivery import Delivery
    from conformance.tracking_service.clock_waits import ClockWaits
    from conformance.tracking_service.kept_messages import KeptMessage
    from conformance.tracking_service.simulator_client import SimulatorClient
    from destination import CompiledSubscription

#: How long a batch waits for more messages, in seconds, and how many of them close it.
_BATCH_WAIT: Final = 1.0
_FULL_BATCH: Final = 1_000
_LOGGER: Final = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceivedEvent(ReadEvent):
    """An event that came in as a message.

    Attributes:
        message: The message.
    """

    message: KeptMessage


@dataclass(frozen=True, slots=True)
class Route:
    """Where a connection leads; messages that are for another route take another connection.

    Attributes:
        project: The name of the project.
        api_key: The key that reaches it.
        data_center: Where it lives.
        compiled: The subscriptions.
        in_batches: Whether what the mapping marks for it goes out in batches.
    """

    project: str
    api_key: str
    data_center: str
    compiled: tuple[CompiledSubscription, ...]
    in_batches: bool


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What all connections share.

    Attributes:
        client: Sends the requests.
        waits: Waits on the simulator's clock.
        now: The present, in milliseconds since 1970.
        chance: A number from 0 to 1.
        ended: Called with each message that has ended in a project, and how.
    """

    client: SimulatorClient
    waits: ClockWaits
    now: Callable[[], int]
    chance: Callable[[], float]
    ended: Callable[[KeptMessage, ProjectResult], None]


class Connection:
    """Delivers messages to a project, those of one person in order.

    Args:
        route: Where it leads.
        surroundings: What all connections share.
        before: The connection whose place it takes; nothing is delivered before that one is done.
    """

    def __init__(self, route: Route, surroundings: Surroundings, before: Connection | None = None) -> None:
        self.route = route
        self._surroundings = surroundings
        self._before = before
        self._queue: deque[ReceivedEvent] = deque()
        self._arrived = asyncio.Event()
        self._hurried = asyncio.Event()
        self._closing = False
        settings = {"apiKey": route.api_key, "dataCenterLocation": route.data_center}
        runtime = Runtime(
            sleep=surroundings.waits.sleep,
            now=lambda: surroundings.now() / 1000,
            chance=surroundings.chance,
            observe=self._observe,
        )
        self._service = DeliveryService(
            Destination(settings, route.compiled, now=surroundings.now),
            surroundings.client,
            runtime=runtime,
            endless=True,
            eager=True,
        )
        self._task = asyncio.get_running_loop().create_task(self._run())

    def put(self, message: KeptMessage, event: ReceivedEvent) -> None:
        """Deliver one more message."""
        self._queue.append(event)
        message.waiting += 1
        self._arrived.set()
        if len(self._queue) >= _FULL_BATCH:
            self._hurried.set()

    def hurry(self) -> None:
        """Let what waits for a batch to fill go out as it is."""
        if self._queue:
            self._hurried.set()

    def close(self) -> None:
        """End when everything is delivered."""
        self._closing = True
        self._arrived.set()

    def abandon(self, because: str) -> None:
        """End now; what is not delivered is dropped."""
        self._task.cancel()
        self._service.abandon(because)

    async def done(self) -> None:
        """Wait until it has ended, by itself or by force."""
        await asyncio.wait([self._task])
        await self._service.drain()

    async def _run(self) -> None:
        if self._before is not None:
            await self._before.done()
            self._before = None
        deliver = self._deliver_batches if self.route.in_batches else self._deliver_next
        while self._queue or not self._closing:
            if not self._queue:
                self._arrived.clear()
                await self._arrived.wait()
            else:
                await deliver()
        await self._service.drain()

    async def _deliver_next(self) -> None:
        """Take up one message; requests that have come in have their turn after each."""
        await self._service.take_up(self._queue.popleft())
        await asyncio.sleep(0)

    async def _deliver_batches(self) -> None:
        """Deliver all that has come in, in batches, once there is enough of it or it has waited for long enough."""
        if not self._hurried.is_set() and not self._closing:
            await self._wait_for_more()
        events = [self._queue.popleft() for _ in range(min(len(self._queue), _FULL_BATCH))]
        if len(self._queue) < _FULL_BATCH:
            self._hurried.clear()
        await self._service.deliver_in_batches(events)

    async def _wait_for_more(self) -> None:
        pending = {
            asyncio.ensure_future(self._surroundings.waits.sleep(_BATCH_WAIT)),
            asyncio.ensure_future(self._hurried.wait()),
        }
        try:
            await asyncio.wait(pending, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in pending:
                task.cancel()

    def _observe(self, read: ReadEvent, deliveries: Sequence[Delivery]) -> None:
        while self._service.faults:
            _log_fault(self._service.faults.pop())
        if isinstance(read, ReceivedEvent):
            result = project_result(self.route.project, deliveries, self.route.compiled)
            self._surroundings.ended(read.message, result)


def _log_fault(error: Exception) -> None:
    """Tell of an error of our own without its text, which may hold personal data."""
    frames = "".join(traceback.format_tb(error.__traceback__)).rstrip()
    kind = type(error).__name__
    _LOGGER.error("a bug in the harness itself while delivering a message: %s; please report it\n%s", kind, frames)

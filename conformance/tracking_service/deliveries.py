"""The connections of all sources to the projects that they feed."""

from __future__ import annotations

import asyncio
import random
from typing import TYPE_CHECKING

from conformance.tracking_api.messages import PassedOn
from conformance.tracking_service.clock_waits import ClockWaits
from conformance.tracking_service.connection import Connection, ReceivedEvent, Route, Surroundings
from conformance.tracking_service.progress import Progress, dropped_in
from conformance.tracking_service.simulator_client import SimulatorClient
from destination import CompiledSubscription

if TYPE_CHECKING:
    from collections.abc import Awaitable, Iterable

    from conformance.tracking_api.sources import Source, Sources
    from conformance.tracking_service.kept_messages import KeptMessage
    from simulator.clock import Clock
    from simulator.engine.simulator import Simulator
    from simulator.http.surface import Respond


class Deliveries:
    """Delivers what sources pass on.

    Args:
        simulator: The simulator with the projects.
        clock: Its time.
        respond: The way into it.

    Attributes:
        progress: What is on its way.
        waits: Waits on the simulator's clock.
        client: Sends the requests.
    """

    def __init__(self, simulator: Simulator, clock: Clock, respond: Respond) -> None:
        self._simulator = simulator
        self.progress = Progress()
        self.waits = ClockWaits(clock)
        self.client = SimulatorClient(simulator, respond, self.waits.sleep)
        # Repeatable, as faults are.
        chance = random.Random(simulator.faults.seed).random  # noqa: S311
        self._surroundings = Surroundings(self.client, self.waits, clock.now, chance, self.progress.end)
        self._connections: dict[tuple[str, str], Connection] = {}
        self._closing: set[Connection] = set()
        self._compiled: dict[str, tuple[Source, tuple[CompiledSubscription, ...]]] = {}

    def projects_of(self, source: Source) -> tuple[str, ...]:
        """The names of the projects that a source feeds."""
        return source.projects or tuple(self._simulator.projects)

    def put(self, messages: Iterable[KeptMessage], sources: Sources) -> None:
        """Deliver the messages of a request, those that were passed on, to every project of their sources."""
        routes: dict[str, list[tuple[str, Connection | None]]] = {}
        for message in messages:
            source = sources.get(message.write_key)
            if source is None:
                # Not even counted: there is no end of keys that nobody has.
                continue
            passed_on = message.ingested
            if isinstance(passed_on, PassedOn):
                if source.write_key not in routes:
                    routes[source.write_key] = self._routes(source)
                event = ReceivedEvent(f"message {message.number}", passed_on.message, message=message)
                for name, connection in routes[source.write_key]:
                    if connection is not None:
                        connection.put(message, event)
                    else:
                        message.results.append(dropped_in(name, f"there is no project {name!r}"))
            self.progress.begin(message)

    def _routes(self, source: Source) -> list[tuple[str, Connection | None]]:
        """The projects that a source feeds, each with its connection; None for one that is not there."""
        served = self._simulator.projects
        return [
            (name, self._connection(source, name) if name in served else None) for name in self.projects_of(source)
        ]

    def hurry(self, write_key: str) -> None:
        """Let what waits for a batch to fill go out, of one source."""
        for (key, _), connection in self._connections.items():
            if key == write_key:
                connection.hurry()

    def close(self, write_key: str) -> None:
        """End the connections of a source once everything is delivered."""
        for key in [key for key in self._connections if key[0] == write_key]:
            self._retire(self._connections.pop(key))
        self._compiled.pop(write_key, None)

    async def stop(self, because: str, *, patience: float) -> None:
        """End all connections.

        Args:
            because: Why.
            patience: Seconds that what is on its way is given.
        """
        connections = self._all()
        for connection in connections:
            connection.hurry()
            connection.close()
        if connections:
            endings = [asyncio.ensure_future(connection.done()) for connection in connections]
            await asyncio.wait(endings, timeout=patience)
            await self.abandon(because)
            await asyncio.wait(endings)

    def abandon(self, because: str) -> Awaitable[object]:
        """End all connections at once: what is not delivered is dropped; to be awaited for the last of it."""
        connections = self._all()
        self._connections.clear()
        for connection in connections:
            connection.abandon(because)
        self.waits.close()
        self.progress.wake()
        return asyncio.gather(*(connection.done() for connection in connections))

    def _all(self) -> list[Connection]:
        return [*self._connections.values(), *self._closing]

    def _connection(self, source: Source, name: str) -> Connection:
        project = self._simulator.projects[name].configuration
        compiled = self._compiled_for(source)
        api_key = next(iter(project.api_keys), "")
        in_batches = source.settings.batch_deliveries
        key = (source.write_key, name)
        before = self._connections.get(key)
        route = Route(name, api_key, project.settings.data_center, compiled, in_batches)
        if before is not None and before.route == route:
            return before
        self._connections[key] = connection = Connection(route, self._surroundings, before)
        if before is not None:
            self._retire(before)
        return connection

    def _retire(self, connection: Connection) -> None:
        connection.close()
        self._closing.add(connection)
        ending = asyncio.ensure_future(connection.done())
        ending.add_done_callback(lambda _: self._closing.discard(connection))

    def _compiled_for(self, source: Source) -> tuple[CompiledSubscription, ...]:
        """The subscriptions of a source, compiled once for all its projects."""
        known = self._compiled.get(source.write_key)
        if known is None or known[0].subscriptions is not source.subscriptions:
            known = self._compiled[source.write_key] = (
                source,
                # The connections go through their messages in step, so each message is mapped once for all of them.
                tuple(CompiledSubscription(item, keeps_last=True) for item in source.subscriptions),
            )
        return known[1]

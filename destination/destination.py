"""The destination as a whole: events in, outcomes out."""

from __future__ import annotations

import time
from functools import cache
from typing import TYPE_CHECKING, Final

from destination.delivery import CompiledSubscription, Delivery
from destination.errors import DestinationError, HTTPError, TriggerError
from destination.exchange import Reply, Request
from destination.fql import types_of
from destination.outcome import Outcome
from destination.presets import PRESETS
from destination.settings import Connection, validate_settings

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from pydantic import JsonValue

    from destination.client import AsyncClient, Client
    from destination.subscription import Subscription

#: What Iterable answers when all is well.
ANSWERED_WELL: Final = Reply(
    200, "OK", '{"msg":"","code":"Success","params":null}', {"content-type": "application/json"}
)


def _system_clock() -> int:
    return time.time_ns() // 1_000_000


class Destination:
    """One connection of a source to Iterable.

    Subscriptions are compiled at once. Nothing about a faulty one is raised here: as in Segment, its mistakes
    show when an event is delivered, in the outcome. Each subscription runs by itself, in order; an error in
    one does not touch the others.

    `deliver` and its relatives deliver by every subscription. Those with `_to` or `_for` in their name deliver by one
    of `subscriptions`, for a caller that keeps its own order and tries again subscription by subscription.

    Args:
        settings: `apiKey` and `dataCenterLocation`, unchecked.
        subscriptions: Those of the connection, the presets when nothing is given. What is compiled already, such as
            those of another destination, is taken as it is.
        now: The present, in milliseconds since the epoch.

    Attributes:
        subscriptions: The subscriptions, compiled, in order.
    """

    def __init__(
        self,
        settings: Mapping[str, JsonValue],
        subscriptions: Sequence[Subscription | CompiledSubscription] = PRESETS,
        *,
        now: Callable[[], int] = _system_clock,
    ) -> None:
        self.subscriptions = _compiled_presets() if subscriptions is PRESETS else _compiled(subscriptions)
        self._by_type, self._of_any_type = _by_type(self.subscriptions)
        self._now = now
        self._connection: Connection | None = None
        self._settings_error: DestinationError | None = None
        try:
            self._connection = validate_settings(settings)
        except DestinationError as error:
            self._settings_error = error

    def matching(self, event: JsonValue) -> tuple[CompiledSubscription, ...]:
        """The subscriptions whose outcome for an event is more than "not subscribed", in order.

        Those are the ones whose trigger matches, and those whose trigger breaks, which is an error in their outcome.
        Where the settings do not fit it is all of them, because that error comes before any trigger.
        """
        if self._connection is None:
            return self.subscriptions
        return tuple([subscription for subscription in self._able_to_match(event) if _concerns(subscription, event)])

    def refusals(self, event: JsonValue) -> list[tuple[CompiledSubscription, DestinationError | None]]:
        """The subscriptions of `matching`, each with the error that ends the event before anything is sent, or None.

        That is what `plan` gives as errors, for whoever wants nothing else of an event, and many of them.
        """
        if self._connection is None:
            return [(subscription, self._settings_error) for subscription in self.subscriptions]
        now = self._now()
        found: list[tuple[CompiledSubscription, DestinationError | None]] = []
        for subscription in self._able_to_match(event):
            try:
                if subscription.matches(event):
                    found.append((subscription, subscription.refusal_of(event, now)))
            except TriggerError as error:
                found.append((subscription, error))
        return found

    def _able_to_match(self, event: JsonValue) -> tuple[CompiledSubscription, ...]:
        """The subscriptions that do not ask first for another type of event."""
        kind = event.get("type") if isinstance(event, dict) else None
        return self._by_type.get(kind, self._of_any_type) if isinstance(kind, str) else self.subscriptions

    def deliver(self, event: JsonValue, client: Client) -> list[Outcome]:
        """Deliver one event; one outcome for each subscription, in order."""
        return self._outcomes(event, client.send)

    def deliver_to(self, subscription: CompiledSubscription, event: JsonValue, client: Client) -> Outcome:
        """Deliver one event by one subscription."""
        return _drive(self._delivery(subscription, event, self._now()), client.send)

    def deliver_batch(self, events: Sequence[JsonValue], client: Client) -> list[Outcome]:
        """Deliver a batch; one outcome for each subscription, in order."""
        return [_drive(delivery, client.send) for delivery in self._batch_deliveries(events)]

    def deliver_batch_to(
        self, subscription: CompiledSubscription, events: Sequence[JsonValue], client: Client
    ) -> Outcome:
        """Deliver a batch by one subscription."""
        return _drive(self._batch_delivery(subscription, events, self._now()), client.send)

    async def deliver_async(self, event: JsonValue, client: AsyncClient) -> list[Outcome]:
        """Deliver one event; one outcome for each subscription, in order."""
        return [await _drive_async(delivery, client) for delivery in self._deliveries(event)]

    async def deliver_to_async(
        self, subscription: CompiledSubscription, event: JsonValue, client: AsyncClient
    ) -> Outcome:
        """Deliver one event by one subscription."""
        return await _drive_async(self._delivery(subscription, event, self._now()), client)

    async def deliver_batch_async(self, events: Sequence[JsonValue], client: AsyncClient) -> list[Outcome]:
        """Deliver a batch; one outcome for each subscription, in order."""
        return [await _drive_async(delivery, client) for delivery in self._batch_deliveries(events)]

    async def deliver_batch_to_async(
        self, subscription: CompiledSubscription, events: Sequence[JsonValue], client: AsyncClient
    ) -> Outcome:
        """Deliver a batch by one subscription."""
        return await _drive_async(self._batch_delivery(subscription, events, self._now()), client)

    def plan(self, event: JsonValue, *, reply: Reply = ANSWERED_WELL) -> list[Outcome]:
        """What would become of an event if Iterable answered every request with `reply`; nothing is sent."""
        return self._outcomes(event, lambda _: reply)

    def plan_for(
        self, subscription: CompiledSubscription, event: JsonValue, *, reply: Reply = ANSWERED_WELL
    ) -> Outcome:
        """What would become of an event in one subscription; nothing is sent."""
        return _drive(self._delivery(subscription, event, self._now()), lambda _: reply)

    def plan_batch(self, events: Sequence[JsonValue], *, reply: Reply = ANSWERED_WELL) -> list[Outcome]:
        """What would become of a batch if Iterable answered every request with `reply`; nothing is sent."""
        return [_drive(delivery, lambda _: reply) for delivery in self._batch_deliveries(events)]

    def plan_batch_for(
        self, subscription: CompiledSubscription, events: Sequence[JsonValue], *, reply: Reply = ANSWERED_WELL
    ) -> Outcome:
        """What would become of a batch in one subscription; nothing is sent."""
        return _drive(self._batch_delivery(subscription, events, self._now()), lambda _: reply)

    def test_authentication(self, client: Client) -> None:
        """Test the credentials as Segment's user interface does.

        Raises:
            DestinationError: The settings do not fit, or Iterable did not accept the key.
        """
        request = self._valid_connection().test_request()
        try:
            reply = client.send(request)
        except DestinationError as error:
            raise _invalid_credentials(error) from error
        if not 200 <= reply.status < 300:  # noqa: PLR2004
            raise _invalid_credentials(HTTPError(reply))

    def _valid_connection(self) -> Connection:
        if self._settings_error is not None or self._connection is None:
            raise self._settings_error or DestinationError("The settings have not been validated.")
        return self._connection

    def _outcomes(self, event: JsonValue, send: Callable[[Request], Reply]) -> list[Outcome]:
        """The outcome of one event in each subscription; most match no event of its type, and need no driver."""
        connection, now = self._connection, self._now()
        if connection is None:
            return [_drive(self._refusal(subscription), send) for subscription in self.subscriptions]
        return [
            subscription.unmatched(event) or _drive(subscription.deliver_matched(event, connection, now), send)
            for subscription in self.subscriptions
        ]

    def _deliveries(self, event: JsonValue) -> list[Delivery]:
        now = self._now()
        return [self._delivery(subscription, event, now) for subscription in self.subscriptions]

    def _batch_deliveries(self, events: Sequence[JsonValue]) -> list[Delivery]:
        now = self._now()
        return [self._batch_delivery(subscription, events, now) for subscription in self.subscriptions]

    def _delivery(self, subscription: CompiledSubscription, event: JsonValue, now: int) -> Delivery:
        if self._connection is None:
            return self._refusal(subscription)
        return subscription.deliver(event, self._connection, now)

    def _batch_delivery(self, subscription: CompiledSubscription, events: Sequence[JsonValue], now: int) -> Delivery:
        if self._connection is None:
            return self._refusal(subscription)
        return subscription.deliver_batch(events, self._connection, now)

    def _refusal(self, subscription: CompiledSubscription) -> Delivery:
        """A delivery that ends with the mistake in the settings, before anything else is looked at."""
        yield from ()
        return Outcome(subscription.subscription, error=self._settings_error)


def _by_type(
    subscriptions: Sequence[CompiledSubscription],
) -> tuple[dict[str, tuple[CompiledSubscription, ...]], tuple[CompiledSubscription, ...]]:
    """The subscriptions that may match events of a type, for each type that one asks for, and those for any other."""
    of = [(item, None if item.trigger is None else types_of(item.trigger)) for item in subscriptions]
    named = {kind for _, kinds in of for kind in kinds or ()}
    by_type = {kind: tuple(item for item, kinds in of if kinds is None or kind in kinds) for kind in named}
    return by_type, tuple(item for item, kinds in of if kinds is None)


@cache
def _compiled_presets() -> tuple[CompiledSubscription, ...]:
    """The presets, which every destination that begins with them shares."""
    return _compiled(PRESETS)


def _compiled(subscriptions: Sequence[Subscription | CompiledSubscription]) -> tuple[CompiledSubscription, ...]:
    return tuple(
        item if isinstance(item, CompiledSubscription) else CompiledSubscription(item) for item in subscriptions
    )


def _concerns(subscription: CompiledSubscription, event: JsonValue) -> bool:
    try:
        return subscription.matches(event)
    except TriggerError:
        return True


def _invalid_credentials(error: DestinationError) -> DestinationError:
    status = str(error.reply.status) if isinstance(error, HTTPError) else ""
    return DestinationError(f"Credentials are invalid: {status} {error.message}")


def _drive(delivery: Delivery, send: Callable[[Request], Reply]) -> Outcome:
    try:
        request = next(delivery)
        while True:
            try:
                reply = send(request)
            except DestinationError as error:
                request = delivery.throw(error)
            else:
                request = delivery.send(reply)
    except StopIteration as finished:
        outcome: Outcome = finished.value
        return outcome


async def _drive_async(delivery: Delivery, client: AsyncClient) -> Outcome:
    try:
        request = next(delivery)
        while True:
            try:
                reply = await client.send(request)
            except DestinationError as error:
                request = delivery.throw(error)
            else:
                request = delivery.send(reply)
    except StopIteration as finished:
        outcome: Outcome = finished.value
        return outcome

"""What mappings make of one event: its requests, and its refusals; pure."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from conformance.backtest.comparison import Planned, is_same
from conformance.backtest.figures import Share
from conformance.tracking_api.instants import read_instant
from destination import CompiledSubscription, Destination, DestinationError, Subscription

if TYPE_CHECKING:
    from collections.abc import Sequence

Json = Any

_POSITIONS: Final = re.compile(r"/[0-9]+")
_LENGTH: Final = re.compile(r"but it was [0-9]+ characters?")


class Refusal(NamedTuple):
    """An event that matches and is refused.

    Attributes:
        subscription: The name of the subscription.
        action: Its action.
        reason: Why, in words that are the same for all events with the same fault.
    """

    subscription: str
    action: str
    reason: str


class Made(NamedTuple):
    """What subscriptions made of an event."""

    requests: list[Planned]
    refusals: list[Refusal]


class Compiled(NamedTuple):
    """A subscription, compiled, with what is the same for all events.

    Attributes:
        subscription: The subscription.
        is_shared: Whether the mapping that it is held against has it too.
        sent: The figure of events that it sends.
        not_subscribed: The figure of events that it has nothing to do with.
    """

    subscription: CompiledSubscription
    is_shared: bool
    sent: Share
    not_subscribed: Share


class Mappings:
    """The mapping that is tried, and the one it is held against, compiled.

    Subscriptions that are in both are evaluated once: what they make is the same.

    Args:
        new: The subscriptions that are tried.
        old: Those they are held against; None to count without a comparison.

    Attributes:
        compares: Whether there is a mapping that the new one is held against.
        new: The subscriptions that are tried.
        old: Those of the other mapping that are not among them.
        sides: All subscriptions of each mapping in its own order, by `new` and, where there is one, `old`.
    """

    def __init__(self, new: Sequence[Subscription], old: Sequence[Subscription] | None = None) -> None:
        self._instant = 0
        self._made: dict[CompiledSubscription, Made] = {}
        self.compares = old is not None
        left = list(old or ())
        self.new = tuple(_compiled(subscription, is_shared=_take(left, subscription)) for subscription in new)
        self.old = tuple(_compiled(subscription, is_shared=False) for subscription in left)
        self.sides = {"new": tuple(item.subscription for item in self.new)}
        if old is not None:
            self.sides["old"] = self._in_order_of(old)
        subscriptions = [item.subscription for item in (*self.new, *self.old)]
        self._destination = Destination({"apiKey": "the API key"}, subscriptions)

    def _in_order_of(self, subscriptions: Sequence[Subscription]) -> tuple[CompiledSubscription, ...]:
        """What is compiled of the other mapping, shared or not, in the order of its subscriptions."""
        left = [*self.old, *(item for item in self.new if item.is_shared)]
        found = []
        for subscription in subscriptions:
            same = next(item for item in left if _same_work(item.subscription.subscription, subscription))
            left.remove(same)
            found.append(same.subscription)
        return tuple(found)

    def at(self, event: dict[str, Json]) -> None:
        """Make it the moment at which Segment had the event, for actions that ask for the present."""
        instant = read_instant(event.get("receivedAt"))
        self._instant = (read_instant(event.get("timestamp")) or 0) if instant is None else instant
        self._made = {}

    def concerned(self, event: dict[str, Json]) -> tuple[CompiledSubscription, ...]:
        """The subscriptions of both that have something to do with an event."""
        return self._destination.matching(event)

    def made(self, subscription: CompiledSubscription, event: dict[str, Json]) -> Made:
        """What a subscription makes of an event, the one that `at` was told of."""
        made = self._made.get(subscription)
        if made is None:
            made = self._made[subscription] = self._evaluated(subscription, event)
        return made

    def _evaluated(self, subscription: CompiledSubscription, event: dict[str, Json]) -> Made:
        own = subscription.subscription
        try:
            if not subscription.matches(event):
                return NOTHING
            calls = subscription.calls_of(event, self._instant)
        except DestinationError as error:
            return Made([], [Refusal(own.name, own.partner_action, reason(error))])
        return Made([Planned(own.name, own.partner_action, call.path, call.body) for call in calls], [])


def _compiled(subscription: Subscription, *, is_shared: bool) -> Compiled:
    name, action = subscription.name, subscription.partner_action
    return Compiled(
        # Whether the trigger holds is asked twice: whether it has to do with an event, and what it makes of it.
        CompiledSubscription(subscription, keeps_last=True),
        is_shared,
        Share(name, action, "sent"),
        Share(name, action, "not subscribed"),
    )


def _take(left: list[Subscription], subscription: Subscription) -> bool:
    """Take a subscription that does the same out of a list; whether there was one."""
    for position, other in enumerate(left):
        if _same_work(other, subscription):
            del left[position]
            return True
    return False


def _same_work(one: Subscription, other: Subscription) -> bool:
    return (
        (one.name, one.partner_action, one.liquidjs) == (other.name, other.partner_action, other.liquidjs)
        and is_same(one.subscribe, other.subscribe)
        and is_same(one.mapping, other.mapping)
    )


NOTHING: Final = Made([], [])


def reason(error: DestinationError) -> str:
    """Why an event is refused, in words that are the same for all events with the same fault.

    Positions in lists and lengths of texts, which differ from event to event, are left out.
    """
    if not error.complaints:
        return " ".join(error.message.split())
    messages = (_LENGTH.sub("but it was not", complaint.message) for complaint in error.complaints)
    return " ".join(dict.fromkeys(_POSITIONS.sub("/*", message) for message in messages))

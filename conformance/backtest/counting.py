"""From events to figures: what mappings make of each, counted; pure."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from conformance.backtest.comparison import Planned, field_differences, is_same, pair_requests
from conformance.backtest.figures import (
    APPEARS,
    DIFFERS,
    DISAPPEARS,
    NO_LONGER_REFUSED,
    REFUSED_NOW,
    Change,
    FieldChange,
    Figures,
    Position,
    Share,
    Tally,
)
from conformance.tracking_api.instants import read_instant
from destination import CompiledSubscription, Destination, DestinationError, Reply, Subscription

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from destination import Outcome

Json = Any

#: The answer to every request: nothing is sent, and nobody reads it.
_ANSWER: Final = Reply(200, "OK", "", {})
_API: Final = "/api/"
_POSITIONS: Final = re.compile(r"/[0-9]+")
_LENGTH: Final = re.compile(r"but it was [0-9]+ characters?")


class Located(NamedTuple):
    """An event, and where it stands."""

    position: Position
    event: dict[str, Json]


class Broken(NamedTuple):
    """A line, or a part of one, that is no event, and why."""

    position: Position
    message: str


class Missing(NamedTuple):
    """What could not be read, from where on, and why."""

    position: Position
    message: str


Found = Located | Broken | Missing


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


class _Made(NamedTuple):
    """What subscriptions made of an event."""

    requests: list[Planned]
    refusals: list[Refusal]


class Mappings:
    """The mapping that is tried, and the one it is held against, compiled.

    Subscriptions that are in both are evaluated once: what they make is the same.

    Args:
        new: The subscriptions that are tried.
        old: Those they are held against; None to count without a comparison.
    """

    def __init__(self, new: Sequence[Subscription], old: Sequence[Subscription] | None = None) -> None:
        self._instant = 0
        self.compares = old is not None
        left = list(old or ())
        self.is_shared = [_take(left, subscription) for subscription in new]
        self.new = self._destination(new)
        self.old = self._destination(left)

    def _destination(self, subscriptions: Sequence[Subscription]) -> Destination:
        compiled = tuple(map(CompiledSubscription, subscriptions))
        return Destination({"apiKey": "the API key"}, compiled, now=lambda: self._instant)

    def at(self, event: dict[str, Json]) -> None:
        """Make it the moment at which Segment had the event, for actions that ask for the present."""
        instant = read_instant(event.get("receivedAt"))
        self._instant = (read_instant(event.get("timestamp")) or 0) if instant is None else instant


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


def count(found: Iterable[Found], mappings: Mappings) -> Figures:
    """The figures of events: what the new mapping makes of them, and what differs from the old one.

    Args:
        found: The events, and what is none, of one part of an archive.
        mappings: The mappings.
    """
    counter = _Counter(mappings)
    for item in found:
        if isinstance(item, Located):
            counter.take(item)
        elif isinstance(item, Broken):
            _add(counter.figures.broken, item.position.file, item.position, {"message": item.message})
        else:
            _add(counter.figures.missing, item.position.file, item.position, {"message": item.message})
    return counter.figures


def _add(tallies: dict[Any, Tally], key: object, position: Position, shown: Json) -> None:
    tally = tallies.get(key)
    if tally is None:
        tally = tallies[key] = Tally()
    tally.add(position, lambda: shown)


class _Counter:
    """Counts the events of one part."""

    def __init__(self, mappings: Mappings) -> None:
        self.figures = Figures()
        self._mappings = mappings

    def take(self, item: Located) -> None:
        mappings = self._mappings
        mappings.at(item.event)
        outcomes = mappings.new.plan(item.event, reply=_ANSWER)
        made = self._count_shares(item, outcomes)
        fate = "refused" if made.refusals else "sent" if made.requests else "not subscribed"
        self._tally(self.figures.events, fate, item)
        for planned in made.requests:
            self._tally(self.figures.requests, ("new", planned.action), item)
        if mappings.compares:
            self._compare(item, outcomes)

    def _count_shares(self, item: Located, outcomes: Sequence[Outcome]) -> _Made:
        """Count what each subscription made of an event; all of it together."""
        made = _Made([], [])
        for outcome in outcomes:
            own = _made(outcome)
            subscription = outcome.subscription
            if own.refusals:
                share = Share(subscription.name, subscription.partner_action, "refused", own.refusals[0].reason)
            elif own.requests:
                share = Share(subscription.name, subscription.partner_action, "sent")
            else:
                share = Share(subscription.name, subscription.partner_action, "not subscribed")
            tally = self.figures.shares.get(share)
            if tally is None:
                tally = self.figures.shares[share] = Tally()
            tally.add(item.position, lambda own=own: _shown(item.event, own))  # type: ignore[misc]  # bound now
            made.requests.extend(own.requests)
            made.refusals.extend(own.refusals)
        return made

    def _compare(self, item: Located, outcomes: Sequence[Outcome]) -> None:
        """Count what differs for one event; subscriptions that both mappings have are left out on both sides."""
        new, old = _Made([], []), _Made([], [])
        for outcome, shared in zip(outcomes, self._mappings.is_shared, strict=True):
            own = _made(outcome)
            if shared:
                self._count_old_requests(item, own)
            else:
                new.requests.extend(own.requests)
                new.refusals.extend(own.refusals)
        for outcome in self._mappings.old.plan(item.event, reply=_ANSWER):
            own = _made(outcome)
            self._count_old_requests(item, own)
            old.requests.extend(own.requests)
            old.refusals.extend(own.refusals)
        if self._count_changes(item, old, new):
            self._tally(self.figures.changed, "events", item)

    def _count_old_requests(self, item: Located, made: _Made) -> None:
        for planned in made.requests:
            self._tally(self.figures.requests, ("old", planned.action), item)

    def _count_changes(self, item: Located, old: _Made, new: _Made) -> bool:
        pairing = pair_requests(old.requests, new.requests)
        come, gone = _without(new.refusals, old.refusals), _without(old.refusals, new.refusals)
        for before, after in pairing.differ:
            self._change(item, Change(DIFFERS, after.action, after.subscription), before, after)
            self._count_fields(item, before, after)
        for before in pairing.disappear:
            reason = _reason_of(before.action, come)
            self._change(item, Change(DISAPPEARS, before.action, before.subscription, reason), before, None)
        for after in pairing.appear:
            reason = _reason_of(after.action, gone)
            self._change(item, Change(APPEARS, after.action, after.subscription, reason), None, after)
        for kind, refusals in ((REFUSED_NOW, come), (NO_LONGER_REFUSED, gone)):
            for refusal in refusals:
                self._change(item, Change(kind, refusal.action, refusal.subscription, refusal.reason), None, None)
        return bool(pairing.differ or pairing.disappear or pairing.appear or come or gone)

    def _change(self, item: Located, change: Change, before: Planned | None, after: Planned | None) -> None:
        sides = {"before": before, "after": after}
        requests = {side: _request(planned) for side, planned in sides.items() if planned is not None}
        _add(self.figures.changes, change, item.position, {**_key(item.event), **requests})

    def _count_fields(self, item: Located, before: Planned, after: Planned) -> None:
        for found in field_differences(before.body, after.body):
            shown = {**_key(item.event), "before": found.before, "after": found.after}
            _add(self.figures.fields, FieldChange(after.action, found.field, found.kind), item.position, shown)

    @staticmethod
    def _tally(tallies: dict[Any, Tally], key: object, item: Located) -> None:
        tally = tallies.get(key)
        if tally is None:
            tally = tallies[key] = Tally()
        tally.add(item.position, lambda: _key(item.event))


def _without(refusals: Sequence[Refusal], others: Sequence[Refusal]) -> list[Refusal]:
    """The refusals of which the others do not have the like: the same action, for the same reason."""
    known = Counter((other.action, other.reason) for other in others)
    left = []
    for refusal in refusals:
        key = (refusal.action, refusal.reason)
        if known[key]:
            known[key] -= 1
        else:
            left.append(refusal)
    return left


def _reason_of(action: str, refusals: Sequence[Refusal]) -> str:
    return next((refusal.reason for refusal in refusals if refusal.action == action), "")


def _made(outcome: Outcome) -> _Made:
    """What a subscription made of an event: its requests, and its refusal."""
    if outcome.error is None and not outcome.matched:
        return _NOTHING
    subscription = outcome.subscription
    name, action = subscription.name, subscription.partner_action
    requests = [Planned(name, action, _path(each.request.url), each.request.json) for each in outcome.exchanges]
    refusals = [] if outcome.error is None else [Refusal(name, action, reason(outcome.error))]
    return _Made(requests, refusals)


_NOTHING: Final = _Made([], [])


def _path(url: str) -> str:
    return _API + url.partition(_API)[2]


def reason(error: DestinationError) -> str:
    """Why an event is refused, in words that are the same for all events with the same fault.

    Positions in lists and lengths of texts, which differ from event to event, are left out.
    """
    if not error.complaints:
        return " ".join(error.message.split())
    messages = (_LENGTH.sub("but it was not", complaint.message) for complaint in error.complaints)
    return " ".join(dict.fromkeys(_POSITIONS.sub("/*", message) for message in messages))


def _key(event: dict[str, Json]) -> dict[str, Json]:
    """What tells an event from others."""
    return {name: event[name] for name in ("messageId", "type", "event", "timestamp") if name in event}


def _shown(event: dict[str, Json], made: _Made) -> dict[str, Json]:
    return (
        {**_key(event), "requests": [_request(planned) for planned in made.requests]}
        if made.requests
        else _key(event)
    )


def _request(planned: Planned) -> dict[str, Json]:
    return {"subscription": planned.subscription, "path": planned.path, "body": planned.body}

"""From events to figures: what mappings make of each, counted; pure."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any, NamedTuple

from conformance.backtest.comparison import FieldDifference, Planned, field_differences, pair_requests
from conformance.backtest.evaluation import NOTHING, Made
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
    Tally,
    tally,
)
from conformance.backtest.rows import REFUSED, Row

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from conformance.backtest.evaluation import Mappings, Refusal
    from destination import CompiledSubscription

Json = Any


class Located(NamedTuple):
    """An event, where it stands, and what the body of /v1/batch around it says of all its messages."""

    position: Position
    event: dict[str, Json]
    envelope: dict[str, Json] | None = None


class Broken(NamedTuple):
    """A line, or a part of one, that is no event, and why."""

    position: Position
    message: str


class Missing(NamedTuple):
    """What could not be read, from where on, and why."""

    position: Position
    message: str


class NotPassedOn(NamedTuple):
    """A message that Segment drops, by which of its rules, and why."""

    position: Position
    event: dict[str, Json]
    rule: str
    message: str


Found = Located | Broken | Missing | NotPassedOn


def count(
    found: Iterable[Found],
    mappings: Mappings,
    keep: Callable[[Row], None] | None = None,
    write: Callable[[Located, dict[str, Json], str, list[Made]], None] | None = None,
) -> Figures:
    """The figures of events: what the new mapping makes of them, and what differs from the old one.

    Args:
        found: The events, and what is none, of one part of an archive.
        mappings: The mappings.
        keep: Called with each request that differs and with each refusal.
        write: Called, for each event and each mapping that makes requests of it, with the event, what tells it from
            others, `new` or `old`, and what each subscription made of it, in their order.
    """
    counter = _Counter(mappings, keep, write)
    for item in found:
        if isinstance(item, Located):
            counter.take(item)
        elif isinstance(item, NotPassedOn):
            tally(counter.figures.dropped, item.rule).add(item.position, _dropped, item)
        elif isinstance(item, Broken):
            tally(counter.figures.broken, item.position.file).add(item.position, _message, item)
        else:
            tally(counter.figures.missing, item.position.file).add(item.position, _message, item)
    return counter.counted()


class _Counter:
    """Counts the events of one part."""

    def __init__(
        self,
        mappings: Mappings,
        keep: Callable[[Row], None] | None,
        write: Callable[[Located, dict[str, Json], str, list[Made]], None] | None,
    ) -> None:
        self._keep = keep
        self._write = write
        self.figures = Figures()
        self._mappings = mappings
        self._not_subscribed = [0] * len(mappings.new)

    def take(self, item: Located) -> None:
        concerned = self._mappings.concerned(item.event)
        if concerned:
            self._mappings.at(item.event)
        new, shared = self._count_shares(item, concerned)
        refusals, requests = new.refusals or shared.refusals, (*shared.requests, *new.requests)
        fate = "refused" if refusals else "sent" if requests else "not subscribed"
        self._tally(self.figures.events, fate, item)
        for planned in requests:
            self._tally(self.figures.requests, ("new", planned.action), item)
        come = self._compare(item, concerned, new, shared) if self._mappings.compares else []
        self._write_all(item, concerned)
        if self._keep is not None:
            for refusal in (*shared.refusals, *new.refusals):
                kind = REFUSED_NOW if refusal in come else REFUSED
                self._keep(Row(item.position, item.event, kind, refusal.subscription, refusal.action, refusal.reason))

    def _write_all(self, item: Located, concerned: Sequence[CompiledSubscription]) -> None:
        """Hand on the requests of each mapping."""
        if self._write is None or not concerned:
            return
        for side, subscriptions in self._mappings.sides.items():
            made = [self._mappings.made(each, item.event) for each in subscriptions if each in concerned]
            if any(each.requests for each in made):
                self._write(item, _key(item.event), side, made)

    def _count_shares(self, item: Located, concerned: Sequence[CompiledSubscription]) -> tuple[Made, Made]:
        """Count what each subscription makes of an event; all of it, of those in one mapping and of those in both."""
        new, shared = Made([], []), Made([], [])
        for number, compiled in enumerate(self._mappings.new):
            own = NOTHING
            if compiled.subscription in concerned:
                own = self._mappings.made(compiled.subscription, item.event)
                _gather(shared if compiled.is_shared else new, own)
            if own.refusals:
                share = compiled.sent._replace(outcome="refused", reason=own.refusals[0].reason)
            elif own.requests:
                share = compiled.sent
            else:
                # Most of all; nobody asks which.
                self._not_subscribed[number] += 1
                continue
            tally(self.figures.shares, share).add(item.position, _shown, item.event, own)
        return new, shared

    def counted(self) -> Figures:
        """The figures of all events that were taken."""
        for compiled, count in zip(self._mappings.new, self._not_subscribed, strict=True):
            if count:
                tally(self.figures.shares, compiled.not_subscribed).count += count
        return self.figures

    def _compare(
        self, item: Located, concerned: Sequence[CompiledSubscription], new: Made, shared: Made
    ) -> list[Refusal]:
        """Count what differs for one event, and say which refusals are new.

        Subscriptions that both mappings have differ in nothing.
        """
        old = Made([], [])
        for compiled in self._mappings.old:
            if compiled.subscription in concerned:
                _gather(old, self._mappings.made(compiled.subscription, item.event))
        self._count_old_requests(item, shared)
        self._count_old_requests(item, old)
        come = _without(new.refusals, old.refusals)
        if self._count_changes(item, old, new, come):
            self._tally(self.figures.changed, "events", item)
        return come

    def _count_old_requests(self, item: Located, made: Made) -> None:
        for planned in made.requests:
            self._tally(self.figures.requests, ("old", planned.action), item)

    def _count_changes(self, item: Located, old: Made, new: Made, come: list[Refusal]) -> bool:
        pairing = pair_requests(old.requests, new.requests)
        gone = _without(old.refusals, new.refusals)
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
        tally(self.figures.changes, change).add(item.position, _both, item.event, before, after)
        if self._keep is not None and change.kind != REFUSED_NOW:
            bodies = [None if planned is None else planned.body for planned in (before, after)]
            path = next((planned.path for planned in (after, before) if planned is not None), "")
            kind, action, subscription, reason = change
            self._keep(Row(item.position, item.event, kind, subscription, action, reason, path, *bodies))

    def _count_fields(self, item: Located, before: Planned, after: Planned) -> None:
        for found in field_differences(before.body, after.body):
            change = FieldChange(after.action, found.field, found.kind)
            tally(self.figures.fields, change).add(item.position, _values, item.event, found)

    @staticmethod
    def _tally(tallies: dict[Any, Tally], key: object, item: Located) -> None:
        tally(tallies, key).add(item.position, _key, item.event)


def _gather(all_made: Made, made: Made) -> None:
    all_made.requests.extend(made.requests)
    all_made.refusals.extend(made.refusals)


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


def _key(event: dict[str, Json]) -> dict[str, Json]:
    """What tells an event from others."""
    return {name: event[name] for name in ("messageId", "type", "event", "timestamp") if name in event}


def _shown(event: dict[str, Json], made: Made) -> dict[str, Json]:
    return (
        {**_key(event), "requests": [_request(planned) for planned in made.requests]}
        if made.requests
        else _key(event)
    )


def _request(planned: Planned) -> dict[str, Json]:
    return {"subscription": planned.subscription, "path": planned.path, "body": planned.body}


def _both(event: dict[str, Json], before: Planned | None, after: Planned | None) -> dict[str, Json]:
    sides = {"before": before, "after": after}
    return {**_key(event), **{side: _request(planned) for side, planned in sides.items() if planned is not None}}


def _values(event: dict[str, Json], found: FieldDifference) -> dict[str, Json]:
    return {**_key(event), "before": found.before, "after": found.after}


def _dropped(found: NotPassedOn) -> dict[str, Json]:
    return {**_key(found.event), "message": found.message}


def _message(found: Broken | Missing) -> dict[str, Json]:
    return {"message": found.message}

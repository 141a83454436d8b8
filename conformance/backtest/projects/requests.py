"""The requests of one event, as they wait on disk to be played: when they come, whom they name, what they say."""

from __future__ import annotations

import marshal
from hashlib import blake2b
from sys import intern
from typing import TYPE_CHECKING, Any, NamedTuple

from conformance.backtest.figures import Position
from conformance.tracking_api.instants import read_instant
from destination.javascript import json_text
from simulator.api import find_route, identifiers_named

if TYPE_CHECKING:
    from collections.abc import Sequence

    from conformance.backtest.evaluation import Made

Json = Any

#: Added to instants, so that those before 1970 come first as bytes do.
_BEFORE_ALL = 1 << 63
_METHOD = "POST"


class Call(NamedTuple):
    """A request.

    Attributes:
        path: Where it goes.
        body: What it says, as JSON.
        emails: The addresses that it names, as Iterable stores them.
        user_ids: The userIds that it names.
        id: The id that it gives an event; empty for none.
    """

    path: str
    body: bytes
    emails: tuple[str, ...]
    user_ids: tuple[str, ...]
    id: str


class Share(NamedTuple):
    """What one subscription makes of an event: requests of which each is made when the one before it succeeded."""

    subscription: str
    action: str
    calls: tuple[Call, ...]


class PlannedEvent(NamedTuple):
    """An event with its requests.

    Attributes:
        instant: When Segment had it, in milliseconds since 1970.
        position: Where it stands.
        shown: What tells it from others.
        shares: What each subscription makes of it, in their order.
    """

    instant: int
    position: Position
    shown: dict[str, Json]
    shares: tuple[Share, ...]

    @property
    def calls(self) -> int:
        """How many requests there are, if all succeed."""
        return sum(len(share.calls) for share in self.shares)

    @property
    def key(self) -> bytes:
        """What events are in order by, as bytes: the instant, then where they stand."""
        file, offset, _, item = self.position
        instant = (self.instant + _BEFORE_ALL).to_bytes(8, "big")
        name = file.encode("utf-8", "surrogatepass")
        return b"%s%s\0%s%s" % (instant, name, offset.to_bytes(8, "big"), item.to_bytes(4, "big"))

    def connected(self) -> tuple[int, ...]:
        """Numbers for all that says whose it is, ids of events apart; whatever is equal has the same number."""
        found = dict.fromkeys(
            number
            for share in self.shares
            for call in share.calls
            for number in (*map(_email_number, call.emails), *map(_user_id_number, call.user_ids))
        )
        return tuple(found)

    def event_ids(self) -> tuple[int, ...]:
        """Numbers for the ids that it gives events."""
        return tuple(number_of(f"event {call.id}") for share in self.shares for call in share.calls if call.id)

    def pack(self) -> bytes:
        """The event as bytes; `unpack` takes them back."""
        shares = [(share.subscription, share.action, [tuple(call) for call in share.calls]) for share in self.shares]
        return marshal.dumps((self.instant, tuple(self.position), self.shown, shares))


def unpack(packed: bytes) -> PlannedEvent:
    """The event that `pack` has written."""
    instant, position, shown, shares = marshal.loads(packed)  # noqa: S302  # written by this very program
    file, *rest = position
    return PlannedEvent(
        instant,
        # Millions of events have the same few files.
        Position(intern(file), *rest),
        shown,
        tuple(Share(name, action, tuple(Call(*call) for call in calls)) for name, action, calls in shares),
    )


def plan_event(position: Position, event: dict[str, Json], shown: dict[str, Json], made: Sequence[Made]) -> PlannedEvent:
    """An event with what its subscriptions make of it.

    Args:
        position: Where it stands.
        event: The event.
        shown: What tells it from others.
        made: What each subscription makes of it, in their order.
    """
    shares = [
        Share(each.requests[0].subscription, each.requests[0].action, tuple(map(_call, each.requests)))
        for each in made
        if each.requests
    ]
    return PlannedEvent(instant_of(event), position, shown, tuple(shares))


def instant_of(event: dict[str, Json]) -> int:
    """When an event came to Segment, which passes it on at once; when it happened, where that is all that is known.

    An event without either comes first.
    """
    for name in ("receivedAt", "timestamp"):
        instant = read_instant(event.get(name))
        if instant is not None:
            return instant
    return 0


def _call(planned: Any) -> Call:
    body = json_text.encode(planned.body)
    route, parameters = find_route(_METHOD, planned.path)
    if route is None:
        return Call(planned.path, body, (), (), "")
    named = identifiers_named(route.people, parameters, "", body)
    event_id = planned.body.get("id")
    return Call(planned.path, body, *named, event_id if isinstance(event_id, str) else "")


def number_of(text: str) -> int:
    """A number for a text, the same in every process; two texts that share one would only be kept together."""
    return int.from_bytes(blake2b(text.encode("utf-8", "replace"), digest_size=8).digest(), "big")


def _email_number(email: str) -> int:
    return number_of(f"email {email}")


def _user_id_number(user_id: str) -> int:
    return number_of(f"userId {user_id}")

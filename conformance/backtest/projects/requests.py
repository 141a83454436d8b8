"""The requests of one event, as they wait on disk to be played: when they come, whom they name, what they say."""

from __future__ import annotations

import marshal
from hashlib import blake2b
from sys import intern
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from conformance.backtest.figures import Position
from conformance.tracking_api.instants import read_instant
from destination.javascript import json_text
from simulator.api import NamedIdentifiers, find_route, identifiers_named
from simulator.project.identifiers import is_email, is_user_id

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from conformance.backtest.counting import Located
    from conformance.backtest.evaluation import Made

Json = Any

#: Added to instants, so that those before 1970 come first as bytes do.
_BEFORE_ALL: Final = 1 << 63
_METHOD: Final = "POST"
_NOBODY: Final = NamedIdentifiers((), ())


class Share(NamedTuple):
    """What one subscription makes of an event.

    Attributes:
        subscription: Its name.
        action: Its action.
        calls: Path and body of its requests, of which each is made when the one before it has succeeded.
    """

    subscription: str
    action: str
    calls: tuple[tuple[str, bytes], ...]


class PlannedEvent(NamedTuple):
    """An event with its requests.

    Attributes:
        instant: When Segment had it, in milliseconds since 1970.
        position: Where it stands.
        shown: What tells it from others.
        user_ids: The userIds that its requests name, the invalid ones apart.
        emails: The addresses that they name, in lower case, likewise.
        shares: What each subscription makes of it, in their order.
    """

    instant: int
    position: Position
    shown: dict[str, Json]
    user_ids: tuple[str, ...]
    emails: tuple[str, ...]
    shares: tuple[Share, ...]

    @property
    def requests(self) -> int:
        """How many requests there are, if all succeed."""
        return sum(len(share.calls) for share in self.shares)

    @property
    def key(self) -> bytes:
        """What events are in order by, as bytes: the instant, then where they stand."""
        file, offset, _, item = self.position
        instant = (self.instant + _BEFORE_ALL).to_bytes(8, "big")
        name = file.encode("utf-8", "surrogatepass")
        return b"%s%s\0%s%s" % (instant, name, offset.to_bytes(8, "big"), item.to_bytes(4, "big"))

    def people(self) -> tuple[int, ...]:
        """A number for each userId and address; equal ones have the same number."""
        texts = (*(f"userId {text}" for text in self.user_ids), *(f"email {text}" for text in self.emails))
        return tuple(map(number_of, texts))

    def pack(self) -> bytes:
        """The event as bytes; `unpack` takes them back."""
        instant, position, shown, user_ids, emails, shares = self
        return marshal.dumps((instant, tuple(position), shown, user_ids, emails, tuple(map(tuple, shares))))


def unpack(packed: bytes) -> PlannedEvent:
    """The event that `pack` has written."""
    instant, (file, *rest), shown, user_ids, emails, shares = marshal.loads(packed)  # noqa: S302  # our own file
    # Millions of events have the same few files.
    position = Position(intern(file), *rest)
    return PlannedEvent(instant, position, shown, user_ids, emails, tuple(Share(*share) for share in shares))


def plan_event(located: Located, shown: dict[str, Json], made: Sequence[Made]) -> PlannedEvent:
    """An event with what its subscriptions make of it.

    Args:
        located: The event, and where it stands.
        shown: What tells it from others.
        made: What each subscription makes of it, in their order.
    """
    shares: list[Share] = []
    user_ids: dict[str, None] = {}
    emails: dict[str, None] = {}
    for requests, _ in made:
        calls = tuple((planned.path, json_text.encode(planned.body)) for planned in requests)
        for path, body in calls:
            named = _named(path, body)
            user_ids.update(dict.fromkeys(named.user_ids))
            emails.update(dict.fromkeys(named.emails))
        if calls:
            shares.append(Share(requests[0].subscription, requests[0].action, calls))
    # What is no identifier finds nobody, so it connects nobody.
    return PlannedEvent(
        instant_of(located.event),
        located.position,
        shown,
        tuple(filter(is_user_id, user_ids)),
        tuple(filter(is_email, emails)),
        tuple(shares),
    )


def event_ids(made: Sequence[Made]) -> Iterator[int]:
    """A number for each id that requests give an event."""
    for requests, _ in made:
        for planned in requests:
            given = planned.body.get("id")
            if isinstance(given, str) and given:
                yield number_of(f"event {given}")


def instant_of(event: dict[str, Json]) -> int:
    """When an event came to Segment, which passes it on at once; when it happened, where that is all that is known.

    An event without either comes first.
    """
    for name in ("receivedAt", "timestamp"):
        instant = read_instant(event.get(name))
        if instant is not None:
            return instant
    return 0


def _named(path: str, body: bytes) -> NamedIdentifiers:
    """The userIds and addresses in a request."""
    route, parameters = find_route(_METHOD, path)
    return _NOBODY if route is None else identifiers_named(route.people, parameters, "", body)


def number_of(text: str) -> int:
    """A number for a text, the same in every process; two texts that share one would only be kept together."""
    return int.from_bytes(blake2b(text.encode("utf-8", "replace"), digest_size=8).digest(), "big")

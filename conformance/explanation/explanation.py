"""What became of an event on its way through the destination, in a form that can be shown."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from conformance.explanation.changes import Change, changes
from conformance.explanation.conditions import compile_reasons
from conformance.explanation.field_path import FieldStep, follow_field
from destination import ANSWERED_WELL, partial_failures
from destination.javascript import to_json_value, without_undefined

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from conformance.explanation.conditions import Reasons
    from destination import CompiledSubscription, Destination, Outcome, Reply, Request

Json = Any


@dataclass(frozen=True, slots=True)
class Route:
    """One subscription's share in an event, or in a batch.

    Attributes:
        name: The name of the subscription.
        action: Its action.
        matched: Whether the trigger matched.
        against: Why it did not, condition by condition; of a batch of several events nothing is said.
        resolved: What the mapping gave; one value for each event that matched.
        payloads: What the action got.
        changes: For each payload, the differences between the two.
        requests: What would be sent.
        results: What Segment's runtime would return.
        error: The error that stands in the place of a result, or None.
        field: The field that was to be followed, step by step.
        partial_failures: For each event that a 200 bulk reply says Iterable did not take, its position and the
            list that names it. Segment does not look, and shows the event as delivered.
    """

    name: str
    action: str
    matched: bool
    against: tuple[str, ...]
    resolved: tuple[Json, ...]
    payloads: tuple[Json, ...]
    changes: tuple[tuple[Change, ...], ...]
    requests: tuple[Json, ...]
    results: Json
    error: Json
    field: tuple[FieldStep, ...] = ()
    partial_failures: dict[int, str] | None = None


@dataclass(frozen=True, slots=True)
class Explanation:
    """An event, or a batch of them, with every subscription's share.

    Attributes:
        place: Where the event came from, such as `events.jsonl:12`; may be empty.
        event: The event, or the list of them.
        routes: One for each subscription, in order.
        batch: Whether it is a batch.
        followed: The field of the payload that was followed, or None.
    """

    place: str
    event: Json
    routes: tuple[Route, ...]
    batch: bool = False
    followed: str | None = None

    @property
    def refused(self) -> bool:
        """Whether a subscription ends with an error, or refuses an event of the batch that matches it."""
        return any(route.error is not None or (route.matched and any(_refused_nodes(route))) for route in self.routes)

    @property
    def matched(self) -> bool:
        """Whether any subscription matches."""
        return any(route.matched for route in self.routes)


def _refused_nodes(route: Route) -> Iterator[Json]:
    """The nodes of a batch that carry an error of a matching event."""
    for result in route.results if isinstance(route.results, list) else []:
        for node in result.get("multistatus", []):
            if "errormessage" in node and not node["errormessage"].endswith("does not match the subscription"):
                yield node


def explain_event(
    destination: Destination,
    event: dict[str, Json],
    *,
    field: str | None = None,
    reply: Reply = ANSWERED_WELL,
    place: str = "",
) -> Explanation:
    """What would become of one event; nothing is sent. For many events, an `Explainer` prepares the triggers once.

    Args:
        destination: The connection.
        event: The Segment event.
        field: A dotted path in the payload to follow from the event to the wire, such as `dataFields.plan`.
        reply: How Iterable answers every request.
        place: Where the event came from, for the report.
    """
    return Explainer(destination, field=field, reply=reply).explain(event, place=place)


def explain_batch(
    destination: Destination,
    events: Sequence[dict[str, Json]],
    *,
    field: str | None = None,
    reply: Reply = ANSWERED_WELL,
) -> Explanation:
    """What would become of events that go out as one batch; nothing is sent.

    Args:
        destination: The connection.
        events: The Segment events.
        field: A dotted path in the payload to follow from the events to the wire.
        reply: How Iterable answers every request.
    """
    return Explainer(destination, field=field, reply=reply).explain_batch(events)


class Explainer:
    """Explains what a destination makes of events, one after the other.

    Args:
        destination: The connection.
        field: A dotted path in the payload to follow, or None.
        reply: How Iterable answers every request.
    """

    def __init__(self, destination: Destination, *, field: str | None = None, reply: Reply = ANSWERED_WELL) -> None:
        self._destination = destination
        self._field = field
        self._reply = reply
        self._subscriptions = tuple((item, compile_reasons(item)) for item in destination.subscriptions)

    def explain(self, event: dict[str, Json], *, place: str = "") -> Explanation:
        """What would become of one event."""
        outcomes = self._destination.plan(event, reply=self._reply)
        return Explanation(place, event, self._routes([event], outcomes), followed=self._field)

    def explain_batch(self, events: Sequence[dict[str, Json]]) -> Explanation:
        """What would become of the events as one batch."""
        given: list[Json] = list(events)
        outcomes = self._destination.plan_batch(given, reply=self._reply)
        routes = self._routes(given, outcomes)
        return Explanation(f"a batch of {len(given)}", given, routes, batch=True, followed=self._field)

    def _routes(self, events: Sequence[Json], outcomes: Sequence[Outcome]) -> tuple[Route, ...]:
        return tuple(
            _route(compiled, reasons, outcome, events, self._field)
            for (compiled, reasons), outcome in zip(self._subscriptions, outcomes, strict=True)
        )


def _route(
    compiled: CompiledSubscription, reasons: Reasons, outcome: Outcome, events: Sequence[Json], followed: str | None
) -> Route:
    resolved = [without_undefined(value) for value in outcome.resolved]
    requests = [exchange.request for exchange in outcome.exchanges]
    steps: tuple[FieldStep, ...] = ()
    if followed is not None and outcome.matched:
        fields = () if compiled.action is None else tuple(compiled.action.fields)
        steps = follow_field(followed, compiled.subscription.mapping, events, outcome, fields=fields)
    return Route(
        name=compiled.subscription.name,
        action=compiled.subscription.partner_action,
        matched=outcome.matched,
        against=() if outcome.matched or len(events) != 1 else reasons(events[0]),
        resolved=tuple(map(to_json_value, resolved)),
        payloads=tuple(map(to_json_value, outcome.payloads)),
        changes=tuple(changes(compiled, resolved, outcome)),
        requests=tuple(map(_request, requests)),
        results=to_json_value(outcome.results),
        error=_error(outcome),
        field=steps,
        partial_failures=partial_failures(outcome),
    )


def _request(request: Request) -> Json:
    return {"method": request.method, "url": request.url, "body": to_json_value(request.json)}


def _error(outcome: Outcome) -> Json:
    error = outcome.error
    if error is None:
        return None
    shown: dict[str, Json] = {"name": error.name, "message": error.message}
    shown |= {} if error.code is None else {"code": error.code}
    shown |= {} if error.status is None else {"status": error.status}
    if error.complaints:
        shown["complaints"] = [{"message": item.message, "path": item.path} for item in error.complaints]
    return shown

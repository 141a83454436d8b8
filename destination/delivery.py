"""The order of things for one subscription: trigger, mapping, fields, action, requests.

Each delivery is a generator that yields a request and is sent the reply, or has the failure thrown into it.
So there is one account of the order of things, and whoever drives it does the I/O.
Source: observed in `actions-core` 3.170.0; errors as the public destination reports them.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Generator, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

from destination.actions import ACTIONS, Action
from destination.actions.dates import json_with_dates
from destination.errors import (
    AggregateAjvError,
    DestinationError,
    HTTPError,
    IntegrationError,
)
from destination.exchange import Reply, Request
from destination.fields import ALWAYS_KEPT, Validator, compile_fields
from destination.fql import FqlError, Group, compile_condition, parse
from destination.javascript.values import to_json_value
from destination.mapping import Resolver, compile_batch_mapping, requiring_object
from destination.outcome import Exchange, Outcome
from destination.plain_events import Prepared, PreparePlain, compile_plain

if TYPE_CHECKING:
    from pydantic import JsonValue

    from destination.actions import Call
    from destination.fields import Field
    from destination.settings import Connection
    from destination.subscription import Subscription

Delivery = Generator[Request, Reply, Outcome]

_NOT_SUBSCRIBED: Final = "not subscribed"
_NO_MATCH: Final = "Payload is either invalid or does not match the subscription"
_SUCCESS: Final = range(200, 300)
#: Compiling what prepares plain events takes as long as it saves of about so many.
_MANY: Final = 100
#: Types of fields whose values are JSON once they have been validated.
_JSON_ALREADY: Final = frozenset({"string", "text", "password", "boolean"})


class CompiledSubscription:
    """A subscription whose trigger, mapping and fields have been compiled, once.

    Args:
        subscription: The subscription.
        keeps_last: Whether what the trigger, the mapping and the action gave is kept until another event comes, for
            whoever delivers each event to several connections. Neither the event nor a request may be changed.

    Attributes:
        subscription: The subscription as configured.
        refusal: Why the trigger can never be evaluated, in Segment's words; empty when it can.
        trigger: The syntax tree of the trigger; None when it cannot be parsed.
        trigger_error: The mistake in the trigger, if there is one.
        mapping_error: The mistakes in the mapping, if there are any; raised whenever an event matches.
        action: The action, or None when Segment does not know it.
    """

    def __init__(self, subscription: Subscription, *, keeps_last: bool = False) -> None:
        self.subscription = subscription
        self._keeps_last = keeps_last
        self._last_matched: tuple[JsonValue, bool] | None = None
        self._last_prepared: tuple[JsonValue, Prepared] | None = None
        self._last_calls: tuple[dict[str, Any], int, list[Call]] | None = None
        self._single_events = 0
        self.refusal = ""
        self.trigger: Group | None = None
        self.trigger_error: FqlError | None = None
        self.mapping_error: DestinationError | None = None
        self.action: Action | None = ACTIONS.get(subscription.partner_action)
        self._matches: Callable[[object], bool] = lambda _: False
        self._resolve: Resolver = lambda value: value
        self._resolve_in_batch: Resolver = self._resolve
        fields = self.action.fields if self.action else {}
        self._validator: Validator = compile_fields(fields)
        self._conversions = _conversions(fields)
        self._compile_trigger()
        self._compile_mapping()

    def _compile_trigger(self) -> None:
        trigger = self.subscription.subscribe
        if not isinstance(trigger, str) or not trigger:
            self.refusal = "Failed to validate subscription"
            return
        try:
            self.trigger = parse(trigger)
        except FqlError as error:
            self.trigger_error = error
            self.refusal = f"Invalid subscription : {error.message}"
        else:
            self._matches = compile_condition(self.trigger)

    def _compile_mapping(self) -> None:
        mapping = {} if self.subscription.mapping is None else self.subscription.mapping
        try:
            self._resolve_in_batch = compile_batch_mapping(mapping, self.subscription.liquidjs)
        except DestinationError as error:
            self.mapping_error = error
        else:
            self._resolve = requiring_object(self._resolve_in_batch)

    @cached_property
    def _prepare_plain(self) -> PreparePlain:
        """What prepares plain events; compiled for the first batch, or when single events have become many."""
        subscription = self.subscription
        fields = self.action.fields if self.action else {}
        return compile_plain(subscription.mapping or {}, subscription.liquidjs, fields, dict(self._conversions))

    def matches(self, event: JsonValue) -> bool:
        """Whether the trigger holds for an event; one that can never be evaluated holds for none.

        Raises:
            TriggerError: The trigger breaks when this event is held against it.
        """
        if not self._keeps_last:
            return self._matches(event)
        last = self._last_matched
        if last is None or last[0] is not event:
            last = self._last_matched = (event, self._matches(event))
        return last[1]

    def unmatched(self, event: JsonValue) -> Outcome | None:
        """The outcome of an event that the trigger does not match, or breaks at; None for one that matches."""
        if self.refusal:
            return Outcome(self.subscription, [{"output": self.refusal}])
        try:
            matches = self.matches(event) if self._keeps_last else self._matches(event)
            return None if matches else Outcome(self.subscription, [{"output": _NOT_SUBSCRIBED}])
        except DestinationError as error:
            return Outcome(self.subscription, error=error)

    def deliver(self, event: JsonValue, connection: Connection, now: int) -> Delivery:
        """Deliver one event."""
        outcome = self.unmatched(event)
        if outcome is None:
            outcome = yield from self.deliver_matched(event, connection, now)
        return outcome

    def deliver_matched(self, event: JsonValue, connection: Connection, now: int) -> Delivery:
        """Deliver one event that matches, which is not asked again."""
        outcome = Outcome(self.subscription, matched=True)
        if self.action is None:
            return outcome
        try:
            yield from self._perform(outcome, self.action, event, connection, now)
        except DestinationError as error:
            outcome.error = error
        return outcome

    def _perform(
        self, outcome: Outcome, action: Action, event: JsonValue, connection: Connection, now: int
    ) -> Generator[Request, Reply, None]:
        if self.mapping_error is not None:
            raise self.mapping_error
        ready = self._prepare(outcome, event)
        outcome.positions = (0,)
        data: JsonValue = ""
        for call in self._calls(action, ready, now):
            reply = yield from _exchange(outcome, connection.request(call))
            data = parsed_body(reply)
        outcome.results = [
            {"output": "Mappings resolved"},
            {"output": "Payload validated"},
            {"output": "Action Executed", "data": data},
        ]

    def refusal_of(self, event: JsonValue, now: int) -> DestinationError | None:
        """The error that ends an event whose trigger matches before anything is sent; None where requests are sent.

        It is the error of `deliver`, found without making the requests.
        """
        try:
            self.calls_of(event, now)
        except DestinationError as error:
            return error
        return None

    def calls_of(self, event: JsonValue, now: int) -> list[Call]:
        """The calls of an event whose trigger matches: what `deliver` sends when every reply is good, and only that.

        Raises:
            DestinationError: The error of `deliver`.
        """
        if self.action is None:
            return []
        if self.mapping_error is not None:
            raise self.mapping_error
        return self._calls(self.action, self._prepared(event, [])[2], now)

    def _calls(self, action: Action, ready: dict[str, Any], now: int) -> list[Call]:
        """The calls of an action; in the same second, the same payload gives the very same calls."""
        last = self._last_calls
        if last is not None and last[0] is ready and last[1] == now // 1000:
            return last[2]
        calls = action.perform(ready, now)
        if self._keeps_last:
            self._last_calls = (ready, now // 1000, calls)
        return calls

    def _prepare(self, outcome: Outcome, event: JsonValue) -> dict[str, Any]:
        """The payload as the action takes it; what it was made from goes into the outcome."""
        last = self._last_prepared
        if last is not None and last[0] is event:
            resolved, payload, ready = last[1]
            outcome.resolved.append(resolved)
            outcome.payloads.append(payload)
            return ready
        prepared = self._prepared(event, outcome.resolved)
        outcome.payloads.append(prepared[1])
        if self._keeps_last:
            self._last_prepared = (event, prepared)
        return prepared[2]

    def _prepared(self, event: JsonValue, resolved_before: list[object]) -> Prepared:
        """A single event prepared; what the mapping gives is added to the list even if validation fails then."""
        if self._single_events < _MANY:
            self._single_events += 1
        else:
            prepared = self._prepare_plain(event)
            if prepared is not None:
                resolved_before.append(prepared[0])
                return prepared
        resolved = self._resolve(event)
        resolved_before.append(resolved)
        payload = self._validator.validate(resolved, batch=False)
        return resolved, payload, self._ready(payload)

    def deliver_batch(self, events: Sequence[JsonValue], connection: Connection, now: int) -> Delivery:
        """Deliver a batch: one request, and one node for each event."""
        outcome = Outcome(self.subscription)
        if self.refusal:
            outcome.results = [{"multistatus": [_refused(self.refusal) for _ in events]}]
            return outcome
        try:
            matching = [position for position, event in enumerate(events) if self._matches(event)]
            outcome.matched = bool(matching)
            if not matching:
                outcome.results = [{"output": _NOT_SUBSCRIBED}]
                return outcome
            yield from self._perform_batch(outcome, events, matching, connection, now)
        except DestinationError as error:
            outcome.error = error
        return outcome

    def _perform_batch(
        self,
        outcome: Outcome,
        events: Sequence[JsonValue],
        matching: list[int],
        connection: Connection,
        now: int,
    ) -> Generator[Request, Reply, None]:
        if self.action is None:
            # The original breaks here with a TypeError of its engine.
            raise DestinationError(f"There is no action {self.subscription.partner_action!r}.")
        if self.action.perform_batch is None:
            raise IntegrationError(
                "This action does not support batched requests.", code="NotImplemented", status=501
            )
        if self.mapping_error is not None:
            raise self.mapping_error
        ready, nodes = self._prepare_batch(outcome, events, matching)
        if ready:
            request = connection.request(self.action.perform_batch(ready, now))
            reply = yield from _exchange(outcome, request)
            status, body = reply.status, parsed_body(reply)
            for position, payload in zip(outcome.positions, ready, strict=True):
                nodes[position] = {"status": status, "body": body, "sent": payload}
        outcome.results = [{"multistatus": [node or _refused(_NO_MATCH) for node in nodes]}]

    def _prepare_batch(
        self, outcome: Outcome, events: Sequence[JsonValue], matching: list[int]
    ) -> tuple[list[dict[str, Any]], list[JsonValue]]:
        """The payloads as the action takes them, and the nodes of what was refused, in a list of one for each event.

        What the payloads were made from goes into the outcome, and nothing but what was resolved if that fails.
        """
        prepare_plain, resolve, validate = self._prepare_plain, self._resolve_in_batch, self._validator.validate
        nodes: list[JsonValue] = [None] * len(events)
        payloads: list[dict[str, object]] = []
        positions: list[int] = []
        all_ready: list[dict[str, Any]] = []
        for position in matching:
            event = events[position]
            prepared = prepare_plain(event)
            if prepared is None:
                resolved = resolve(event)
                outcome.resolved.append(resolved)
                try:
                    payload = validate(resolved, batch=True)
                except AggregateAjvError as error:
                    nodes[position] = _refused(error.message)
                    continue
                ready = self._ready(payload)
            else:
                resolved, payload, ready = prepared
                outcome.resolved.append(resolved)
            payloads.append(payload)
            all_ready.append(ready)
            positions.append(position)
        outcome.payloads, outcome.positions = payloads, tuple(positions)
        return all_ready, nodes

    def _ready(self, payload: dict[str, object]) -> dict[str, Any]:
        """The payload as the action takes it, and as Segment reports it as sent.

        Dates in its data fields are converted (the original does that in place), and its values are JSON.
        """
        ready: dict[str, Any] = payload.copy()
        for key, converted in self._conversions:
            if key in ready:
                ready[key] = converted(ready[key])
        if ready.get("createdAt") is None and payload.get("createdAt") is not None:
            # A timestamp beyond all numbers is null in JSON, and not absent.
            ready["createdAt"] = payload["createdAt"]
        return ready


def _exchange(outcome: Outcome, request: Request) -> Generator[Request, Reply, Reply]:
    try:
        reply = yield request
    except DestinationError as error:
        outcome.exchanges.append(Exchange(request, None, error))
        raise
    failure = None if reply.status in _SUCCESS else HTTPError(reply)
    outcome.exchanges.append(Exchange(request, reply, failure))
    if failure is not None:
        raise failure
    return reply


def _refused(message: str) -> JsonValue:
    return {
        "status": 400,
        "errortype": "PAYLOAD_VALIDATION_FAILED",
        "errormessage": message,
        "errorreporter": "INTEGRATIONS",
    }


def _conversions(fields: Mapping[str, Field]) -> tuple[tuple[str, Callable[[object], object]], ...]:
    """What makes JSON of the fields of a payload, by their keys; those that are texts or truth values are JSON."""
    keys = [key for key, field in fields.items() if field.multiple or field.type not in _JSON_ALREADY]
    return tuple((key, json_with_dates if key == "dataFields" else to_json_value) for key in (*keys, ALWAYS_KEPT))


def parsed_body(reply: Reply) -> JsonValue:
    """The body of a reply as Segment reads it: JSON by content type, else the text; null stays a text."""
    if "application/json" in reply.headers.get("content-type", ""):
        try:
            body: JsonValue = json.loads(reply.text)
        except (ValueError, RecursionError):
            return reply.text
        return reply.text if body is None else body
    return reply.text

"""Steps carried out in an environment: events delivered, calls made, the clock moved, faults added."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import httpx

from conformance.report.model import TraceLine
from conformance.scenario.matching import format_value
from conformance.scenario.protocols import MAIN
from conformance.tracking_api.messages import Dropped
from destination import Destination, DestinationError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from conformance.scenario.model import ApiCall, Connection, Step
    from conformance.scenario.protocols import Environment
    from conformance.scenario.record import Record
    from conformance.tracking_api.single_messages import SingleMessages


def perform(
    step: Step,
    environment: Environment,
    destinations: Sequence[tuple[Connection, Destination]],
    record: Record,
    segment: SingleMessages | None = None,
) -> None:
    """Carry out a step, and note in a record what it did.

    Args:
        step: The step.
        environment: The projects of the case.
        destinations: Each connection of the scenario with its destination.
        record: What the step did.
        segment: What its events go through first; None for nothing.
    """
    if step.send is not None:
        for event in step.send if isinstance(step.send, list) else [step.send]:
            record.add_event(event)
            for passed_on in _passed_on([event], environment.now, record, segment):
                _deliver(passed_on, environment, destinations, record)
    elif step.batch is not None:
        record.add_event(step.batch)
        batch = _passed_on(step.batch, environment.now, record, segment)
        if batch or not step.batch:
            _deliver(batch, environment, destinations, record)
    elif step.call is not None:
        _call(step.call, environment, record)
    elif step.clock is not None:
        change = step.clock.model_dump(exclude_none=True)
        record.note("clock", f"it is {environment.move_clock(change)}")
    elif step.fault is not None:
        environment.add_fault(step.fault)
        record.note("fault", f"in force: {json.dumps(step.fault)}", step.fault)
    else:
        _test_authentication(environment, destinations, record)


def _passed_on(events: list[Any], now: int, record: Record, segment: SingleMessages | None) -> list[Any]:
    """The events that come to the destination, as it sees them."""
    if segment is None:
        return events
    passed_on = []
    for event in events:
        outcome = segment.take(event, now)
        if isinstance(outcome, Dropped):
            record.note("segment", f"dropped ({outcome.rule}): {outcome.reason}")
            continue
        added = {change.field: change.after for change in outcome.changes}
        record.note("segment", f"passed on with {format_value(added)}", outcome.message)
        passed_on.append(outcome.message)
    return passed_on


def _deliver(
    sent: dict[str, Any] | list[Any],
    environment: Environment,
    destinations: Sequence[tuple[Connection, Destination]],
    record: Record,
) -> None:
    """Deliver an event, or a batch of them, through every connection."""
    for connection, destination in destinations:
        if isinstance(sent, list):
            outcomes = destination.deliver_batch(sent, environment.client)
        else:
            outcomes = destination.deliver(sent, environment.client)
        for outcome in outcomes:
            record.add_outcome(outcome, connection.name)


def _call(call: ApiCall, environment: Environment, record: Record) -> None:
    headers = {"Api-Key": environment.api_key(MAIN), "Content-Type": "application/json", **call.headers}
    body = None
    if call.raw is not None:
        body = call.raw.encode()
    elif "body" in call.model_fields_set:
        body = json.dumps(call.body, ensure_ascii=False).encode()
    try:
        response = environment.call(call.method, call.path, query=call.query, headers=headers, body=body)
    except httpx.HTTPError as error:
        record.requests.append({"method": call.method, "path": call.path, "body": call.body, "headers": headers})
        record.replies.append({"status": None})
        record.note("error", f"{call.method} {call.path} got no answer: {error}")
        return
    record.add_call(response, call.raw if call.raw is not None else call.body)


def _test_authentication(
    environment: Environment, destinations: Sequence[tuple[Connection, Destination]], record: Record
) -> None:
    for connection, destination in destinations:
        result: dict[str, Any] = {
            "subscription": "",
            "action": "testAuthentication",
            "connection": connection.name,
            "status": "delivered",
            "error": None,
        }
        try:
            destination.test_authentication(environment.client)
        except DestinationError as error:
            result["status"] = "error"
            result["error"] = {
                "name": error.name,
                "message": error.message,
                "code": error.code,
                "status": error.status,
            }
            record.trace.append(TraceLine("error", f"{error.name}: {error.message}"))
        record.results.append(result)
